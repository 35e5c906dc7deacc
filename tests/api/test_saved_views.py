from __future__ import annotations

import pytest

import models
from domain.access import Viewer
from gql.filters import OrderSortField
from operations import saved_views

VIEW = "savedView { id name filter sort { field direction } columns pageSize version }"
MINE = "{ savedViews { id name filter sort { field direction } columns pageSize version } }"
LATE = {
    "overdue": ["DISPATCH"],
    "or": [{"channel": ["web"], "placedFrom": "2026-01-01T00:00:00+00:00"}, {"not": {"hasOpenIssue": True}}],
    "expression": {
        "exp": "like",
        "args": [{"exp": "field", "args": [{"value": "customer_email"}]}, {"value": "a%"}],
    },
}
ORDERS = """query($filter: OrderFilter, $sort: OrderSort, $first: Int) {
    orders(filter: $filter, sort: $sort, first: $first) { nodes { number } }
}"""


async def mine(shop, viewer: Viewer) -> list[dict]:
    return (await shop.ask(viewer, MINE)).of("savedViews")


async def saved(shop, viewer: Viewer, **input: object) -> dict:
    answer = await shop.do(viewer, "savedViewSave", VIEW, **{"name": "Late ones", **input})
    assert answer["userErrors"] == []
    return answer["savedView"]


async def refusals(shop, viewer: Viewer, mutation: str = "savedViewSave", **input: object) -> list[tuple]:
    answer = await shop.do(viewer, mutation, "", **input)
    return [(error["code"], error["path"]) for error in answer["userErrors"]]


async def test_a_view_comes_back_as_it_was_saved_and_shows_the_orders_it_says(shop):
    await shop.order()
    view = await saved(
        shop,
        shop.agent,
        filter=LATE,
        sort={"field": "CUSTOMER_NAME", "direction": "ASC"},
        columns=["number", "customer"],
        pageSize=50,
    )

    found = await mine(shop, shop.agent)

    assert found == [view]
    assert view["filter"] == LATE
    shown = await shop.ask(shop.agent, ORDERS, filter=view["filter"], sort=view["sort"], first=view["pageSize"])
    assert shown.of("orders") == {"nodes": []}


async def test_a_view_is_changed_and_forgotten_under_its_id_and_every_change_counts(shop):
    view = await saved(shop, shop.agent, filter={"status": ["NEW"]})

    changed = await saved(shop, shop.agent, id=view["id"], name="New ones")
    again = await saved(shop, shop.agent, id=view["id"], name="New ones")
    deleted = await shop.do(shop.agent, "savedViewDelete", "deletedId", id=view["id"])

    assert (changed["id"], changed["name"], changed["filter"], changed["version"]) == (
        view["id"],
        "New ones",
        {},
        2,
    )
    assert again == changed
    assert deleted["deletedId"] == view["id"]
    assert await mine(shop, shop.agent) == []
    events = models.OrderEvent.filter(aggregate="saved_view").order_by("id")
    assert await events.values_list("type", "order_version") == [
        ("saved_view.created", 1),
        ("saved_view.changed", 2),
        ("saved_view.deleted", 3),
    ]


async def test_nobody_else_sees_changes_or_deletes_a_view(shop):
    view = await saved(shop, shop.agent)
    by_id = "query($id: ID!) { node(id: $id) { id } }"

    assert (await shop.ask(shop.agent, by_id, id=view["id"])).data == {"node": {"id": view["id"]}}
    for other in (shop.supervisor, shop.administrator, shop.retailer, shop.partner, shop.press):
        assert await mine(shop, other) == []
        assert (await shop.ask(other, by_id, id=view["id"])).data == {"node": None}
        for mutation, more in (("savedViewSave", {"name": "Mine"}), ("savedViewDelete", {})):
            answer = await refusals(shop, other, mutation, id=view["id"], **more)
            assert answer == [("NOT_FOUND", ["input", "id"])]
    assert await mine(shop, shop.agent) == [view]


async def test_a_program_has_views_of_its_own(shop):
    assert shop.partner.api_client_id is not None

    view = await saved(shop, shop.partner)

    assert await mine(shop, shop.partner) == [view]


@pytest.mark.parametrize(
    ("input", "path"),
    [
        ({"name": " "}, ["input", "name"]),
        ({"name": "x" * 101}, ["input", "name"]),
        ({"pageSize": 0}, ["input", "pageSize"]),
        ({"pageSize": 101}, ["input", "pageSize"]),
        ({"columns": ["a", ""]}, ["input", "columns", "1"]),
        ({"columns": ["a"] * 101}, ["input", "columns"]),
        ({"filter": {"or": []}}, ["input", "filter", "or"]),
        (
            {"filter": {"not": {"expression": {"exp": "is", "args": []}}}},
            ["input", "filter", "not", "expression", "exp"],
        ),
    ],
)
async def test_a_view_that_could_not_be_shown_is_not_saved(shop, input, path):
    before = await models.OrderEvent.all().count()

    assert await refusals(shop, shop.agent, **{"name": "Mine", **input}) == [("INVALID_INPUT", path)]

    assert (await mine(shop, shop.agent), await models.OrderEvent.all().count()) == ([], before)


async def test_two_views_of_one_owner_have_two_names_and_there_is_an_end_to_them(shop, monkeypatch):
    first = await saved(shop, shop.agent, name="One")
    second = await saved(shop, shop.agent, name="Two")
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)

    taken = await refusals(shop, shop.agent, id=second["id"], name="One")
    full = await refusals(shop, shop.agent, name="Three")

    assert (taken, full) == ([("INVALID_INPUT", ["input", "name"])], [("INVALID_INPUT", ["input"])])
    assert await mine(shop, shop.agent) == [first, second]
    assert (await saved(shop, shop.supervisor, name="One"))["name"] == "One"


async def test_a_view_that_was_changed_meanwhile_is_not_changed_again_by_mistake(shop):
    view = await saved(shop, shop.agent)
    await saved(shop, shop.agent, id=view["id"], pageSize=100)
    document = """mutation($input: SavedViewDeleteInput!, $guard: MutationGuard) {
        savedViewDelete(input: $input, guard: $guard) { userErrors { code path } }
    }"""

    answer = await shop.ask(shop.agent, document, input={"id": view["id"]}, guard={"expectedVersion": 1})

    (error,) = answer.of("savedViewDelete")["userErrors"]
    assert error == {"code": "VERSION_CONFLICT", "path": ["guard", "expectedVersion"]}
    assert [one["pageSize"] for one in await mine(shop, shop.agent)] == [100]


def test_a_view_can_be_sorted_by_whatever_the_grid_can():
    longest = models.SavedView._meta.fields_map["sort_field"].max_length

    assert max(len(field.value) for field in OrderSortField) <= longest
