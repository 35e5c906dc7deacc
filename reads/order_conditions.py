"""From a condition on orders to a query: the one place where a name of the vocabulary becomes columns.

Nobody filters by what it does not see unmasked, not even inside `not`: whether a row is found would tell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from pypika_tortoise.enums import Equality
from pypika_tortoise.queries import Table
from pypika_tortoise.terms import Criterion
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

import models
from domain.access import Permission, Scope
from domain.addresses import AddressRole
from domain.conditions import Condition, Either, Operator, Opposite, Test, tests
from domain.fulfillment import FulfillmentStatus
from domain.order_fields import NOT_ARRIVED, NOT_SHIPPED
from domain.orders import OrderStatus
from domain.shipments import ShipmentStatus
from models.criteria import Around, Constant, Where, compared
from models.visibility import visible_around
from reads.column_tests import Column, either, holds
from reads.rules import Rule, contact, destination, everybody, payments, selling_side


class NotShown(Exception):
    """The viewer may not filter by this field. `permission` would help; None: nothing would."""

    def __init__(self, test: Test, permission: Permission | None) -> None:
        super().__init__(test.field)
        self.field = test.field
        self.permission = permission
        self.path = test.path


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of another table that belong to the order and fit `where`; no `column`: their being there counts."""

    model: type[Model]
    column: Column | None = None
    where: Callable[[date], Q] = lambda _today: Q()


Own = Callable[[Test, date], Callable[[Table], Criterion]]


