"""Grids: what a mutation may write, judged by marshmallow in the merged record (R8, R11)."""

from __future__ import annotations

import copy
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import (
    INCLUDE,
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_load,
    validate,
    validates,
    validates_schema,
)

from server.errors import FieldErrors, StartError
from server.fields import INHERITED, TYPES
from server.grids import Grid, Invalid, grids_from_module, valid_grid_id
from server.members import each_alone
from server.samples.tasks import TaskSchema

REQUIRED = ["Missing data for required field."]
LATE = "It ends before it starts."


class Line(Schema):
    article = fields.String(required=True)
    qty = fields.Integer(load_default=1, validate=validate.Range(1))


class Address(Schema):
    street = fields.String()
    city = fields.String(required=True)

    @validates_schema
    def somewhere(self, address: dict[str, Any], **_: Any) -> None:
        if address.get("city") == "Nowhere":
            raise ValidationError("There is no such city.")


class Trip(Schema):
    name = fields.String(required=True, validate=validate.Length(max=20))
    start = fields.Integer()
    end = fields.Integer(validate=validate.Range(max=100))
    state = fields.String(load_default="new")
    cost = fields.Decimal(places=2, validate=validate.Range(max=1000))
    address = fields.Nested(Address)
    lines = fields.List(fields.Nested(Line))
    tags = fields.List(fields.String())
    created = fields.String(dump_only=True, load_default="then")

    @validates_schema
    def ends_after_start(self, trip: dict[str, Any], **_: Any) -> None:
        if trip.get("start", 0) > trip.get("end", 100):
            raise ValidationError(LATE)


TRIP = Grid.from_schema("trips", "Trips", Trip)
TASKS = Grid.from_schema("tasks", "Tasks", TaskSchema)


def refusal(judge: Any, *args: Any, **kwargs: Any) -> FieldErrors:
    with pytest.raises(Invalid) as caught:
        judge(*args, **kwargs)
    return caught.value.errors


# --- a mutation's own values


def test_own_values_come_back_as_marshmallow_shall_see_them() -> None:
    patch = {"name": "a", "start": 1.0, "end": None, "state": "", "address": {"city": "b", "street": ""}}
    assert TRIP.own(patch, adding=False) == {
        "name": "a",
        "start": 1,
        "end": None,
        "state": None,
        "address": {"city": "b"},
    }


@pytest.mark.parametrize(
    ("patch", "errors"),
    [
        ({"nme": "a"}, {"nme": ["Unknown field."]}),
        ({"nme": None}, {"nme": ["Unknown field."]}),
        ({"created": "now"}, {"created": ["This field is read-only."]}),
        ({"created": None}, {"created": ["This field is read-only."]}),
        ({"name": None}, {"name": REQUIRED}),
        ({"name": ""}, {"name": REQUIRED}),
        ({"name": "x" * 21}, {"name": ["Longer than maximum length 20."]}),
        ({"end": 101}, {"end": ["Must be less than or equal to 100."]}),
        ({"address": {}}, {"address.city": REQUIRED}),
        ({"address": {"city": ""}}, {"address.city": REQUIRED}),
        ({"address": {"city": "b", "zip": 1}}, {"address.zip": ["Unknown field."]}),
        (
            {"address": {"city": 1, "street": 2}},
            {f"address.{k}": ["Not a valid string."] for k in ("city", "street")},
        ),
        ({"address": {"city": "Nowhere"}}, {"address": ["There is no such city."]}),
        (
            {"lines": [{"article": "a"}, {"qty": 0, "article": "b"}]},
            {"lines.1.qty": ["Must be greater than or equal to 1."]},
        ),
        ({"lines": [None, {"article": 1}]}, {"lines.1.article": ["Not a valid string."]}),
        ({"tags": ["a", None]}, {"tags.1": ["Field may not be null."]}),
        (
            {"start": "1", "end": 101, "x": 1},
            {
                "start": ["Not a valid integer."],
                "end": ["Must be less than or equal to 100."],
                "x": ["Unknown field."],
            },
        ),
    ],
)
def test_own_values_are_refused_field_by_field(patch: dict[str, Any], errors: FieldErrors) -> None:
    assert refusal(TRIP.own, patch, adding=False) == errors
    assert refusal(TRIP.load_patch, {"name": "a"}, patch) | errors == errors | refusal(
        TRIP.own, patch, adding=False
    )
    assert refusal(TRIP.load_new, {"name": "a", **patch}) == errors


