"""Every type of event there is, and the kind it counts as."""

from __future__ import annotations

from typing import Final

from domain.events import EventKind

K = EventKind
EVENT_TYPES: Final[dict[str, EventKind]] = {
    "order.imported": K.IMPORT,
    "order.status_changed": K.STATUS,
    "order.held": K.STATUS,
    "order.released": K.STATUS,
    "order.closed": K.STATUS,
    "line.status_changed": K.STATUS,
    "line.allocated": K.STOCK,
    "line.deallocated": K.STOCK,
    "line.cancelled": K.CANCELLATION,
    "issue.raised": K.ISSUE,
    "issue.resolved": K.ISSUE,
    "fulfillment_order.sent": K.SUPPLIER,
    "fulfillment_order.accepted": K.SUPPLIER,
    "fulfillment_order.rejected": K.SUPPLIER,
    "fulfillment_order.status_changed": K.STATUS,
    "shipment.created": K.SHIPMENT,
    "shipment.deleted": K.SHIPMENT,
    "tracking.recorded": K.TRACKING,
    "payment.authorised": K.PAYMENT,
    "payment.captured": K.PAYMENT,
    "comment.added": K.COMMENT,
    "company.imported": K.SETTINGS,
    "channel.created": K.SETTINGS,
    "channel.changed": K.SETTINGS,
    "role.created": K.ACCESS,
    "role.changed": K.ACCESS,
    "user.created": K.ACCESS,
    "user.changed": K.ACCESS,
    "api_client.created": K.ACCESS,
    "api_client.changed": K.ACCESS,
    "api_client.rotated": K.ACCESS,
    "api_client.revoked": K.ACCESS,
    "product.imported": K.CATALOGUE,
    "variant.imported": K.CATALOGUE,
}
"""`noun.participle`. Names are for ever: types may be added, never renamed."""
