"""The shapes of requests: pinned to the protocol's version, strict, and equal to the golden messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.errors import Refused
from server.model import MUTATION_TYPES, PROTOCOL, uuid7
from server.protocol import SHAPES, parse, parse_mutation, parse_single, shape_hashes
from tests.described import message

ID = "0192abcd-0000-7000-8000-00000000000a"
GOLDEN = Path(__file__).parent / "golden"


def test_the_shapes_are_pinned_to_the_protocols_version() -> None:
    pinned = json.loads((GOLDEN / "protocol.json").read_text())
    assert (PROTOCOL, shape_hashes()) == (pinned["protocol"], pinned["shapes"]), (
        "The wire's shapes have changed: other programs are written against them. Raise PROTOCOL, or take "
        "the change back; only then write the new hash down. That of a new event is just added."
    )


def test_a_changed_shape_changes_its_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shape_hashes()
    monkeypatch.setitem(SHAPES, "leave_grid", SHAPES["list_grids"])
    assert {event for event, hash in shape_hashes().items() if hash != before[event]} == {"leave_grid"}


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("list_grids", {"page": 1}),
        ("join_grid", {}),
        ("join_grid", {"grid": 5}),
        ("join_grid", {"grid": "g", "since": -1}),
        ("join_grid", {"grid": "g", "since": True}),
        ("join_grid", {"grid": "g", "since": "1"}),
        ("join_grid", {"grid": "g", "since": 1.5}),
        ("join_grid", {"grid": "g", "since": 2**53 + 1}),
        ("join_grid", {"grid": "g", "limit": -1}),
        ("join_grid", {"grid": "g", "epoch": 7}),
        ("join_grid", {"grid": "g", "since": float("1e300")}),
        ("pull", {"grid": "g"}),
        ("pull", {"grid": "g", "epoch": "e"}),
        ("leave_grid", {"grid": None}),
        ("history", {"grid": "g", "deleted": 1}),
        ("history", {"grid": "g", "limit": 0}),
        ("history", {"grid": "g", "id": "no-uuid"}),
        ("set_presence", {"grid": "g"}),
        ("set_presence", {"grid": "g", "cell": "A1"}),
        ("set_presence", {"grid": "g", "cell": {"id": ID}}),
        ("set_presence", {"grid": "g", "cell": {"id": ID, "field": "a", "extra": 1}}),
        ("set_presence", {"grid": "g", "cell": None, "editing": "yes"}),
        ("mutate", {"grid": "g"}),
        ("mutate", {"grid": "g", "mutations": {}}),
        ("mutate", {"grid": "g", "mutations": [], "atomic": 1}),
        ("pull", None),
        ("pull", "grid"),
        ("pull", ["grid"]),
    ],
    ids=str,
)
def test_a_malformed_payload_is_an_invalid_message(event: str, payload: Any) -> None:
    with pytest.raises(Refused) as refused:
        parse(event, payload)
    assert refused.value.code == "invalid_message"
    assert event in refused.value.message
    assert not message("socketio", event).is_valid(payload)


@pytest.mark.parametrize(
    "body",
    [
        {"fields": []},
        {},
        {"fields": {"a": 1}, "was": []},
        {"fields": {"a": 1}, "was": {"b": 1}},
        {"fields": {"a": 1}, "version": 1},
        {"fields": {"a": 1}, "extra": 1},
    ],
    ids=str,
)
def test_a_mutation_that_can_be_named_carries_its_flaw(body: dict[str, Any]) -> None:
    named = {"mutation_id": uuid7(), "id": uuid7()}
    mutation = parse_mutation({"type": "update_record", **named, **body})
    assert mutation.flaw is not None
    assert (mutation.mutation_id, mutation.id) == (named["mutation_id"], named["id"])
    _, single = parse_single("update_record", {"grid": "g", **named, **body})
    assert single.flaw == mutation.flaw


@pytest.mark.parametrize("version", [0, -1, "1", True, 1.5])
def test_a_version_is_a_whole_number_from_1(version: Any) -> None:
    asked = {"type": "delete_record", "mutation_id": uuid7(), "id": uuid7(), "version": version}
    assert parse_mutation(asked).flaw is not None


def test_the_server_makes_the_id_of_an_add_without_one() -> None:
    one, two = (
        parse_mutation({"type": "add_record", "mutation_id": uuid7(), "fields": {}}) for _ in range(2)
    )
    assert one.id != two.id
    assert one.flaw is None


@pytest.mark.parametrize("id", ["", "1", "x" * 36, ID.upper(), ID + "\n", f" {ID}", None, 7])
def test_ids_are_lower_case_uuids(id: Any) -> None:
    with pytest.raises(Refused):
        parse_mutation({"type": "delete_record", "mutation_id": uuid7(), "id": id})
    with pytest.raises(Refused):
        parse_mutation({"type": "delete_record", "mutation_id": id, "id": uuid7()})


def test_a_whole_number_may_be_written_as_a_double() -> None:
    assert parse("join_grid", {"grid": "g", "since": 3.0})["since"] == 3
    assert type(parse("join_grid", {"grid": "g", "since": 3.0})["since"]) is int


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1, 1.0, 1.5, -1, 2**53, 2**53 + 1, "", "x", ID, ID.upper(), f"{ID}\n", [], {}]
)
KEYS = sorted({key for shape in SHAPES.values() for key in shape.fields} | {"extra"})
RIGHT = {
    "mutation_id": ID,
    "id": ID,
    "fields": {"a": 1},
    "was": {"a": 0},
    "version": 1,
    "grid": "g",
    "mutations": [],
}


@settings(max_examples=1000)
@given(
    st.sampled_from(sorted(SHAPES)),
    st.sets(st.sampled_from(KEYS)),
    st.dictionaries(st.sampled_from(KEYS), ODD),
)
def test_what_fits_is_what_marshmallow_would_load(
    event: str, left_out: set[str], odd: dict[str, Any]
) -> None:
    shape = SHAPES[event]
    named = {key: value for key, value in RIGHT.items() if key in shape.fields and key not in left_out}
    payload = named | odd
    if shape.fits(payload):
        loaded = shape.load(payload)
        assert json.dumps(loaded, sort_keys=True) == json.dumps(payload, sort_keys=True)


@settings(max_examples=1000)
@given(
    st.sampled_from(sorted(SHAPES)),
    st.sets(st.sampled_from(KEYS)),
    st.dictionaries(st.sampled_from(KEYS), ODD, max_size=2),
)
def test_what_is_described_is_what_is_taken(event: str, left_out: set[str], odd: dict[str, Any]) -> None:
    shape = SHAPES[event]
    named = {key: value for key, value in RIGHT.items() if key in shape.fields and key not in left_out}
    payload = named | odd
    told = payload
    if event in MUTATION_TYPES:  # what they have beside their mutation is not in its shape
        payload.pop("grid", None)
        told = {"grid": "g", **payload}
    assert message("socketio", event).is_valid(told) is (not shape.validate(payload))


@pytest.mark.parametrize("event", ["add_record", "update_record", "delete_record", "restore_record"])
def test_a_usual_mutation_fits(event: str) -> None:
    payload = {key: value for key, value in RIGHT.items() if key in SHAPES[event].fields}
    assert SHAPES[event].fits(payload)
    for key in payload.keys() & SHAPES[event].required:
        assert not SHAPES[event].fits({name: value for name, value in payload.items() if name != key})
