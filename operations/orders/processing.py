"""Processing: lines go to their suppliers, grouped into fulfilment orders (S1)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from adapters.suppliers import Answer, Parcelled, SupplierAnswer
from domain.access import Viewer
from domain.actions import ActionName
from domain.catalog import DeliveryMode
from domain.fulfillment import FulfillmentStatus
from domain.issues import Finding, IssueCode
from domain.orders import OrderStage, stage_after
from models import FulfillmentOrder, OrderLine, Source
from operations.orders.issues import obstacles, open_issues, raise_issue
from operations.orders.judging import against_processing
from operations.orders.verifying import verify_order
from operations.permissions import require_action
from operations.retrying import retried
from operations.settling import set_fulfillment_status
from operations.unit import Unit, order_unit
from operations.world import World


@dataclass(frozen=True, slots=True)
class ProcessOrder:
    """Send an order to its suppliers."""

    order_id: int | None
    send_ready: bool = False
    """Send what can go when something cannot; by default nothing goes then."""


@retried
async def process(world: World, viewer: Viewer, command: ProcessOrder) -> int:
    """Verifies the order once more and sends every open line that was not sent. Answers its key.

    Refused while held, when everything was sent already, or while an issue blocks it (unless `send_ready`).
    """
    require_action(viewer, ActionName.ORDER_PROCESS)
    async with order_unit(world, viewer, command.order_id, "input", "orderId") as unit:
        await verify_order(unit)
        unit.refuse_if(
            against_processing(
                unit,
                obstacles(await open_issues(unit)),
                stage=unit.order.stage,
                sourced={line.number for line in unit.unsent if line.source_id is not None},
                send_ready=command.send_ready,
            )
        )
        await send(unit)
        return unit.order_id


async def send(unit: Unit) -> None:
    """Sends the unsent lines that have a source, grouped by (source, delivery mode, carrier service)."""
    groups = await _groups(unit)
    action = "send_ready" if unit.order.stage is OrderStage.NEW else "send"
    unit.order.stage = stage_after(unit.order.stage, action) or unit.order.stage
    for (source, mode, service_id), lines in groups.items():
        fulfillment_order = _draw_up(unit, source, mode, service_id)
        answer = _offer(unit, fulfillment_order, source, lines)
        await fulfillment_order.save()
        unit.add_fulfillment(fulfillment_order)
        for line in lines:
            line.fulfillment_order_id, line.fulfiller_id = fulfillment_order.id, source.company_id
        if answer.answer is SupplierAnswer.REJECTED:
            why = "its own words are beside this" if answer.message else "it gave no reason"
            message = f"{source.name} rejected {fulfillment_order.number}; {why}."
            first = lines[0].number
            await raise_issue(
                unit, Finding(IssueCode.SUPPLIER_REJECTED, message, "lines", first, raw=answer.message)
            )


Group = tuple[Source, DeliveryMode, int | None]


async def _groups(unit: Unit) -> dict[Group, list[OrderLine]]:
    lines = [line for line in unit.unsent if line.source_id is not None]
    market, order = unit.market, unit.order
    sources = await market.sources_of(lines)
    await market.read_services((order, source.company_id) for source in sources.values())
    groups: dict[Group, list[OrderLine]] = defaultdict(list)
    for line in lines:
        source = sources[line.source_id or 0]
        ships = line.delivery_mode is DeliveryMode.SHIP
        service_id = market.service(order, source.company_id) if ships else None
        groups[source, line.delivery_mode, service_id].append(line)
    return groups


def _draw_up(unit: Unit, source: Source, mode: DeliveryMode, service_id: int | None) -> FulfillmentOrder:
    return FulfillmentOrder(
        order_id=unit.order.id,
        number=f"{unit.order.number}-{len(unit.fulfillments) + 1}",
        source_id=source.id,
        fulfiller_id=source.company_id,
        delivery_mode=mode,
        service_id=service_id,
        status=FulfillmentStatus.PENDING,
        status_since=unit.now,
        expected_delivery=unit.order.expected_delivery,
        created_at=unit.now,
    )


def _offer(unit: Unit, fulfillment_order: FulfillmentOrder, source: Source, lines: list[OrderLine]) -> Answer:
    """Sends one fulfilment order and takes the supplier's answer."""
    number = fulfillment_order.number
    fulfillment_order.sent_at = unit.now
    summary = f"{number} was sent to {source.name}"
    set_fulfillment_status(unit, fulfillment_order, FulfillmentStatus.SENT, "fulfillment_order.sent", summary)
    answer = unit.world.supplier.send(number, tuple(Parcelled(line.sku, line.open) for line in lines))
    fulfillment_order.supplier_reference = answer.reference
    if answer.answer is SupplierAnswer.ACCEPTED:
        fulfillment_order.accepted_at = unit.now
        summary = f"{source.name} accepted {number}"
        set_fulfillment_status(
            unit, fulfillment_order, FulfillmentStatus.ACCEPTED, "fulfillment_order.accepted", summary
        )
    elif answer.answer is SupplierAnswer.REJECTED:
        fulfillment_order.failure = answer.message
        summary = f"{source.name} rejected {number}"
        set_fulfillment_status(
            unit, fulfillment_order, FulfillmentStatus.FAILED, "fulfillment_order.rejected", summary
        )
    return answer
