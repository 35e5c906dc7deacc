"""What every mutation needs, and calls of each with a name of something that the caller does not see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_required_input_field,
)

from gql.ids import to_global
from tests.api.matrix.fair import Fair, global_id
from tests.api.matrix.walking import TYPES, root

ABSENT: Final = 999_999
ABSENT_CODE: Final = "m-q99999q"
SELLERS: Final = ("RETAILER", "PLATFORM")
SUPPLIERS: Final = ("FULFILLER", "PLATFORM")
ALL: Final = ("RETAILER", "FULFILLER", "PLATFORM")


@dataclass(frozen=True)
class Need:
    """The permission, the kinds of companies it is for, and what `id` in its input is the id of."""

    permission: str
    kinds: tuple[str, ...] = ALL
    id: str = ""


NEEDS: Final = {
    "orderImport": Need("orders.create", SELLERS),
    "orderProcess": Need("orders.process", SELLERS),
    "orderHold": Need("orders.hold"),
    "orderRelease": Need("orders.hold"),
    "orderCancel": Need("orders.cancel"),
    "orderClose": Need("orders.process", SELLERS),
    "orderCommentAdd": Need("orders.comment"),
    "fulfillmentOrderProgress": Need("fulfillment.manage"),
    "shipmentCreate": Need("shipments.manage"),
    "shipmentDelete": Need("shipments.manage"),
    "trackingRecord": Need("shipments.manage"),
    "catalogImport": Need("catalog.manage", SELLERS),
    "variantWithdraw": Need("catalog.manage"),
    "stockSet": Need("catalog.manage", SUPPLIERS),
    "channelSave": Need("settings.manage", SELLERS, "SalesChannel"),
    "sourceSave": Need("settings.manage", SUPPLIERS, "Source"),
    "carrierSave": Need("settings.manage", ("PLATFORM",), "Carrier"),
    "connectionInvite": Need("settings.manage", SELLERS),
    "connectionAccept": Need("settings.manage"),
    "connectionSave": Need("settings.manage"),
    "offeredServicesSave": Need("settings.manage", SUPPLIERS),
    "shippingMappingSave": Need("settings.manage", SELLERS),
    "routingRuleSave": Need("settings.manage", SELLERS),
    "savedViewSave": Need("orders.view", id="SavedView"),
    "savedViewDelete": Need("orders.view", id="SavedView"),
    "roleSave": Need("roles.manage", id="Role"),
    "userSave": Need("roles.manage", id="User"),
    "apiClientSave": Need("roles.manage", id="ApiClient"),
    "apiClientRotate": Need("roles.manage"),
    "apiClientRevoke": Need("roles.manage"),
}
"""A new mutation is judged here, by section 2 of the domain."""

IDS: Final = {
    "orderId": "Order",
    "lineId": "OrderLine",
    "fulfillmentOrderId": "FulfillmentOrder",
    "shipmentId": "Shipment",
    "variantId": "Variant",
    "sourceId": "Source",
    "channelId": "SalesChannel",
    "connectionId": "Connection",
    "serviceId": "CarrierService",
    "serviceIds": "CarrierService",
    "roleId": "Role",
    "apiClientId": "ApiClient",
    "savedViewId": "SavedView",
}
CODES: Final = {
    "channel": "SalesChannel",
    "channels": "SalesChannel",
    "retailer": "Company",
    "fulfiller": "Company",
    "company": "Company",
}
"""Members of inputs that name a thing, by its id or by its code."""
OPEN: Final = frozenset({("connectionInvite", "fulfiller")})
"""Whoever knows a fulfiller's code may invite it."""
EXTRA: Final[dict[str, dict[str, Any]]] = {"stockSet": {"onHand": 1}}
"""Members that are not required by the schema, but without which there is nothing to do."""
SAMPLES: Final[dict[str, Any]] = {
    "String": "Text",
    "Int": 1,
    "Boolean": False,
    "DateTime": "2026-01-01T00:00:00+00:00",
    "JSON": {},
    "CurrencyCode": "EUR",
}

Path = tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """One mutation twice: with something the caller does not see, and with something that is not there."""

    mutation: str
    member: Path
    foreign: dict[str, Any] = field(hash=False)
    absent: dict[str, Any] = field(hash=False)