def test_required_fields_are_asked_for_when_adding_only() -> None:
    assert TRIP.own({"start": 1}, adding=False) == {"start": 1}
    assert refusal(TRIP.own, {"start": 1}, adding=True) == {"name": REQUIRED}


def test_no_cross_field_rule_judges_values_alone() -> None:
    assert TRIP.own({"start": 9, "end": 1}, adding=False) == {"start": 9, "end": 1}


def test_an_error_can_be_sent_whatever_the_unknown_field_is_called() -> None:
    errors = refusal(TRIP.own, {"\ud800": 1, "x" * 9999: 1}, adding=False)
    json.dumps(errors, ensure_ascii=False).encode()
    assert all(len(key) <= 200 for key in errors)


# --- new records


def test_a_new_record_gets_defaults_and_loses_blanks() -> None:
    assert TRIP.load_new({"name": "a", "end": None, "cost": "1.5", "tags": []}) == {
        "name": "a",
        "state": "new",
        "cost": "1.50",
        "tags": [],
        "created": "then",
    }
    assert TRIP.load_new({"name": "a", "state": ""})["state"] == "new"
    assert TRIP.load_new({"name": "a", "lines": [{"article": "b"}]})["lines"] == [{"article": "b", "qty": 1}]


def test_a_new_record_is_told_all_its_errors_at_once() -> None:
    assert refusal(TRIP.load_new, {"start": "x", "end": 101}) == {
        "name": REQUIRED,
        "start": ["Not a valid integer."],
        "end": ["Must be less than or equal to 100."],
    }


def test_a_new_record_meets_the_cross_field_rules() -> None:
    assert refusal(TRIP.load_new, {"name": "a", "start": 9, "end": 1}) == {"_schema": [LATE]}


def test_what_is_stored_holds_nothing_of_the_callers() -> None:
    tags = ["a"]
    stored = TRIP.load_new({"name": "a", "tags": tags})
    tags.append("b")
    assert stored["tags"] == ["a"]


# --- patches


def test_a_patch_stores_only_what_it_names() -> None:
    stored = TRIP.load_new({"name": "a", "start": 1})
    assert TRIP.load_patch(stored, {"cost": "2", "start": None}) == {"cost": "2.00", "start": None}
    assert TRIP.load_patch(stored, {}) == {}


def test_defaults_do_not_act_on_update() -> None:
    assert TRIP.load_patch({"name": "a"}, {"start": 1}) == {"start": 1}
    assert TRIP.load_patch({"name": "a", "state": "old"}, {"state": None}) == {"state": None}
    assert TRIP.load_patch({"name": "a", "state": "old"}, {"state": ""}) == {"state": None}


def test_whatever_is_not_required_can_be_cleared() -> None:
    stored = TASKS.load_new(
        {
            "title": "a",
            "priority": 1,
            "assignee": "a@example.org",
            "start": "2026-07-30",
            "due": "2026-07-31",
            "hours": "1.25",
            "progress": 1.5,
            "billable": True,
            "tags": ["bug"],
            "link": "https://example.org",
            "customer": {"name": "b"},
            "steps": ["c"],
            "notes": "d",
        }
    )
    assert stored.keys() == TASKS.names
    clear: dict[str, Any] = {
        each["name"]: None for each in TASKS.fields if not each["required"] and not each["read_only"]
    }
    assert TASKS.load_patch(stored, clear) == clear
    assert refusal(TASKS.load_patch, stored, {"title": None}) == {"title": REQUIRED}


def test_a_patch_is_judged_in_the_merged_record() -> None:
    stored = {"name": "a", "start": 5, "end": 9}
    assert refusal(TRIP.load_patch, stored, {"end": 4}) == {"_schema": [LATE]}
    assert TRIP.load_patch(stored, {"end": 4, "start": 3}) == {"end": 4, "start": 3}
    assert TRIP.load_patch(stored, {"end": None}) == {"end": None}


def test_a_patch_replaces_an_object_whole() -> None:
    stored = {"name": "a", "address": {"city": "b", "street": "c"}}
    assert TRIP.load_patch(stored, {"address": {"city": "d"}}) == {"address": {"city": "d"}}


def test_what_the_schema_no_longer_knows_is_no_hindrance() -> None:
    stored = {"name": "a", "gone": 1, "created": "x"}
    assert TRIP.load_patch(stored, {"start": 1}) == {"start": 1}
    assert refusal(TRIP.load_patch, stored, {"gone": 2}) == {"gone": ["Unknown field."]}


