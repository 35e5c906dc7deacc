"""Every subscription, replayed from the beginning of the log, for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any, Final

import pytest
from graphql import get_named_type

from gql.ids import to_global
from models.event_log import DatabaseLog
from subscriptions.core.cursor import encode
from subscriptions.core.hub import Hub
from tests.api.matrix.fair import CELLS, Fair, global_id
from tests.api.matrix.walking import SCHEMA, answered, context, pushed, root

pytestmark = pytest.mark.timeout(600)
ABSENT_ORDER: Final = to_global("Order", 999_999)
NOUNS: Final = {"order": "ORDER", "fulfillment_order": "FULFILLMENT_ORDER", "line": "LINE"}
FIELDS: Final[dict[str, Callable[[Any], bool]]] = {
    "orderEvents": lambda event: True,
    "orderChanged": lambda event: event.order_id is not None,
    "orderStatusChanged": lambda event: "to" in event.data and event.type.partition(".")[0] in NOUNS,
    "trackingChanged": lambda event: event.type == "tracking.recorded",
}
"""Which events each field pushes to those who may read them."""
CHOICES: Final[dict[str, Callable[[Fair, Any], str | None]]] = {
    "orderId": lambda fair, event: event.order_id and global_id(fair.rows["Order"][event.order_id]),
    "channel": lambda fair, event: event.channel_id and fair.rows["SalesChannel"][event.channel_id].code,
    "kind": lambda fair, event: event.kind.value,
    "type": lambda fair, event: event.type,
    "to": lambda fair, event: event.data.get("to"),
    "StatusChangeFilter.kind": lambda fair, event: NOUNS.get(event.type.partition(".")[0]),
}
"""What a member of a filter asks of an event."""


@pytest.fixture
async def hub(fair: Fair, orm: Any) -> AsyncIterator[Hub]:
    """A running hub that has read the whole log."""
    log = DatabaseLog(orm.connections.get("default"))
    while await log.sequence():
        pass
    hub = Hub(log)
    await hub.start()
    yield hub
    await hub.stop()


def test_every_subscription_and_every_way_to_narrow_it_is_judged() -> None:
    assert set(FIELDS) == set(root("Subscription")), "say which events it pushes"
    for name, field in root("Subscription").items():
        assert set(field.args) <= {"filter", "after", "orderId"}, name
        if "filter" in field.args:
            assert set(get_named_type(field.args["filter"].type).fields) <= CHOICES.keys(), name


async def test_everybody_is_pushed_what_they_may_read_no_more_and_no_less(fair: Fair, hub: Hub) -> None:
    wrong: list[Any] = []
    for name in fair.viewers:
        for field in FIELDS:
            for given in _arguments(fair, field):
                heard = await _heard(fair, hub, name, field, given)
                expected = _expected(fair, name, field, given)
                told = fair.strange(name, heard, given)
                CELLS[f"subscription {field}"] += 1
                if _ids(heard) != expected or told:
                    wrong.append((name, field, given, _ids(heard), expected, told))

    assert wrong == []


async def test_to_follow_something_foreign_is_refused_like_something_absent(fair: Fair, hub: Hub) -> None:
    wrong: list[Any] = []
    for name, eyes in fair.eyes.items():
        orders = [one for one in fair.rows["Order"].values() if not eyes.sees(one)]
        channels = [one for one in fair.rows["SalesChannel"].values() if not eyes.sees(one)]
        for field in FIELDS:
            takes = root("Subscription")[field].args
            foreign: list[tuple[Any, Any]] = []
            if "orderId" in takes:
                foreign += [({"orderId": global_id(one)}, {"orderId": ABSENT_ORDER}) for one in orders[:1]]
            else:
                absent = {"filter": {"orderId": ABSENT_ORDER}}
                foreign += [({"filter": {"orderId": global_id(one)}}, absent) for one in orders[:1]]
                for one in channels[:1]:
                    same = {"filter": {"channel": ["m-q99999q"]}}
                    foreign.append(({"filter": {"channel": [one.code]}}, same))
            for given, absent in foreign:
                answer, other = [await _heard(fair, hub, name, field, one) for one in (given, absent)]
                CELLS[f"subscription {field}"] += 1
                if _text(answer, given) != _text(other, absent) or _ids(answer):
                    wrong.append((name, field, given, answer, other))

    assert wrong == []


def _text(answer: Any, given: Any) -> str:
    """The answer, with what was asked for made the same."""
    text = str(answer)
    named = given.get("orderId") or given["filter"].get("orderId") or given["filter"]["channel"][0]
    return text.replace(named, "it")


def _arguments(fair: Fair, field: str) -> list[dict[str, Any]]:
    """The field as it is, of every order, and narrowed in every way by everything there is."""
    takes = root("Subscription")[field].args
    orders = [global_id(one) for one in fair.rows["Order"].values()]
    if "filter" not in takes:
        return [{"orderId": one} for one in orders]
    kind = get_named_type(takes["filter"].type)
    given: list[dict[str, Any]] = [{}]
    for member in kind.fields:
        if member != "orderId":
            ask = CHOICES.get(f"{kind.name}.{member}", CHOICES[member])
            values = sorted(
                {ask(fair, one) for one in fair.rows["OrderEvent"].values() if FIELDS[field](one)} - {None}
            )
            given += [{"filter": {member: [one]}} for one in values[:2]]
    return given


def _expected(fair: Fair, name: str, field: str, given: dict[str, Any]) -> list[str] | None:
    """The ids of what must be pushed, in order; None: refused, because it names what the viewer does not see."""
    eyes = fair.eyes[name]
    rows = sorted(fair.rows["OrderEvent"].values(), key=lambda one: one.id)
    pushed = [one for one in rows if eyes.sees(one) and FIELDS[field](one)]
    kind = getattr(
        get_named_type(getattr(root("Subscription")[field].args.get("filter"), "type", None)), "name", ""
    )
    for member, wanted in {**given.get("filter", {}), **{k: v for k, v in given.items() if k != "filter"}}.items():
        ask = CHOICES.get(f"{kind}.{member}", CHOICES[member])
        values = wanted if isinstance(wanted, list) else [wanted]
        table = {"orderId": "Order", "channel": "SalesChannel"}.get(member)
        named = [one for one in fair.rows[table].values() if _name(table, one) in values] if table else []
        if not all(eyes.sees(one) for one in named):
            return None
        pushed = [one for one in pushed if ask(fair, one) in values]
    return [global_id(one) for one in pushed]


def _name(table: str, row: Any) -> str:
    return global_id(row) if table == "Order" else str(row.code)


def _ids(heard: Any) -> list[str] | None:
    """Of the events pushed; None: refused."""
    if isinstance(heard, dict):
        return None
    return [next(iter(one["data"].values()))["event"]["id"] for one in heard]


async def _heard(fair: Fair, hub: Hub, name: str, field: str, given: dict[str, Any]) -> Any:
    """Everything pushed until the viewer has passed the end of the log, or the refusal."""
    takes = root("Subscription")[field].args
    kind = get_named_type(root("Subscription")[field].type).name
    asked = context(fair.viewers[name], hub)
    end = encode(hub.head.epoch, hub.head.position)
    variables = {"after": encode(hub.head.epoch, 0), **given}
    declared = ", ".join(f"${one}: {takes[one].type}" for one in variables)
    passed = ", ".join(f"{one}: ${one}" for one in variables)
    selected = "{ event { id } }" if "filter" in given else pushed(kind)
    document = f"subscription({declared}) {{ {field}({passed}) {selected} }}"
    stream = await SCHEMA.subscribe(document, variable_values=variables, context_value=asked)
    if not hasattr(stream, "__anext__"):
        return answered(stream)
    heard: list[Any] = []
    while asked.place.passed != end:
        reading = asyncio.ensure_future(anext(stream))
        while not reading.done() and asked.place.passed != end:  # noqa: ASYNC110  nothing tells us
            await asyncio.sleep(0)
        if not reading.done():
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            break
        try:
            heard.append(answered(reading.result()))
        except StopAsyncIteration:
            break
        if heard[-1].get("errors"):
            return heard[-1]
    await stream.aclose()
    return heard
