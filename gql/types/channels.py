"""Sales channels and their settings."""

from __future__ import annotations

import strawberry

import models
from domain.catalog import AppeasementBasis, EntryStatus, ExchangeFlow
from domain.payments import CaptureMode
from gql.connections import Connection
from gql.fields import column, embedded, masked, relation_one, row_of
from gql.histories import history
from gql.masking import mask_emails, mask_link
from gql.scalars import CurrencyCode
from gql.types.companies import Company
from gql.types.events import OrderEvent
from gql.types.nodes import Node, global_id
from reads.rules import selling_side, settings


@strawberry.type(description="How a sales channel treats its orders.")
class ChannelSettings:
    """Settings of a channel."""

    auto_verify: bool = column(about="Whether arriving orders are verified without a person.")
    auto_process: bool = column(about="Whether verified orders are sent to suppliers without a person.")
    auto_approve_returns: bool = column(about="Whether returns are approved when they are opened.")
    auto_release_refunds: bool = column(about="Whether refunds are released without approval.")
    manual_return_source: bool = column(
        about="Whether goods may be sent back to another source than they came from."
    )
    appeasement_basis: AppeasementBasis = column(about="What amounts of an appeasement mean.")
    exchange_flow: ExchangeFlow = column(about="When an exchange order ships.")
    remorse_minutes: int = column(about="Minutes after placing during which an order is held; 0: none.")
    capture_mode: CaptureMode = column(about="When customers' money is taken.")
    allow_backorder: bool = column(about="Whether lines without stock may wait for it.")
    default_entry_status: EntryStatus = column(about="What a fresh order becomes.")
    abandon_after_minutes: int | None = column(about="Minutes after which a draft is given up; null: never.")
    notify_customer: bool = column(about="Whether customers get e-mail.")
    notify_addresses: list[str] = masked(
        "notify_addresses",
        mask=mask_emails,
        shown=settings,
        about="E-mail addresses told of failures; masked without the permission `settings.manage`.",
    )
    tracking_push_url: str | None = masked(
        "tracking_push_url",
        mask=mask_link,
        shown=settings,
        about="Where new tracking is passed on to; null: nowhere. Masked without `settings.manage`.",
    )
    return_window_days: int | None = column(
        about="Days after delivery during which goods may come back; null: always."
    )
    expected_transit_days: int | None = column(about="Days a parcel usually takes.")
    retention_days: int | None = column(about="Days after which personal data is erased; null: never.")


@strawberry.type(description="A retailer's store or marketplace.")
class SalesChannel(Node):
    """A sales channel."""

    is_type_of = row_of(models.SalesChannel)

    id: strawberry.ID = global_id("SalesChannel")
    code: str = column(about="Short name, unique; filters take it.")
    name: str = column(about="Full name.")
    currency: CurrencyCode = column(about="What its prices are in; `XXX` until its first order names one.")
    retailer: Company = relation_one(models.Company, local="retailer_id", about="Whose channel it is.")
    simulated: bool = column(about="Whether its orders are invented and moved by the built-in demonstration.")
    settings: ChannelSettings | None = embedded(
        shown=selling_side, about="How it treats its orders; null for fulfillers."
    )
    version: int = column(about="Counts its changes; `guard.expectedVersion` of a mutation compares with it.")
    history: Connection[OrderEvent] = history(
        "channel", about="Everything that was changed about it, oldest first."
    )