# --- R11: a record that is broken already stays repairable


def test_r11_old_errors_in_other_fields_do_not_refuse() -> None:
    broken = {"start": "x", "end": 500, "address": {"street": "a"}, "name": "a"}
    assert TRIP.errors_of(broken) == {
        "start": ["Not a valid integer."],
        "end": ["Must be less than or equal to 100."],
        "address.city": REQUIRED,
    }
    assert TRIP.load_patch(broken, {"cost": "1"}) == {"cost": "1.00"}
    assert TRIP.load_patch(broken, {"end": 5}) == {"end": 5}
    assert TRIP.load_patch(broken, {"address": None, "start": 1}) == {"address": None, "start": 1}


def test_r11_a_missing_required_field_can_be_filled_later() -> None:
    assert TRIP.errors_of({}) == {"name": REQUIRED}
    assert TRIP.load_patch({}, {"start": 1}) == {"start": 1}
    assert TRIP.load_patch({}, {"name": "a"}) == {"name": "a"}


def test_r11_touched_fields_must_be_valid_even_if_they_were_broken() -> None:
    broken = {"name": "a", "end": 500}
    assert refusal(TRIP.load_patch, broken, {"end": 500}) == {"end": ["Must be less than or equal to 100."]}


@pytest.mark.parametrize("broken", [{"cost": "x"}, {"address": {}}, {"name": ""}, {"lines": [{}]}])
def test_r11_cross_field_rules_run_although_another_field_is_broken(broken: dict[str, Any]) -> None:
    stored = {"name": "a", "start": 5, "end": 9, **broken}
    assert refusal(TRIP.load_patch, stored, {"end": 4}) == {"_schema": [LATE]}
    assert TRIP.load_patch(stored, {"end": 6}) == {"end": 6}


def test_r11_a_rule_sees_a_value_that_only_breaks_a_validator() -> None:
    stored = {"name": "A", "start": 50, "end": 500}  # from when there was no maximum
    assert refusal(TRIP.load_patch, stored, {"start": 600}) == {"_schema": [LATE]}
    assert TRIP.load_patch(stored, {"start": 60}) == {"start": 60}


def test_r11_an_old_error_of_the_record_does_not_refuse() -> None:
    stored = {"name": "a", "start": 9, "end": 1}
    assert TRIP.errors_of(stored) == {"_schema": [LATE]}
    assert TRIP.load_patch(stored, {"name": "b", "cost": "3"}) == {"name": "b", "cost": "3.00"}
    assert TRIP.load_patch(stored, {"start": 1}) == {"start": 1}


def test_r11_a_rule_that_a_repair_wakes_refuses() -> None:
    stored = {"name": "a", "start": "x", "end": 1}
    assert TRIP.errors_of(stored) == {"start": ["Not a valid integer."]}
    assert refusal(TRIP.load_patch, stored, {"start": 5}) == {"_schema": [LATE]}


def test_r11_a_rule_that_names_a_field_the_patch_leaves_alone() -> None:
    class Named(Schema):
        start = fields.Integer()
        end = fields.Integer(data_key="finish")
        note = fields.String()

        @validates_schema
        def ends_after_start(self, record: dict[str, Any], **_: Any) -> None:
            if record.get("start", 0) > record.get("end", 100):
                raise ValidationError(LATE, "end")

    grid = Grid.from_schema("named", "Named", Named)
    assert refusal(grid.load_patch, {"start": 1, "finish": 2}, {"start": 3}) == {"finish": [LATE]}
    assert grid.load_patch({"start": 3, "finish": 2}, {"note": "a"}) == {"note": "a"}
    assert refusal(grid.load_patch, {"start": 3, "finish": 2}, {"finish": 1}) == {"finish": [LATE]}
    assert grid.errors_of({"start": 3, "finish": 2}) == {"finish": [LATE]}


def test_r11_a_rule_that_counts_on_a_broken_field_does_not_refuse() -> None:
    class Strict(Schema):
        a = fields.Integer(required=True)
        b = fields.Integer(required=True, validate=validate.Range(max=9))
        c = fields.Decimal(places=1)

        @validates_schema
        def rule(self, record: dict[str, Any], **_: Any) -> None:
            if record["a"] > record["b"]:
                raise ValidationError("a is above b.")

        @post_load
        def make(self, record: dict[str, Any], **_: Any) -> tuple[Any, ...]:
            return record["a"], record["b"]

    grid = Grid.from_schema("strict", "Strict", Strict)
    assert grid.load_patch({"a": "x", "b": 1}, {"b": 3, "c": "2"}) == {"b": 3, "c": "2.0"}
    assert refusal(grid.load_patch, {"a": "x", "b": 1}, {"b": 10}) == {
        "b": ["Must be less than or equal to 9."]
    }
    assert grid.errors_of({"a": "x", "b": 1}) == {"a": ["Not a valid integer."]}
    assert refusal(grid.load_patch, {"a": 5, "b": 6}, {"b": 3}) == {"_schema": ["a is above b."]}


