"""Every root field of queries, by every way to name things, for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from graphql import GraphQLField, GraphQLList, get_named_type

from tests.api.matrix.fair import CELLS, Fair, global_id, table_of
from tests.api.matrix.walking import PAGING, ask, deep, ids_in, paginates, root, rows_of, values

Named = Callable[[Fair, Any], Any]
BY_ID: Final[dict[str, Named]] = {"id": lambda _, row: global_id(row)}
BY_NUMBER: Final[dict[str, Named]] = {"number": lambda _, row: row.number}
KEYS: Final[dict[str, tuple[str, dict[str, Named]]]] = {
    "order": (
        "Order",
        {
            **BY_ID,
            **BY_NUMBER,
            "external": lambda fair, row: {
                "channel": fair.rows["SalesChannel"][row.channel_id].code,
                "reference": row.external_ref,
            },
        },
    ),
    "shipment": ("Shipment", {**BY_ID, **BY_NUMBER, "trackingNumber": lambda _, row: row.tracking_number}),
    "fulfillmentOrder": ("FulfillmentOrder", {**BY_ID, **BY_NUMBER}),
}
"""Root fields with a key: what they look up, and a row's key of each sort."""
ARTICLES: Final = {"product": "Product", "variant": "Variant"}
ELSEWHERE: Final = {"node", "nodes", "viewer", "orderCounts"}
"""Ids are in test_nodes; viewer and counts have tests of their own below."""
OF_COMPANY: Final[dict[str, tuple[str, str]]] = {
    "company": ("Company", "company_id"),
    "channel": ("SalesChannel", "channel_id"),
}
"""Arguments that narrow a list to what belongs to a thing with this code: its table, and the rows' key of it."""
OWN: Final = {"filter", "sort"}
"""Arguments that test_filters asks."""


def lists() -> dict[str, GraphQLField]:
    """Root fields that list rows: pages, and lists bounded by nature."""
    return {
        name: field
        for name, field in root("Query").items()
        if name not in ELSEWHERE and (paginates(field) or isinstance(_bare(field), GraphQLList))
    }


def _bare(field: GraphQLField) -> Any:
    return getattr(field.type, "of_type", field.type)


def _table(field: GraphQLField) -> str:
    name = get_named_type(field.type).name
    return table_of(rows_of(name) if paginates(field) else name)


def test_every_root_field_is_judged() -> None:
    fields = root("Query")

    assert set(fields) == {*lists(), *KEYS, *ARTICLES, *ELSEWHERE}, "judge these in tests/api/matrix/test_roots.py"
    assert {argument for field in lists().values() for argument in field.args} <= {*PAGING, *OWN, *OF_COMPANY}
    for name, (_, keys) in KEYS.items():
        assert set(get_named_type(fields[name].args["key"].type).fields) == set(keys), name


async def test_every_key_of_a_row_leads_to_it_for_those_who_see_it_and_nowhere_for_others(fair: Fair) -> None:
    wrong = []
    for name, eyes in fair.eyes.items():
        for root_field, (table, keys) in KEYS.items():
            kind = get_named_type(root("Query")[root_field].args["key"].type).name
            document = f"query($key: {kind}!) {{ found: {root_field}(key: $key) {{ id }} }}"
            for row in fair.rows[table].values():
                expected = {"data": {"found": {"id": global_id(row)} if eyes.sees(row) else None}}
                for key, value in keys.items():
                    answer = await ask(fair.viewers[name], document, key={key: value(fair, row)})
                    CELLS["key"] += 1
                    wrong += [] if answer == expected else [(name, root_field, key, row.pk, answer)]

    assert wrong == []


async def test_a_sku_leads_to_its_article_for_those_who_see_it_and_nowhere_for_others(fair: Fair) -> None:
    wrong = []
    for name, eyes in fair.eyes.items():
        for root_field, table in ARTICLES.items():
            document = (
                f"query($sku: String!, $of: String) {{ found: {root_field}(sku: $sku, company: $of) {{ id }} }}"
            )
            for row in fair.rows[table].values():
                expected = {"data": {"found": {"id": global_id(row)} if eyes.sees(row) else None}}
                for code in (None, fair.rows["Company"][row.company_id].code):
                    answer = await ask(fair.viewers[name], document, sku=row.sku, of=code)
                    CELLS["key"] += 1
                    wrong += [] if answer == expected else [(name, root_field, row.pk, answer)]

    assert wrong == []


