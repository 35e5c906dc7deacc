"""What is done with connections, and how a channel's orders find their way."""

from __future__ import annotations

import strawberry

from gql.fields import plain


@strawberry.input(description="Which fulfiller to invite.")
class ConnectionInviteInput:
    """Input of `connectionInvite`."""

    fulfiller: str = plain(about="Code of the fulfiller, as it told it.")
    retailer: str | None = strawberry.field(
        default=None,
        description="Code of the retailer; left out: the viewer's own. Only the platform names another.",
    )
    shares_customer_email: bool = strawberry.field(
        default=False, description="Whether the fulfiller will see customers' e-mail addresses."
    )


@strawberry.input(description="Which invitation to accept.")
class ConnectionAcceptInput:
    """Input of `connectionAccept`."""

    connection_id: strawberry.ID = plain(about="Global id of the connection.")


@strawberry.input(description="What changes of a connection. What is left out stays as it is.")
class ConnectionSaveInput:
    """Input of `connectionSave`."""

    connection_id: strawberry.ID = plain(about="Global id of the connection.")
    suspended: bool | None = strawberry.field(
        default=None,
        description="True: nothing new goes to the fulfiller for now; false: it goes on. Either company suspends; "
        "who suspended it, or the platform, resumes it.",
    )
    replacement_policy: strawberry.Maybe[str] = plain(
        about="What the fulfiller says about making faulty goods again, up to 4000 characters. The "
        "fulfiller's word."
    )
    shares_customer_email: strawberry.Maybe[bool] = plain(
        about="Whether the fulfiller sees customers' e-mail addresses. The retailer's word."
    )


@strawberry.input(description="Everything a fulfiller offers from now on.")
class OfferedServicesSaveInput:
    """Input of `offeredServicesSave`."""

    service_ids: list[strawberry.ID] = plain(
        about="Global ids of carrier services, at most 200; those not named are offered no longer."
    )
    fulfiller: str | None = strawberry.field(
        default=None,
        description="Code of the fulfiller; left out: the viewer's own. Only the platform names another.",
    )


@strawberry.input(description="What a shipping method of a sales channel means at a fulfiller from now on.")
class ShippingMappingSaveInput:
    """Input of `shippingMappingSave`."""

    channel_id: strawberry.ID = plain(about="Global id of the sales channel.")
    fulfiller: str = plain(about="Code of a fulfiller the retailer is connected with.")
    method: str = plain(about="The method exactly as the channel writes it, 1 to 200 characters.")
    service_id: strawberry.ID | None = strawberry.field(
        default=None, description="Global id of a carrier service that the fulfiller offers; not for removing."
    )
    remove: bool = strawberry.field(default=False, description="Whether the method is to mean nothing any more.")


@strawberry.input(description="The rule at one place of a sales channel from now on; it replaces the one there.")
class RoutingRuleSaveInput:
    """Input of `routingRuleSave`."""

    channel_id: strawberry.ID = plain(about="Global id of the sales channel.")
    place: int = plain(about="Its place among the channel's rules, 1 to 9999; the lowest that fits decides.")
    source_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="Global id of a source of a fulfiller the retailer is connected with; not for removing.",
    )
    country_code: str | None = strawberry.field(
        default=None, description="Only for lines delivered to this country, ISO 3166-1 alpha-2; left out: to any."
    )
    region: str | None = strawberry.field(
        default=None,
        description="Only for lines delivered to this region, up to 100 characters; left out: to any.",
    )
    remove: bool = strawberry.field(default=False, description="Whether the place is to be empty.")
