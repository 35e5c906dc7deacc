"""Arguments that all subscriptions have."""

from __future__ import annotations

from typing import Annotated

import strawberry

from gql.scalars import Cursor

After = Annotated[
    Cursor | None,
    strawberry.argument(
        description="Push what came after this cursor (`cursor` of a pushed object, `asOf` of a page), then go on "
        "live; left out: from now on. Ends with the error STREAM_RESET when something after it is no longer kept."
    ),
]
