"""Compares schema.graphql with the last release's, `docs/api/released.graphql`: `python docs/check_release.py`.

Adding is free. What would break a client that works today, or change what it means, is refused unless
`docs/api/accepted_breaks.toml` lists it with its reason; what a client may stumble over is told.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Final

from graphql import GraphQLSchema, build_schema
from graphql.utilities import (
    BreakingChange,
    DangerousChange,
    DangerousChangeType,
    find_breaking_changes,
    find_dangerous_changes,
)

API: Final = Path(__file__).with_name("api")
RELEASED: Final = API / "released.graphql"
ACCEPTED: Final = API / "accepted_breaks.toml"
PRESENT: Final = API.parents[1] / "schema.graphql"
CHANGELOG: Final = API.parents[1] / "CHANGELOG.md"

FREE: Final = {DangerousChangeType.OPTIONAL_ARG_ADDED, DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED}
"""What graphql-core calls dangerous and no client can notice: left out, they mean what they meant."""
TOLD: Final = {
    DangerousChangeType.VALUE_ADDED_TO_ENUM,
    DangerousChangeType.TYPE_ADDED_TO_UNION,
    DangerousChangeType.IMPLEMENTED_INTERFACE_ADDED,
}
"""What clients are asked to expect: values and types they do not know."""

ADVICE: Final = f"""
Clients of the last release would break. Keep what is there: add beside it, and deprecate the old with a reason.
If it has to be, say so in CHANGELOG.md under "Unreleased", and list it in docs/api/{ACCEPTED.name}:
"""
ENTRY: Final = """
[[accepted]]
change = "{}"
reason = "the same words as in CHANGELOG.md"
"""


def changes(released: GraphQLSchema, present: GraphQLSchema) -> tuple[list[str], list[str]]:
    """What breaks clients, and what they should be told."""
    found: list[BreakingChange | DangerousChange] = [
        *find_breaking_changes(released, present),
        *find_dangerous_changes(released, present),
    ]
    breaking = [change.description for change in found if change.type not in FREE | TOLD]
    return breaking, [change.description for change in found if change.type in TOLD]


def objections(released: str, present: str, accepted: str, changelog: str) -> list[str]:
    """Everything that has to be mended before this schema may be merged, in sentences."""
    reasons = _reasons(accepted)
    breaking, _ = changes(build_schema(released), build_schema(present))
    unreleased = _flat(changelog.partition("\n## Unreleased\n")[2].partition("\n## ")[0])
    return [
        *(change for change in breaking if change not in reasons),
        *(f"{ACCEPTED.name} lists what did not happen: {change}" for change in reasons if change not in breaking),
        *(
            f'CHANGELOG.md does not say under "Unreleased": {reason}'
            for reason in dict.fromkeys(reasons.values())
            if not _flat(reason) or _flat(reason) not in unreleased
        ),
    ]


def _reasons(accepted: str) -> dict[str, str]:
    return {one["change"]: one["reason"] for one in tomllib.loads(accepted).get("accepted", [])}


def _flat(text: str) -> str:
    """Without line ends and indents, which differ between the two files."""
    return " ".join(text.split())


def main() -> int:
    """0 when the schema may be merged; otherwise it says why not, and what to do."""
    released, present = RELEASED.read_text(encoding="utf-8"), PRESENT.read_text(encoding="utf-8")
    found = objections(
        released, present, ACCEPTED.read_text(encoding="utf-8"), CHANGELOG.read_text(encoding="utf-8")
    )
    breaking, told = changes(build_schema(released), build_schema(present))
    for change in told:
        print(f"since the last release: {change}")
    if found:
        entries = [ENTRY.format(change) for change in breaking if change in found]
        print(*found, *([ADVICE, *entries] if entries else []), sep="\n", file=sys.stderr)
        return 1
    print(f"{PRESENT.name} breaks nothing that was released.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
