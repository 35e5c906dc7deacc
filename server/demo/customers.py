"""Customers who do not exist, at addresses that do not, with numbers and mailboxes kept free for stories."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random
from typing import Final

from domain.order_draft import AddressDraft

FIRST_NAMES: Final = (
    "Aaliyah Adaeze Aino Amara Anders Aoife Ayumi Bashir Beatriz Bogdan Caoimhe Chidi Dagmar Daniyar Eilidh Emre "
    "Esi Farida Femi Fiorella Giorgos Hana Hendrik Ines Ishaan Jelena Joaquim Kamala Kofi Lakshmi Leila Linnea "
    "Mahmoud Maren Mehwish Mirela Nadia Nikolai Oisin Olumide Paloma Quyen Rania Rasmus Saoirse Sefa Shiori Sione "
    "Tadeusz Thandiwe Tuan Ugo Valentina Wanjiru Xiomara Yael Yusuf Zainab Zofia Agnieszka"
).split()
LAST_NAMES: Final = (
    "Abara Achterberg Akintola Almqvist Anand Baptista Bergstrand Bielak Carneiro Chaudhry Dalgaard Demirkan "
    "Drozd Eklund Espinal Farahani Fenwick Gadhavi Halloran Hashimoto Ibekwe Iversen Jankovic Kaczor Karimov "
    "Kekana Kowalik Lindqvist Lobato Mbatha Moreau Nakagawa Nkemelu Novotna Okonjo Olsson Papadakis "
    "Petridis Quispe Rahimi Ramgoolam Rosendal Saarinen Sandhu Schuurman Silveira Tanui Tavares Tekle Tran "
    "Uzoma Vandermeer Verhaegen Wijaya Yilmaz Zamani Zielonka"
).split()
PLACES: Final = (
    ("12 Orchard Terrace", "Bristol", "Avon", "BS6 5QX", "GB"),
    ("3 Quarry Lane", "Edinburgh", "Midlothian", "EH8 9YY", "GB"),
    ("77 Canal Walk", "Manchester", "Greater Manchester", "M4 6WX", "GB"),
    ("9 Harbour Steps", "Cardiff", "South Glamorgan", "CF10 4ZZ", "GB"),
    ("Lindenufer 18", "Hamburg", "Hamburg", "20095", "DE"),
    ("Am Alten Speicher 4", "Leipzig", "Sachsen", "04109", "DE"),
    ("Rue des Tilleuls 31", "Lyon", "Auvergne-Rhône-Alpes", "69002", "FR"),
    ("Keizerspad 210", "Utrecht", "Utrecht", "3511 AB", "NL"),
    ("Via dei Cedri 6", "Bologna", "Emilia-Romagna", "40121", "IT"),
    ("Calle del Molino 45", "Valencia", "Valencia", "46001", "ES"),
    ("Travessa das Flores 2", "Lisbon", "Lisboa", "1200-109", "PT"),
    ("Kastanjegatan 14", "Malmö", "Skåne", "211 34", "SE"),
    ("Ulica Lipowa 8", "Kraków", "Małopolskie", "31-001", "PL"),
    ("Pilestræde 51", "Aarhus", "Midtjylland", "8000", "DK"),
    ("Kesäkatu 5", "Tampere", "Pirkanmaa", "33100", "FI"),
    ("Grafton Mews 22", "Dublin", "Leinster", "D02 X285", "IE"),
)
FAR_AWAY: Final = ("18 Kowhai Road", "Nelson", "Tasman", "7010", "NZ")
"""Where none of the demo's suppliers delivers."""
PHRASES: Final = ("For the best of aunts", "Keep going", "One more cup", "Since 1987", "Sunday people")


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who buys."""

    name: str
    email: str
    phone: str
    address: AddressDraft


def invent_customer(random: Random, *, british: bool) -> Customer:
    """A customer; a British one lives in Great Britain."""
    name = f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
    place = random.choice([place for place in PLACES if (place[-1] == "GB") is british])
    prefix = "+44 7700 900" if british else "+49 30 23125 "  # kept free for drama by the regulators
    phone = f"{prefix}{random.randrange(1000):03d}"
    return Customer(name, f"{ascii_name(name)}@example.com", phone, address_of(name, phone, place))


def address_of(name: str, phone: str, place: tuple[str, str, str, str, str]) -> AddressDraft:
    """The address of somebody at a place."""
    street, city, region, postcode, country = place
    return AddressDraft(
        name=name,
        street=(street,),
        city=city,
        region=region,
        postcode=postcode,
        country_code=country,
        phone=phone,
    )


def inputs_of(random: Random, fields: tuple[str, ...]) -> dict[str, str]:
    """What a shopper fills in for a personalised article."""
    made = {
        "name": random.choice(FIRST_NAMES),
        "line": random.choice(PHRASES),
        "photo": f"https://uploads.example.com/{random.randrange(16**8):08x}.jpg",
    }
    return {field: made[field] for field in fields}


def ascii_name(name: str) -> str:
    """A name as mailboxes spell it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".")