def test_r11_what_is_left_out_is_not_asked_for() -> None:
    class Renamed(Schema):
        a = fields.Integer(required=True, data_key="first")
        b = fields.Integer()

        @validates_schema
        def rule(self, record: dict[str, Any], **_: Any) -> None:
            if record.get("b") == 9:
                raise ValidationError("Not nine.")

    grid = Grid.from_schema("renamed", "Renamed", Renamed)
    for broken in ({}, {"first": "x"}):
        assert grid.load_patch(broken, {"b": 1}) == {"b": 1}
        assert refusal(grid.load_patch, broken, {"b": 9}) == {"_schema": ["Not nine."]}


def test_r11_fields_are_judged_even_if_no_rule_can_be() -> None:
    class Careless(Schema):
        a = fields.Integer()
        b = fields.Integer(validate=validate.Range(max=9))

        @validates_schema(skip_on_field_errors=False)
        def rule(self, record: dict[str, Any], **_: Any) -> None:
            if record["a"] > 100:
                raise ValidationError("Too much.")

    grid = Grid.from_schema("careless", "Careless", Careless)
    assert grid.load_patch({"a": "x"}, {"b": 9}) == {"b": 9}
    assert refusal(grid.load_patch, {"a": "x"}, {"b": 10}) == {"b": ["Must be less than or equal to 9."]}
    with pytest.raises(KeyError):  # the schema's own fault, and of no broken field
        grid.load_patch({}, {"b": 9})


def test_errors_of_a_good_record_are_none() -> None:
    stored = TASKS.load_new({"title": "a", "due": "2026-07-30"})
    assert TASKS.errors_of(stored) == {}
    assert TASKS.errors_of({**stored, "old": 1}) == {"old": ["Unknown field."]}


# --- what marshmallow schemas do besides


