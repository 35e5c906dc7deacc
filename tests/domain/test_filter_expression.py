from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conditions import Every, FilterWrong, Operator, Opposite, shown_path
from domain.conditions import Test as Comparison
from domain.filter_expression import MOST_NESTING, parse
from domain.order_fields import ORDER_FIELDS
from domain.spellings import after_all, fixed_start, folded, literal, spellings


def field(name: str) -> dict[str, object]:
    return {"exp": "field", "args": [{"value": name}]}


def call(exp: object, *args: object) -> dict[str, object]:
    return {"exp": exp, "args": list(args)}


def test_the_expression_of_the_handbook_means_what_it_says():
    asked = call("ge", field("origin_date"), {"value": "2017-01-01T01:00:00+01:00", "type": "datetime"})

    found = parse(asked, ORDER_FIELDS)

    assert found == Comparison("origin_date", Operator.GE, (datetime(2017, 1, 1, tzinfo=UTC),))


def test_expressions_are_joined_and_negated():
    new = call("neq", field("status"), {"value": "NEW"})
    among = call("in", field("store"), {"value": ["a", "b"]}, {"value": "c", "type": "string"})

    found = parse(call("and", new, call("not", among)), ORDER_FIELDS)

    assert isinstance(found, Every)
    assert [part.part.values for part in found.parts if isinstance(part, Opposite)] == [("NEW",), ("a", "b", "c")]


NEW = {"value": "NEW"}


@pytest.mark.parametrize(
    ("asked", "path", "told"),
    [
        (None, "", '{"exp": operator, "args": [...]}'),
        ([], "", '{"exp": operator, "args": [...]}'),
        ({"exp": "eq"}, "", "nothing else"),
        ({**call("eq"), "more": 1}, "", "nothing else"),
        (call(7), "exp", "string"),
        ({"exp": "eq", "args": {}}, "args", "list"),
        (call("is", field("status"), NEW), "exp", "there are and, or, not, eq"),
        (call("or"), "args", "one expression or more"),
        (call("not", call("or"), call("or")), "args", "takes one expression; 2"),
        (call("eq", field("status")), "args", "a field and a value; 1"),
        (call("isnull", field("status"), NEW), "args", "a field alone; 2"),
        (call("in", field("status")), "args", "one value or more"),
        (call("eq", NEW, field("status")), "args[0]", '{"exp": "field"'),
        (call("eq", field("colour"), NEW), "args[0].args[0].value", "there are order_id"),
        (call("eq", {"exp": "field", "args": []}, NEW), "args[0].args", '{"exp": "field"'),
        (call("and", call("gt", field("status"), NEW)), "args[0].exp", "`status` (code); it takes eq, in"),
        (call("eq", field("status"), "NEW"), "args[1]", '{"value": ...'),
        (call("eq", field("status"), {"value": "GONE"}), "args[1].value", "is none of NEW, RECEIVED"),
        (call("eq", field("status"), {**NEW, "type": "date"}), "args[1].type", "here goes “string”"),
        (call("in", field("status"), {"value": ["NEW", 1]}), "args[1].value[1]", "text"),
        (call("ge", field("origin_date"), {"value": "2017-01-01T00:00:00"}), "args[1].value", "with an offset"),
        (call("ge", field("origin_date"), {"value": "2017-01-01"}), "args[1].value", "with an offset"),
        (call("eq", field("expected_delivery"), {"value": "1.1.2017"}), "args[1].value", "a day"),
        (call("eq", field("urgent"), {"value": "yes"}), "args[1].value", "true or false"),
        (call("like", field("sku"), {"value": "a\\"}), "args[1].value", "single \\"),
        (call("eq", field("sku"), {"value": "\0"}), "args[1].value", "text"),
        (call("in", field("sku"), {"value": ["a"] * 101}), "args", "at most 100"),
    ],
)
def test_a_fault_is_told_with_where_it_is_and_what_may_stand_there(asked, path, told):
    with pytest.raises(FilterWrong) as wrong:
        parse(asked, ORDER_FIELDS)

    assert (shown_path(wrong.value.path), told in str(wrong.value)) == (path, True), str(wrong.value)


def test_expressions_end_somewhere():
    deep = call("isnull", field("status"))
    for _ in range(MOST_NESTING):
        deep = call("not", deep)

    with pytest.raises(FilterWrong, match="at most 8 deep"):
        parse(deep, ORDER_FIELDS)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["eq", "field", "status"]),
    lambda part: (
        st.lists(part, max_size=3)
        | st.fixed_dictionaries({"exp": part, "args": part})
        | st.fixed_dictionaries({"value": part})
    ),
    max_leaves=12,
)


@given(JSONS)
def test_whatever_is_sent_is_a_condition_or_a_fault_with_a_path(sent):
    try:
        parse(sent, ORDER_FIELDS)
    except FilterWrong as wrong:
        told = str(wrong)
    else:
        told = "It is fine."
    assert told.endswith(".")


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@given(TEXTS, TEXTS)
def test_texts_with_a_beginning_lie_between_it_and_what_comes_after_all_of_them(start, rest):
    end = after_all(start)

    assert start <= start + rest
    assert end is None or (start + rest).encode() < end.encode()


@given(TEXTS)
def test_a_literal_pattern_begins_with_its_own_text(text):
    assert fixed_start(literal(text) + "%a") == text


def test_a_text_stands_for_its_usual_spellings():
    assert folded("ÖZIL") in spellings("özil")
    assert folded("Özil") in spellings("ÖZIL")
    assert spellings("O'HARA") == ("o'hara",)
