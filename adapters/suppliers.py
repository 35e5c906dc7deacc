"""How fulfilment orders reach the companies that ship them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.listing import Listing


class SupplierAnswer(Listing):
    """What a supplier says at once."""

    ACCEPTED = "ACCEPTED", "It takes the fulfilment order."
    REJECTED = "REJECTED", "It does not; the message says why."
    LATER = "LATER", "It will answer later."


@dataclass(frozen=True, slots=True)
class Answer:
    """A supplier's answer to one fulfilment order."""

    answer: SupplierAnswer
    reference: str | None = None
    """The supplier's own number for it."""
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Parcelled:
    """What is sent: one line of a fulfilment order."""

    sku: str
    quantity: int


class Supplier(Protocol):
    """Takes fulfilment orders. Asked inside the transaction that sends one, so an answer must come without waiting
    for anybody: a supplier across the network answers LATER and calls back."""

    def send(self, number: str, lines: tuple[Parcelled, ...]) -> Answer:
        """Offer a fulfilment order by its number. The same number twice is the same fulfilment order."""
        ...


class AcceptingSupplier:
    """The built-in supplier: its people work with Ordergraph itself, so it accepts what it is sent."""

    def send(self, number: str, lines: tuple[Parcelled, ...]) -> Answer:
        """Accepts at once; its reference is our number."""
        return Answer(SupplierAnswer.ACCEPTED, reference=number)