def test_hooks_and_rules_of_a_schema_work() -> None:
    @dataclass
    class Person:
        first: str
        last: str | None = None
        age: int | None = None

    class Base(Schema):
        @pre_load
        def strip(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            for key, value in data.items():
                if isinstance(value, str):
                    data[key] = value.strip()
            return data

    class PersonSchema(Base):
        first = fields.String(required=True)
        last = fields.String(data_key="lastName")
        years = fields.Integer(attribute="age")
        partner = fields.Nested(lambda: PartnerSchema())

        @validates("last")
        def no_digits(self, value: str, **_: Any) -> None:
            if any(letter.isdigit() for letter in value):
                raise ValidationError("A name has no digits.")

        @validates_schema
        def not_both_alike(self, data: dict[str, Any], **_: Any) -> None:
            if data.get("first") == data.get("last"):
                raise ValidationError({"last": ["Is the first name."]})

        @post_load
        def make(self, data: dict[str, Any], **_: Any) -> Any:
            data.pop("partner", None)
            return Person(**data)

    class PartnerSchema(Base):
        first = fields.String()

        @post_load
        def make(self, data: dict[str, Any], **_: Any) -> Any:
            return Person(**data)

    grid = Grid.from_schema("people", "People", PersonSchema)
    assert grid.names == {"first", "lastName", "years", "partner"}
    assert grid.load_new({"first": " a ", "lastName": "b", "years": 3}) == {
        "first": "a",
        "lastName": "b",
        "years": 3,
    }
    stored = {"first": "a", "lastName": "b"}
    assert grid.load_patch(stored, {"years": 4, "lastName": " c "}) == {"years": 4, "lastName": "c"}
    assert refusal(grid.load_patch, stored, {"lastName": "b2"}) == {"lastName": ["A name has no digits."]}
    assert refusal(grid.load_patch, stored, {"lastName": "a"}) == {"lastName": ["Is the first name."]}
    assert refusal(grid.load_new, {"lastName": "x"}) == {"first": REQUIRED}


def test_a_hook_cannot_change_what_is_stored_behind_ones_back() -> None:
    class Inner(Schema):
        a = fields.String()

        @pre_load
        def shout(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            data["a"] = data["a"].upper()
            return data

    class Outer(Schema):
        inner = fields.Nested(Inner)
        many = fields.List(fields.Nested(Inner))
        other = fields.String()

    grid = Grid.from_schema("outer", "Outer", Outer)
    stored = {"inner": {"a": "x"}, "many": [{"a": "y"}]}
    before = copy.deepcopy(stored)
    assert grid.load_patch(stored, {"other": "z"}) == {"other": "z"}
    assert stored == before
    assert grid.load_patch(stored, {"inner": {"a": "q"}}) == {"inner": {"a": "Q"}}


def test_a_rule_before_loading_can_refuse() -> None:
    class Guarded(Schema):
        a = fields.String()
        b = fields.String()

        @pre_load
        def guard(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            if data.get("a") == "bad":
                raise ValidationError("No.")
            return data

    grid = Grid.from_schema("guarded", "Guarded", Guarded)
    assert refusal(grid.load_new, {"a": "bad"}) == {"_schema": ["No."]}
    assert refusal(grid.load_patch, {}, {"a": "bad"}) == {"_schema": ["No."]}
    assert grid.load_patch({"a": "bad"}, {"b": "c"}) == {"b": "c"}


def test_unknown_fields_are_refused_whatever_the_schema_says() -> None:
    class Inner(Schema):
        class Meta:
            unknown = INCLUDE

        a = fields.String()

    class Open(Inner):
        inner = fields.Nested(Inner, unknown=INCLUDE)

    grid = Grid.from_schema("open", "Open", Open)
    assert refusal(grid.load_new, {"x": 1}) == {"x": ["Unknown field."]}
    assert refusal(grid.load_new, {"inner": {"x": 1}}) == {"inner.x": ["Unknown field."]}


def test_an_error_message_of_ones_own_is_kept() -> None:
    name = fields.String(required=True, error_messages={"required": "Give it a name."})
    grid = Grid.from_schema("g", "G", Schema.from_dict({"name": name}))
    assert refusal(grid.load_new, {}) == {"name": ["Give it a name."]}
    assert refusal(grid.own, {"name": ""}, adding=False) == {"name": ["Give it a name."]}


def test_a_read_only_part_of_an_object_is_the_schemas_own() -> None:
    class Inner(Schema):
        a = fields.Integer()
        double = fields.Integer(dump_only=True)

        @post_load
        def calculate(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            return {**data, "double": 2 * data["a"]}

    grid = Grid.from_schema("g", "G", Schema.from_dict({"inner": fields.Nested(Inner)}))
    assert grid.load_new({"inner": {"a": 1, "double": 7}}) == {"inner": {"a": 1, "double": 2}}


def test_a_grid_is_shared_by_threads() -> None:
    records = [
        {"name": f"n{i}", "address": {"city": f"c{i}"}, "lines": [{"article": f"a{i}", "qty": i + 1}]}
        for i in range(200)
    ]
    grid = Grid.from_schema("trips", "Trips", Trip)
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(grid.load_new, records))
    for record, one in zip(records, stored, strict=True):
        assert {key: one[key] for key in record} == record


# --- R8


@pytest.mark.parametrize(
    ("name", "a", "b", "equal"),
    [
        ("cost", "12.5", "12.50", True),
        ("cost", "12.5", "12.51", False),
        ("cost", "0", "-0.00", True),
        ("cost", "1", 1, False),
        ("cost", "9" * 39, "9" * 39 + ".0", False),  # more digits than arithmetic has: no error
        ("start", 1, 1.0, True),
        ("start", 1, True, False),
        ("start", 1, "1", False),
        ("start", 0, None, False),
        ("cost", "5000", "5000.0", True),  # validators do not matter
        ("end", 500, 500.0, True),
        ("name", None, "", True),
        ("name", "a", "a ", False),
        ("name", "a\0", "a\0", True),
        ("tags", [], None, False),
        ("tags", ["a", "b"], ["b", "a"], False),
        ("address", {"city": "a", "street": None}, {"city": "a"}, True),
        ("address", {"x": 1}, {"x": 1.0}, True),
        ("address", {"x": 1}, {"x": 2}, False),
        ("lines", [{"article": "a", "qty": 1}], [{"qty": 1.0, "article": "a"}], True),
        ("lines", [{"article": "a"}], [{"article": "a", "qty": 1}], False),
        ("lines", [{"article": "a"}], {"article": "a"}, False),
        ("created", "a", "a", True),
        ("unknown", 1, 1.0, True),
        ("unknown", "1.0", "1.00", False),
        ("cost", {"a": [1]}, [[[]]], False),
    ],
)
def test_r8_equal(name: str, a: Any, b: Any, equal: bool) -> None:
    assert TRIP.equal(name, a, b) is equal
    assert TRIP.equal(name, b, a) is equal


@pytest.mark.parametrize(
    ("name", "a", "b", "equal"),
    [
        ("created", "2026-07-30T09:00:00Z", "2026-07-30T11:00:00+02:00", True),
        ("created", "2026-07-30T09:00:00Z", "2026-07-30T09:00:00.000+00:00", True),
        ("created", "2026-07-30T09:00:00Z", "2026-07-30T09:00:00+02:00", False),
        ("created", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", False),
        ("created", "2026-07-30T09:00:00", "2026-07-30T09:00:00Z", False),
        ("hours", "1.0", "1.00", True),
        ("customer", {"name": "a", "phone": ""}, {"name": "a"}, True),
        ("title", "x" * 200, "x" * 201, False),
    ],
)
def test_r8_equal_in_the_sample(name: str, a: Any, b: Any, equal: bool) -> None:
    assert TASKS.equal(name, a, b) is equal
    assert TASKS.equal(name, b, a) is equal


def test_r8_equal_survives_any_function_of_the_schema() -> None:
    grid = Grid.from_schema(
        "g", "G", Schema.from_dict({"a": fields.String(pre_load=[lambda text: {"x": "y"}[text]])})
    )
    assert grid.equal("a", "x", "z") is False
    assert grid.equal("a", "x", "x") is True


def test_r8_deserializing_includes_a_fields_own_functions() -> None:
    grid = Grid.from_schema("g", "G", Schema.from_dict({"a": fields.String(pre_load=[str.strip])}))
    assert grid.equal("a", " x", "x")


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([1.0, 0.5, 1e300, 2**60])
    | st.sampled_from(
        ["", "a", "1", "1.0", "1.00", "-0", "2026-07-30", "2026-07-30T00:00:00Z", "\ud800", "\0"]
    ),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "city", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(deadline=None)
@given(st.sampled_from(sorted(TASKS.names)), ANY, ANY)
def test_r8_equality_is_symmetric_and_reflexive(name: str, a: Any, b: Any) -> None:
    assert TASKS.equal(name, a, b) == TASKS.equal(name, b, a)
    assert TASKS.equal(name, a, a)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10)
DATES = st.dates().map(str)
RECORDS = st.fixed_dictionaries(
    {"title": TEXTS.filter(bool)},
    optional={
        "status": st.sampled_from(["open", "doing", "done", None]),
        "priority": st.integers(1, 5) | st.sampled_from([1.0, None]),
        "assignee": st.sampled_from(["a@example.org", "ü@example.org"]),
        "start": DATES,
        "hours": st.decimals(0, 10**6, places=3).map(str),
        "progress": st.floats(0, 100) | st.integers(0, 100),
        "billable": st.booleans() | st.none(),
        "tags": st.lists(st.sampled_from(["bug", "idea"]), max_size=3),
        "link": st.sampled_from(["https://example.org", "HTTP://EXAMPLE.ORG/ä"]),
        "customer": st.fixed_dictionaries({"name": TEXTS.filter(bool)}, optional={"city": TEXTS | st.none()}),
        "steps": st.lists(TEXTS, max_size=3),
        "notes": TEXTS,
    },
)


@settings(deadline=None)
@given(RECORDS, RECORDS)
def test_storing_what_was_stored_changes_nothing(record: dict[str, Any], patch: dict[str, Any]) -> None:
    stored = TASKS.load_new(record)
    del stored["created"]
    assert TASKS.errors_of(stored) == {}
    again = TASKS.load_patch(stored, stored)
    assert again == stored
    assert json.dumps(again, sort_keys=True) == json.dumps(stored, sort_keys=True)
    changed = TASKS.load_patch(stored, patch)
    assert changed.keys() == patch.keys()
    merged = {key: value for key, value in {**stored, **changed}.items() if value is not None}
    assert TASKS.errors_of(merged) == {}
    assert TASKS.load_patch(merged, changed) == changed
    assert all(TASKS.equal(name, value, merged.get(name)) for name, value in changed.items())


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(TASKS.names)), ANY),
    st.dictionaries(st.sampled_from(sorted(TASKS.names)), ANY),
)
def test_r11_any_values_on_any_record_are_stored_valid_or_refused(stored: Any, patch: Any) -> None:
    before = TASKS.errors_of(stored)
    try:
        changed = TASKS.load_patch(stored, patch)
    except Invalid as invalid:
        refused = {key.split(".")[0] for key in invalid.errors}
    else:
        refused = set()
        after = TASKS.errors_of({**stored, **changed})
        assert {key for key in after if key.split(".")[0] in patch} <= {"_schema"}
        assert after.keys() <= before.keys()
    assert refused <= {*patch, "due"}


