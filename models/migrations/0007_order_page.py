"""What the order page shows besides: artwork."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import CharEnumField
from tortoise.migrations import operations as ops

from domain.personalisation import ArtworkKind


class Migration(migrations.Migration):
    dependencies = [("models", "0006_settings")]

    operations = [
        ops.CreateModel(
            name="Artwork",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "line",
                    fields.ForeignKeyField(
                        "models.OrderLine",
                        source_field="line_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="artworks",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("version", fields.IntField(default=1)),
                ("place", fields.IntField()),
                ("kind", CharEnumField(description="ArtworkKind", enum_type=ArtworkKind, max_length=40)),
                ("url", fields.CharField(max_length=500)),
                ("checksum", fields.CharField(null=True, max_length=128)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "artworks",
                "app": "models",
                "unique_together": (("line_id", "version", "place"),),
                "pk_attr": "id",
                "table_description": "One file of a personalised line. Never changed: new artwork is a new version, "
                "and the old one stays.",
            },
            bases=["Model"],
        ),
    ]
