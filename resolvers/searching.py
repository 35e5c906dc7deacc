"""From the filter of a request to a query that cannot leave the viewer's scope."""

from __future__ import annotations

from datetime import date
from typing import Final

from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

import models
from domain.access import Scope
from domain.conditions import Condition, FilterWrong, Operator, Test, shown_path, weight
from domain.orders import OrderStatus
from gql.context import Context
from gql.faults import refuse
from gql.fields import Info
from gql.filters import OrderSort, OrderSortField, SortDirection
from gql.order_filter import MOST_VALUES_ALTOGETHER, OrderFilter
from gql.order_filter import condition as told
from gql.paging import Key, Sort, moment, whole
from models.formulas import Computed
from models.orders import CUSTOMER_NAME
from models.visibility import along_shares, visible
from reads import bounded
from reads.order_conditions import NotShown, compiled, looks_around
from reads.rules import Rule, contact, selling_side

_SORTS: Final = {
    OrderSortField.PLACED_AT: Key("PLACED_AT", ("placed_at",), (moment,)),
    OrderSortField.UPDATED_AT: Key("UPDATED_AT", ("updated_at",), (moment,)),
    OrderSortField.NUMBER: Key("NUMBER", ("number",), (str,)),
    OrderSortField.GRAND_TOTAL: Key("GRAND_TOTAL", ("currency", "total_minor"), (str, whole)),
    OrderSortField.CUSTOMER_NAME: Key("CUSTOMER_NAME", ("customer_name",), (str,)),
    OrderSortField.STATUS: Key("STATUS", ("status", "placed_at"), (str, moment)),
}
_SHARE: Final = {
    OrderSortField.PLACED_AT: ("placed_at",),
    OrderSortField.UPDATED_AT: ("status_since",),
    OrderSortField.STATUS: ("status", "placed_at"),
}
"""What a fulfiller sorts by instead: columns of its share of the order."""
_SORT_SHOWN: Final[dict[OrderSortField, tuple[Rule, str]]] = {
    OrderSortField.GRAND_TOTAL: (selling_side, "fulfillers do not see it"),
    OrderSortField.CUSTOMER_NAME: (contact, "it is masked for this viewer; the permission `pii.view` shows it"),
}


async def found(info: Info, wanted: OrderFilter | None, sort: OrderSort | None = None) -> QuerySet[models.Order]:
    """The orders in scope that fit, ready for `sorted_by` with this sort.

    Raises BAD_REQUEST for what cannot be meant or is not for this viewer.
    """
    scope = info.context.scope
    by_share = sort is not None and scope.is_fulfiller and sort.field in _SHARE
    query = along_shares(scope) if by_share else visible(models.Order, scope)
    if wanted is None:
        return query
    condition = meant(wanted)
    _weigh(info.context, condition)
    return query.filter(await conditions(scope, condition, info.context.world.clock().date()))


def _weigh(context: Context, wanted: Condition) -> None:
    """Raises BAD_REQUEST when the filters of one document become more than a filter may be by itself."""
    context.filtered_by += weight(wanted)
    if context.filtered_by > MOST_VALUES_ALTOGETHER:
        text = (
            f"The filters of one document have at most {MOST_VALUES_ALTOGETHER} values; ask in several requests."
        )
        raise refuse("BAD_REQUEST", text)


def meant(wanted: OrderFilter) -> Condition:
    """What a filter means. Raises BAD_REQUEST, with the path to the fault."""
    try:
        return told(wanted)
    except FilterWrong as wrong:
        raise refuse("BAD_REQUEST", f"{shown_path(wrong.path)}: {wrong}") from None


async def conditions(scope: Scope, wanted: Condition, today: date) -> Q:
    """The condition as a query's. Raises BAD_REQUEST for fields the viewer does not see unmasked."""
    try:
        return await compiled(scope, wanted, today)
    except NotShown as hidden:
        helps = (
            f"it needs the permission `{hidden.permission}`" if hidden.permission else "fulfillers do not see it"
        )
        at = shown_path(hidden.path)
        raise refuse("BAD_REQUEST", f"{at}: this viewer cannot filter by `{hidden.field}`: {helps}.") from None


async def by_status(info: Info, wanted: OrderFilter | None, stop: int) -> dict[OrderStatus, int]:
    """How many of the orders that `found` finds have each status, a fulfiller's own; in one statement.

    Columns of the order are counted status by status, each up to `stop` and no further, along the indexes. What
    is found around the orders is found once, and then counted all of it.
    """
    scope, query = info.context.scope, await found(info, wanted)
    if wanted is not None and looks_around(scope, meant(wanted)):
        if not scope.is_fulfiller:
            return await bounded.grouped(query, "status")
        return await bounded.grouped(query.filter(shares__fulfiller_id=scope.company_id), "shares__status")
    today = info.context.world.clock().date()
    tests = [Test("status", Operator.EQ, (status.value,)) for status in OrderStatus]
    each = [query.filter(await compiled(scope, test, today)) for test in tests]
    return dict(zip(OrderStatus, await bounded.each_count(each, stop), strict=True))


def sorted_by(
    scope: Scope, query: QuerySet[models.Order], wanted: OrderSort | None
) -> tuple[QuerySet[models.Order], Sort]:
    """The query made ready for a sort, and the sort: newest placed first when none is wanted.

    Raises BAD_REQUEST for a sort that would tell what the viewer does not see unmasked.
    """
    wanted = wanted or OrderSort()
    if (rule := _SORT_SHOWN.get(wanted.field)) and not rule[0](scope):
        raise refuse("BAD_REQUEST", f"sort.field: this viewer cannot sort by {wanted.field.value}: {rule[1]}.")
    descending = wanted.direction is SortDirection.DESC
    key = _SORTS[wanted.field]
    if scope.is_fulfiller and wanted.field in _SHARE:
        return _by_share(query, key, _SHARE[wanted.field], descending=descending)
    if wanted.field is OrderSortField.CUSTOMER_NAME:
        query = query.annotate(customer_name=Computed(CUSTOMER_NAME))
    return query, Sort(key, descending=descending)


def _by_share(
    query: QuerySet[models.Order], key: Key, columns: tuple[str, ...], *, descending: bool
) -> tuple[QuerySet[models.Order], Sort]:
    """Sorted along the fulfiller's shares, in the order of their index; the query is joined with them already."""
    names = {f"share_{column}": F(f"shares__{column}") for column in columns}
    joined = query.annotate(**names)
    places = tuple(f"shares__{column}" for column in columns)
    return joined, Sort(
        Key(key.name, places, key.parsers, tuple(names), tie="shares__order_id"), descending=descending
    )
