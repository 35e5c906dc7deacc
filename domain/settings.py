"""What settings and master data may be set to: a rule for everything that can be set, and how it is kept.

Ranges are ours: the seeds name none. They only keep out what cannot be meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from domain.countries import COUNTRIES
from domain.money import CURRENCIES, NO_CURRENCY
from domain.refusals import InvalidInput
from domain.texts import link_reasons, text_reasons, tidy

Against = Callable[..., Iterator[InvalidInput]]
"""(value, *path): what is wrong with a value."""

LONGEST_CODE: Final = 64
MOST_ADDRESSES: Final = 20
LONGEST_POLICY: Final = 4000
NUMBER_IN_LINK: Final = "{tracking_number}"
WEEK_OF_MINUTES: Final = 7 * 24 * 60
YEAR_OF_MINUTES: Final = 366 * 24 * 60
CENTURY_OF_DAYS: Final = 36_500
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_MAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)+")


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Rule:
    """What one thing may be set to, and what is kept of it."""

    against: Against
    kept: Callable[[Any], Any] = _same


def judged(
    rules: Mapping[str, Rule], values: Mapping[str, Any], *path: str
) -> tuple[tuple[InvalidInput, ...], dict[str, Any]]:
    """Everything wrong with the values, and the values as they are kept. `path` leads to the object they are
    in."""
    reasons = tuple(
        reason for name, value in values.items() for reason in rules[name].against(value, *path, spoken(name))
    )
    return reasons, {} if reasons else {name: rules[name].kept(value) for name, value in values.items()}


def missing(values: Mapping[str, Any], names: Sequence[str], *path: str) -> Iterator[InvalidInput]:
    """What something new cannot be made without."""
    for name in names:
        if name not in values:
            yield InvalidInput(message="Something new needs this; give it.", path=(*path, spoken(name)))


def spoken(name: str) -> str:
    """A column as the API calls it: `auto_verify` is `autoVerify`."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def given(value: object, *path: str) -> Iterator[InvalidInput]:
    """Something must be there; a closed list or a yes-or-no says the rest."""
    if value is None:
        yield InvalidInput(message="This cannot be empty; leave it out to keep it as it is.", path=path)


def _text(longest: int) -> Rule:
    def against(value: str | None, *path: str) -> Iterator[InvalidInput]:
        yield from given(value, *path)
        yield from text_reasons(value, longest, *path, least=1)

    return Rule(against, tidy)


def _text_or_none(longest: int) -> Rule:
    return Rule(lambda value, *path: text_reasons(value, longest, *path), tidy)


def _policy(value: str | None, *path: str) -> Iterator[InvalidInput]:
    yield from given(value, *path)
    yield from text_reasons(value, LONGEST_POLICY, *path)


def _code(value: str | None, *path: str) -> Iterator[InvalidInput]:
    if value is None or not (1 <= len(value) <= LONGEST_CODE and _CODE.fullmatch(value)):
        message = f"A code has 1 to {LONGEST_CODE} letters, digits, dots, hyphens and underscores, like acme-web."
        yield InvalidInput(message=message, path=path)


def _between(least: int, most: int, unit: str, *, empty: str = "") -> Rule:
    """Whole numbers; `empty` says what null stands for, if it may be null."""

    def against(value: int | None, *path: str) -> Iterator[InvalidInput]:
        if (value is None and not empty) or (value is not None and not least <= value <= most):
            rest = f", or null: {empty}" if empty else ""
            yield InvalidInput(message=f"Give a whole number of {unit} from {least} to {most}{rest}.", path=path)

    return Rule(against)


def _currency(value: str | None, *path: str) -> Iterator[InvalidInput]:
    if _upper(value) not in CURRENCIES - {NO_CURRENCY}:
        yield InvalidInput(message="There is no such currency; write its ISO 4217 code, like EUR.", path=path)


def _country(value: str | None, *path: str) -> Iterator[InvalidInput]:
    if value is not None and _upper(value) not in COUNTRIES:
        message = "There is no such country; write its two-letter ISO 3166-1 code, like DE."
        yield InvalidInput(message=message, path=path)


def _countries(value: Sequence[str] | None, *path: str) -> Iterator[InvalidInput]:
    if value is not None and not value:
        yield InvalidInput(message="Name at least one country, or give null: everywhere.", path=path)
    for place, code in enumerate(value or ()):
        yield from _country(code, *path, str(place))


