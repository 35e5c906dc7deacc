"""Orders as customers place them: mostly sound, some with a flaw on purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from domain.issues import IssueCode
from domain.order_draft import LineDraft, OrderDraft
from domain.orders import OrderOrigin
from domain.payments import CaptureMode
from models import SalesChannel
from server.demo.catalogue import ARTICLES, DISABLED, ORPHANED, SOLD_OUT, Article
from server.demo.companies import (
    EXPRESS,
    PAPER_MILL,
    PRINT_SHOP,
    RETAILERS,
    STANDARD,
)
from server.demo.customers import FAR_AWAY, address_of, inputs_of, invent_customer

ORIGINS: Final = (OrderOrigin.WEB, OrderOrigin.WEB, OrderOrigin.MOBILE, OrderOrigin.MARKETPLACE, OrderOrigin.CALL)
PAYMENTS: Final = ("card", "card", "wallet", "bank transfer")
RETAILER_OF: Final = {code: retailer.code for retailer in RETAILERS for code, *_ in retailer.channels}

Choice = Callable[[Sequence[Article], Random], Sequence[tuple[Article, int]]]
"""What goes into a basket: articles and units."""


def anything(articles: Sequence[Article], random: Random) -> Sequence[tuple[Article, int]]:
    """One to three articles."""
    chosen = random.sample(articles, random.choice((1, 1, 1, 2, 2, 3)))
    return [(article, random.choice((1, 1, 1, 2))) for article in chosen]


def something_made(articles: Sequence[Article], random: Random) -> Sequence[tuple[Article, int]]:
    """An article of the print shop."""
    return [(random.choice([one for one in articles if PRINT_SHOP in one.suppliers]), random.choice((1, 2)))]


def several_of_one(articles: Sequence[Article], random: Random) -> Sequence[tuple[Article, int]]:
    """Units enough for two parcels."""
    return [(random.choice(articles), random.choice((3, 4, 6)))]


def several_suppliers(articles: Sequence[Article], random: Random) -> Sequence[tuple[Article, int]]:
    """Articles that come from different suppliers."""
    first = random.choice([one for one in articles if PRINT_SHOP in one.suppliers])
    others = [one for one in articles if PRINT_SHOP not in one.suppliers]
    return [(first, 1), *((one, 1) for one in random.sample(others, random.choice((1, 1, 2))))]


def something_printed(articles: Sequence[Article], random: Random) -> Sequence[tuple[Article, int]]:
    """What goes by letter."""
    return [(random.choice([one for one in articles if one.suppliers == (PAPER_MILL,)]), 1)]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with an order. `sku` names the article it takes; channels without it have other flaws."""

    issue: IssueCode
    spoil: Callable[[OrderDraft], OrderDraft] = lambda draft: draft
    sku: str | None = None
    online_payment: bool = False
    """Whether only channels that take the money themselves know it."""

    def fits(self, channel: SalesChannel) -> bool:
        """Whether an order of this channel can have it."""
        if self.online_payment and channel.capture_mode is CaptureMode.OFFLINE:
            return False
        return self.sku is None or any(one.sku == self.sku for one in _articles(channel))


def _unknown_sku(draft: OrderDraft) -> OrderDraft:
    first = draft.lines[0]
    wrong = replace(first, row=99, sku="LUCKY-BAG-24", external_ref=None, description="Lucky bag", quantity=1)
    return _paid(replace(draft, lines=(*draft.lines, wrong)))


def _far_away(draft: OrderDraft) -> OrderDraft:
    return replace(draft, shipping=address_of(draft.customer_name, draft.customer_phone, FAR_AWAY))


def _no_inputs(draft: OrderDraft) -> OrderDraft:
    return replace(draft, lines=tuple(replace(line, personalisation=None) for line in draft.lines))


def _no_postcode(draft: OrderDraft) -> OrderDraft:
    return replace(draft, shipping=replace(draft.shipping, postcode=""))


