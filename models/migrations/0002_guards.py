"""What tortoise cannot say: the log's positions, and the laws of quantities and stock kept by the database itself."""

from tortoise import migrations

from models.dialect_sql import RunDialectSQL

LINE_LAW = """
    "ordered" = "open" + "cancelled" + "shipped" AND "shipped" = "with_customer" + "returned"
    AND "delivered" <= "shipped" AND "cancel_requested" <= "open"
    AND "return_pending" + "reshipped" <= "with_customer"
    AND "ordered" > 0 AND "open" >= 0 AND "cancelled" >= 0 AND "shipped" >= 0 AND "with_customer" >= 0
    AND "returned" >= 0 AND "delivered" >= 0 AND "cancel_requested" >= 0 AND "return_pending" >= 0
    AND "reshipped" >= 0 AND "exchanged" >= 0
"""
STOCK_LAW = '"on_hand" >= 0 AND "reserved" >= 0'
FIRST_NUMBER = """INSERT INTO "counters" ("name", "value") VALUES ('order', 100000)"""

POSTGRES = [
    FIRST_NUMBER,
    f'ALTER TABLE "order_lines" ADD CONSTRAINT "ck_order_lines_law" CHECK ({LINE_LAW})',
    f'ALTER TABLE "stock_levels" ADD CONSTRAINT "ck_stock_levels_law" CHECK ({STOCK_LAW})',
    'CREATE INDEX "ix_event_unsequenced" ON "order_event" ("id") WHERE "position" IS NULL',
    """INSERT INTO "log_head" ("id", "position", "epoch")
       VALUES (1, 0, md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text))""",
]


def _guard(table: str, law: str) -> list[str]:
    law_of_new = " ".join(f"NEW.{word}" if word.startswith('"') else word for word in law.split())
    return [
        f"""CREATE TRIGGER "law_{table}_{event.lower()}" BEFORE {event} ON "{table}"
            WHEN NOT ({law_of_new})
            BEGIN SELECT RAISE(ABORT, '{table}: the counters break the law'); END"""
        for event in ("INSERT", "UPDATE")
    ]


SQLITE = [
    FIRST_NUMBER,
    *_guard("order_lines", LINE_LAW),
    *_guard("stock_levels", STOCK_LAW),
    # SQLite writes one transaction after the other: ids are dense and in commit order already.
    """CREATE TRIGGER "position_order_event" AFTER INSERT ON "order_event"
       BEGIN UPDATE "order_event" SET "position" = NEW."id" WHERE "id" = NEW."id"; END""",
    """INSERT INTO "log_head" ("id", "position", "epoch") VALUES (1, 0, lower(hex(randomblob(16))))""",
]


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [RunDialectSQL(POSTGRES, SQLITE)]
