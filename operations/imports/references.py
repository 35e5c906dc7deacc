"""What order files refer to: articles of the catalogue, orders that are replaced, orders that are here already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from domain.catalog import ItemKind
from domain.csv_file import invalid
from domain.money import LARGEST_MINOR
from domain.order_draft import LineDraft, OrderDraft
from domain.refusals import DuplicateReference, Reason
from models import Order, SalesChannel, Variant

CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Article:
    """What the catalogue says of a SKU."""

    name: str
    item_kind: ItemKind
    price_minor: int | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order that the channel has already."""

    id: int
    number: str
    external_ref: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class References:
    """Everything some drafts refer to that was found."""

    articles: Mapping[str, Article]
    replaced: Mapping[str, int]

    def replaced_by(self, draft: OrderDraft) -> int | None:
        """Key of the order that the draft replaces."""
        return None if draft.replaces is None else self.replaced[draft.replaces]

    def price_of(self, line: LineDraft) -> int:
        """The unit price: the file's, else the catalogue's. Ask only when `errors` has none."""
        if line.unit_price_minor is not None:
            return line.unit_price_minor
        return self.articles[line.sku].price_minor or 0

    def errors(self, draft: OrderDraft) -> Iterator[Reason]:
        """References of the draft that lead nowhere."""
        if draft.replaces is not None and draft.replaces not in self.replaced:
            message = f"There is no order {draft.replaces}; write the number of one of this retailer's orders."
            yield invalid(draft.row, "order.replaces", message)
        for line in draft.lines:
            if line.unit_price_minor is None:
                yield from self._price_errors(draft, line)
        if self._total(draft) > LARGEST_MINOR:
            yield invalid(draft.row, "item.quantity", "The order's total is too large to be right.")

    def _total(self, draft: OrderDraft) -> int:
        """What the order comes to, as far as prices are known."""
        known = (line for line in draft.lines if line.unit_price_minor is not None or line.sku in self.articles)
        return sum(line.quantity * self.price_of(line) for line in known) + draft.shipping_minor

    def _price_errors(self, draft: OrderDraft, line: LineDraft) -> Iterator[Reason]:
        article = self.articles.get(line.sku)
        if article is None or article.price_minor is None or article.currency != draft.currency:
            message = f"The catalogue has no price of {line.sku} in {draft.currency}; write one."
            yield invalid(line.row, "item.unit_price", message)
        elif line.discount_minor > line.quantity * article.price_minor:
            message = "The discount is more than the line costs; write one for the whole line."
            yield invalid(line.row, "item.discount", message)


async def references_of(channel: SalesChannel, drafts: Sequence[OrderDraft]) -> References:
    """Looks up what the drafts refer to, a few hundred at a time."""
    articles: dict[str, Article] = {}
    for skus in _chunks(dict.fromkeys(line.sku for draft in drafts for line in draft.lines)):
        for row in await Variant.filter(company_id=channel.retailer_id, sku__in=skus):
            articles[row.sku] = Article(row.name, row.item_kind, row.price_minor, row.currency)
    replaced: dict[str, int] = {}
    for numbers in _chunks(dict.fromkeys(draft.replaces for draft in drafts if draft.replaces)):
        found = Order.filter(retailer_id=channel.retailer_id, number__in=numbers)
        replaced.update(await found.values_list("number", "id"))
    return References(articles, replaced)


async def known_orders(channel: SalesChannel, references: Iterable[str]) -> dict[str, KnownOrder]:
    """Orders of the channel by external reference."""
    known: dict[str, KnownOrder] = {}
    for chunk in _chunks(references):
        rows = Order.filter(channel_id=channel.id, external_ref__in=chunk)
        for row in await rows.values_list("id", "number", "external_ref", "content_digest"):
            order = KnownOrder(*row)
            known[order.external_ref] = order
    return known


def duplicate(draft: OrderDraft, known: KnownOrder) -> DuplicateReference | None:
    """The reason against a draft whose reference another order has; None when it is the same order again."""
    if known.digest == draft.digest:
        return None
    message = (
        f"The reference {draft.external_ref} (row {draft.row}) belongs to order {known.number}, "
        "which is not the same; give this one a reference of its own."
    )
    return DuplicateReference(message=message, existing=known.id, number=known.number)


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