def _addresses(value: Sequence[str] | None, *path: str) -> Iterator[InvalidInput]:
    yield from given(value, *path)
    if len(value or ()) > MOST_ADDRESSES:
        yield InvalidInput(
            message=f"At most {MOST_ADDRESSES} addresses; {len(value or ())} were given.", path=path
        )
    for place, address in enumerate(value or ()):
        found = tuple(text_reasons(address, 254, *path, str(place), least=3, noun="An e-mail address"))
        yield from found
        if not found and not _MAIL.fullmatch(address.strip()):
            message = "This is no e-mail address; write it like orders@acme.example."
            yield InvalidInput(message=message, path=(*path, str(place)))


def _push_link(value: str | None, *path: str) -> Iterator[InvalidInput]:
    found = tuple(link_reasons(tidy(value), 500, *path))
    yield from found
    if tidy(value) and not found and not str(value).strip().lower().startswith("https://"):
        yield InvalidInput(message="Tracking is only sent over https; give an https address.", path=path)


def _pattern(value: str | None, *path: str) -> Iterator[InvalidInput]:
    found = tuple(link_reasons(tidy(value), 500, *path))
    yield from found
    if tidy(value) and not found and NUMBER_IN_LINK not in str(value):
        message = f"Write {NUMBER_IN_LINK} where the parcel's number goes."
        yield InvalidInput(message=message, path=path)
    elif tidy(value) and not found and NUMBER_IN_LINK in urlsplit(str(value)).netloc:
        message = f"Write {NUMBER_IN_LINK} behind the site's name: no parcel's number chooses the site."
        yield InvalidInput(message=message, path=path)


def nothing_beside_removing(remove: bool, **given: object) -> Iterator[InvalidInput]:
    """What is wrong with saying how something shall be, and to take it away; `given` by name in the input."""
    for name, value in given.items():
        if remove and value is not None:
            yield InvalidInput(message="Leave it out to take the thing away.", path=("input", name))


def _upper(value: str | None) -> str | None:
    """Of a code: one sign stays one, whatever Unicode makes of it."""
    return (value.upper() if value.isascii() else value) if value else None


def _uppers(value: Sequence[str] | None) -> list[str] | None:
    return None if value is None else sorted({code.upper() for code in value})


def _each_once(value: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(address.strip() for address in value))


_GIVEN: Final = Rule(given)
CODE: Final = Rule(_code)
NAME: Final = _text(200)
CHANNEL: Final[Mapping[str, Rule]] = {
    "name": NAME,
    "currency": Rule(_currency, _upper),
    "auto_verify": _GIVEN,
    "auto_process": _GIVEN,
    "auto_approve_returns": _GIVEN,
    "auto_release_refunds": _GIVEN,
    "manual_return_source": _GIVEN,
    "appeasement_basis": _GIVEN,
    "exchange_flow": _GIVEN,
    "remorse_minutes": _between(0, WEEK_OF_MINUTES, "minutes"),
    "capture_mode": _GIVEN,
    "allow_backorder": _GIVEN,
    "default_entry_status": _GIVEN,
    "abandon_after_minutes": _between(1, YEAR_OF_MINUTES, "minutes", empty="never"),
    "notify_customer": _GIVEN,
    "notify_addresses": Rule(_addresses, _each_once),
    "tracking_push_url": Rule(_push_link, tidy),
    "return_window_days": _between(1, CENTURY_OF_DAYS, "days", empty="always"),
    "expected_transit_days": _between(0, 366, "days", empty="unknown"),
    "retention_days": _between(1, CENTURY_OF_DAYS, "days", empty="never"),
}
"""Settings of a sales channel (domain.md, section 12) and what else can be changed of it."""
SOURCE: Final[Mapping[str, Rule]] = {
    "name": NAME,
    "kind": _GIVEN,
    "accepts_returns": _GIVEN,
    "cancel_mode": _GIVEN,
    "street": _text_or_none(200),
    "city": _text_or_none(100),
    "region": _text_or_none(100),
    "postcode": _text_or_none(20),
    "country_code": Rule(_country, _upper),
    "delivers_to": Rule(_countries, _uppers),
}
CARRIER: Final[Mapping[str, Rule]] = {"name": NAME, "tracking_url_pattern": Rule(_pattern, tidy)}
CARRIER_SERVICE: Final[Mapping[str, Rule]] = {"code": CODE, "name": NAME, "tracked": _GIVEN}
CONNECTION: Final[Mapping[str, Rule]] = {
    "replacement_policy": Rule(_policy, str.strip),
    "shares_customer_email": _GIVEN,
}
METHOD: Final = Rule(lambda value, *path: text_reasons(value, 200, *path, least=1))
"""A shipping method, exactly as the channel writes it: spaces around it count."""
RULE: Final[Mapping[str, Rule]] = {
    "place": _between(1, 9999, "the order of rules"),
    "country_code": Rule(_country, _upper),
    "region": _text_or_none(100),
}
REASON: Final = _text(500)
