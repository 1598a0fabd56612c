"""JSON values on the wire: limits, canonical form, equality."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from server.values import (
    HAS_NUL,
    HAS_SURROGATE,
    MAX_DEPTH,
    MAX_INTEGER,
    NOT_FINITE,
    NOT_INTEGER,
    NOT_NUMBER,
    TOO_DEEP,
    TOO_LARGE,
    Reader,
    flaw,
    json_equal,
    read_integer,
    read_number,
    to_json,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**54), 2**54)
    | st.floats(allow_nan=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def nested(depth: int) -> Any:
    value: Any = "x"
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1, MAX_INTEGER, -MAX_INTEGER, 1.5, 1e300, "", "grün 🚀\n\t", [], {}, nested(MAX_DEPTH)],
)
def test_values_within_the_limits(value: Any) -> None:
    assert flaw(value) is None


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (MAX_INTEGER + 1, TOO_LARGE),
        (-MAX_INTEGER - 1, TOO_LARGE),
        (10**400, TOO_LARGE),
        (float("nan"), NOT_FINITE),
        (float("-inf"), NOT_FINITE),
        ("a\0b", HAS_NUL),
        ("ü\0", HAS_NUL),
        ("\ud800", HAS_SURROGATE),
        ("a\udfff", HAS_SURROGATE),
        (nested(MAX_DEPTH + 1), TOO_DEEP),
        ([1, {"a": [float("nan")]}], NOT_FINITE),
        ({"a\0": 1}, HAS_NUL),
        ({"\ud800": 1}, HAS_SURROGATE),
    ],
)
def test_values_outside_the_limits(value: Any, sentence: str) -> None:
    assert flaw(value) == sentence


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (3.0, 3),
        (-0.0, 0),
        (3.5, 3.5),
        (1e300, 1e300),
        (decimal.Decimal("12.50"), "12.50"),
        (decimal.Decimal("1E+3"), "1000"),
        (decimal.Decimal("-0.00"), "0.00"),
        (dt.date(2026, 7, 30), "2026-07-30"),
        (dt.datetime(2026, 7, 30, 9, tzinfo=dt.UTC), "2026-07-30T09:00:00+00:00"),
        ({"a": None, "b": "", "c": [None, ""], "d": {"e": ""}}, {"c": [None, ""], "d": {}}),
        ((1, 2.0), [1, 2]),
    ],
)
def test_canonical_form(value: Any, stored: Any) -> None:
    assert json.dumps(to_json(value)) == json.dumps(stored)


def test_what_is_no_json_is_not_stored() -> None:
    with pytest.raises(TypeError, match="set is not JSON"):
        to_json({"a": {1, 2}})


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (None, ""),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}),
        ({"a": None}, {}),
        ({"a": ""}, {"b": None}),
        ([1, {"a": None}], [1.0, {}]),
        (2**53, float(2**53)),
    ],
)
def test_r8_equal_as_json(a: Any, b: Any) -> None:
    assert json_equal(a, b)
    assert json_equal(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, True),
        (0, False),
        (None, False),
        ("", False),
        ("", 0),
        ("1", 1),
        ([], None),
        ({}, None),
        ([], {}),
        ([1], [True]),
        ([""], [None]),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": 1, "b": 0}),
        ("a", "A"),
        ("a", "a "),
        (2**53, 2**53 + 1),
    ],
)
def test_r8_different_as_json(a: Any, b: Any) -> None:
    assert not json_equal(a, b)
    assert not json_equal(b, a)


@pytest.mark.parametrize("read", [read_integer, read_number])
@pytest.mark.parametrize("value", [True, False, "1", None])
def test_a_boolean_is_no_number(read: Reader, value: Any) -> None:
    with pytest.raises(ValidationError, match=NOT_INTEGER if read is read_integer else NOT_NUMBER):
        read(value)


@settings(deadline=None)
@given(JSON, JSON)
def test_r8_json_equality_is_symmetric_and_reflexive(a: Any, b: Any) -> None:
    assert json_equal(a, b) == json_equal(b, a)
    assert json_equal(a, a)
    assert json_equal(a, json.loads(json.dumps(a)))


@settings(deadline=None)
@given(JSON)
def test_canonical_form_is_equal_and_final(value: Any) -> None:
    stored = to_json(value)
    assert json_equal(stored, value)
    assert json.dumps(to_json(stored)) == json.dumps(stored)
