"""Rows of several tables read at once are the rows that are there."""

from __future__ import annotations

from typing import Any

from tortoise.connection import get_connection
from tortoise.models import Model

import models
from models.compound import Wanted, together
from tests.models import filling, shapes


def values(row: Model) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row._meta.db_fields}


async def test_every_table_is_read_alike_alone_and_with_all_others(orm) -> None:
    connection = get_connection("default")
    await filling.fill(connection, await shapes.columns(connection))
    kinds = [kind for _, kind in sorted(filling.TABLES.items()) if "id" in kind._meta.fields]

    found = await together([Wanted(kind.all()) for kind in kinds])

    for kind, rows in zip(kinds, found, strict=True):
        alone = await kind.all().order_by("id")
        assert [values(row) for row in rows] == [values(row) for row in alone], kind


async def test_rows_come_in_the_order_that_was_asked_for(orm) -> None:
    for code, name in (("a", "Zebra"), ("b", "Ant"), ("c", "Cat")):
        await models.Carrier.create(code=code, name=name)

    by_name, chosen = await together(
        [Wanted(models.Carrier.all(), ("name",)), Wanted(models.Carrier.filter(code__in=["c", "a"]), ("code",))]
    )

    assert [row.name for row in by_name] == ["Ant", "Cat", "Zebra"]
    assert [row.code for row in chosen] == ["a", "c"]


async def test_more_values_than_a_statement_takes_are_several_statements(orm) -> None:
    carriers = [await models.Carrier.create(code=f"c{n}", name="Post") for n in range(3)]

    found = await together(
        [Wanted(models.Carrier.filter(id__in=[row.id, *range(1000, 17_000)])) for row in carriers]
    )

    assert [[row.id for row in rows] for rows in found] == [[row.id] for row in carriers]
