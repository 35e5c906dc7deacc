from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from domain.access import CompanyKind, Permission, Viewer
from domain.orders import OrderStatus
from tests.api import rows

PAGE = """query($first: Int, $after: Cursor, $last: Int, $before: Cursor, $sort: OrderSort) {
    orders(first: $first, after: $after, last: $last, before: $before, sort: $sort) {
        edges { cursor node { id } } nodes { id ...Keys }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
}
fragment Keys on Order {
    placedAt updatedAt number status currency totals { grandTotal { amount } } customer { firstName lastName }
}"""
KEYS = {
    "PLACED_AT": lambda row: row["placedAt"],
    "UPDATED_AT": lambda row: row["updatedAt"],
    "NUMBER": lambda row: row["number"],
    "GRAND_TOTAL": lambda row: (row["currency"], Decimal(row["totals"]["grandTotal"]["amount"])),
    "CUSTOMER_NAME": lambda row: f"{row['customer']['lastName']} {row['customer']['firstName']}".lower(),
    "STATUS": lambda row: (row["status"], row["placedAt"]),
}
FOR_FULFILLERS = {"PLACED_AT", "UPDATED_AT", "NUMBER", "STATUS"}
SORTS = [{"field": field, "direction": way} for field in KEYS for way in ("ASC", "DESC")]
ORDERS = 23


@pytest.fixture
async def readers(orm) -> dict[str, Viewer]:
    """Somebody of the platform and somebody of a supplier, who both see 23 orders, many of the same moment."""
    random = Random(7)
    home = await rows.company("home", CompanyKind.PLATFORM)
    shop = await rows.channel(await rows.company("acme", CompanyKind.RETAILER), "web")
    ink = await rows.company("ink", CompanyKind.FULFILLER)
    jet = await rows.company("jet", CompanyKind.FULFILLER)
    places = {company.id: await rows.source(company) for company in (ink, jet)}
    for _ in range(ORDERS):
        moment = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(microseconds=random.choice([0, 1, 500_000]))
        other = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=random.choice([0, 1]))
        status = random.choice([OrderStatus.NEW, OrderStatus.SHIPPED, OrderStatus.CANCELLED])
        facts = {"currency": random.choice(["EUR", "JPY"]), "total_minor": random.choice([0, 900, 11000])}
        names = {"customer_last_name": random.choice(["", "Öz", "de la", "Delan"]), "customer_first_name": "Al"}
        order = await rows.order(shop, placed_at=moment, updated_at=other, status=status, **facts, **names)
        for company in (ink, jet):
            own = random.choice([OrderStatus.PROCESSING, OrderStatus.DELIVERED])
            since = {"status": own, "status_since": random.choice([moment, other])}
            await rows.fulfillment(order, company, places[company.id], "sku", **since)
    return {"agent": rows.viewer(home, "agent"), "supplier": rows.viewer(ink, "fulfiller")}


async def walk(api, viewer, forward: bool, size: int, sort) -> list[dict]:
    """All rows, page by page; pages are put together in the list's order."""
    rows, place = [], None
    for _ in range(ORDERS + 2):
        window = {"first": size, "after": place} if forward else {"last": size, "before": place}
        page = (await api.ask(viewer, PAGE, sort=sort, **window))["orders"]
        assert [edge["node"]["id"] for edge in page["edges"]] == [node["id"] for node in page["nodes"]]
        rows = rows + page["nodes"] if forward else page["nodes"] + rows
        place = page["pageInfo"]["endCursor" if forward else "startCursor"]
        if not page["pageInfo"]["hasNextPage" if forward else "hasPreviousPage"]:
            return rows
    raise AssertionError("the walk does not end")


