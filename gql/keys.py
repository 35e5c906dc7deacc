"""Ways to name one thing."""

from __future__ import annotations

import strawberry

from gql.fields import plain


@strawberry.input(description="An order by the sales channel's own number.")
class ExternalKey:
    """Channel and reference."""

    channel: str = plain(about="Code of the sales channel.")
    reference: str = plain(about="The channel's number of the order.")


@strawberry.input(one_of=True, description="One way to name an order.")
class OrderKey:
    """Exactly one of them."""

    id: strawberry.Maybe[strawberry.ID] = plain(about="Its global id.")
    number: strawberry.Maybe[str] = plain(about="The platform's number.")
    external: strawberry.Maybe[ExternalKey] = plain(about="The sales channel's number.")


@strawberry.input(one_of=True, description="One way to name a parcel.")
class ShipmentKey:
    """Exactly one of them."""

    id: strawberry.Maybe[strawberry.ID] = plain(about="Its global id.")
    number: strawberry.Maybe[str] = plain(about="The platform's number.")
    tracking_number: strawberry.Maybe[str] = plain(
        about="The carrier's number; of several parcels with it, the newest."
    )


@strawberry.input(one_of=True, description="One way to name a fulfilment order.")
class FulfillmentOrderKey:
    """Exactly one of them."""

    id: strawberry.Maybe[strawberry.ID] = plain(about="Its global id.")
    number: strawberry.Maybe[str] = plain(about="The platform's number.")