def calls(fair: Fair, name: str, mutation: str) -> Iterator[Call]:
    """For each member of the input that names a thing, and a few things the caller does not see."""
    kind = get_named_type(root("Mutation")[mutation].args["input"].type)
    for member in _names(mutation, kind):
        if (mutation, member[-1]) in OPEN:
            continue
        table = _table(mutation, member[-1])
        foreign = [row for row in fair.rows[table].values() if not fair.eyes[name].sees(row)]
        for row in {id(one): one for one in (*foreign[:1], *foreign[-1:])}.values():
            yield Call(
                mutation,
                member,
                _input(fair, name, mutation, kind, member, _named(mutation, member[-1], row)),
                _input(fair, name, mutation, kind, member, _absent(mutation, member[-1])),
            )


def plain(fair: Fair, name: str, mutation: str) -> dict[str, Any]:
    """An input that names nothing the caller does not see, if it sees any such thing."""
    kind = get_named_type(root("Mutation")[mutation].args["input"].type)
    return _input(fair, name, mutation, kind, (), None)


def _table(mutation: str, member: str) -> str:
    if member in CODES:
        return CODES[member]
    return NEEDS[mutation].id if member == "id" else IDS[member]


def _names(mutation: str, kind: Any, above: Path = ()) -> Iterator[Path]:
    """Every member that names a thing, inner inputs included. KeyError for ids nobody knows here."""
    for member, one in kind.fields.items():
        named = get_named_type(one.type)
        if isinstance(named, GraphQLInputObjectType):
            if named.name not in ("OrderFilter", "OrderSort"):
                yield from _names(mutation, named, (*above, member))
        elif named.name == "ID" or (named.name == "String" and member in CODES):
            assert _table(mutation, member)
            yield (*above, member)


def _named(mutation: str, member: str, row: Any) -> str:
    return str(row.code) if member in CODES else global_id(row)


def _absent(mutation: str, member: str) -> str:
    if member in CODES:
        return ABSENT_CODE
    kind = _table(mutation, member)
    return to_global({"Connection": "Partnership"}.get(kind, kind), ABSENT)


def _input(fair: Fair, name: str, mutation: str, kind: Any, member: Path, value: Any) -> dict[str, Any]:
    """The members that are required, with things the caller sees where it sees any, and this one."""
    made = {one: value for one, value in EXTRA.get(mutation, {}).items() if one in kind.fields}
    for one, about in kind.fields.items():
        if member[:1] == (one,) or is_required_input_field(about):
            named = get_named_type(about.type)
            rest = member[1:] if member[:1] == (one,) else ()
            if isinstance(named, GraphQLInputObjectType):
                made[one] = _as_list(about.type, _input(fair, name, mutation, named, rest, value))
            elif member[:1] == (one,):
                made[one] = _as_list(about.type, value)
            else:
                made[one] = _as_list(about.type, _sample(fair, name, mutation, one, named))
    return made


def _sample(fair: Fair, name: str, mutation: str, member: str, named: Any) -> Any:
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    if named.name == "ID" or member in CODES:
        table = _table(mutation, member)
        seen = [row for row in fair.rows[table].values() if fair.eyes[name].sees(row)]
        return _named(mutation, member, seen[-1]) if seen else _absent(mutation, member)
    return SAMPLES[named.name]


def _as_list(kind: Any, value: Any) -> Any:
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    return [value] if isinstance(inner, GraphQLList) else value


def document(mutation: str) -> str:
    """The mutation with all that its payload says of itself."""
    kind = get_named_type(root("Mutation")[mutation].args["input"].type).name
    errors = " ".join(
        f"... on {one.name} {{ {' '.join(_own(one))} }}"
        for one in TYPES.values()
        if any(face.name == "UserError" for face in getattr(one, "interfaces", ()))
    )
    return f"""mutation($input: {kind}!) {{ {mutation}(input: $input) {{
        userErrors {{ __typename code message path retry {errors} }}
        warnings {{ code message path }}
        receipt {{ replayed events {{ id summary }} }}
    }} }}"""


def _own(kind: Any) -> Iterator[str]:
    for name, one in kind.fields.items():
        if name in ("code", "message", "path", "retry"):
            continue
        inner = get_named_type(one.type)
        yield f"{name} {{ __typename }}" if hasattr(inner, "fields") else name
