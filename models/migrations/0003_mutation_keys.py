"""Idempotency keys of mutations."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0002_guards")]

    operations = [
        ops.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("company_id", fields.BigIntField()),
                ("key", fields.CharField(max_length=200)),
                ("mutation", fields.CharField(max_length=64)),
                ("digest", fields.CharField(max_length=64)),
                ("answer", fields.TextField(null=True, unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "idempotency_keys",
                "app": "models",
                "unique_together": (("company_id", "key"),),
                "indexes": [Index(fields=["created_at"], name="ix_idempotency_created")],
                "pk_attr": "id",
                "table_description": "One call of a mutation, written in the transaction of what it did.",
            },
            bases=["Model"],
        ),
    ]
