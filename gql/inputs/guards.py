"""What can be said beside the input of any mutation."""

from __future__ import annotations

from typing import Annotated

import strawberry


@strawberry.input(description="What a mutation may depend on, and what is to be remembered of it.")
class MutationGuard:
    """The second argument of every mutation."""

    idempotency_key: str | None = strawberry.field(
        default=None,
        description="1 to 200 printable characters of the caller's own making, a UUID for example. The same call "
        "with the same key is done once: however often it is made, it gets the first answer, refusals included; "
        "a new intention needs a new key. Kept for 48 hours, per company.",
    )
    expected_version: int | None = strawberry.field(
        default=None,
        description="The version the caller read, of the order or of whatever is changed; in another version it "
        "is refused `VersionConflict`.",
    )
    note: str | None = strawberry.field(
        default=None,
        description="Why, in 1 to 1000 characters; kept with every event the mutation writes, shown to the own "
        "company and to the platform.",
    )
    notify_customer: bool | None = strawberry.field(
        default=None,
        description="Whether the customer is told by e-mail; left out: as the sales channel's settings say.",
    )


Guard = Annotated[
    MutationGuard | None,
    strawberry.argument(description="What it may depend on, and what is to be remembered of it."),
]
"""The second argument of a mutation."""
