"""The key an API client had before its present one."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0004_grid")]

    operations = [
        ops.AddField("ApiClient", "previous_prefix", fields.CharField(null=True, max_length=16)),
        ops.AddField("ApiClient", "previous_hash", fields.CharField(null=True, max_length=128)),
        ops.AddField("ApiClient", "previous_until", fields.DatetimeField(null=True)),
        ops.AddIndex("ApiClient", Index(fields=["previous_prefix"], name="ix_client_previous")),
    ]
