"""JSON as it comes in and goes out."""

from __future__ import annotations

import json
from math import isinf
from typing import NoReturn

import orjson


class NotJson(ValueError):
    """Bytes that are not JSON in UTF-8, or nested too deep or larger than anything to be meant."""


def loads(raw: bytes | str) -> object:
    """Whole numbers of any size stay exact (faster readers turn large ones into floats). Raises NotJson."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        value: object = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise NotJson("not JSON") from None
    return value


def dumps(value: object) -> bytes:
    """Compact UTF-8; what UTF-8 cannot hold (lone surrogates sent to us) goes out escaped."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):  # would be stored and told back as something else
        raise ValueError(text)
    return number


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
