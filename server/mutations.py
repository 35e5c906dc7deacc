"""Every mutation, in one place."""

from __future__ import annotations

import strawberry

from gql.payloads.access import (
    ApiClientRevokePayload,
    ApiClientRotatePayload,
    ApiClientSavePayload,
    RoleSavePayload,
    UserSavePayload,
)
from gql.payloads.catalog import CatalogImportPayload, StockSetPayload, VariantWithdrawPayload
from gql.payloads.fulfillment_orders import FulfillmentOrderProgressPayload
from gql.payloads.orders import (
    OrderCancelPayload,
    OrderClosePayload,
    OrderCommentAddPayload,
    OrderHoldPayload,
    OrderImportPayload,
    OrderProcessPayload,
    OrderReleasePayload,
)
from gql.payloads.saved_views import SavedViewDeletePayload, SavedViewSavePayload
from gql.payloads.settings import (
    CarrierSavePayload,
    ChannelSavePayload,
    ConnectionAcceptPayload,
    ConnectionInvitePayload,
    ConnectionSavePayload,
    OfferedServicesSavePayload,
    RoutingRuleSavePayload,
    ShippingMappingSavePayload,
    SourceSavePayload,
)
from gql.payloads.shipments import ShipmentCreatePayload, ShipmentDeletePayload, TrackingRecordPayload
from resolvers.mutations import (
    access,
    catalog,
    fulfillment_orders,
    imports,
    orders,
    saved_views,
    settings,
    shipments,
)
from resolvers.mutations.guarding import mutates


@strawberry.type(
    description="Everything that can be done. Each mutation is one business action: done, or refused with every "
    "reason in `userErrors` and nothing changed. Each takes a guard beside its input, and answers with a receipt."
)
class Mutation:
    """Root of mutations."""

    order_import: OrderImportPayload = mutates(
        imports.import_orders,
        about="Takes in a file of orders. The same order again is left alone; another one under a known reference "
        "is refused.",
        versioned=False,
    )
    order_process: OrderProcessPayload = mutates(
        orders.process, about="Sends an order to its suppliers: one fulfilment order per source, mode and service."
    )
    order_hold: OrderHoldPayload = mutates(
        orders.hold, about="Holds an order: it is neither sent nor shipped until somebody releases it."
    )
    order_release: OrderReleasePayload = mutates(
        orders.release, about="Ends a hold: the order is where it would be without it."
    )
    order_cancel: OrderCancelPayload = mutates(
        orders.cancel,
        about="Cancels open units: of the lines named, or of the whole order when nothing of it has shipped. "
        "Cancelling a cancelled order changes nothing.",
    )
    order_close: OrderClosePayload = mutates(
        orders.close, about="Closes an order that is shipped, delivered or returned and did not close by itself."
    )
    order_comment_add: OrderCommentAddPayload = mutates(
        orders.add_comment, about="Writes a comment: internal, or shared with the companies around the order."
    )
    fulfillment_order_progress: FulfillmentOrderProgressPayload = mutates(
        fulfillment_orders.progress, about="Moves a fulfilment order one step on in its life cycle."
    )
    shipment_create: ShipmentCreatePayload = mutates(
        shipments.create, about="Ships open units of one fulfilment order in one parcel."
    )
    shipment_delete: ShipmentDeletePayload = mutates(
        shipments.delete, about="Takes back a parcel that has not arrived: its units are open again."
    )
    tracking_record: TrackingRecordPayload = mutates(
        shipments.record_tracking,
        about="Takes in what a carrier reports of a parcel. The same report again is ignored; a late one never "
        "moves the parcel back.",
    )
    catalog_import: CatalogImportPayload = mutates(
        imports.import_catalog,
        about="Takes in a catalogue: adds products and variants and corrects known ones, all of it or nothing.",
        versioned=False,
    )
    variant_withdraw: VariantWithdrawPayload = mutates(
        catalog.withdraw,
        about="Says that a variant can be ordered no longer, or again. New orders follow it; what was promised or "
        "sent goes on. Every retailer it concerns is told in its history.",
    )
    stock_set: StockSetPayload = mutates(
        catalog.set_stock,
        about="Sets how much of a variant a fulfiller's source has, or whether it is counted at all. Orders that "
        "reserve and ship at the same time are counted exactly.",
    )
    channel_save: ChannelSavePayload = mutates(
        settings.save_channel,
        about="Makes a sales channel, or changes what is given of one. Settings apply from then on.",
    )
    source_save: SourceSavePayload = mutates(
        settings.save_source, about="Makes a source of a fulfiller, or changes what is given of one."
    )
    carrier_save: CarrierSavePayload = mutates(
        settings.save_carrier,
        about="Makes a carrier, or changes what is given of one and of its services. For the platform.",
    )
    connection_invite: ConnectionInvitePayload = mutates(
        settings.invite, about="Asks a fulfiller to work with a retailer.", versioned=False
    )
    connection_accept: ConnectionAcceptPayload = mutates(
        settings.accept, about="Accepts an invitation: the retailer's lines may go to the fulfiller."
    )
    connection_save: ConnectionSavePayload = mutates(
        settings.save_connection,
        about="Changes what either company decides of a connection, and suspends or resumes it.",
    )
    offered_services_save: OfferedServicesSavePayload = mutates(
        settings.offer_services, about="Says which carrier services a fulfiller offers: these and no others."
    )
    shipping_mapping_save: ShippingMappingSavePayload = mutates(
        settings.save_mapping,
        about="Says what a shipping method of a sales channel means at a fulfiller. Orders sent keep theirs.",
    )
    routing_rule_save: RoutingRuleSavePayload = mutates(
        settings.save_rule, about="Says where lines of a sales channel go first. Lines that have a source keep it."
    )
    role_save: RoleSavePayload = mutates(
        access.save_role,
        about="Makes a role, or changes what is given of one. Nobody gives or takes what they do not have "
        "themselves. It takes effect at once, on open connections too.",
    )
    user_save: UserSavePayload = mutates(
        access.save_user,
        about="Makes a user, or changes what is given of one: another role, for example, or no access any more.",
    )
    api_client_save: ApiClientSavePayload = mutates(
        access.save_client,
        about="Makes an API client and shows its key, once; or changes what is given of one, which keeps its key.",
    )
    api_client_rotate: ApiClientRotatePayload = mutates(
        access.rotate_client,
        about="Gives an API client a new key and shows it, once. The old one ends at once, or after an overlap.",
    )
    api_client_revoke: ApiClientRevokePayload = mutates(
        access.revoke_client, about="Ends an API client for good, on open connections too."
    )
    saved_view_save: SavedViewSavePayload = mutates(
        saved_views.save,
        about="Keeps a view of the grid, filter, sort, columns and page size, for the viewer alone; or gives one "
        "all of that anew.",
        personal=True,
    )
    saved_view_delete: SavedViewDeletePayload = mutates(
        saved_views.delete, about="Forgets one of the viewer's views of the grid.", personal=True
    )