@dataclass(frozen=True, slots=True)
class Parts:
    """Where values are: in the order itself, in rows around it, or in both."""

    own: Own | None = None
    rows: tuple[Rows, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What a name means. A fulfiller gets `share` in place of `parts` where that is given."""

    parts: Parts | Callable[[Scope], Parts]
    share: Parts | None = None
    shown: Rule = everybody
    permission: Permission | None = None
    codes: tuple[type[Model], str] | None = None
    """The table whose keys the columns hold, and the way to the code the asker gives."""
    flag: bool = False
    """Whether being found is the value: true or false."""


def _own(text: str, *, nullable: bool = False) -> Parts:
    column = Column(text, nullable=nullable)
    return Parts(lambda test, _today: lambda table: holds(column, table, test.operator, test.values))


def _of(model: type[Model], text: str, **where: Any) -> Rows:
    return Rows(model, Column(text, nullable=True), lambda _today: Q(**where))


def _address(*texts: str) -> Parts:
    return Parts(rows=tuple(_of(models.Address, text, role=AddressRole.SHIPPING) for text in texts))


def _issues(**where: Any) -> Parts:
    return Parts(rows=(Rows(models.OrderIssue, where=lambda _today: Q(resolved_at__isnull=True, **where)),))


def _late(day: str, statuses: Collection[OrderStatus], *rows: Rows) -> Parts:
    """Orders of these statuses with a day in the past, or with one of the rows."""

    def own(_test: Test, today: date) -> Callable[[Table], Criterion]:
        return lambda table: (
            table.status.isin(sorted(statuses)) & table[day].notnull() & compared(table[day], Equality.lt, today)
        )

    return Parts(own, rows)


def _share_late(day: str, statuses: Collection[OrderStatus], *rows: Rows) -> Parts:
    """The same by a fulfiller's own status."""

    def where(today: date) -> Q:
        past: dict[str, Any] = {f"order__{day}__lt": today}
        return Q(status__in=sorted(statuses), **past)

    return Parts(rows=(Rows(models.OrderShare, where=where), *rows))


_TEXTS: Final = ("folded:number", "folded:external_ref")
_CONTACT_TEXTS: Final = tuple(f"folded:customer_{name}" for name in ("first_name", "last_name", "email", "phone"))


def _anywhere(scope: Scope) -> Parts:
    """Every text of an order that the viewer reads unmasked: what is masked is never searched."""
    columns = [Column(text) for text in (*_TEXTS, *(_CONTACT_TEXTS if contact(scope) else ()))]
    address = _ADDRESS.rows if destination(scope) else ()
    return Parts(
        lambda test, _today: (
            lambda table: either([holds(column, table, test.operator, test.values) for column in columns])
        ),
        (_of(models.OrderLine, "sku"), *address, *(_address("folded:postcode").rows if address else ())),
    )


_ADDRESS: Final = _address("folded:name", "folded:company", "line:street", "folded:city")
_WITH_SUPPLIER: Final = [one for one in FulfillmentStatus if one not in ("DELIVERED", "CANCELLED")]
_ON_THE_WAY: Final = [one for one in ShipmentStatus if one not in ("DELIVERED", "RETURNED_TO_SENDER", "DELETED")]
_PARTS_LATE: Final = (
    Rows(
        models.FulfillmentOrder,
        where=lambda today: Q(status__in=_WITH_SUPPLIER, expected_delivery__lt=today),
    ),
    Rows(models.Shipment, where=lambda today: Q(status__in=_ON_THE_WAY, expected_delivery__lt=today)),
)
_SERVICE: Final = (models.CarrierService, "carrier__code")
_PII: Final = Permission.PII_VIEW
ENTRIES: Final[dict[str, Entry]] = {
    "id": Entry(_own("id")),
    "text": Entry(_anywhere),
    "order_id": Entry(_own("folded:number")),
    "external_reference": Entry(_own("folded:external_ref")),
    "origin_date": Entry(_own("placed_at")),
    "received_at": Entry(_own("received_at")),
    "updated_at": Entry(_own("updated_at"), Parts(rows=(_of(models.OrderShare, "status_since"),))),
    "store": Entry(_own("channel_id"), codes=(models.SalesChannel, "code")),
    "status": Entry(_own("status"), Parts(rows=(_of(models.OrderShare, "status"),))),
    "order_type": Entry(_own("type")),
    "origin": Entry(_own("origin")),
    "hold_reason": Entry(_own("hold_reason", nullable=True), shown=selling_side),
    "urgent": Entry(_own("urgent")),
    "currency": Entry(_own("currency")),
    "language": Entry(_own("language", nullable=True)),
    "vat_country": Entry(_own("vat_country", nullable=True)),
    "shipping_method": Entry(_own("shipping_method", nullable=True)),
    "required_dispatch_date": Entry(_own("required_dispatch_date", nullable=True)),
    "expected_delivery": Entry(_own("expected_delivery", nullable=True)),
    "customer_id": Entry(_own("customer_external_id", nullable=True), shown=contact, permission=_PII),
    "customer_type": Entry(_own("customer_type")),
    "customer_first_name": Entry(_own("folded:customer_first_name"), shown=contact, permission=_PII),
    "customer_last_name": Entry(_own("folded:customer_last_name"), shown=contact, permission=_PII),
    "customer_email": Entry(_own("folded:customer_email"), shown=contact, permission=_PII),
    "telephone": Entry(
        Parts(_own("phone:customer_phone").own, _address("phone:phone").rows),
        _address("phone:phone"),
        shown=destination,
        permission=_PII,
    ),
    "shipping_address": Entry(_ADDRESS, shown=destination, permission=_PII),
    "postcode": Entry(_address("folded:postcode")),
    "country": Entry(_address("country_code")),
    "requested_to": Entry(Parts(rows=(_of(models.FulfillmentOrder, "source_id"),)), codes=(models.Source, "code")),
    "supplier": Entry(Parts(rows=(_of(models.FulfillmentOrder, "fulfiller_id"),)), codes=(models.Company, "code")),
    "carrier": Entry(
        Parts(
            rows=(
                _of(models.FulfillmentOrder, "service_id"),
                _of(models.Shipment, "service_id", deleted_at__isnull=True),
            )
        ),
        codes=_SERVICE,
    ),
    "sku": Entry(Parts(rows=(_of(models.OrderLine, "sku"),))),
    "tracking_number": Entry(Parts(rows=(_of(models.Shipment, "tracking_number", deleted_at__isnull=True),))),
    "payment_method": Entry(
        Parts(rows=(_of(models.Payment, "folded:method"),)),
        shown=payments,
        permission=Permission.PAYMENTS_VIEW,
    ),
    "has_open_issue": Entry(_issues(), flag=True),
    "has_blocking_issue": Entry(_issues(blocking=True), flag=True),
    "issue_code": Entry(Parts(rows=(_of(models.OrderIssue, "code", resolved_at__isnull=True),))),
    "dispatch_overdue": Entry(
        _late("required_dispatch_date", NOT_SHIPPED), _share_late("required_dispatch_date", NOT_SHIPPED), flag=True
    ),
    "delivery_overdue": Entry(
        _late("expected_delivery", NOT_ARRIVED, *_PARTS_LATE),
        _share_late("expected_delivery", NOT_ARRIVED, *_PARTS_LATE),
        flag=True,
    ),
}
"""Every name of the vocabulary, and those of typed filters alone: `id` and `text`."""


async def compiled(scope: Scope, condition: Condition, today: date) -> Q:
    """The condition as a query's. `today`: what is before it is past. Raises NotShown."""
    for test in tests(condition):
        _check_shown(scope, test)
    return _Compiler(scope, today, await _keys(condition)).condition(condition)


def looks_around(scope: Scope, condition: Condition) -> bool:
    """Whether anything but columns of the order itself is tested."""
    return any(_parts(ENTRIES[test.field], scope).rows for test in tests(condition))


def _parts(entry: Entry, scope: Scope) -> Parts:
    given = entry.share if scope.is_fulfiller and entry.share is not None else entry.parts
    return given if isinstance(given, Parts) else given(scope)


def _check_shown(scope: Scope, test: Test) -> None:
    entry = ENTRIES[test.field]
    if not entry.shown(scope):
        helps = entry.shown is destination or not scope.is_fulfiller
        raise NotShown(test, entry.permission if helps else None)


Keys = Mapping[tuple[type[Model], str], Sequence[int]]


async def _keys(condition: Condition) -> Keys:
    """Row keys of every code asked for, one statement per table: with keys at hand, databases plan better."""
    wanted: dict[tuple[type[Model], str], set[str]] = {}
    for test in tests(condition):
        if codes := ENTRIES[test.field].codes:
            wanted.setdefault(codes, set()).update(str(value) for value in test.values if isinstance(value, str))
    found: dict[tuple[type[Model], str], list[int]] = {}
    for (model, way), names in wanted.items():
        if names:
            for key, code in await model.filter(**{f"{way}__in": sorted(names)}).values_list("id", way):
                found.setdefault((model, code), []).append(key)
    return found


@dataclass(frozen=True, slots=True)
class _Compiler:
    scope: Scope
    today: date
    keys: Keys

    def condition(self, condition: Condition, *, negated: bool = False, beside_or: bool = False) -> Q:
        """Negations sink to the tests, which know how to be negated."""
        if isinstance(condition, Opposite):
            return self.condition(condition.part, negated=not negated, beside_or=beside_or)
        if isinstance(condition, Test):
            return self._test(condition, negated=negated, beside_or=beside_or)
        either = isinstance(condition, Either) is not negated
        if not condition.parts:
            return fixed(not either)
        beside = beside_or or (either and len(condition.parts) > 1)
        parts = [self.condition(part, negated=negated, beside_or=beside) for part in condition.parts]
        return Q(*parts, join_type=Q.OR if either else Q.AND)

    def _test(self, test: Test, *, negated: bool, beside_or: bool) -> Q:
        entry = ENTRIES[test.field]
        parts = _parts(entry, self.scope)
        if (entry.flag and not test.values[0]) or test.operator is Operator.ISNULL:
            negated = not negated
        known = replace(test, values=tuple(self._known(entry, test.values)))
        return self._found(parts, known, negated=negated, beside_or=beside_or)

    def _known(self, entry: Entry, values: Sequence[object]) -> Iterator[object]:
        for value in values:
            if entry.codes is not None and isinstance(value, str):
                yield from self.keys.get((entry.codes[0], value), ())
            else:
                yield value

    def _found(self, parts: Parts, test: Test, *, negated: bool, beside_or: bool) -> Q:
        """Orders where the test holds in one of the parts; negated: in none."""
        own = parts.own(test, self.today) if parts.own else None
        queries = [self._rows(rows, test) for rows in parts.rows]
        if queries:
            return Where(lambda table: Around(table, own, queries, negated=negated, beside_or=beside_or))
        assert own is not None
        return Where(lambda table: own(table).negate() if negated else own(table))

    def _rows(self, rows: Rows, test: Test) -> QuerySet[Any]:
        found = visible_around(rows.model, self.scope).filter(rows.where(self.today))
        column = rows.column
        if column is None:
            return found
        return found.filter(Where(lambda table: holds(column, table, test.operator, test.values)))


def fixed(holds: bool) -> Q:
    """Every order, or none."""
    return Where(lambda _table: Constant(holds))