@pytest.mark.parametrize(
    ("name", "sort"),
    [("agent", sort) for sort in SORTS]
    + [("supplier", sort) for sort in SORTS if sort["field"] in FOR_FULFILLERS],
    ids=lambda value: value if isinstance(value, str) else " ".join(value.values()),
)
async def test_walking_the_pages_either_way_meets_every_order_once_and_in_order(api, readers, name, sort):
    viewer = readers[name]
    key = KEYS[sort["field"]]

    whole = await walk(api, viewer, True, 100, sort)
    walks = [await walk(api, viewer, forward, size, sort) for forward in (True, False) for size in (1, 4, 23)]

    assert len({row["id"] for row in whole}) == ORDERS
    assert all(one == whole for one in walks)
    keys = [key(row) for row in whole]
    assert keys == sorted(keys, reverse=sort["direction"] == "DESC")


async def test_orders_come_newest_placed_first_in_twenties_when_nothing_else_is_asked(api, readers):
    page = (await api.ask(readers["agent"], PAGE))["orders"]

    placed = [node["placedAt"] for node in page["nodes"]]
    assert placed == sorted(placed, reverse=True)
    assert len(placed) == 20
    assert page["pageInfo"]["hasNextPage"] is True


async def test_both_cursors_together_cut_a_piece_out_of_the_list(api, readers):
    edges = (await api.ask(readers["agent"], PAGE, first=23))["orders"]["edges"]

    page = await api.ask(readers["agent"], PAGE, after=edges[3]["cursor"], before=edges[8]["cursor"])

    assert [edge["cursor"] for edge in page["orders"]["edges"]] == [edge["cursor"] for edge in edges[4:8]]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "####",
        "W10",
        "bnVsbA",
        "e30",
        "WyJQTEFDRURfQVQuREVTQyIsMV0",
        "ü" * 9,
        "A" * 501,
        "WzEsMiwzXQ",
        "WyJQTEFDRURfQVQuREVTQyIsIDEsICIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIl0",
    ],
)
async def test_a_cursor_the_api_never_made_is_refused(api, readers, cursor):
    for place in ({"after": cursor}, {"before": cursor}):
        assert await api.refusal(readers["agent"], PAGE, **place) == "MALFORMED_CURSOR"


async def test_a_cursor_of_another_sort_is_refused_with_what_to_do(api, readers):
    cursor = (await api.ask(readers["agent"], PAGE))["orders"]["pageInfo"]["endCursor"]

    answers = [await api.answer(readers["agent"], PAGE, after=cursor, sort=sort) for sort in SORTS]

    refused = [answer.errors[0] for answer in answers if answer.errors]
    assert len(refused) == len(SORTS) - 1
    assert {error.extensions["code"] for error in refused} == {"MALFORMED_CURSOR"}
    assert "start again without a cursor" in refused[0].message


@pytest.mark.parametrize("window", [{"first": 0}, {"first": 101}, {"last": -1}, {"first": 1, "last": 1}])
async def test_a_page_has_one_to_a_hundred_rows_from_one_end(api, readers, window):
    assert await api.refusal(readers["agent"], PAGE, **window) == "BAD_REQUEST"


async def test_counting_stops_at_the_limit_and_says_so(api, readers):
    document = "query($n: Int!) { orders(first: 1) { count(limit: $n) { value exact } } }"

    counts = [(await api.ask(readers["agent"], document, n=n))["orders"]["count"] for n in (1, 22, 23, 10_000)]

    assert [(count["value"], count["exact"]) for count in counts] == [
        (1, False),
        (22, False),
        (23, True),
        (23, True),
    ]
    assert await api.refusal(readers["agent"], document, n=0) == "BAD_REQUEST"
    assert await api.refusal(readers["agent"], document, n=10_001) == "BAD_REQUEST"


@pytest.mark.parametrize(
    ("name", "field", "told"),
    [
        ("supplier", "GRAND_TOTAL", "fulfillers do not see it"),
        ("supplier", "CUSTOMER_NAME", "it is masked"),
        ("viewer", "CUSTOMER_NAME", "`pii.view`"),
    ],
)
async def test_nobody_sorts_by_what_is_masked_or_hidden_because_the_order_would_tell(
    api, readers, name, field, told
):
    readers["viewer"] = rows.without(readers["agent"], Permission.PII_VIEW)

    answer = await api.answer(readers[name], PAGE, sort={"field": field})

    assert answer.errors[0].extensions["code"] == "BAD_REQUEST"
    assert told in answer.errors[0].message
