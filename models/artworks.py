"""Files of artwork."""

from __future__ import annotations

from tortoise import fields
from tortoise.fields import OnDelete
from tortoise.models import Model

from domain.personalisation import ArtworkKind
from models.columns import listed
from models.orders import OrderLine


class Artwork(Model):
    """One file of a personalised line. Never changed: new artwork is a new version, and the old one stays."""

    id = fields.BigIntField(primary_key=True)
    line: fields.ForeignKeyRelation[OrderLine] = fields.ForeignKeyField(
        "models.OrderLine", related_name="artworks", on_delete=OnDelete.RESTRICT
    )
    line_id: int
    version = fields.IntField(default=1)
    """Counts from 1 within the line; the files of one version belong together."""
    place = fields.IntField()
    """From 1, within the version."""
    kind = listed(ArtworkKind)
    url = fields.CharField(max_length=500)
    checksum = fields.CharField(max_length=128, null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "artworks"
        unique_together = (("line_id", "version", "place"),)
