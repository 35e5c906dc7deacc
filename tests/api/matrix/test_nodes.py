"""Every id, every edge and every path, for everybody."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from gql.ids import from_global, to_global
from resolvers.nodes import MOST_IDS
from tests.api.matrix.canaries import found_in
from tests.api.matrix.fair import CELLS, Fair, table_of
from tests.api.matrix.walking import ask, deep, edge, edges, ids_in, node_types, values

ABSENT: Final = 999_999
Edge = tuple[str, str]
LEADS_NOWHERE: Final = frozenset[Edge]()
"""Edges along which nobody reaches anything in this market."""
LINKS: Final[dict[Edge, tuple[str, str, str]]] = {
    ("Company", "offeredServices"): ("OfferedService", "fulfiller_id", "service_id"),
}
"""Edges over a table of links: whoever sees the link is led along it. Table, and its keys of both ends."""


async def _nodes(fair: Fair, name: str, ids: list[str], selection: str) -> list[Any]:
    found = []
    for start in range(0, len(ids), MOST_IDS):
        answer = await ask(
            fair.viewers[name],
            "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id " + selection + " } }",
            ids=ids[start : start + MOST_IDS],
        )
        assert "errors" not in answer, answer["errors"][:3]
        found += answer["data"]["nodes"]
    return found


async def test_an_id_leads_to_its_row_for_those_who_see_it_and_nowhere_for_others(fair: Fair) -> None:
    wrong = []
    for name, viewer in fair.viewers.items():
        for kind in node_types():
            ids = fair.all_ids(table_of(kind))
            seen = fair.ids(name, table_of(kind))
            found = {one["id"] for one in await _nodes(fair, name, ids, "") if one}
            wrong += [(name, kind, from_global(one)) for one in sorted(found ^ seen)]
            foreign = [one for one in ids if one not in seen]
            alone = [await ask(viewer, "query($id: ID!) { node(id: $id) { id } }", id=one) for one in foreign[:1]]
            absent = await ask(viewer, "query($id: ID!) { node(id: $id) { id } }", id=to_global(kind, ABSENT))
            wrong += [(name, kind, "is not answered like an absent id") for one in alone if one != absent]
            CELLS["node"] += len(ids) + len(alone)

    assert wrong == []


async def test_every_cell_of_every_row_is_shown_to_those_who_may_read_it_and_to_nobody_else(fair: Fair) -> None:
    shown = {}
    for name in fair.viewers:
        words: set[str] = set()
        for kind in node_types():
            seen = sorted(fair.ids(name, table_of(kind)))
            words |= found_in(await _nodes(fair, name, seen, f"... on {kind} {values(kind)}"))
        shown[name] = words & set(fair.places)
    exposed = {fair.places[word][::2] for words in shown.values() for word in words}
    readable = {
        name: {word for word in words if fair.places[word][::2] in exposed}
        for name, words in fair.readable.items()
    }

    wrong = {
        name: sorted((fair.places[word], word in shown[name]) for word in shown[name] ^ readable[name])
        for name in fair.viewers
        if shown[name] != readable[name]
    }
    CELLS["column"] += sum(cell[::2] in exposed for cell in fair.places.values()) * len(fair.viewers)
    assert wrong == {}


async def test_every_edge_leads_everybody_to_what_they_see_of_what_it_leads_anybody_to(fair: Fair) -> None:
    wrong: list[Any] = []
    led: set[Edge] = set()
    leading: set[Edge] = set()
    for kind in node_types():
        steps = {name: edge(kind, name) for name in edges(kind) if edge(kind, name)}
        reached: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(dict)
        for viewer in fair.viewers:
            seen = sorted(fair.ids(viewer, table_of(kind)))
            for row in await _nodes(fair, viewer, seen, f"... on {kind} {{ {' '.join(steps.values())} }}"):
                wrong += [(viewer, kind, cell) for cell in fair.strange(viewer, row)]
                for name in steps:
                    reached[name, row["id"]][viewer] = ids_in(row[name])
        for (name, row_id), by_viewer in reached.items():
            anybody = set().union(*by_viewer.values())
            led |= {(kind, name)} if anybody else set()
            for viewer, ids in by_viewer.items():
                expected = {one for one in anybody if _leads(fair, viewer, (kind, name), row_id, one)}
                wrong += [
                    (viewer, kind, name, from_global(row_id), from_global(one), one in ids)
                    for one in ids ^ expected
                ]
            CELLS["edge"] += len(by_viewer)
        leading |= {(kind, name) for name, text in steps.items() if " id " in text}

    assert wrong == []
    assert leading - led == LEADS_NOWHERE, "give these edges a row in the market, or say that they lead nowhere"


async def test_along_all_paths_of_two_steps_nobody_reaches_what_is_not_theirs(fair: Fair) -> None:
    wrong: list[Any] = []
    document = "{ orders(first: 100) { nodes " + deep("Order", 2) + " } }"
    for name, viewer in fair.viewers.items():
        answer = await ask(viewer, document)
        assert "errors" not in answer, answer["errors"][:3]
        wrong += [(name, from_global(one)) for one in ids_in(answer) if not fair.sees(name, one)]
        wrong += [(name, cell) for cell in fair.strange(name, answer)]
        CELLS["path"] += len(ids_in(answer))

    assert wrong == []


def _leads(fair: Fair, name: str, along: Edge, start: str, end: str) -> bool:
    """Whether an edge that leads somebody to a row leads this viewer there."""
    if along not in LINKS:
        return fair.sees(name, end)
    table, near, far = LINKS[along]
    (start_key, end_key) = (from_global(one)[1] for one in (start, end))
    links = [
        one for one in fair.rows[table].values() if (getattr(one, near), getattr(one, far)) == (start_key, end_key)
    ]
    return fair.sees(name, end) and any(fair.eyes[name].sees(one) for one in links)


def test_every_type_with_an_id_has_a_table_of_its_own() -> None:
    tables = [table_of(kind) for kind in node_types()]

    assert len(set(tables)) == len(tables)
