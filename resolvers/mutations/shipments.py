"""Parcels and their tracking."""

from __future__ import annotations

import models
from gql.fields import Info
from gql.inputs import Input
from gql.inputs.keys import key
from gql.inputs.shipments import ShipmentCreateInput, ShipmentDeleteInput, TrackingRecordInput
from gql.payloads.answers import Answer
from operations import shipments, tracking
from operations.parcel_items import ParcelItem
from resolvers.mutations.answering import answer


async def create(info: Info, input: Input[ShipmentCreateInput]) -> Answer:
    items = None
    if input.items is not None:
        items = tuple(ParcelItem(key(models.OrderLine, item.line_id), item.quantity) for item in input.items)
    command = shipments.CreateShipment(
        fulfillment_order_id=key(models.FulfillmentOrder, input.fulfillment_order_id),
        items=items,
        tracking_number=input.tracking_number,
        tracking_url=input.tracking_url,
        tracking_comment=input.tracking_comment,
        box_number=input.box_number,
        expected_delivery=input.expected_delivery,
        measures=shipments.Measures(input.weight_grams, input.length_mm, input.width_mm, input.height_mm),
    )
    return await answer(info, shipments.create, command, models.Shipment)


async def delete(info: Info, input: Input[ShipmentDeleteInput]) -> Answer:
    command = shipments.DeleteShipment(key(models.Shipment, input.shipment_id))
    return await answer(info, shipments.delete, command, models.Shipment)


async def record_tracking(info: Info, input: Input[TrackingRecordInput]) -> Answer:
    reports = tuple(
        tracking.CarrierReport(event.id, event.code, event.occurred_at, event.text, event.place)
        for event in input.events
    )
    command = tracking.RecordTracking(key(models.Shipment, input.shipment_id), reports)
    return await answer(info, tracking.record, command, models.Shipment)
