"""From the filter of a request to a query that cannot leave the viewer's scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tortoise.expressions import F, Q, Subquery
from tortoise.models import Model
from tortoise.queryset import QuerySet

import models
from domain.access import Scope
from domain.addresses import AddressRole
from domain.orders import OrderStatus
from gql.faults import refuse
from gql.filters import OrderFilter, OrderSort, OrderSortField, SortDirection
from gql.ids import from_global
from gql.paging import Key, Sort, moment
from gql.texts import looked_up, searched_for
from models.visibility import visible
from reads.rules import contact, destination

MOST_CHOICES: Final = 100
MOST_WORDS: Final = 8
_OPEN_TEXT: Final = ("number", "external_ref")
_CONTACT_TEXT: Final = ("customer_first_name", "customer_last_name", "customer_email", "customer_phone")
_ADDRESS_TEXT: Final = ("name", "company", "city", "postcode")
_KEYS: Final = {
    OrderSortField.PLACED_AT: Key("PLACED_AT", "placed_at", "placed_at", moment),
    OrderSortField.UPDATED_AT: Key("UPDATED_AT", "updated_at", "updated_at", moment),
    OrderSortField.NUMBER: Key("NUMBER", "number", "number", str),
}
_SHARE_UPDATED: Final = Key("UPDATED_AT", "shares__status_since", "share_since", moment)


def found(scope: Scope, wanted: OrderFilter | None) -> QuerySet[models.Order]:
    """The orders in scope that fit. Raises BAD_REQUEST for texts and lists that are too long."""
    query = visible(models.Order, scope)
    if wanted is None:
        return query
    for condition in _conditions(scope, wanted):
        query = query.filter(condition)
    return query


def sorted_by(
    scope: Scope, query: QuerySet[models.Order], wanted: OrderSort | None
) -> tuple[QuerySet[models.Order], Sort]:
    """The query made ready for a sort, and the sort: newest placed first when none is wanted."""
    wanted = wanted or OrderSort()
    sort = Sort(_KEYS[wanted.field], descending=wanted.direction is SortDirection.DESC)
    if scope.is_fulfiller and wanted.field is OrderSortField.UPDATED_AT:
        own = query.filter(shares__fulfiller_id=scope.company_id)  # the one join; the sort goes along it
        return own.annotate(share_since=F("shares__status_since")), Sort(
            _SHARE_UPDATED, descending=sort.descending
        )
    return query, sort


def in_status(scope: Scope, statuses: Sequence[OrderStatus]) -> Q:
    """Orders in one of these statuses; a fulfiller's own status counts for it."""
    if scope.is_fulfiller:
        return _having(scope, models.OrderShare, Q(status__in=list(statuses)))
    return Q(status__in=list(statuses))


def _conditions(scope: Scope, wanted: OrderFilter) -> list[Q]:
    conditions = []
    if wanted.status is not None:
        conditions.append(in_status(scope, _few(wanted.status)))
    if wanted.channel is not None:
        codes = [looked_up(code, models.SalesChannel, "code") for code in _few(wanted.channel)]
        conditions.append(Q(channel__code__in=codes))
    if wanted.text is not None:
        conditions += [_containing(scope, word) for word in _words(wanted.text)]
    if wanted.placed_from is not None:
        conditions.append(Q(placed_at__gte=wanted.placed_from))
    if wanted.placed_to is not None:
        conditions.append(Q(placed_at__lt=wanted.placed_to))
    if wanted.sku is not None:
        conditions.append(_having(scope, models.OrderLine, Q(sku=looked_up(wanted.sku, models.OrderLine, "sku"))))
    if wanted.supplier is not None:
        conditions.append(_having(scope, models.FulfillmentOrder, _fulfilled_by(wanted.supplier)))
    return conditions


def _having(scope: Scope, model: type[Model], fits: Q) -> Q:
    """Orders with a visible row of `model` that fits."""
    return Q(id__in=Subquery(visible(model, scope).filter(fits).values("order_id")))


def _words(text: str) -> list[str]:
    words = searched_for(text).split()
    if len(words) > MOST_WORDS:
        raise refuse("BAD_REQUEST", f"At most {MOST_WORDS} words can be searched for at once.")
    return words


def _containing(scope: Scope, text: str) -> Q:
    """Only columns the viewer reads unmasked are searched: a hit must not tell what is behind the mask."""
    fits = _any_of(_OPEN_TEXT, text) | _having(scope, models.OrderLine, Q(sku__icontains=text))
    if contact(scope):
        fits |= _any_of(_CONTACT_TEXT, text)
    if destination(scope):
        there = Q(_any_of(_ADDRESS_TEXT, text), role=AddressRole.SHIPPING)
        fits |= _having(scope, models.Address, there)
    return fits


def _any_of(columns: tuple[str, ...], text: str) -> Q:
    return Q(*(Q(**{f"{column}__icontains": text}) for column in columns), join_type="OR")


def _fulfilled_by(supplier: str) -> Q:
    if supplier.startswith("Q29tcGFueT"):  # "Company:" in base64
        name, key = from_global(supplier)
        if name == "Company":
            return Q(fulfiller_id=key)
    return Q(fulfiller__code=looked_up(supplier, models.Company, "code"))


def _few(choices: list[Any]) -> list[Any]:
    if len(choices) > MOST_CHOICES:
        raise refuse("BAD_REQUEST", f"A filter takes at most {MOST_CHOICES} choices.")
    return choices
