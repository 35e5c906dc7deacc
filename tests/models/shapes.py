"""What a database consists of, as it tells itself."""

from __future__ import annotations

from typing import Any, TypeAlias

from tortoise.backends.base.client import BaseDBAsyncClient

Shape: TypeAlias = dict[str, Any]
"""From the name of a part ("table orders", "trigger ...") to everything that makes it up."""

COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length,
           numeric_precision, numeric_scale, is_identity
    FROM information_schema.columns WHERE table_schema = 'public'
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text AS "table", conname, pg_get_constraintdef(oid) AS says, convalidated
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
TRIGGERS = """
    SELECT tgrelid::regclass::text AS "table", tgname, pg_get_triggerdef(oid) AS says
    FROM pg_trigger WHERE NOT tgisinternal
"""


async def shape(connection: BaseDBAsyncClient) -> Shape:
    """Tables, columns, indexes, constraints and triggers."""
    if connection.capabilities.dialect == "postgres":
        return await _postgres(connection)
    rows = await connection.execute_query_dict("SELECT type, name, tbl_name, sql FROM sqlite_master")
    parts: Shape = {f"{row['type']} {row['name']}": (row["tbl_name"], row["sql"]) for row in rows}
    for table in await tables(connection):
        parts[f"columns {table}"] = await _pragma(connection, "table_xinfo", table)
        parts[f"references {table}"] = await _pragma(connection, "foreign_key_list", table)
    return parts


async def columns(connection: BaseDBAsyncClient) -> dict[str, set[str]]:
    """The names of the columns of every table."""
    if connection.capabilities.dialect == "postgres":
        found: dict[str, set[str]] = {}
        for row in await connection.execute_query_dict(COLUMNS):
            found.setdefault(row["table_name"], set()).add(row["column_name"])
        return found
    return {
        table: {row["name"] for row in await _pragma(connection, "table_xinfo", table)}
        for table in await tables(connection)
    }


async def tables(connection: BaseDBAsyncClient) -> list[str]:
    """The names of the tables, tortoise's own and SQLite's left out."""
    listed = {
        "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1",
    }[connection.capabilities.dialect]
    rows = await connection.execute_query_dict(listed)
    return [row["name"] for row in rows if row["name"] != "tortoise_migrations"]


async def counts(connection: BaseDBAsyncClient) -> dict[str, int]:
    """How many rows every table has."""
    return {
        table: (await connection.execute_query_dict(f'SELECT count(*) AS rows FROM "{table}"'))[0]["rows"]
        for table in await tables(connection)
    }


async def links(connection: BaseDBAsyncClient) -> dict[str, set[tuple[Any, ...]]]:
    """Per table its columns, unique sets, indexed sets and references, whatever they are called."""
    reading = _postgres_links if connection.capabilities.dialect == "postgres" else _sqlite_links
    return {table: await reading(connection, table) for table in await tables(connection)}


async def _postgres(connection: BaseDBAsyncClient) -> Shape:
    parts: Shape = {}
    for row in await connection.execute_query_dict(COLUMNS):
        parts[f"column {row['table_name']}.{row['column_name']}"] = row
    for row in await connection.execute_query_dict(CONSTRAINTS):
        parts[f"constraint {row['table']}.{row['conname']}"] = (row["says"], row["convalidated"])
    for row in await connection.execute_query_dict(INDEXES):
        parts[f"index {row['indexname']}"] = row["indexdef"]
    for row in await connection.execute_query_dict(TRIGGERS):
        parts[f"trigger {row['table']}.{row['tgname']}"] = row["says"]
    return parts


async def _pragma(connection: BaseDBAsyncClient, name: str, table: str) -> list[dict[str, Any]]:
    return await connection.execute_query_dict(f'PRAGMA {name}("{table}")')


async def _sqlite_links(connection: BaseDBAsyncClient, table: str) -> set[tuple[Any, ...]]:
    found: set[tuple[Any, ...]] = set()
    for row in await _pragma(connection, "table_xinfo", table):
        found.add(("column", row["name"], row["type"], row["notnull"], row["dflt_value"], row["pk"]))
    for row in await _pragma(connection, "foreign_key_list", table):
        found.add(("reference", row["from"], row["table"], row["to"], row["on_delete"]))
    for row in await _pragma(connection, "index_list", table):
        names = [part["name"] for part in await _pragma(connection, "index_info", row["name"])]
        found.add(("unique" if row["unique"] else "index", *names))
    return found


async def _postgres_links(connection: BaseDBAsyncClient, table: str) -> set[tuple[Any, ...]]:
    found: set[tuple[Any, ...]] = set()
    for row in await connection.execute_query_dict(f"{COLUMNS} AND table_name = '{table}'"):
        found.add(("column", *row.values()))
    for row in await connection.execute_query_dict(f"{CONSTRAINTS} AND conrelid = '\"{table}\"'::regclass"):
        found.add(("constraint", row["says"]))
    for row in await connection.execute_query_dict(f"{INDEXES} AND tablename = '{table}'"):
        unique = "UNIQUE" if "UNIQUE" in row["indexdef"] else "index"
        found.add((unique, row["indexdef"].partition(" USING ")[2]))
    return found