# --- where no rule sees more than one field, only what is touched is loaded


class Upper(fields.String):
    """A field that looks at the whole record."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return str(value) + str(len(data or ()))


class Plain(Schema):
    title = fields.String(required=True, validate=validate.Length(max=3))
    size = fields.Integer(load_default=1, validate=validate.Range(max=5))
    cost = fields.Decimal(places=1, load_default=lambda: Decimal("2.25"))
    day = fields.Date()
    tags = fields.List(fields.String(validate=validate.Length(max=3)))
    address = fields.Nested(Address)
    state = fields.String(load_default=None, validate=validate.OneOf(["a", "b"]))
    loud = fields.String(data_key="Loud", post_load=str.upper)
    created = fields.String(dump_only=True, load_default=lambda: "then")

    class Meta:
        unknown = INCLUDE


class Ruled(Plain):
    @validates_schema
    def rule(self, record: dict[str, Any], **_: Any) -> None:
        pass


class Hooked(Plain):
    @post_load
    def hook(self, record: dict[str, Any], **_: Any) -> dict[str, Any]:
        return record


class Handled(Plain):
    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **_: Any) -> None:
        pass


class Mixin:
    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        return 1


class Mixed(Mixin, Plain):
    pass


@pytest.mark.parametrize(
    ("schema", "alone"),
    [
        (Plain, True),
        (Schema.from_dict({"a": fields.String()}), True),
        (Ruled, False),
        (type("More", (Ruled,), {"more": fields.String()}), False),
        (Hooked, False),
        (Handled, False),
        (Mixed, False),
        (Schema.from_dict({"a": Upper()}), False),
        (Schema.from_dict({"a": fields.String(attribute="b")}), False),
        (Schema.from_dict({"a": fields.String(dump_default="x")}), False),
    ],
)
def test_r11_only_fields_that_nobody_compares_are_judged_alone(schema: type[Schema], alone: bool) -> None:
    assert each_alone(schema()) is alone


def outcome(judge: Any, *args: Any) -> Any:
    """What it gives, or the errors that it refuses with."""
    try:
        return judge(*args)
    except Invalid as invalid:
        return invalid.errors


PLAIN = Grid.from_schema("plain", "Plain", Plain)
WHOLE = Grid.from_schema("plain", "Plain", Plain)
WHOLE._each_alone = False
VALUES = ANY | st.sampled_from(["a", "b", "abcd", 6, 2.0, "1.25", ["a", "abcd"], {"city": "Nowhere"}])
PLAIN_RECORDS = st.dictionaries(st.sampled_from([*sorted(PLAIN.names), "gone"]), VALUES)


@settings(deadline=None, max_examples=500)
@given(PLAIN_RECORDS, PLAIN_RECORDS)
def test_r11_judging_what_is_touched_comes_to_the_same(stored: dict[str, Any], patch: dict[str, Any]) -> None:
    new = [json.dumps(outcome(grid.load_new, patch)) for grid in (PLAIN, WHOLE)]
    assert new[0] == new[1]
    assert outcome(PLAIN.load_patch, stored, patch) == outcome(WHOLE.load_patch, stored, patch)


# --- grids from a module


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(text: str) -> str:
        name = f"grids_of_{abs(hash(request.node.name))}"
        header = "from marshmallow import Schema, fields\nfrom server.samples.tasks import TaskSchema\n"
        (tmp_path / f"{name}.py").write_text(header + text)
        return name

    return write


def test_the_samples_are_a_grid_with_every_type() -> None:
    grids = grids_from_module("server.samples.tasks")
    assert list(grids) == ["tasks"]
    assert grids["tasks"].title == "Tasks"
    assert {each["type"] for each in grids["tasks"].fields} == TYPES.keys()
    stamped = grids["tasks"].load_new({"title": "a"})["created"]
    assert stamped.endswith("+00:00")
    assert refusal(TASKS.load_new, {"title": "a", "start": "2026-07-31", "due": "2026-07-30"}) == {
        "due": ["A task cannot be due before it starts."]
    }


def test_every_schema_of_a_module_is_a_grid_but_parts_and_bases(module: Any) -> None:
    name = module(
        """
