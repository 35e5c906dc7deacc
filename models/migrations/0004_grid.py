"""Indexes of the grid, and saved views."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.dialect_sql import AddIndexes, RunDialectSQL
from models.formulas import FormulaIndex

NAME = "name:customer_last_name,customer_first_name,id"
INDEXES = {
    "Order": {
        "ix_orders_updated": ["updated_at", "id"],
        "ix_orders_retailer_updated": ["retailer_id", "updated_at", "id"],
        "ix_orders_total": ["currency", "total_minor", "id"],
        "ix_orders_retailer_total": ["retailer_id", "currency", "total_minor", "id"],
        "ix_orders_retailer_number": ["retailer_id", "number", "id"],
        "ix_orders_type": ["type", "placed_at", "id"],
        "ix_orders_origin": ["origin", "placed_at", "id"],
        "ix_orders_dispatch": ["status", "required_dispatch_date"],
        "ix_orders_expected": ["status", "expected_delivery"],
        "ix_orders_customer": ["customer_external_id"],
        "ix_orders_name": [NAME],
        "ix_orders_retailer_name": ["retailer_id", NAME],
        "ix_orders_number_folded": ["folded:number"],
        "ix_orders_reference_folded": ["folded:external_ref"],
        "ix_orders_first_name": ["folded:customer_first_name"],
        "ix_orders_last_name": ["folded:customer_last_name"],
        "ix_orders_email_folded": ["folded:customer_email"],
        "ix_orders_phone": ["phone:customer_phone"],
    },
    "OrderShare": {"ix_shares_since": ["fulfiller_id", "status_since", "order_id"]},
    "Address": {
        "ix_addresses_postcode_folded": ["folded:postcode"],
        "ix_addresses_name": ["folded:name"],
        "ix_addresses_company": ["folded:company"],
        "ix_addresses_street": ["line:street"],
        "ix_addresses_city": ["folded:city"],
        "ix_addresses_phone": ["phone:phone"],
    },
    "FulfillmentOrder": {
        "ix_fulfillment_of_source": ["source_id", "id"],
        "ix_fulfillment_service": ["service_id", "id"],
        "ix_fulfillment_status": ["status", "id"],
        "ix_fulfillment_expected": ["status", "expected_delivery"],
    },
    "Shipment": {
        "ix_shipments_service": ["service_id", "id"],
        "ix_shipments_status": ["status", "id"],
        "ix_shipments_expected": ["status", "expected_delivery"],
    },
    "Payment": {"ix_payments_method": ["folded:method", "order_id"]},
}

TRIGRAMS = {
    "ix_orders_trigrams": (
        "orders",
        *(
            f'lower("{column}" COLLATE "C")'
            for column in (
                "number",
                "external_ref",
                "customer_first_name",
                "customer_last_name",
                "customer_email",
                "customer_phone",
            )
        ),
    ),
    "ix_lines_trigrams": ("order_lines", 'lower("sku" COLLATE "C")'),
    "ix_addresses_trigrams": (
        "addresses",
        *(f'lower("{column}" COLLATE "C")' for column in ("name", "company", "city", "postcode")),
        'lower(("street" ->> 0) COLLATE "C")',
    ),
}


def owner(name: str, model: str, *, null: bool = True) -> tuple[str, fields.ForeignKeyField]:
    return name, fields.ForeignKeyField(
        f"models.{model}",
        source_field=f"{name}_id",
        null=null,
        db_constraint=True,
        to_field="id",
        related_name="saved_views",
        on_delete=OnDelete.RESTRICT,
    )


def index(name: str, columns: list[str]) -> Index:
    over_formulas = any(":" in column for column in columns)
    return (FormulaIndex if over_formulas else Index)(fields=columns, name=name)


def trigrams(name: str, table: str, *texts: str) -> str:
    """Where the extension is: without it a search for parts of words reads through the table."""
    listed = ", ".join(f"({text}) gin_trgm_ops" for text in texts)
    return f"""DO $do$ BEGIN
        IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
            CREATE INDEX "{name}" ON "{table}" USING gin ({listed});
        END IF;
    END $do$"""


EXTENSION = """DO $do$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'pg_trgm is not to be had here (%): searching for parts of words will be slow', SQLERRM;
END $do$"""


class Migration(migrations.Migration):
    dependencies = [("models", "0003_mutation_keys")]

    operations = [
        ops.CreateModel(
            name="SavedView",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                owner("company", "Company", null=False),
                owner("user", "User"),
                owner("api_client", "ApiClient"),
                ("name", fields.CharField(max_length=100)),
                ("conditions", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("sort_field", fields.CharField(max_length=40)),
                ("sort_direction", fields.CharField(max_length=4)),
                ("columns", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("page_size", fields.IntField()),
                ("version", fields.IntField(default=0)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("updated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "saved_views",
                "app": "models",
                "unique_together": (("user_id", "name"), ("api_client_id", "name")),
                "pk_attr": "id",
                "table_description": "Filter, sort, columns and page size under a name [S2]. "
                "Belongs to one person or one program.",
            },
            bases=["Model"],
        ),
        *(AddIndexes(model, *(index(*one) for one in named.items())) for model, named in INDEXES.items()),
        RunDialectSQL([EXTENSION, *(trigrams(name, *parts) for name, parts in TRIGRAMS.items())], []),
    ]
