"""The shape of everything that is asked: what requests are checked by, and what that leaves to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from marshmallow import Schema, validate
from marshmallow import fields as ma

from server.access import MOST_NAME
from server.describing.parts import Either, Exactly, Named, role, text
from server.model import MUTATION_TYPES, PROTOCOL
from server.protocol import SHAPES

ABOUT = {
    "grid": "a grid's id",
    "epoch": "the one that you hold; null or absent: none",
    "since": "the revision that you hold",
    "limit": "at most so many; a higher one than the server's is lowered",
    "mutation_id": "made by you: the same one again takes no effect, and is answered the same",
    "fields": "the values to be written",
    "was": "the values that your user saw, of fields that are to be written: others there are conflicts",
    "version": "the one that the record must have",
    "mutations": "judged one after another",
    "atomic": "all or nothing",
    "cell": "where you are; null: nowhere. Say it again every 10 s",
    "editing": "you are changing it",
    "author": "an author's id",
    "field": "a field's name: changes of it alone",
    "deleted": "deletions alone",
    "before": "changes below this revision alone",
}


def name_of(event: str) -> str:
    """`add_record` is asked with an AddRecord."""
    return "".join(word.capitalize() for word in event.split("_"))


def _shape(name: str, about: str, keys: Mapping[str, Any]) -> type[Schema]:
    made = Schema.from_dict({key: _told(key, field) for key, field in keys.items()}, name=name)
    made.__doc__ = about
    return made


def _told(key: str, field: ma.Field[Any]) -> ma.Field[Any]:
    told = copy(field)  # requests are checked by the other
    told.metadata = {**({"description": ABOUT[key]} if key in ABOUT else {}), **field.metadata}
    return told


def _mutation(event: str) -> type[Schema]:
    keys = {"type": Exactly(event), **SHAPES[event].fields}
    return _shape(f"{name_of(event)}Mutation", f"`{event}` in a batch.", keys)


def _payload(event: str) -> type[Schema]:
    keys: dict[str, Any] = dict(SHAPES[event].fields)
    if event in MUTATION_TYPES:
        keys = {"grid": SHAPES["leave_grid"].fields["grid"], **keys}
    elif event == "mutate":
        keys["mutations"] = ma.List(Named("Mutation", MUTATION), required=True)
    return _shape(name_of(event), f"The payload of `{event}`.", keys)


def part_of(event: str, keys: Iterable[str], name: str) -> type[Schema]:
    """A request's payload with these keys only, for a door that takes the others from elsewhere."""
    whole = PAYLOADS[event]().fields
    return _shape(name, f"What `{event}` takes from a body.", {key: whole[key] for key in keys})


MUTATION = Either(*map(_mutation, MUTATION_TYPES))
PAYLOADS: dict[str, type[Schema]] = {event: _payload(event) for event in SHAPES}


class Auth(Schema):
    """Who connects."""

    protocol = ma.Integer(required=True, strict=True, metadata={"enum": [PROTOCOL]})
    user = text("an id that the client makes once and keeps", required=False, allow_none=True)
    name = text("a label for other people", required=False, allow_none=True)
    token = text("the key, where the server asks for one", required=False, allow_none=True)


class KeyBody(Schema):
    """A key to be made."""

    name = text("for whom it is", validate=validate.Length(1, MOST_NAME))
    role = role()
