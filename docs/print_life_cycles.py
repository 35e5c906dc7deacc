"""Writes docs/life-cycles.md from the tables the program itself decides by: `python docs/print_life_cycles.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from domain.catalog import ConnectionStatus
from domain.connections import STEPS as CONNECTION_STEPS
from domain.fulfillment import STEPS, FulfillmentStatus, settled
from domain.lines import MOVES, LineStatus
from domain.listing import Listing
from domain.order_actions import ORDER_ACTIONS
from domain.orders import STAGE_STEPS, HoldReason, OrderStage, OrderStatus
from domain.shipments import FINAL, MEANS, ShipmentStatus

TARGET: Final = Path(__file__).with_name("life-cycles.md")
INTRODUCTION: Final = """\
# Life cycles

Printed by `python docs/print_life_cycles.py` from the tables in `domain/`, which are what the program decides by.
The listed steps are the only ones: the tests try every status with every action.

## Orders

Nobody sets an order's status. Before anything is sent, actions move a stored stage; afterwards the status follows
from lines and fulfilment orders (`order_status` in `domain/orders.py`). Holding keeps the stage.
"""


def page() -> str:
    """The whole document."""
    return "\n".join([INTRODUCTION, *_orders(), *_fulfillment_orders(), *_lines(), *_parcels(), *_connections()])


def _orders() -> Iterator[str]:
    yield from _statuses(OrderStatus)
    yield "### Before sending\n"
    yield from _diagram((step.source, step.target, step.action) for step in STAGE_STEPS)
    yield from _statuses(OrderStage, heading="Stage")
    yield "### Actions\n"
    yield from _table(
        ("Action", "Possible in", "Conditions"),
        (
            (f"`{rule.action}`", _all_of(OrderStatus, rule.statuses), _said_by(rule.guards))
            for rule in ORDER_ACTIONS.values()
        ),
    )
    yield "### Why an order is held\n"
    yield from _statuses(HoldReason, heading="Reason")


def _fulfillment_orders() -> Iterator[str]:
    yield "## Fulfilment orders\n"
    yield "The part of an order that one source ships.\n"
    yield from _statuses(FulfillmentStatus)
    yield from _diagram((step.source, step.target, step.action) for step in STEPS)
    yield from _table(
        ("From", "Action", "To", "Conditions"),
        ((step.source, f"`{step.action}`", step.target, _said_by(step.guards)) for step in STEPS),
    )
    yield f"{_explained(settled)}\n"


def _lines() -> Iterator[str]:
    yield "## Order lines\n"
    yield "The first status that fits, from the top.\n"
    yield from _statuses(LineStatus)
    yield from _table(
        ("What happens to a unit", "Counters"),
        (
            (f"`{name}`", ", ".join(f"{counter} {change:+d}" for counter, change in changes.items()))
            for name, changes in MOVES.items()
        ),
    )


def _parcels() -> Iterator[str]:
    yield "## Parcels\n"
    yield from _statuses(ShipmentStatus)
    yield from _table(
        ("Carrier event", "Meaning", "Moves the parcel to"),
        ((code, code.meaning, status or "(stays)") for code, status in MEANS.items()),
    )
    yield f"An older event never moves a parcel back. Final: {_all_of(ShipmentStatus, FINAL)}.\n"


def _connections() -> Iterator[str]:
    yield "## Connections\n"
    yield "A retailer and a fulfiller that work together. It begins with the retailer's invitation.\n"
    yield from _statuses(ConnectionStatus)
    yield from _diagram((step.source, step.target, step.action) for step in CONNECTION_STEPS)
    yield from _table(
        ("From", "Action", "To", "Conditions"),
        ((step.source, f"`{step.action}`", step.target, _said_by(step.guards)) for step in CONNECTION_STEPS),
    )


def _statuses(listing: type[Listing], heading: str = "Status") -> Iterator[str]:
    return _table((heading, "Meaning"), ((member, member.meaning) for member in listing))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield _row(names)
    yield _row("---" for _ in names)
    yield from map(_row, rows)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _diagram(steps: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield from (f"    {source} --> {target}: {action}" for source, target, action in steps)
    yield "```\n"


def _all_of(listing: type[Listing], members: frozenset[Any]) -> str:
    """In the order of the listing; a set has none."""
    return "any" if len(members) == len(listing) else ", ".join(member for member in listing if member in members)


def _said_by(guards: Iterable[Callable[..., object]]) -> str:
    return " ".join(map(_explained, guards)) or "none"


def _explained(function: Callable[..., object]) -> str:
    return " ".join((function.__doc__ or "").split())


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