async def test_every_list_holds_what_everybody_may_see_no_more_and_no_less(fair: Fair) -> None:
    wrong: list[Any] = []
    for name in fair.viewers:
        for root_field, field in lists().items():
            found = await _listed(fair, name, root_field, field)
            seen = fair.ids(name, _table(field))
            wrong += [] if found == (seen, len(seen)) else [(name, root_field, found[0] ^ seen, found[1])]
            CELLS["list"] += 1
            for argument in OF_COMPANY.keys() & field.args.keys():
                wrong += await _narrowed(fair, name, root_field, argument)

    assert wrong == []


async def _narrowed(fair: Fair, name: str, root_field: str, argument: str) -> list[Any]:
    """The list of every company or channel, also of those that the viewer does not see."""
    field, wrong = root("Query")[root_field], []
    table, key = OF_COMPANY[argument]
    for owner in fair.rows[table].values():
        rows = [one for one in fair.rows[_table(field)].values() if getattr(one, key) == owner.id]
        seen = {global_id(one) for one in rows if fair.eyes[name].sees(one)}
        found = await _listed(fair, name, root_field, field, f'{argument}: "{owner.code}"')
        CELLS["list"] += 1
        wrong += [] if found == (seen, len(seen)) else [(name, root_field, owner.id, found[0] ^ seen, found[1])]
    return wrong


async def _listed(
    fair: Fair, name: str, root_field: str, field: GraphQLField, given: str = ""
) -> tuple[set[str], int]:
    """The ids of all pages, and the count beside them."""
    if not paginates(field):
        answer = await ask(fair.viewers[name], f"{{ {root_field} {values(get_named_type(field.type).name)} }}")
        ids = ids_in(answer)
        assert fair.strange(name, answer) == [], (name, root_field)
        return ids, len(answer["data"][root_field])
    ids, after, count = set[str](), "", -1
    while True:
        page = ", ".join(one for one in (given, "first: 100", after) if one)
        selected = "nodes { id } count { value } pageInfo { hasNextPage endCursor }"
        answer = await ask(fair.viewers[name], f"{{ page: {root_field}({page}) {{ {selected} }} }}")
        assert "errors" not in answer, (name, root_field, answer["errors"])
        ids, count = ids | ids_in(answer), answer["data"]["page"]["count"]["value"]
        info = answer["data"]["page"]["pageInfo"]
        if not info["hasNextPage"]:
            return ids, count
        after = f'after: "{info["endCursor"]}"'


async def test_the_counts_per_status_are_of_the_orders_everybody_sees(fair: Fair) -> None:
    document = "{ orderCounts { status count { value exact } } }"

    for name, eyes in fair.eyes.items():
        answer = await ask(fair.viewers[name], document)

        expected: dict[str, int] = {}
        for order in filter(eyes.sees, fair.rows["Order"].values()):
            status = fair.status_for(name, order)
            expected[status] = expected.get(status, 0) + 1
        counted = {one["status"]: one["count"]["value"] for one in answer["data"]["orderCounts"]}
        assert counted == expected, name
        CELLS["count"] += len(expected)


async def test_whoever_asks_who_they_are_reads_about_themselves_alone(fair: Fair) -> None:
    document = "{ viewer " + deep("Viewer", 2) + " }"

    for name, eyes in fair.eyes.items():
        answer = await ask(fair.viewers[name], document)

        assert "errors" not in answer, (name, answer)
        viewer = answer["data"]["viewer"]
        assert {one["id"] for one in viewer["channels"]} == fair.ids(name, "SalesChannel")
        assert viewer["company"]["id"] == global_id(fair.rows["Company"][eyes.company])
        assert set(viewer["permissions"]) == {one.name for one in eyes.viewer.scope.permissions}
        assert fair.strange(name, answer) == []
        CELLS["viewer"] += 1
