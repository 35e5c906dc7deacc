"""What is set of sales channels, sources and carriers."""

from __future__ import annotations

import strawberry

from domain.catalog import AppeasementBasis, CancelMode, EntryStatus, ExchangeFlow, SourceKind
from domain.payments import CaptureMode
from gql.fields import plain
from gql.scalars import CurrencyCode

CODE = "1 to 64 letters, digits, dots, hyphens and underscores. It never changes."


@strawberry.input(
    description="A sales channel: a new one, or what changes of one. What is left out stays as it is; a new "
    "channel gets what the built-in settings say."
)
class ChannelSaveInput:
    """Input of `channelSave`."""

    id: strawberry.Maybe[strawberry.ID] = plain(
        about="Global id of the channel to change; left out: a new channel."
    )
    retailer: strawberry.Maybe[str] = plain(
        about="Code of the retailer of a new channel; left out: the viewer's own. Only the platform names another."
    )
    code: strawberry.Maybe[str] = plain(about=f"Short name of a new channel, unique: {CODE}")
    name: strawberry.Maybe[str] = plain(about="Full name, 1 to 200 characters. A new channel needs one.")
    currency: strawberry.Maybe[CurrencyCode] = plain(
        about="What its prices are in. A new channel needs it; it stays once the channel has an order."
    )
    auto_verify: strawberry.Maybe[bool] = plain(about="Verify arriving orders without a person. Built in: on.")
    auto_process: strawberry.Maybe[bool] = plain(
        about="Send verified orders to suppliers without a person. Built in: off."
    )
    auto_approve_returns: strawberry.Maybe[bool] = plain(
        about="Approve returns when they are opened. Built in: on."
    )
    auto_release_refunds: strawberry.Maybe[bool] = plain(about="Release refunds without approval. Built in: on.")
    manual_return_source: strawberry.Maybe[bool] = plain(
        about="Let goods be sent back to another source than they came from. Built in: off."
    )
    appeasement_basis: strawberry.Maybe[AppeasementBasis] = plain(
        about="What amounts of an appeasement mean. Built in: NET."
    )
    exchange_flow: strawberry.Maybe[ExchangeFlow] = plain(
        about="When an exchange order ships. Built in: SHIP_NOW."
    )
    remorse_minutes: strawberry.Maybe[int] = plain(
        about="Minutes after placing during which an order is held, up to 10080, a week. 0, as built in: none."
    )
    capture_mode: strawberry.Maybe[CaptureMode] = plain(
        about="When customers' money is taken. Built in: ON_SHIPMENT."
    )
    allow_backorder: strawberry.Maybe[bool] = plain(about="Let lines without stock wait for it. Built in: off.")
    default_entry_status: strawberry.Maybe[EntryStatus] = plain(about="What a fresh order becomes. Built in: NEW.")
    abandon_after_minutes: strawberry.Maybe[int | None] = plain(
        about="Minutes after which a draft is given up, up to 527040, a year. Null, as built in: never."
    )
    notify_customer: strawberry.Maybe[bool] = plain(about="Send customers e-mail. Built in: on.")
    notify_addresses: strawberry.Maybe[list[str]] = plain(
        about="E-mail addresses told of failures, at most 20. Built in: none."
    )
    tracking_push_url: strawberry.Maybe[str | None] = plain(
        about="Where new tracking is passed on to, https, up to 500 characters. Null, as built in: nowhere."
    )
    return_window_days: strawberry.Maybe[int | None] = plain(
        about="Days after delivery during which goods may come back, up to 36500. Null, as built in: always."
    )
    expected_transit_days: strawberry.Maybe[int | None] = plain(
        about="Days a parcel usually takes, up to 366. Null, as built in: not known."
    )
    retention_days: strawberry.Maybe[int | None] = plain(
        about="Days after which personal data is erased, up to 36500. Null, as built in: never."
    )


@strawberry.input(description="A source: a new one, or what changes of one. What is left out stays as it is.")
class SourceSaveInput:
    """Input of `sourceSave`."""

    id: strawberry.Maybe[strawberry.ID] = plain(about="Global id of the source to change; left out: a new source.")
    fulfiller: strawberry.Maybe[str] = plain(
        about="Code of the fulfiller of a new source; left out: the viewer's own. Only the platform names another."
    )
    code: strawberry.Maybe[str] = plain(about=f"Short name of a new source, unique within the fulfiller: {CODE}")
    name: strawberry.Maybe[str] = plain(about="Full name, 1 to 200 characters. A new source needs one.")
    kind: strawberry.Maybe[SourceKind] = plain(about="What kind of place it is. A new source needs it.")
    accepts_returns: strawberry.Maybe[bool] = plain(
        about="Whether customers may send goods back to it; left out of a new one: yes."
    )
    cancel_mode: strawberry.Maybe[CancelMode] = plain(
        about="Whether cancelling takes effect at once or has to be asked for; left out of a new one: IMMEDIATE."
    )
    street: strawberry.Maybe[str | None] = plain(about="Street and house number, up to 200 characters.")
    city: strawberry.Maybe[str | None] = plain(about="City, up to 100 characters.")
    region: strawberry.Maybe[str | None] = plain(about="Region of its country, up to 100 characters.")
    postcode: strawberry.Maybe[str | None] = plain(about="Postcode, up to 20 characters.")
    country_code: strawberry.Maybe[str | None] = plain(about="Country it is in, ISO 3166-1 alpha-2.")
    delivers_to: strawberry.Maybe[list[str] | None] = plain(
        about="Countries it delivers to, ISO 3166-1 alpha-2; null: everywhere."
    )


@strawberry.input(description="A service of a carrier: a new one, or what changes of the one with this code.")
class CarrierServiceInput:
    """Part of `CarrierSaveInput`."""

    code: str = plain(about=f"Short name, unique within the carrier: {CODE}")
    name: strawberry.Maybe[str] = plain(about="Full name, 1 to 200 characters. A new service needs one.")
    tracked: strawberry.Maybe[bool] = plain(about="Whether parcels can be followed; left out of a new one: yes.")


@strawberry.input(description="A carrier: a new one, or what changes of one. What is left out stays as it is.")
class CarrierSaveInput:
    """Input of `carrierSave`."""

    id: strawberry.Maybe[strawberry.ID] = plain(
        about="Global id of the carrier to change; left out: a new carrier."
    )
    code: strawberry.Maybe[str] = plain(about=f"Short name of a new carrier, unique: {CODE}")
    name: strawberry.Maybe[str] = plain(about="Full name, 1 to 200 characters. A new carrier needs one.")
    tracking_url_pattern: strawberry.Maybe[str | None] = plain(
        about="Link to follow a parcel, http or https, up to 500 characters, with `{tracking_number}` where the "
        "parcel's number goes; null: none."
    )
    services: strawberry.Maybe[list[CarrierServiceInput]] = plain(
        about="Services to add or correct, at most 100; services not named stay as they are."
    )
