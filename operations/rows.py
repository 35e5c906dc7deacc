"""An order with all that belongs to it, as rules look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.access import Viewer
from models import FulfillmentOrder, Order, OrderLine, SalesChannel


class OrderRows:
    """Under the lock it is a `Unit`; only read, a `Standing`. What is decided from it is the same for both."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def viewer(self) -> Viewer:
            """Who acts, or asks what it may do."""

        @property
        def order(self) -> Order: ...

        @property
        def channel(self) -> SalesChannel: ...

        @property
        def lines(self) -> list[OrderLine]:
            """Every line of the order that counts, in line order. Read by a fulfiller: its own."""

        @property
        def fulfillments(self) -> list[FulfillmentOrder]:
            """The order's fulfilment orders, oldest first. Read by a fulfiller: its own."""

    @property
    def own_lines(self) -> list[OrderLine]:
        """The lines the viewer may act on: for a fulfiller its own, else all."""
        scope = self.viewer.scope
        return [line for line in self.lines if not scope.is_fulfiller or line.fulfiller_id == scope.company_id]

    @property
    def own_fulfillments(self) -> list[FulfillmentOrder]:
        """The fulfilment orders of the viewer's company."""
        return [fo for fo in self.fulfillments if fo.fulfiller_id == self.viewer.scope.company_id]

    def fulfillment(self, key: int | None) -> FulfillmentOrder | None:
        """One of them by its row key."""
        return next((fo for fo in self.fulfillments if fo.id == key), None)

    def lines_of(self, fulfillment_order: FulfillmentOrder) -> list[OrderLine]:
        """The lines that one fulfilment order ships."""
        return [line for line in self.lines if line.fulfillment_order_id == fulfillment_order.id]

    @property
    def unsent(self) -> list[OrderLine]:
        """Lines with open units that are in no fulfilment order."""
        return [line for line in self.lines if line.open and line.fulfillment_order_id is None]
