"""What can be done with a thing, as clients name it: one name per mutation, and who may call it at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from domain.access import Permission
from domain.listing import Listing
from domain.refusals import (
    Blocker,
    BlockerCode,
    NotAllowed,
    PermissionDenied,
    QuantityExceeded,
    Reason,
)


class ActionName(Listing):
    """A mutation, as `availableActions` names it."""

    ORDER_PROCESS = "ORDER_PROCESS", "`orderProcess`: send every open unit that was not sent."
    ORDER_HOLD = "ORDER_HOLD", "`orderHold`: hold the order; for a fulfiller, its own fulfilment orders."
    ORDER_RELEASE = "ORDER_RELEASE", "`orderRelease`: end the hold; for a fulfiller, that of its own."
    ORDER_CANCEL = (
        "ORDER_CANCEL",
        "`orderCancel`: cancel open units, of the whole order or of the line asked about.",
    )
    ORDER_CLOSE = "ORDER_CLOSE", "`orderClose`: close the order."
    ORDER_COMMENT_ADD = "ORDER_COMMENT_ADD", "`orderCommentAdd`: write a comment."
    FULFILLMENT_ORDER_PROGRESS = (
        "FULFILLMENT_ORDER_PROGRESS",
        "`fulfillmentOrderProgress`: go one step on, to `to`.",
    )
    SHIPMENT_CREATE = "SHIPMENT_CREATE", "`shipmentCreate`: make a parcel of open units."
    SHIPMENT_DELETE = "SHIPMENT_DELETE", "`shipmentDelete`: take the parcel back."
    TRACKING_RECORD = "TRACKING_RECORD", "`trackingRecord`: record what the carrier reports."


@dataclass(frozen=True, slots=True)
class Need:
    """What a caller must have, whatever the state of things."""

    permission: Permission
    order_wide: bool = False
    """Whether it concerns the whole order, which no fulfiller acts on whatever its role says."""


A, P = ActionName, Permission
NEEDS: Final = {
    A.ORDER_PROCESS: Need(P.ORDERS_PROCESS, order_wide=True),
    A.ORDER_HOLD: Need(P.ORDERS_HOLD),
    A.ORDER_RELEASE: Need(P.ORDERS_HOLD),
    A.ORDER_CANCEL: Need(P.ORDERS_CANCEL),
    A.ORDER_CLOSE: Need(P.ORDERS_PROCESS, order_wide=True),
    A.ORDER_COMMENT_ADD: Need(P.ORDERS_COMMENT),
    A.FULFILLMENT_ORDER_PROGRESS: Need(P.FULFILLMENT_MANAGE),
    A.SHIPMENT_CREATE: Need(P.SHIPMENTS_MANAGE),
    A.SHIPMENT_DELETE: Need(P.SHIPMENTS_MANAGE),
    A.TRACKING_RECORD: Need(P.SHIPMENTS_MANAGE),
}
"""Asked by the mutations and by `availableActions`."""


def as_blockers(reasons: Iterable[Reason]) -> Iterator[Blocker]:
    """A refusal as `availableActions` tells it beforehand.

    Raises KeyError for reasons that speak of an input: nothing has been put in yet.
    """
    for reason in reasons:
        if isinstance(reason, NotAllowed):
            yield from reason.blockers
        else:
            yield Blocker(_CODES[type(reason)], reason.message)


_CODES: Final[dict[type[Reason], BlockerCode]] = {
    PermissionDenied: BlockerCode.PERMISSION_DENIED,
    QuantityExceeded: BlockerCode.QUANTITY_EXCEEDED,
}