class Base(Schema):
    a = fields.String()
class _Hidden(Base): pass
class Line(Schema):
    b = fields.String()
class Part(Schema):
    c = fields.String()
class PurchaseOrderSchema(Base):
    lines = fields.List(fields.List(fields.Nested(Line)))
    part = fields.Nested("Part")
class HTTPLog(Schema):
    class Meta:
        title = "Requests"
    d = fields.String()
class Other(Base):
    class Meta:
        grid = "my-grid"
other = Other
"""
    )
    grids = grids_from_module(name)
    assert {id: grid.title for id, grid in grids.items()} == {
        "purchase_order": "Purchase order",
        "http_log": "Requests",
        "my-grid": "My grid",
    }
    assert all(grid.id == id for id, grid in grids.items())
    assert grids["purchase_order"].names == {"a", "lines", "part"}


def test_a_schema_that_looks_its_values_up_itself_is_asked() -> None:
    class Shouting(Schema):
        name = fields.String()
        size = fields.Integer(dump_default=7)

        def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
            value = super().get_attribute(obj, attr, default)
            return value.upper() if isinstance(value, str) else value

    grid = Grid.from_schema("shouting", "Shouting", Shouting)
    assert grid.load_new({"name": "a"}) == {"name": "A", "size": 7}


def test_a_default_of_dumping_is_stored() -> None:
    grid = Grid.from_schema("sizes", "Sizes", Schema.from_dict({"size": fields.Integer(dump_default=7)}))
    assert grid.load_new({}) == {"size": 7}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has no marshmallow Schema class"),
        ("class _A(Schema): a = fields.String()", "has no marshmallow Schema class"),
        ("import no_such_module", "no_such_module"),
        ("def f(:", "does not load"),
        ("class A(Schema): a = fields.Nope()", "AttributeError: "),
        ("1 / 0", "ZeroDivisionError: "),
        ("class A(Schema):\n  class Meta: grid='x'\nclass B(Schema):\n  class Meta: grid='x'", "two grids"),
        ("class A(Schema):\n  class Meta: grid='No Good'", "no grid id"),
        ("class A(Schema):\n  class Meta: grid=''", "no grid id"),
        ("class A(Schema): a = fields.Dict()", "Grid 'a': field 'a' is a Dict"),
        ("class A(Schema): a = fields.Nested('NoSuchSchema')", "NoSuchSchema"),
    ],
)
def test_a_bad_module_is_a_sentence(module: Any, text: str, why: str) -> None:
    with pytest.raises(StartError) as caught:
        grids_from_module(module(text))
    assert why in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("name", ["no_such_module_here", "server.no_such", "", "..x"])
def test_a_missing_module_is_a_sentence(name: str) -> None:
    with pytest.raises(StartError, match="GRIDS"):
        grids_from_module(name)


@pytest.mark.parametrize("text", ["a", "0", "a-b_c", "a" * 63])
def test_grid_ids(text: str) -> None:
    assert valid_grid_id(text)


@pytest.mark.parametrize("text", ["", "A", "-a", "_a", "a b", "a\n", "ä", "٣", "a" * 64, "a/b", None, 1])
def test_no_grid_ids(text: Any) -> None:
    assert not valid_grid_id(text)


def test_a_definition_and_its_schema_judge_alike() -> None:
    twin = Grid.from_definition("tasks", "Tasks", TASKS.fields)
    assert twin.fields == TASKS.fields
    record = {"title": "a", "hours": "1.5", "customer": {"name": "b"}, "tags": ["bug"], "steps": ["c"]}
    stored = TASKS.load_new(record)
    del stored["created"]
    assert twin.load_new(record) == stored


@pytest.mark.parametrize("name", sorted(INHERITED))
def test_no_field_has_a_name_that_every_object_of_javascript_has(name: str) -> None:
    with pytest.raises(StartError, match="reserved"):
        Grid.from_schema("g", "G", Schema.from_dict({"a": fields.String(data_key=name)}))
    inner = Schema.from_dict({"a": fields.String(data_key=name)})
    with pytest.raises(StartError, match="reserved"):
        Grid.from_schema("g", "G", Schema.from_dict({"a": fields.Nested(inner)}))
    with pytest.raises(StartError, match="reserved"):
        Grid.from_definition("g", "G", [{"name": name, "type": "text"}])
