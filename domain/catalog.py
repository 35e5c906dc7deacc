"""Companies, sources and goods: the closed lists of master data."""

from __future__ import annotations

from domain.listing import Listing


class ConnectionStatus(Listing):
    """How far a retailer and a fulfiller are connected."""

    INVITED = "INVITED", "Asked for, not yet accepted."
    ACTIVE = "ACTIVE", "The retailer's lines may go to the fulfiller."
    SUSPENDED = "SUSPENDED", "No new lines for now."


class SourceKind(Listing):
    """What kind of place goods come from."""

    WAREHOUSE = "WAREHOUSE", "Holds stock and ships it."
    STORE = "STORE", "A store with stock."
    SUPPLIER = "SUPPLIER", "A supplier that ships or produces."


class CancelMode(Listing):
    """How a source takes back what was sent to it."""

    IMMEDIATE = "IMMEDIATE", "We produce or control it: cancelling takes effect at once."
    ON_REQUEST = "ON_REQUEST", "An outside warehouse is asked and may decline."


class VariantStatus(Listing):
    """Whether a variant can be ordered."""

    ACTIVE = "ACTIVE", "Can be ordered."
    OUT_OF_STOCK = "OUT_OF_STOCK", "Marked as sold out by its fulfiller."
    DISABLED = "DISABLED", "Withdrawn: new orders get an issue, existing ones go on."


class ItemKind(Listing):
    """What a line sells."""

    STOCK = "STOCK", "Goods from stock."
    PERSONALISED = "PERSONALISED", "Goods made with the shopper's own text or picture."
    DIGITAL = "DIGITAL", "A download."
    SERVICE = "SERVICE", "A service at an appointment."


class DeliveryMode(Listing):
    """How a line reaches the customer."""

    SHIP = "SHIP", "By parcel."
    STORE_PICKUP = "STORE_PICKUP", "Picked up in a store."
    DOWNLOAD = "DOWNLOAD", "By download."
    HAND_OVER = "HAND_OVER", "Handed over by a salesperson."


class EntryStatus(Listing):
    """What a fresh order of a channel becomes."""

    NEW = "NEW", "Verified at once when the channel verifies automatically."
    ON_HOLD = "ON_HOLD", "Held until somebody has looked at it."


class AppeasementBasis(Listing):
    """What amounts of an appeasement mean."""

    NET = "NET", "Net; tax follows at the line's rate."
    GROSS = "GROSS", "Tax is inside the amount."


class ExchangeFlow(Listing):
    """When an exchange order ships."""

    SHIP_NOW = "SHIP_NOW", "At once."
    AWAIT_RETURN = "AWAIT_RETURN", "When the original goods came back in good condition."


class ReasonKind(Listing):
    """What a managed reason is given for."""

    CANCEL = "CANCEL", "A cancellation."
    RETURN = "RETURN", "A return."
    APPEASEMENT = "APPEASEMENT", "An appeasement."
    EXCHANGE = "EXCHANGE", "An exchange."
    RESHIPMENT = "RESHIPMENT", "A reshipment."
    REPLACEMENT = "REPLACEMENT", "A replacement."
