"""Whatever is filtered, by types, joined or by expressions, the orders found are those that plain Python finds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.issues import IssueCode
from domain.order_fields import ORDER_FIELDS, FieldKind
from domain.orders import OrderOrigin, OrderStatus, OrderType
from operations.world import World
from tests.api import grid
from tests.api.grid import MOMENTS, TODAY, Grid, Told, open_grid, passes
from tests.shop import Clock

FOUND = "query($f: OrderFilter) { orders(filter: $f, first: 100) { nodes { id } count { value } } }"
PERSONAL = {"customer_first_name", "customer_last_name", "customer_email", "telephone", "shipping_address"}
HIDDEN = {
    "agent": set(),
    "retailer of one channel": set(),
    "partner": {*PERSONAL, "payment_method"},
    "viewer": {*PERSONAL, "payment_method"},
    "ink": {*PERSONAL - {"telephone", "shipping_address"}, "payment_method", "hold_reason"},
}
WORDS = {
    "order_id": ("n-1", "N-2", "1"),
    "external_reference": ("x-1", "X-", ""),
    "customer_first_name": ("an", "öz", "ÖZIL", "100%", "a_", "o'h", ""),
    "customer_last_name": ("ANNA", "özil", "100", "a_b"),
    "customer_email": ("ann@", "BOB_1@x.example", "x"),
    "telephone": ("+49 40", "+4940 12", "(40)"),
    "shipping_address": ("özil", "ann p", "1 MILL", "mill", "Ann City"),
    "postcode": ("SW1a", "204", "1"),
    "country": ("DE", "fr"),
    "language": ("de", "EN", "en"),
    "sku": (*grid.SKUS, "absent"),
    "tracking_number": ("T-1", "T-2", "t-1"),
    "payment_method": ("card", "PayPal", "none"),
}
CODES = {
    "store": ("web", "shop", "absent"),
    "requested_to": ("ink-main", "jet-main", "absent"),
    "supplier": ("ink", "jet", "absent"),
    "carrier": ("swift", "heron", "absent"),
    "status": list(OrderStatus),
    "order_type": list(OrderType),
    "origin": list(OrderOrigin)[:4],
    "issue_code": list(IssueCode)[:3],
}
DATES = [day for day in grid.DAYS if day]
FIELDS = [name for name in ORDER_FIELDS if name in {*WORDS, *CODES}] + [
    "origin_date", "required_dispatch_date", "urgent", "has_open_issue", "has_blocking_issue", "dispatch_overdue",
    "delivery_overdue",
]  # fmt: skip
Case = tuple[dict[str, Any], Any]
"""A filter as clients write it, and what it means: (order, supplier) -> bool."""


def _values(name: str) -> st.SearchStrategy[Any]:
    if name in WORDS or name in CODES:
        return st.sampled_from({**WORDS, **CODES}[name]).map(str)
    if name == "origin_date":
        return st.sampled_from(MOMENTS)
    return st.sampled_from(DATES) if name == "required_dispatch_date" else st.booleans()


def _written(value: Any, kind: FieldKind) -> dict[str, Any]:
    type_ = "string" if kind is FieldKind.CODE else kind.value
    return {"value": value if isinstance(value, bool | str) else value.isoformat(), "type": type_}


@st.composite
def compared(draw: Any, names: list[str]) -> Case:
    """One comparison of an expression."""
    name = draw(st.sampled_from(names))
    kind = ORDER_FIELDS[name].kind
    operators = {
        FieldKind.TEXT: ["eq", "neq", "in", "nin", "like", "isnull"],
        FieldKind.CODE: ["eq", "neq", "in", "nin", "isnull"],
        FieldKind.BOOLEAN: ["eq", "neq"],
    }.get(kind, ["eq", "neq", "gt", "ge", "lt", "le", "in", "nin", "isnull"])
    operator = draw(st.sampled_from(operators))
    most = 3 if operator in ("in", "nin") else 0 if operator == "isnull" else 1
    wanted = draw(st.lists(_values(name), min_size=min(most, 1), max_size=most))
    if operator == "like":
        wanted = [draw(st.sampled_from(["{}%", "%{}", "%{}%", "{}", "_{}", "\\%{}", "{}\\_1%"])).format(*wanted)]
    positive = {"neq": "eq", "nin": "in"}.get(operator, operator)
    field = {"exp": "field", "args": [{"value": name}]}
    written = {"exp": operator, "args": [field, *(_written(value, kind) for value in wanted)]}
    return written, lambda one, who: passes(one, name, positive, wanted, who) is (positive == operator)


def expressions(names: list[str]) -> st.SearchStrategy[Case]:
    def joined(parts: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
        several = st.lists(parts, min_size=1, max_size=3)
        return st.one_of(
            several.map(lambda cases: ({"exp": "and", "args": [one for one, _ in cases]}, _all(cases))),
            several.map(lambda cases: ({"exp": "or", "args": [one for one, _ in cases]}, _any(cases))),
            parts.map(lambda case: ({"exp": "not", "args": [case[0]]}, _not(case))),
        )

    return st.recursive(compared(names), joined, max_leaves=5)


STARTS = {
    "number": "order_id", "externalReference": "external_reference", "customerFirstName": "customer_first_name",
    "customerLastName": "customer_last_name", "customerEmail": "customer_email", "phone": "telephone",
    "shippingAddress": "shipping_address", "postcode": "postcode",
}  # fmt: skip
LISTED = {
    "status": "status", "type": "order_type", "origin": "origin", "channel": "store", "source": "requested_to",
    "carrier": "carrier", "paymentMethod": "payment_method", "issueCode": "issue_code",
}  # fmt: skip
SINGLE = {
    "supplier": ("supplier", "eq"), "trackingNumber": ("tracking_number", "eq"), "sku": ("sku", "eq"),
    "placedFrom": ("origin_date", "ge"), "placedTo": ("origin_date", "lt"),
    "hasOpenIssue": ("has_open_issue", "eq"), "hasBlockingIssue": ("has_blocking_issue", "eq"),
}  # fmt: skip
MEANT = {
    **{name: (field, "starts") for name, field in STARTS.items()},
    **{name: (field, "in") for name, field in LISTED.items()},
    **SINGLE,
}


@st.composite
def typed(draw: Any, names: list[str]) -> Case:
    """One condition of the typed filter."""
    if draw(st.integers(0, 15)) == 0:
        ways = draw(st.lists(st.sampled_from(["DISPATCH", "DELIVERY"]), min_size=1))
        late = [f"{way.lower()}_overdue" for way in ways]
        return {"overdue": ways}, lambda one, who: any(passes(one, way, "eq", [True], who) for way in late)
    name = draw(st.sampled_from([each for each, (field, _) in MEANT.items() if field in names]))
    field, operator = MEANT[name]
    value = draw(st.lists(_values(field), max_size=3) if operator == "in" else _values(field))
    wanted = value if isinstance(value, list) else [value]
    written = value.isoformat() if hasattr(value, "isoformat") else value
    return {name: written}, lambda one, who: passes(one, field, operator, wanted, who)


def filters(names: list[str]) -> st.SearchStrategy[Case]:
    def joined(parts: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
        several = st.lists(parts, min_size=1, max_size=3)
        return st.one_of(
            several.map(lambda cases: ({"and": [one for one, _ in cases]}, _all(cases))),
            several.map(lambda cases: ({"or": [one for one, _ in cases]}, _any(cases))),
            parts.map(lambda case: ({"not": case[0]}, _not(case))),
        )

    expressed = expressions(names).map(lambda case: ({"expression": case[0]}, case[1]))
    return st.recursive(typed(names) | expressed, joined, max_leaves=4)


def _all(cases: list[Case]) -> Any:
    return lambda one, who: all(holds(one, who) for _, holds in cases)


def _any(cases: list[Case]) -> Any:
    return lambda one, who: any(holds(one, who) for _, holds in cases)


def _not(case: Case) -> Any:
    return lambda one, who: not case[1](one, who)


@pytest.fixture
async def filled(orm) -> Grid:
    return await open_grid()


@pytest.fixture
def today(monkeypatch) -> None:
    """Every request is made on one day."""
    clock = Clock()
    assert clock().date() == TODAY
    monkeypatch.setattr("tests.api.conftest.World", lambda: World(clock=clock))


@pytest.mark.parametrize("name", HIDDEN)
async def test_whatever_is_filtered_exactly_the_orders_that_fit_are_found(api, filled, today, name):
    viewer, sees, supplier = filled.viewers[name]
    mine: list[Told] = [one for one in filled.told if sees(one)]
    cases: list[Case] = []
    names = [field for field in FIELDS if field not in HIDDEN[name]]

    @settings(max_examples=150, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(filters(names))
    def collect(case: Case) -> None:
        cases.append(case)

    collect()
    for wanted, holds in cases:
        page = (await api.ask(viewer, FOUND, f=wanted))["orders"]

        expected = {one.id for one in mine if holds(one, supplier)}
        assert ({node["id"] for node in page["nodes"]}, page["count"]["value"]) == (expected, len(expected)), (
            wanted
        )


@pytest.mark.parametrize("name", [name for name, hidden in HIDDEN.items() if hidden])
async def test_nobody_filters_by_what_is_masked_or_hidden_however_it_is_wrapped(api, filled, name):
    viewer = filled.viewers[name][0]
    bare = {each: field for each, (field, _) in MEANT.items() if field in HIDDEN[name]}
    plain = [{each: ["card"] if field == "payment_method" else "a"} for each, field in bare.items()]
    plain += [
        {"expression": {"exp": "isnull", "args": [{"exp": "field", "args": [{"value": field}]}]}}
        for field in HIDDEN[name]
    ]

    for one in plain:
        for wanted in (one, {"not": one}, {"and": [{"or": [one, {"status": ["NEW"]}]}]}):
            for document in (FOUND, "query($f: OrderFilter) { orderCounts(filter: $f) { status } }"):
                answer = await api.answer(viewer, document, f=wanted)

                assert [error.extensions["code"] for error in answer.errors] == ["BAD_REQUEST"]
                assert "pii.view" in answer.errors[0].message or name == "ink" or "payments.view" in str(answer)


async def test_a_refusal_names_the_condition_and_the_permission_that_would_help(api, filled):
    viewer, wanted = filled.viewers["partner"][0], {"or": [{"status": ["NEW"]}, {"not": {"customerEmail": "a"}}]}

    answer = await api.answer(viewer, FOUND, f=wanted)

    assert answer.errors[0].message == (
        "filter.or[1].not.customerEmail: this viewer cannot filter by `customer_email`: "
        "it needs the permission `pii.view`."
    )


async def test_every_field_of_the_vocabulary_means_something(api, filled):
    for field in ORDER_FIELDS.values():
        assert field.about.endswith(".")
    for name in ORDER_FIELDS:
        value = {"exp": "eq", "args": [{"exp": "field", "args": [{"value": name}]}, _any_value(name)]}
        await api.ask(filled.viewers["agent"][0], FOUND, f={"expression": value})


def _any_value(name: str) -> dict[str, Any]:
    field = ORDER_FIELDS[name]
    given = {FieldKind.BOOLEAN: True, FieldKind.DATE: "2026-01-01", FieldKind.DATETIME: "2026-01-01T00:00:00Z"}
    return {"value": str(next(iter(field.choices))) if field.choices else given.get(field.kind, "x")}


@pytest.mark.parametrize(
    "wanted",
    [
        {"or": []},
        {"status": ["NEW"] * 101},
        {"and": [{"urgent": True}]},
        {"text": "a b c d e f g h i"},
        {"and": [{"number": "1"}] * 51},
        {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"number": "1"}}}}}}}}},
        {"number": "\0"},
        {"and": [{}] * 201},
        {"or": [{"channel": ["web"] * 99}, {"channel": ["web"] * 99, "status": ["NEW"] * 3}]},
    ],
    ids=lambda wanted: next(iter(wanted)),
)
async def test_a_filter_beyond_all_use_is_refused(api, filled, wanted):
    answer = await api.answer(filled.viewers["agent"][0], FOUND, f=wanted)

    assert answer.errors
    assert answer.data is None or answer.data["orders"] is None


async def test_the_longest_filter_there_may_be_fits_into_a_statement(api, filled):
    name = {"exp": "field", "args": [{"value": "customer_last_name"}]}
    spelled = [f"éÀ b{number}" for number in range(100)]
    wanted = {"expression": {"exp": "and", "args": [{"exp": "nin", "args": [name, {"value": spelled}]}] * 2}}
    counts = "query($f: OrderFilter) { orderCounts(filter: $f) { status } }"

    assert (await api.ask(filled.viewers["agent"][0], FOUND, f=wanted))["orders"]["nodes"]
    assert (await api.ask(filled.viewers["agent"][0], counts, f=wanted))["orderCounts"]


async def test_several_filters_in_one_document_have_no_more_values_than_one_may_have(api, filled):
    viewer = filled.viewers["agent"][0]
    both = "orders(filter: $f) { count { value } } orderCounts(filter: $f) { status }"
    twice = f"query($f: OrderFilter) {{ {both} }}"

    within = await api.answer(viewer, twice, f={"channel": ["web"] * 90})
    beyond = await api.answer(viewer, twice, f={"channel": ["web"] * 90, "sku": "MUG", "status": ["NEW"] * 10})

    assert not within.errors
    assert "The filters of one document have at most 200 values" in beyond.errors[0].message


@pytest.mark.parametrize("pattern", ["%\\-", "+49\\ %", "%\\("])
async def test_escaped_signs_that_do_not_count_in_telephone_numbers_are_left_out_of_patterns(api, filled, pattern):
    phone = {"exp": "field", "args": [{"value": "telephone"}]}
    wanted = {"expression": {"exp": "like", "args": [phone, {"value": pattern}]}}

    answer = await api.ask(filled.viewers["agent"][0], FOUND, f=wanted)

    assert answer["orders"]["nodes"]


async def test_orders_are_counted_by_status_in_one_statement_under_any_filter(api, filled, today):
    document = "query($f: OrderFilter) { orderCounts(filter: $f) { status count { value exact } } }"
    for name, wanted in (("agent", {}), ("agent", {"channel": ["web"]}), ("ink", {"sku": "MUG"})):
        viewer, sees, supplier = filled.viewers[name]

        counts = (await api.ask(viewer, document, f=wanted))["orderCounts"]

        fits = [
            one for one in filled.told
            if sees(one) and (not wanted or passes(one, *_first(wanted), supplier))
        ]  # fmt: skip
        statuses = [next(iter(grid.values(one, "status", supplier))) for one in fits]
        expected = {status: statuses.count(status) for status in OrderStatus if status in statuses}
        assert {count["status"]: count["count"]["value"] for count in counts} == expected


def _first(wanted: dict[str, Any]) -> tuple[str, str, list[Any]]:
    ((name, value),) = wanted.items()
    return (*MEANT[name], value if isinstance(value, list) else [value])
