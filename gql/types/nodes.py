"""Things with a global id."""

from __future__ import annotations

from typing import Any

import strawberry

from gql.fields import computed, plain
from gql.ids import to_global


@strawberry.interface(description="Anything with a global id: `node(id:)` finds it again.")
class Node:
    """Interface of all row-backed types."""

    id: strawberry.ID = plain(about="Opaque global id.")


def global_id(type_name: str) -> Any:
    """The `id` field of a type."""

    def of(key: int) -> str:
        return to_global(type_name, key)

    return computed(of, needs=["id"], about="Opaque global id.")
