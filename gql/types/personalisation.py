"""What a shopper made of an article (S0): personal data, masked for those who may not see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

import models
from domain.personalisation import ArtworkKind, named_fields, product_state
from gql.enums import expose
from gql.fields import allowance, column, computed, masked, plain, row_of
from gql.masking import mask, mask_link
from gql.scalars import JSON
from gql.types.nodes import Node, global_id
from reads.rules import destination

expose(ArtworkKind)
MASKED = "Whether texts and links are masked for this viewer."


@strawberry.type(description="One thing that the shopper put in.")
class PersonalisationField:
    """A name and a value."""

    name: str = plain(about="What was asked for, as the sales channel calls it.")
    value: str = plain(about="What was put in.")


def fields_of(personalisation: dict[str, Any]) -> list[PersonalisationField]:
    """The named fields of a line."""
    return [PersonalisationField(name=name, value=value) for name, value in named_fields(personalisation)]


def mask_fields(found: list[PersonalisationField]) -> list[PersonalisationField]:
    """The names stay."""
    return [PersonalisationField(name=one.name, value=mask(one.value)) for one in found]


@strawberry.type(
    description="What the shopper made of an article. Without the permission `pii.view` its texts are masked."
)
class Personalisation:
    """Made of the line's own row."""

    fields: list[PersonalisationField] = computed(
        fields_of,
        needs=["personalisation"],
        shown=destination,
        mask=mask_fields,
        about="What the shopper put in, in the order it was put in; as much as the sales channel sent.",
    )
    state: JSON | None = computed(
        product_state,
        needs=["personalisation"],
        shown=destination,
        about="The product state that a configurator saved and can load again; null: none, or it is masked.",
    )
    masked: bool = allowance(destination, negated=True, about=MASKED)


@strawberry.type(
    description="One file of a personalised line. It is never changed: new artwork is a new version, and the old "
    "one stays readable."
)
class Artwork(Node):
    """A file of artwork."""

    is_type_of = row_of(models.Artwork)

    id: strawberry.ID = global_id("Artwork")
    version: int = column(about="Counts from 1 within the line; the files of one version belong together.")
    kind: ArtworkKind = column(about="What it is for.")
    url: str = masked("url", mask=mask_link, shown=destination, about="Where it lies.")
    checksum: str | None = column(about="Checksum as whoever made it wrote it; null: not known.")
    created_at: datetime = column(about="When it came.")
    masked: bool = allowance(destination, negated=True, about=MASKED)


@strawberry.type(description="When and where a service is rendered.")
class Appointment:
    """Made of the line's own row."""

    starts_at: datetime = column("appointment_from", about="When it begins.")
    ends_at: datetime | None = column("appointment_to", about="When it ends; null: open.")
    place: str | None = masked("appointment_place", mask=mask, shown=destination, about="Where.")
    note: str | None = masked("appointment_note", mask=mask, shown=destination, about="What to know beforehand.")
    state: str | None = column("appointment_state", about="How far it is settled, in the owner's words.")
    masked: bool = allowance(destination, negated=True, about=MASKED)
