"""What is done with parcels."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from domain.shipments import TrackingCode
from gql.fields import plain


@strawberry.input(description="Units of one line in a parcel.")
class ShipmentItemInput:
    """Part of `ShipmentCreateInput`."""

    line_id: strawberry.ID = plain(about="Global id of the line.")
    quantity: int = plain(about="How many of its open units.")


@strawberry.input(description="A parcel of one fulfilment order.")
class ShipmentCreateInput:
    """Input of `shipmentCreate`."""

    fulfillment_order_id: strawberry.ID = plain(about="Global id of the fulfilment order.")
    items: list[ShipmentItemInput] | None = strawberry.field(
        default=None, description="What is in it; left out: everything open."
    )
    tracking_number: str | None = strawberry.field(
        default=None, description="The carrier's number of it, up to 100 characters."
    )
    tracking_url: str | None = strawberry.field(
        default=None,
        description="Link to follow it, http or https, up to 700 characters; left out: the carrier's own.",
    )
    tracking_comment: str | None = strawberry.field(
        default=None, description="A note beside the tracking number, up to 500 characters."
    )
    box_number: str | None = strawberry.field(default=None, description="Number of the box, up to 50 characters.")
    expected_delivery: date | None = strawberry.field(
        default=None, description="When it should arrive; left out: as the fulfilment order says."
    )
    weight_grams: int | None = strawberry.field(default=None, description="Weight in grams, at least 1.")
    length_mm: int | None = strawberry.field(default=None, description="Length in millimetres, at least 1.")
    width_mm: int | None = strawberry.field(default=None, description="Width in millimetres, at least 1.")
    height_mm: int | None = strawberry.field(default=None, description="Height in millimetres, at least 1.")


@strawberry.input(description="Which parcel to delete.")
class ShipmentDeleteInput:
    """Input of `shipmentDelete`."""

    shipment_id: strawberry.ID = plain(about="Global id of the parcel.")


@strawberry.input(description="One report of a carrier.")
class TrackingEventInput:
    """Part of `TrackingRecordInput`."""

    id: str = plain(about="The carrier's own id of the event, 1 to 100 characters: the same one again is ignored.")
    code: TrackingCode = plain(about="What it means.")
    occurred_at: datetime = plain(about="When it happened; not in the future.")
    text: str = strawberry.field(default="", description="The carrier's own words, up to 500 characters.")
    place: str | None = strawberry.field(default=None, description="Where it happened, up to 200 characters.")


@strawberry.input(description="What a carrier reports of one parcel, in any order.")
class TrackingRecordInput:
    """Input of `trackingRecord`."""

    shipment_id: strawberry.ID = plain(about="Global id of the parcel.")
    events: list[TrackingEventInput] = plain(about="The reports.")
