"""The rows of a fresh order, made from its draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain.access import Viewer
from domain.addresses import AddressRole
from domain.catalog import EntryStatus, ItemKind
from domain.lines import fresh
from domain.order_draft import AddressDraft, LineDraft, OrderDraft, line_sums
from domain.orders import HoldReason, OrderStage, OrderStatus
from domain.payments import CaptureMode, OperationStatus, PaymentEvent, PaymentStatus
from domain.personalisation import ArtworkFile, artwork_files
from models import Address, Artwork, Order, OrderLine, Payment, PaymentOperation, SalesChannel
from operations.imports.references import References
from operations.orders.holding import hold_order
from operations.orders.processing import send
from operations.orders.verifying import verify_order
from operations.unit import Unit, new_order_unit
from operations.world import World

OTHER = "other"
"""The method of a payment that names none."""


async def insert(
    world: World, viewer: Viewer, channel: SalesChannel, draft: OrderDraft, references: References, number: str
) -> Order:
    """Writes an order with all that belongs to it and its first events, in the running transaction.

    It is verified, held or processed as its channel says. The caller wakes the feed after the commit.
    """
    lines = list(_lines(draft, references))
    order = await _order(world, channel, draft, references, number, lines)
    unit = new_order_unit(world, viewer, channel, order)
    for line in lines:
        line.order_id = order.id
        await line.save(force_create=True)
        unit.add_line(line)
        await _keep_artwork(line, order)
    unit.read_addresses = [await _saved(address) for address in _addresses(draft, order.id)]
    summary = f"Order {number} ({draft.external_ref}) came into {channel.code}"
    unit.record("order.imported", summary, data={"externalReference": draft.external_ref, "lines": len(lines)})
    await _pay(unit, draft)
    await verify_order(unit)
    await _enter(unit)
    await unit.finish()
    return order


async def _saved(address: Address) -> Address:
    await address.save(force_create=True)
    return address


async def _order(
    world: World,
    channel: SalesChannel,
    draft: OrderDraft,
    references: References,
    number: str,
    lines: list[OrderLine],
) -> Order:
    now = world.clock()
    first, last = draft.customer_names
    discount = sum(line.discount_minor for line in lines)
    total = sum(line.total_minor for line in lines)
    return await Order.create(
        number=number,
        external_ref=draft.external_ref,
        channel_id=channel.id,
        retailer_id=channel.retailer_id,
        origin=draft.origin,
        replaces_id=references.replaced_by(draft),
        stage=OrderStage.NEW,
        status=OrderStatus.NEW,
        status_since=now,
        placed_at=draft.placed_at,
        received_at=now,
        updated_at=now,
        customer_first_name=first,
        customer_last_name=last,
        customer_email=draft.customer_email,
        customer_phone=draft.customer_phone,
        shipping_method=draft.shipping_method,
        expected_delivery=draft.expected_delivery,
        currency=draft.currency,
        items_minor=total + discount,
        discount_minor=discount,
        shipping_minor=draft.shipping_minor,
        tax_minor=sum(line.tax_minor for line in lines),
        total_minor=total + draft.shipping_minor,
        content_digest=draft.digest,
    )


def _lines(draft: OrderDraft, references: References) -> Iterator[OrderLine]:
    for number, line in enumerate(draft.lines, start=1):
        yield _line(number, line, references)


def _line(number: int, draft: LineDraft, references: References) -> OrderLine:
    article = references.articles.get(draft.sku)
    price = references.price_of(draft)
    sums = line_sums(draft.quantity, price, draft.discount_minor, draft.tax_rate)
    quantities = fresh(draft.quantity)
    optional = {"delivery_mode": draft.delivery_mode} if draft.delivery_mode else {}
    return OrderLine(
        number=number,
        external_ref=draft.external_ref,
        sku=draft.sku,
        name=draft.description or (article.name if article else draft.sku),
        external_url=draft.external_url,
        item_kind=draft.kind or (article.item_kind if article else ItemKind.STOCK),
        unit_price_minor=price,
        original_price_minor=price,
        discount_minor=draft.discount_minor,
        net_minor=sums.net,
        tax_minor=sums.tax,
        total_minor=sums.total,
        tax_rate=draft.tax_rate,
        supplier_code=draft.supplier,
        personalisation=draft.personalisation,
        ordered=quantities.ordered,
        open=quantities.open,
        **optional,
    )


async def _keep_artwork(line: OrderLine, order: Order) -> None:
    """The files that came with a personalised line; the link beside it is one of them (S0)."""
    files = artwork_files(line.personalisation or {})
    if line.external_url and line.item_kind is ItemKind.PERSONALISED:
        files = [ArtworkFile(line.external_url), *files]
    for place, file in enumerate(files, start=1):
        await Artwork.create(
            line_id=line.id,
            place=place,
            kind=file.kind,
            url=file.url,
            checksum=file.checksum,
            created_at=order.received_at,
        )


def _addresses(draft: OrderDraft, order_id: int) -> Iterator[Address]:
    yield _address(draft.shipping, AddressRole.SHIPPING, order_id)
    if draft.billing is not None:
        yield _address(draft.billing, AddressRole.BILLING, order_id)


def _address(draft: AddressDraft, role: AddressRole, order_id: int) -> Address:
    return Address(
        order_id=order_id,
        role=role,
        name=draft.name,
        company=draft.company,
        street=list(draft.street),
        city=draft.city,
        region=draft.region,
        postcode=draft.postcode,
        country_code=draft.country_code,
        phone=draft.phone,
    )


async def _pay(unit: Unit, draft: OrderDraft) -> None:
    """The payment the file tells of: authorised, or captured already where the channel is paid outside.

    A method without an amount pays the order's total. No method and no amount: there is no payment yet.
    """
    if draft.payment_method is None and draft.payment_minor is None:
        return
    outside = unit.channel.capture_mode is CaptureMode.OFFLINE
    amount = unit.order.total_minor if draft.payment_minor is None else draft.payment_minor
    payment = await Payment.create(
        order_id=unit.order.id,
        method=draft.payment_method or OTHER,
        gateway="offline" if outside else "sandbox",
        status=PaymentStatus.CAPTURED if outside else PaymentStatus.AUTHORISED,
        authorised_minor=amount,
        captured_minor=amount if outside else 0,
        created_at=unit.now,
    )
    unit.read_payments = [payment]
    operation = await PaymentOperation.create(
        payment_id=payment.id,
        event=PaymentEvent.CAPTURE if outside else PaymentEvent.AUTHORISE,
        requested_minor=amount,
        amount_minor=amount,
        status=OperationStatus.SUCCEEDED,
        created_at=unit.now,
        updated_at=unit.now,
    )
    about = {"paymentId": payment.id, "operationId": operation.id}
    done = "captured" if outside else "authorised"
    unit.record(f"payment.{done}", f"Payment by {payment.method} {done}", data=about)


async def _enter(unit: Unit) -> None:
    """What becomes of an order that has arrived: held for review or remorse, or sent at once."""
    channel, order = unit.channel, unit.order
    remorse_ends = order.placed_at + timedelta(minutes=channel.remorse_minutes)
    if channel.default_entry_status is EntryStatus.ON_HOLD:
        hold_order(unit, HoldReason.REVIEW)
    elif channel.remorse_minutes and remorse_ends > unit.now:
        hold_order(unit, HoldReason.REMORSE)
        order.held_until = remorse_ends
    elif channel.auto_process and order.stage is OrderStage.RECEIVED:
        await send(unit)