FLAWS: Final = (
    Flaw(IssueCode.UNKNOWN_SKU, _unknown_sku),
    Flaw(IssueCode.PRODUCT_DISABLED, sku=DISABLED),
    Flaw(IssueCode.OUT_OF_STOCK, sku=SOLD_OUT),
    Flaw(IssueCode.NO_SUPPLIER, sku=ORPHANED),
    Flaw(IssueCode.NO_SUPPLIER, _far_away),
    Flaw(IssueCode.SHIPPING_UNMAPPED, lambda draft: replace(draft, shipping_method="Bicycle courier")),
    Flaw(IssueCode.ADDRESS_INCOMPLETE, _no_postcode),
    Flaw(IssueCode.PERSONALISATION_INCOMPLETE, _no_inputs, sku="PUZZLE-NAME"),
    Flaw(
        IssueCode.PAYMENT_NOT_AUTHORISED,
        lambda draft: replace(draft, payment_method=None, payment_minor=None),
        online_payment=True,
    ),
)
"""They keep an order NEW."""
MISPAID: Final = Flaw(
    IssueCode.TOTALS_MISMATCH, lambda draft: replace(draft, payment_minor=(draft.payment_minor or 0) - 200)
)
"""A warning."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What kind of order is wanted. `tracked`: every parcel of it can be followed."""

    choose: Choice = anything
    flaw: Flaw | None = None
    tracked: bool = False


def place_order(
    random: Random, channel: SalesChannel, reference: str, placed_at: datetime, wish: Wish
) -> OrderDraft:
    """An order of the channel as its shop hands it over, paid in full."""
    articles = [article for article in _articles(channel) if article.sellable]
    basket = wish.choose(articles, random)
    if wish.flaw and wish.flaw.sku:
        basket = [(article, 1) for article in _articles(channel) if article.sku == wish.flaw.sku]
    draft = _draft(random, channel, reference, placed_at, basket)
    by_letter = any(PAPER_MILL in article.suppliers for article, _ in basket)
    if wish.tracked and by_letter:
        draft = replace(draft, shipping_method=EXPRESS)
    return wish.flaw.spoil(draft) if wish.flaw else draft


def _draft(
    random: Random,
    channel: SalesChannel,
    reference: str,
    placed_at: datetime,
    basket: Sequence[tuple[Article, int]],
) -> OrderDraft:
    customer = invent_customer(random, british=channel.currency == "GBP")
    express = random.random() < 0.2
    lines = tuple(_line(random, channel, row, *entry) for row, entry in enumerate(basket, start=1))
    draft = OrderDraft(
        row=1,
        external_ref=reference,
        placed_at=placed_at,
        currency=channel.currency,
        lines=lines,
        shipping=customer.address,
        billing=customer.address if random.random() < 0.7 else None,
        origin=random.choice(ORIGINS),
        customer_name=customer.name,
        customer_email=customer.email,
        customer_phone=customer.phone,
        shipping_method=EXPRESS if express else STANDARD,
        shipping_minor=990 if express else 490,
        expected_delivery=(placed_at + timedelta(days=4 if express else 7)).date(),
        payment_method=random.choice(PAYMENTS),
    )
    return _paid(draft)


def _line(random: Random, channel: SalesChannel, row: int, article: Article, units: int) -> LineDraft:
    british = channel.currency == "GBP"
    price = article.price * 9 // 10 if british else article.price
    return LineDraft(
        row=row,
        sku=random.choice(article.skus),
        quantity=units,
        unit_price_minor=price,
        external_ref=str(row),
        discount_minor=price // 10 * units if random.random() < 0.15 else 0,
        tax_rate=Decimal("0.20") if british else Decimal("0.21"),
        personalisation=dict(inputs_of(random, article.inputs)) or None,
    )


def _paid(draft: OrderDraft) -> OrderDraft:
    worth = sum(line.quantity * (line.unit_price_minor or 0) - line.discount_minor for line in draft.lines)
    return replace(draft, payment_minor=worth + draft.shipping_minor)


def _articles(channel: SalesChannel) -> list[Article]:
    return [article for article in ARTICLES if article.retailer == RETAILER_OF[channel.code]]
