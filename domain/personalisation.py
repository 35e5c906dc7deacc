"""What a shopper made of an article (S0): named fields, the saved product state, and files of artwork.

A line keeps it as one object. Its entries are the named fields, but for two: `productState` holds an object that a
configurator saved ("Live Edit") and can load again, `artwork` a list of files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from domain.listing import Listing
from domain.texts import link_reasons

STATE: Final = "productState"
ARTWORK: Final = "artwork"
MOST_FILES: Final = 20
LONGEST_LINK: Final = 500
LONGEST_CHECKSUM: Final = 128


class ArtworkKind(Listing):
    """What a file of artwork is for."""

    PRINT = "PRINT", "What is printed."
    PREVIEW = "PREVIEW", "A picture that shows people what it will look like."
    UPLOAD = "UPLOAD", "A file that the shopper put in."


@dataclass(frozen=True, slots=True)
class ArtworkFile:
    """One file, wherever it lies."""

    url: str
    kind: ArtworkKind = ArtworkKind.PRINT
    checksum: str | None = None
    """As whoever made the file wrote it, `sha256:...`."""


def named_fields(personalisation: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the shopper put in, as texts in the order it was put in."""
    return [(name, _text(value)) for name, value in personalisation.items() if not _reserved(name, value)]


def product_state(personalisation: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a configurator saved; None: nothing."""
    state = personalisation.get(STATE)
    return state if isinstance(state, dict) else None


def artwork_files(personalisation: Mapping[str, Any]) -> list[ArtworkFile]:
    """The files that came with it. Raises ValueError, for people, for a list that cannot be right."""
    given = personalisation.get(ARTWORK)
    if not isinstance(given, list):
        return []
    if len(given) > MOST_FILES:
        raise ValueError(f"`{ARTWORK}` lists at most {MOST_FILES} files; this lists {len(given)}")
    return [_file(one) for one in given]


def _reserved(name: str, value: Any) -> bool:
    return (name == STATE and isinstance(value, dict)) or (name == ARTWORK and isinstance(value, list))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _file(given: Any) -> ArtworkFile:
    facts = given if isinstance(given, dict) else {}
    url, checksum = facts.get("url"), facts.get("checksum")
    kind = _KINDS.get(str(facts.get("kind", ArtworkKind.PRINT)))
    known = facts.keys() <= {"url", "kind", "checksum"}
    if not known or kind is None or not _sound(url) or not _short(checksum):
        raise ValueError(
            f"a file in `{ARTWORK}` has a `url` that begins with https://, and may have a `kind` "
            f"({', '.join(_KINDS)}) and a `checksum`, nothing else"
        )
    return ArtworkFile(str(url).strip(), kind, checksum)


def _sound(url: object) -> bool:
    return isinstance(url, str) and bool(url.strip()) and not any(link_reasons(url, LONGEST_LINK))


def _short(checksum: object) -> bool:
    return checksum is None or (isinstance(checksum, str) and 0 < len(checksum) <= LONGEST_CHECKSUM)


_KINDS: Final = {kind.value: kind for kind in ArtworkKind}
