"""Where goods go."""

from __future__ import annotations

from collections.abc import Sequence

from domain.listing import Listing


class AddressRole(Listing):
    """What an address of an order is for."""

    SHIPPING = "SHIPPING", "Where the goods go."
    BILLING = "BILLING", "Who is billed."


def missing_parts(*, name: str, street: Sequence[str], city: str, postcode: str, country_code: str) -> list[str]:
    """The fields a parcel cannot do without that are empty, by their names in the API."""
    lines = "".join(street)
    parts = {"name": name, "street": lines, "city": city, "postcode": postcode, "countryCode": country_code}
    return [field for field, value in parts.items() if not value.strip()]
