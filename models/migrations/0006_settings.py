"""Settings and master data: whatever can be changed by itself counts its changes."""

from tortoise import fields, migrations
from tortoise.fields.data import CharEnumField
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from domain.catalog import VariantStatus
from models.dialect_sql import RunDialectSQL


def _counted(table: str, aggregate: str) -> str:
    """A version is the number of events: rows from before events were written begin at none."""
    return f"""UPDATE "{table}" SET "version" = (
        SELECT coalesce(max(e."order_version"), 0) FROM "order_event" e
        WHERE e."aggregate" = '{aggregate}' AND e."aggregate_id" = "{table}"."id")"""  # noqa: S608


COUNTED = [_counted(table, aggregate) for table, aggregate in (("companies", "company"), ("sources", "source"))]


class Migration(migrations.Migration):
    dependencies = [("models", "0005_access")]

    operations = [
        *(
            ops.AddField(model, "version", fields.IntField(default=0, db_default=0))
            for model in ("Company", "Connection", "Carrier", "ShippingMapping", "RoutingRule", "StockLevel")
        ),
        ops.AddField("Connection", "suspended_by_id", fields.BigIntField(null=True)),
        ops.AddField(
            "StockLevel",
            "status",
            CharEnumField(
                description="VariantStatus",
                default=VariantStatus.ACTIVE,
                db_default=VariantStatus.ACTIVE,
                enum_type=VariantStatus,
                max_length=40,
            ),
        ),
        ops.AddField("StockLevel", "status_note", fields.CharField(null=True, max_length=500)),
        ops.AddField(
            "Variant",
            "own_status",
            CharEnumField(description="VariantStatus", null=True, enum_type=VariantStatus, max_length=40),
        ),
        ops.AddIndex("Variant", Index(fields=["sku"], name="ix_variant_sku")),
        ops.AddIndex("OrderLine", Index(fields=["variant_id", "source_id"], name="ix_lines_stock")),
        RunDialectSQL(COUNTED, COUNTED),
    ]
