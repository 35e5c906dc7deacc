"""The JSON filter expression language of S2's grid.

    {"exp": "ge", "args": [{"exp": "field", "args": [{"value": "origin_date"}]},
                           {"value": "2017-01-01T00:00:00+00:00", "type": "datetime"}]}

Every fault is told with where it is and what may stand there. `type` may be left out: then the value is read as
the field's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Final

from domain.conditions import Condition, Either, Every, FilterWrong, Operator, Opposite, Path, Test
from domain.order_fields import OPERATORS, FieldKind, OrderField
from domain.texts import unstorable

MOST_NESTING: Final = 8
MOST_VALUES: Final = 100
LONGEST_TEXT: Final = 200
_OPPOSITES: Final = {"neq": Operator.EQ, "nin": Operator.IN}
_COMPARISONS: Final = {
    **{one.value: one for one in Operator if one not in (Operator.STARTS, Operator.CONTAINS)},
    **_OPPOSITES,
}
_JOINS: Final[Mapping[str, Callable[[tuple[Condition, ...]], Condition]]] = {"and": Every, "or": Either}
_NAMES: Final = (*_JOINS, "not", *_COMPARISONS)


def parse(expression: object, fields: Mapping[str, OrderField], path: Path = ()) -> Condition:
    """The condition an expression means. Raises FilterWrong."""
    return _condition(expression, fields, path, 1)


def _condition(node: object, fields: Mapping[str, OrderField], path: Path, depth: int) -> Condition:
    if depth > MOST_NESTING:
        raise FilterWrong(f"Expressions are nested at most {MOST_NESTING} deep.", path)
    name, args = _call(node, path)
    here = (*path, "args")
    if name in _JOINS:
        if not args:
            raise FilterWrong(f"`{name}` takes one expression or more.", here)
        return _JOINS[name](
            tuple(_condition(one, fields, (*here, place), depth + 1) for place, one in enumerate(args))
        )
    if name == "not":
        _arity(name, args, 1, here)
        return Opposite(_condition(args[0], fields, (*here, 0), depth + 1))
    if name not in _COMPARISONS:
        raise FilterWrong(f"There is no operator “{_short(name)}”; there are {_listed(_NAMES)}.", (*path, "exp"))
    return _comparison(name, args, fields, path)


def _comparison(name: str, args: list[object], fields: Mapping[str, OrderField], path: Path) -> Condition:
    operator, here = _COMPARISONS[name], (*path, "args")
    if operator is not Operator.IN:
        _arity(name, args, 1 if operator is Operator.ISNULL else 2, here)
    elif len(args) < 2:
        raise FilterWrong(f"`{name}` takes a field and one value or more.", here)
    field = _field(args[0], fields, (*here, 0))
    kind = fields[field].kind
    if operator not in OPERATORS[kind]:
        allowed = _listed(sorted(each for each, one in _COMPARISONS.items() if one in OPERATORS[kind]))
        raise FilterWrong(
            f"`{name}` does not go with `{field}` ({kind.value}); it takes {allowed}.", (*path, "exp")
        )
    values = tuple(_values(args[1:], fields[field], (*here, 1), many=operator is Operator.IN))
    if len(values) > MOST_VALUES:
        raise FilterWrong(f"`{name}` takes at most {MOST_VALUES} values.", here)
    if operator is Operator.LIKE and _ends_open(str(values[0])):
        raise FilterWrong(
            "A pattern does not end with a single \\; write \\\\ for the sign itself.", (*here, 1, "value")
        )
    test = Test(field, operator, values, path)
    return Opposite(test) if name in _OPPOSITES else test


def _ends_open(pattern: str) -> bool:
    return (len(pattern) - len(pattern.rstrip("\\"))) % 2 == 1


def _call(node: object, path: Path) -> tuple[str, list[object]]:
    if not isinstance(node, dict) or set(node) != {"exp", "args"}:
        raise FilterWrong('Here goes an expression: {"exp": operator, "args": [...]} and nothing else.', path)
    name, args = node["exp"], node["args"]
    if not isinstance(name, str):
        raise FilterWrong(f"The operator is a string: one of {_listed(_NAMES)}.", (*path, "exp"))
    if not isinstance(args, list):
        raise FilterWrong("The arguments are a list.", (*path, "args"))
    return name, args


def _arity(name: str, args: list[object], count: int, path: Path) -> None:
    if len(args) != count:
        wanted = {"not": "one expression", "isnull": "a field alone"}.get(name, "a field and a value")
        raise FilterWrong(f"`{name}` takes {wanted}; {len(args)} arguments are given.", path)


def _field(node: object, fields: Mapping[str, OrderField], path: Path) -> str:
    form = 'Here goes a field: {"exp": "field", "args": [{"value": name}]}.'
    if not isinstance(node, dict) or node.get("exp") != "field" or set(node) != {"exp", "args"}:
        raise FilterWrong(form, path)
    args = node["args"]
    if not isinstance(args, list) or len(args) != 1 or not isinstance(args[0], dict):
        raise FilterWrong(form, (*path, "args"))
    name = args[0].get("value")
    if not isinstance(name, str) or name not in fields:
        raise FilterWrong(
            f"There is no field “{_short(name)}”; there are {_listed(fields)}.", (*path, "args", 0, "value")
        )
    return name


def _values(nodes: list[object], field: OrderField, path: Path, *, many: bool) -> Iterator[object]:
    *before, first = path
    assert isinstance(first, int)
    for place, node in enumerate(nodes, start=first):
        here = (*before, place)
        if not isinstance(node, dict) or not {"value"} <= set(node) <= {"value", "type"}:
            raise FilterWrong('Here goes a value: {"value": ..., "type": ...}.', here)
        if node.get("type", _type(field)) != _type(field):
            raise FilterWrong(
                f"Its type is “{_short(node['type'])}”; here goes “{_type(field)}”.", (*here, "type")
            )
        value, at = node["value"], (*here, "value")
        if many and isinstance(value, list):
            yield from (_READERS[field.kind](one, field, (*at, number)) for number, one in enumerate(value))
        else:
            yield _READERS[field.kind](value, field, at)


def _type(field: OrderField) -> str:
    return FieldKind.TEXT.value if field.kind is FieldKind.CODE else field.kind.value


def _text(value: object, _field: OrderField, path: Path) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or unstorable(value):
        raise FilterWrong(f"Here goes a text of at most {LONGEST_TEXT} characters.", path)
    return value


def _code(value: object, field: OrderField, path: Path) -> str:
    text = _text(value, field, path)
    if field.choices is not None and text not in list(field.choices):
        raise FilterWrong(f"“{_short(text)}” is none of {_listed(field.choices)}.", path)
    return text


def _datetime(value: object, _field: OrderField, path: Path) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise FilterWrong("Here goes a time with an offset, such as 2017-01-01T00:00:00+00:00.", path)


def _date(value: object, _field: OrderField, path: Path) -> date:
    try:
        if isinstance(value, str) and len(value) == len("2017-01-01"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise FilterWrong("Here goes a day, such as 2017-01-31.", path)


def _boolean(value: object, _field: OrderField, path: Path) -> bool:
    if not isinstance(value, bool):
        raise FilterWrong("Here goes true or false.", path)
    return value


_READERS: Final[dict[FieldKind, Callable[[object, OrderField, Path], object]]] = {
    FieldKind.TEXT: _text,
    FieldKind.CODE: _code,
    FieldKind.DATETIME: _datetime,
    FieldKind.DATE: _date,
    FieldKind.BOOLEAN: _boolean,
}


def _listed(names: object) -> str:
    return ", ".join(str(name) for name in names)  # type: ignore[attr-defined]


def _short(value: object) -> str:
    return str(value)[:60]
