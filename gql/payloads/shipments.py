"""Payloads of what is done with parcels."""

from __future__ import annotations

from typing import Any

import strawberry

import models
from gql.payloads.answers import MutationPayload, touched
from gql.payloads.orders import order_touched
from gql.types.orders import Order
from gql.types.shipments import Shipment


def _shipment() -> Any:
    return touched(models.Shipment, about="The parcel as it is now; null when it was refused.")


@strawberry.type(description="Answer of `shipmentCreate`.")
class ShipmentCreatePayload(MutationPayload):
    """The parcel and its order."""

    shipment: Shipment | None = _shipment()
    order: Order | None = order_touched((models.Shipment, "order_id"))


@strawberry.type(description="Answer of `shipmentDelete`.")
class ShipmentDeletePayload(MutationPayload):
    """The parcel and its order."""

    shipment: Shipment | None = _shipment()
    order: Order | None = order_touched((models.Shipment, "order_id"))


@strawberry.type(description="Answer of `trackingRecord`.")
class TrackingRecordPayload(MutationPayload):
    """The parcel and its order."""

    shipment: Shipment | None = _shipment()
    order: Order | None = order_touched((models.Shipment, "order_id"))
