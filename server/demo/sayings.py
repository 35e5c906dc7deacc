"""What people and carriers say in the demo."""

from __future__ import annotations

from typing import Final

from domain.access import CompanyKind
from domain.shipments import TrackingCode

INTERNAL: Final = (
    "Called back: the customer is glad to wait until Friday.",
    "Second question about the delivery day; told them what the carrier shows.",
    "Checked the spelling of the name with the customer, it is right as ordered.",
    "Good customer, fourth order this year. Be generous if something goes wrong.",
    "Asked whether a neighbour may take the parcel: yes.",
)
SHARED: Final = {
    CompanyKind.PLATFORM: (
        "The customer asks for a neutral parcel, please: it is a gift.",
        "Can this one go out today? It is for a birthday on Saturday.",
        "Please leave the invoice out of the parcel.",
    ),
    CompanyKind.RETAILER: (
        "We promised the customer a card with it; please put one in.",
        "The customer moved the party, so next week is early enough.",
    ),
    CompanyKind.FULFILLER: (
        "Blanks in this size arrive tomorrow morning, it goes on the press first.",
        "We packed it with extra straw; the glaze is delicate.",
        "The photograph is a little dark. We print it as it is unless we hear from you.",
    ),
}
CARRIER_TEXTS: Final = {
    TrackingCode.LABEL_CREATED: "We expect your parcel",
    TrackingCode.IN_TRANSIT: "Sorted at the depot",
    TrackingCode.OUT_FOR_DELIVERY: "With the driver",
    TrackingCode.DELIVERED: "Delivered, signed for at the door",
    TrackingCode.EXCEPTION: "Nobody at home, we try again tomorrow",
    TrackingCode.RETURNED_TO_SENDER: "Not collected, on its way back to the sender",
    TrackingCode.INFO: "Held for the chosen delivery day",
}
DEPOTS: Final = ("Leeds hub", "Venlo", "Cologne-West", "Lille Sud", "Bologna Interporto", "Poznań II", "Malmö Öst")
