"""The key an API client had before its present one; what fulfillers are not told any more."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.dialect_sql import RunDialectSQL

# They are not told why an order is held (`domain.orders.part_reason`).
_UNTOLD = """UPDATE "order_shares" SET "status_reason" = NULL WHERE "status" = 'ON_HOLD'"""


class Migration(migrations.Migration):
    dependencies = [("models", "0004_grid")]

    operations = [
        ops.AddField("ApiClient", "previous_prefix", fields.CharField(null=True, max_length=16)),
        ops.AddField("ApiClient", "previous_hash", fields.CharField(null=True, max_length=128)),
        ops.AddField("ApiClient", "previous_until", fields.DatetimeField(null=True)),
        ops.AddIndex("ApiClient", Index(fields=["previous_prefix"], name="ix_client_previous")),
        RunDialectSQL(postgres=(_UNTOLD,), sqlite=(_UNTOLD,)),
    ]
