"""Field types: descriptions, and the holes of marshmallow that they close."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from server.errors import FieldErrors, StartError
from server.fields import KEY_TYPES, TYPES, type_of
from server.grids import Grid, Invalid


class Letter(enum.Enum):
    A = "x"
    B = "y"


class Level(enum.Enum):
    LOW = 1


def grid_of(**parts: Any) -> Grid:
    return Grid.from_schema("g", "G", Schema.from_dict(parts))


def description_of(field: Any) -> dict[str, Any]:
    return grid_of(value=field).fields[0]


def defined(*descriptions: dict[str, Any]) -> Grid:
    return Grid.from_definition("g", "G", list(descriptions))


def judge(grid: Grid, value: Any) -> list[FieldErrors]:
    """What each of the three gates says about a value; {} is consent."""

    def errors(load: Callable[[], object]) -> FieldErrors:
        try:
            load()
        except Invalid as invalid:
            return invalid.errors
        return {}

    return [
        errors(lambda: grid.own({"value": value}, adding=False)),
        errors(lambda: grid.load_new({"value": value})),
        errors(lambda: grid.load_patch({}, {"value": value})),
    ]


# --- values, one row each: what is right is right for a field made from a description and for a
# plain marshmallow field of somebody's own schema

PLAIN: dict[str, tuple[Any, dict[str, Any]]] = {
    "text": (fields.String(), {}),
    "long_text": (fields.String(metadata={"type": "long_text"}), {}),
    "integer": (fields.Integer(), {}),
    "number": (fields.Float(allow_nan=True), {}),
    "decimal": (fields.Decimal(allow_nan=True), {}),
    "boolean": (fields.Boolean(), {}),
    "date": (fields.Date(), {}),
    "datetime": (fields.DateTime(), {}),
    "choice": (fields.String(validate=validate.OneOf(["a", "b"])), {"options": ["a", "b"]}),
    "choices": (
        fields.List(fields.String(), validate=validate.ContainsOnly(["a", "b"])),
        {"options": ["a", "b"]},
    ),
    "email": (fields.Email(), {}),
    "url": (fields.Url(), {}),
    "list": (fields.List(fields.Integer()), {"item": {"type": "integer"}}),
    "object": (
        fields.Nested(Schema.from_dict({"n": fields.Integer(), "s": fields.String()})),
        {"fields": [{"name": "n", "type": "integer"}, {"name": "s", "type": "text"}]},
    ),
}
NAN, INF = float("nan"), float("inf")
RIGHT: dict[str, list[Any]] = {
    "text": ["a", " a ", "12", "grün 🚀", "a\nb\tc", "\u2028", "<b>", "=1+1", None, ""],
    "long_text": ["a\r\nb", "x" * 100_000],
    "integer": [0, -1, 12, 1.0, -0.0, 2**53, -(2**53), None],
    "number": [0, 1, 1.5, -2.25, 1e300, 5e-324, 2**53, None],
    "decimal": ["0", "12.50", "-3", "-0.001", "0.10", "9" * 40, "-0"],
    "boolean": [True, False, None],
    "date": ["2026-07-30", "2024-02-29", "0001-01-01", "9999-12-31", ""],
    "datetime": [
        "2026-07-30T09:15:00Z",
        "2026-07-30T09:15:00+02:00",
        "2026-07-30T09:15-11:30",
        "2026-07-30T09:15:00.123456Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
    "choice": ["a", "b", None, ""],
    "choices": [[], ["a"], ["a", "b"], ["a", "a"], None],
    "email": ["a@example.org", "a.b+c@münchen.example", "a@localhost"],
    "url": ["https://example.org", "http://localhost:8080/a?b=c#d", "HTTPS://EXAMPLE.ORG/ü"],
    "list": [[], [1, 2], [1.0], None],
    "object": [{}, {"n": 1}, {"n": None, "s": ""}, {"n": 1.0, "s": "x"}, None],
}
WRONG: dict[str, list[Any]] = {
    "text": [1, 1.5, True, [], {}, ["a"], "a\0", "\0", "\ud800", "a\udc00b", b"a"],
    "long_text": [1, "a\0b", "\udfff"],
    "integer": ["12", " 1", "1_000", "", 1.9, True, False, 2**53 + 1, -(2**53) - 1, 1e300, NAN, INF, [1], {}],
    "number": ["1.5", "1_000", "NaN", True, False, NAN, INF, -INF, 2**53 + 1, 10**400, [1], {}],
    "decimal": [
        *("1E+1000000", "1e5", "+1", "01", "-01", ".5", "5.", "1_000", " 1", "1 ", "1\n", "NaN", "Infinity"),
        *("٣", "1,5", "--1", "-", "9" * 41, 1, 1.5, True, [], {}),
    ],
    "boolean": ["yes", "on", "true", "t", "1", "0", 1, 0, 1.0, [], {}],
    "date": [
        *("20260730", "2026-W31-4", "2026-7-30", "2026-02-30", "2026-07-30T00:00:00Z", " 2026-07-30"),
        *("2026-07-30\n", "30.07.2026", "0000-01-01", "10000-01-01", "२०२६-०७-३०", 20260730, 0, True, [], {}),
    ],
    "datetime": [
        *("2026-07-30T09:15:00", "2026-07-30", "2026-07-30 09:15:00Z", "20260730T091500Z", "2026-07-30T09Z"),
        *(
            "2026-07-30T24:00:01Z",
            "2026-07-30T09:15:60Z",
            "2026-02-30T00:00:00Z",
            "2026-07-30T09:15:00+25:00",
        ),
        *(
            "2026-07-30T09:15:00.1234567Z",
            "2026-07-30T09:15:00z",
            "2026-07-30T09:15:00+0200",
            1753866900,
            True,
        ),
    ],
    "choice": ["c", "A", " a", 1, True, ["a"], {"a": 1}],
    "choices": [["c"], ["a", "c"], "a", {"a": 1}, [1], [["a"]], [None], ["a\0"]],
    "email": ["a", "a@", "@b.org", "a b@example.org", "a@example.org\n", "a@b.org\0", 1, True, ["a@b.org"]],
    "url": [
        *(
            "javascript:alert(1)",
            "javascript://example.org/%0Aalert(1)",
            "data:text/html,x",
            "ftp://example.org",
        ),
        *("//example.org", "/a", "example.org", " https://example.org", "https://example.org/a b"),
        *(
            "https://example.org\n",
            "https://",
            "vbscript://x.org",
            "file:///etc/passwd",
            1,
            True,
            ["https://a.org"],
        ),
    ],
    "list": [["1"], [1, True], [None], [[1]], "1", 1, {"0": 1}, {}],
    "object": [
        [],
        "a",
        1,
        True,
        [{"n": 1}],
        {"n": "1"},
        {"x": 1},
        {"x": None},
        {"s": "a\0"},
        {"__proto__": {}},
    ],
}


def rows(table: dict[str, list[Any]]) -> list[Any]:
    return [pytest.param(name, value, id=f"{name}-{value!r:.40}") for name in table for value in table[name]]


def both_grids(name: str) -> list[Grid]:
    plain, keys = PLAIN[name]
    return [grid_of(value=plain), defined({"name": "value", "type": name, **keys})]


def test_every_type_is_in_the_tables() -> None:
    assert RIGHT.keys() == WRONG.keys() == PLAIN.keys() == TYPES.keys()
    assert all(type_of(field).name == name for name, (field, _) in PLAIN.items())


@pytest.mark.parametrize(("name", "value"), rows(RIGHT))
def test_a_right_value_is_taken(name: str, value: Any) -> None:
    for grid in both_grids(name):
        assert judge(grid, value) == [{}, {}, {}]


@pytest.mark.parametrize(("name", "value"), [row for row in rows(WRONG) if row.values[1] != ""])
def test_a_wrong_value_is_refused(name: str, value: Any) -> None:
    for grid in both_grids(name):
        own, new, patched = judge(grid, value)
        assert own == new == patched
        assert own
        assert all(key.split(".")[0] == "value" for key in own)
        assert all(line.endswith((".", "a, b", "A, B")) for lines in own.values() for line in lines)


@pytest.mark.parametrize(("name", "value"), rows(RIGHT))
def test_what_is_stored_is_taken_again_and_stays_the_same(name: str, value: Any) -> None:
    for grid in both_grids(name):
        stored = grid.load_new({"value": value})
        assert grid.load_new(stored) == stored
        assert grid.equal("value", value, stored.get("value"))


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        (fields.Integer(), "12", 12),
        (fields.Integer(), 1.9, 1),
        (fields.Boolean(), "yes", True),
        (fields.Boolean(), "on", True),
        (fields.Boolean(), 1, True),
        (fields.Float(), "1_000", 1000.0),
        (fields.Date(), "20260101", dt.date(2026, 1, 1)),
        (fields.DateTime(), "2026-01-01T00:00:00", dt.datetime(2026, 1, 1)),  # noqa: DTZ001
        (fields.String(), "\0\ud800", "\0\ud800"),
        (fields.Decimal(), "1E+1000000", decimal.Decimal("1E+1000000")),
        (fields.Url(), "ftp://example.org", "ftp://example.org"),
    ],
)
def test_marshmallow_alone_takes_this(field: Any, value: Any, taken: Any) -> None:
    """An upgrade that closes a hole is seen here; the readers may then become simpler."""
    assert field.deserialize(value) == taken


def test_stored_values_are_canonical() -> None:
    grid = grid_of(
        i=fields.Integer(),
        f=fields.Float(),
        d=fields.Decimal(places=2),
        e=fields.Decimal(places=1),
        t=fields.Decimal(places=1, as_string=True),
        o=fields.Nested({"d": fields.Decimal(places=3), "s": fields.String()}),
        u=fields.UUID(),
    )
    new = {"i": 2.0, "f": 3, "d": "12.5", "e": "-0.04", "t": "1", "o": {"d": "1", "s": ""}, "u": "A" * 32}
    assert grid.load_new(new) == {
        "i": 2,
        "f": 3,
        "d": "12.50",
        "e": "0.0",
        "t": "1.0",
        "o": {"d": "1.000"},
        "u": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",
    }
    assert isinstance(grid.load_new(new)["f"], int)


# --- descriptions

FULL: list[dict[str, Any]] = [
    {"type": "text", "min_length": 1, "max_length": 9, "pattern": "[a-z]+", "pattern_flags": "ia"},
    {"type": "text", "default": "x"},
    {"type": "long_text", "max_length": 5000},
    {"type": "integer", "min": 1, "max": 5, "min_exclusive": True, "default": 3},
    {"type": "integer", "options": [1, 2], "option_labels": ["one", "two"]},
    {"type": "number", "min": 0.5, "max": 100, "max_exclusive": True},
    {"type": "decimal", "min": "0.00", "max": "99.95", "precision": 2, "default": "12.50"},
    {"type": "decimal", "precision": 0},
    {"type": "boolean", "default": False},
    {"type": "date", "min": "2020-01-01", "max": "2030-12-31", "default": "2026-07-30"},
    {"type": "datetime", "min": "2020-01-01T00:00:00+00:00"},
    {"type": "choice", "options": ["a", "b"], "option_labels": ["A!", "B!"], "default": "a"},
    {"type": "choices", "options": ["a", "b"], "min_length": 1, "max_length": 2, "default": ["a"]},
    {"type": "email", "max_length": 50},
    {"type": "url"},
    {"type": "list", "item": {"type": "decimal", "precision": 1, "min": "0.0"}, "max_length": 3},
    {"type": "list", "item": {"type": "choices", "options": ["a"]}},
    {"type": "object", "fields": [{"name": "street", "type": "text", "required": True, "max_length": 9}]},
    {
        "type": "list",
        "item": {"type": "object", "fields": [{"name": "qty", "type": "integer", "read_only": True}]},
    },
]


def complete(part: dict[str, Any]) -> dict[str, Any]:
    """A description with everything that is always there."""
    common = {"label": str(part["name"]).capitalize(), "required": False, "read_only": False, "default": None}
    whole = {**common, **part}
    for inner in (whole, whole.get("item", {})):
        if "fields" in inner:
            inner["fields"] = [complete(each) for each in inner["fields"]]
    return whole


@pytest.mark.parametrize("part", FULL, ids=lambda part: str(part["type"]))
@pytest.mark.parametrize("more", [{}, {"required": True}, {"read_only": True, "label": "Ö & Ü"}])
def test_a_description_survives_marshmallow(part: dict[str, Any], more: dict[str, Any]) -> None:
    if "required" in more and "default" in part:
        part = {key: value for key, value in part.items() if key != "default"}
    description = complete({"name": "value", **part, **more})
    grid = defined(description)
    assert grid.fields == [description]
    assert defined(*grid.fields).fields == grid.fields


def test_every_key_of_a_description_is_tested() -> None:
    seen = {key for part in FULL for key in part}
    assert {key for kind in TYPES.values() for key in kind.keys} <= seen
    assert {key for kind in TYPES.values() for key in kind.keys} - {"min", "max"} <= KEY_TYPES.keys()


@pytest.mark.parametrize(
    ("field", "part"),
    [
        (fields.String(), {"type": "text", "label": "Value"}),
        (fields.String(metadata={"label": "Name & co"}), {"label": "Name & co"}),
        (fields.String(required=True), {"required": True}),
        (fields.String(dump_only=True), {"read_only": True}),
        (fields.String(validate=validate.Length(equal=3)), {"min_length": 3, "max_length": 3}),
        (
            fields.String(validate=[validate.And(validate.Length(max=3), validate.Regexp("a+"))]),
            {"max_length": 3, "pattern": "a+"},
        ),
        (fields.Integer(validate=validate.Range(min=1)), {"type": "integer", "min": 1}),
        (
            fields.Decimal(places=2, validate=validate.Range(max=10, max_inclusive=False)),
            {"type": "decimal", "precision": 2, "max": "10.00", "max_exclusive": True},
        ),
        (fields.Date(validate=validate.Range(dt.date(2020, 1, 1))), {"type": "date", "min": "2020-01-01"}),
        (fields.Date(load_default=dt.date(2020, 1, 1)), {"default": "2020-01-01"}),
        (fields.Decimal(load_default=decimal.Decimal("0.5")), {"default": "0.5"}),
        (fields.Integer(load_default=lambda: 7), {"default": None}),
        (fields.String(load_default=""), {"default": None}),
        (fields.Boolean(load_default=False), {"default": False}),
        (fields.Enum(Letter, load_default=Letter.B), {"default": "B"}),
        (fields.AwareDateTime(), {"type": "datetime"}),
        (fields.UUID(), {"type": "text"}),
        (
            fields.List(fields.String(validate=validate.OneOf(["a"], ["A"]))),
            {"type": "choices", "options": ["a"], "option_labels": ["A"]},
        ),
        (fields.List(fields.Enum(Letter)), {"type": "choices", "options": ["A", "B"]}),
        (fields.Enum(Letter), {"type": "choice", "options": ["A", "B"]}),
        (
            fields.Enum(Letter, by_value=True),
            {"type": "choice", "options": ["x", "y"]},
        ),
        (fields.String(validate=lambda text: None), {"type": "text"}),
        (fields.String(validate=validate.OneOf(["a", "b"], ["only one"])), {"options": ["a", "b"]}),
    ],
)
def test_a_description_is_derived(field: Any, part: dict[str, Any]) -> None:
    description = description_of(field)
    assert {key: description[key] for key in part} == part
    assert "option_labels" in part or "option_labels" not in description


def test_nested_schemas_are_described() -> None:
    class Line(Schema):
        qty = fields.Integer(required=True)

    many = description_of(fields.Nested(Line, many=True))
    listed = description_of(fields.List(fields.Nested(Line)))
    assert many == listed
    assert many["type"] == "list"
    assert many["item"]["type"] == "object"
    assert many["item"]["fields"][0]["name"] == "qty"
    assert many["item"]["fields"][0]["required"] is True


@pytest.mark.parametrize(("value", "ok"), [("A", True), ("x", False), ("C", False), (1, False), (None, True)])
def test_enum_by_name(value: Any, ok: bool) -> None:
    grid = grid_of(value=fields.Enum(Letter))
    assert all(errors == {} for errors in judge(grid, value)) is ok
    if ok and value:
        assert grid.load_new({"value": value}) == {"value": value}


@pytest.mark.parametrize(
    ("field", "why"),
    [
        (fields.Dict(), "Dict"),
        (fields.Raw(), "Raw"),
        (fields.Time(), "Time"),
        (fields.TimeDelta(), "TimeDelta"),
        (fields.NaiveDateTime(), "NaiveDateTime"),
        (fields.Tuple((fields.String(),)), "Tuple"),
        (fields.IP(), "IP"),
        (fields.Pluck(Schema.from_dict({"a": fields.String()}), "a"), "Pluck"),
        (fields.Function(lambda value: 1), "Function"),
        (fields.Constant(1), "Constant"),
        (fields.List(fields.Raw()), "Raw"),
        (fields.Nested({"inner": fields.Dict()}), "'inner' is a Dict"),
        (fields.String(load_only=True), "load_only"),
        (fields.Date(format="%d.%m.%Y"), "format"),
        (fields.DateTime(format="timestamp"), "format"),
        (fields.Integer(as_string=True), "as_string"),
        (fields.Float(as_string=True), "as_string"),
        (fields.Enum(Level, by_value=True), "Enum"),
        (fields.Date(load_default="2026-07-30"), "load_default"),
        (fields.String(load_default="c", validate=validate.OneOf(["a"])), "Must be one of: a"),
        (fields.Float(load_default=float("inf")), "load_default"),
        (fields.String(data_key=""), "name"),
        (fields.String(data_key="__proto__"), "name"),
        (fields.String(data_key="_schema"), "name"),
        (fields.String(data_key="a\0"), "name"),
        (fields.String(data_key="a" * 201), "name"),
    ],
)
def test_what_a_grid_cannot_have_is_a_sentence(field: Any, why: str) -> None:
    with pytest.raises(StartError) as caught:
        grid_of(value=field)
    sentence = str(caught.value)
    assert sentence.startswith("Grid 'g': field '")
    assert why in sentence
    assert sentence.endswith(".")
    if "has no field type" in sentence:
        assert all(name in sentence for name in ("String", "Integer", "Nested"))


def test_a_schema_that_nests_itself_is_a_sentence() -> None:
    class Node(Schema):
        name = fields.String()
        children = fields.List(fields.Nested(lambda: Node()))

    with pytest.raises(StartError, match="Grid 'nodes': field 'children': it nests deeper than 16 levels"):
        Grid.from_schema("nodes", "Nodes", Node)


@pytest.mark.parametrize(
    ("description", "why"),
    [
        ("x", "object with a name"),
        ({}, "object with a name"),
        ({"name": 1, "type": "text"}, "object with a name"),
        ({"name": "", "type": "text"}, "name"),
        ({"name": "a"}, "one of these types"),
        ({"name": "a", "type": "Dict"}, "one of these types"),
        ({"name": "a", "type": ["text"]}, "one of these types"),
        ({"name": "a", "type": "text", "colour": "red"}, "'colour'"),
        ({"name": "a", "type": "text", "precision": 2}, "'precision'"),
        ({"name": "a", "type": "text", "max_length": "9"}, "'max_length'"),
        ({"name": "a", "type": "text", "max_length": -1}, "'max_length'"),
        ({"name": "a", "type": "text", "max_length": True}, "'max_length'"),
        ({"name": "a", "type": "text", "required": "yes"}, "'required'"),
        ({"name": "a", "type": "text", "pattern": "("}, "regular expression"),
        ({"name": "a", "type": "text", "pattern": "a", "pattern_flags": "q"}, "regular expression"),
        ({"name": "a", "type": "text", "default": 1}, "Not a valid string"),
        ({"name": "a", "type": "text", "default": "x", "required": True}, "default"),
        ({"name": "a", "type": "integer", "min": "1"}, "Not a valid integer"),
        ({"name": "a", "type": "integer", "max": 1, "default": 2}, "less than or equal to 1"),
        ({"name": "a", "type": "decimal", "min": 1}, "Not a valid decimal"),
        ({"name": "a", "type": "choice"}, "'options'"),
        ({"name": "a", "type": "choices"}, "'options'"),
        ({"name": "a", "type": "choice", "options": "ab"}, "'options'"),
        ({"name": "a", "type": "choice", "options": [1]}, "Not a valid string"),
        ({"name": "a", "type": "choices", "options": [1]}, "Not a valid string"),
        ({"name": "a", "type": "choice", "options": ["a"], "option_labels": [1]}, "'option_labels'"),
        ({"name": "a", "type": "list"}, "'item'"),
        ({"name": "a", "type": "list", "item": "text"}, "'item'"),
        ({"name": "a", "type": "list", "item": {"type": "x"}}, "one of these types"),
        ({"name": "a", "type": "object"}, "'fields'"),
        (
            {"name": "a", "type": "object", "fields": [{"name": "b", "type": "x"}]},
            "field 'a': field 'b' must",
        ),
        ({"name": "a", "type": "object", "fields": ["x"]}, "object with a name"),
    ],
)
def test_a_bad_description_is_a_sentence(description: Any, why: str) -> None:
    with pytest.raises(StartError) as caught:
        defined(description)
    assert str(caught.value).startswith("Grid 'g': ")
    assert why in str(caught.value)


def test_a_definition_does_not_name_a_field_twice() -> None:
    with pytest.raises(StartError, match="'a' is there twice"):
        defined({"name": "a", "type": "text"}, {"name": "a", "type": "integer"})


@pytest.mark.parametrize(
    "name", ["Meta", "load", "fields", "opts", "a.b", "ICAO code", "0", "f(x)", "id", "é", "class"]
)
def test_any_heading_may_name_a_field(name: str) -> None:
    grid = defined({"name": name, "type": "integer"}, {"name": "other", "type": "text"})
    assert grid.load_new({name: 1, "other": "x"}) == {name: 1, "other": "x"}
    assert grid.load_patch({name: 1, "other": "x"}, {name: 2}) == {name: 2}
    with pytest.raises(Invalid) as caught:
        grid.load_new({name: "1"})
    assert list(caught.value.errors) == [name]
