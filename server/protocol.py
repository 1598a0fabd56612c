"""The wire, version 1: the shape of every request, and the two forms of an answer.

docs/PROTOCOL.md tells what the events mean. The hash of each shape is pinned to `model.PROTOCOL` by a
test, so that the wire cannot change unseen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, validate

from server.errors import Refused
from server.model import MUTATION_TYPES, Json, Mutation, MutationType, uuid7

UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"


def ok(**body: Json) -> dict[str, Json]:
    """A request's success."""
    return {"ok": True, **body}


def failed(refused: Refused, **body: Json) -> dict[str, Json]:
    """A request's failure; with `result` or `results` where its mutations have been judged."""
    return {"ok": False, "error": refused.to_wire(), **body}


class Strict(fields.Field[Any]):
    """A JSON value of exactly these types: marshmallow's own fields take more than they should."""

    def __init__(self, *types: type, least: int | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.types = types
        self.least = least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if int in self.types and type(value) is float and value.is_integer():
            value = int(value)  # numbers are equal by value; many languages have doubles only
        if type(value) not in self.types:  # exact: a boolean is no number
            raise ValidationError(f"must be {' or '.join(_NAMES[t] for t in self.types)}")
        if self.least is not None and not self.least <= value <= 2**53:
            raise ValidationError(f"must be a whole number from {self.least} to 2^53")
        return value

    def fits(self, value: Json) -> bool:
        """Whether a value is right beyond question, and stays as it is."""
        if type(value) not in self.types or (self.least is not None and not self.least <= value <= 2**53):
            return False
        for check in self.validators:
            if not (isinstance(check, validate.Regexp) and check.regex.match(value)):
                return False
        return True


_NAMES = {str: "text", int: "a whole number", bool: "true or false", dict: "an object", list: "a list"}


def _text(pattern: str | None = None, most: int | None = None, **more: Any) -> Strict:
    checks: list[Any] = []
    if pattern:
        checks.append(validate.Regexp(pattern, error="is not a valid id"))
    if most:
        checks.append(validate.Length(1, most, error=f"must have 1 to {most} characters"))
    return Strict(str, validate=checks, **more)


def _grid() -> Strict:
    return Strict(str, required=True, validate=validate.Length(max=100))


def _uuid(required: bool = True) -> Strict:
    return _text(UUID, required=required)


class Shape(Schema):
    """A request's payload. Most are right: what `fits` need not be loaded, which takes ten times as long."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.strict = {name: field for name, field in self.fields.items() if isinstance(field, Strict)}
        self.required = {name for name, field in self.fields.items() if field.required}

    def fits(self, payload: Mapping[str, Json]) -> bool:
        """Whether loading would give the payload as it is. False says nothing: load it, and see."""
        for name, value in payload.items():
            field = self.strict.get(name)
            if field is None or not field.fits(value):
                return False
        return self.required <= payload.keys()


def _shape(**keys: fields.Field[Any]) -> Shape:
    return cast(Shape, Shape.from_dict(keys)())


def _optional(least: int) -> Strict:
    return Strict(int, least=least, allow_none=True)


CELL = Schema.from_dict({"id": _uuid(), "field": _text(most=200, required=True)}, name="Cell")

SHAPES: dict[str, Shape] = {
    "list_grids": _shape(),
    "join_grid": _shape(
        grid=_grid(), epoch=Strict(str, allow_none=True), since=_optional(0), limit=_optional(0)
    ),
    "leave_grid": _shape(grid=_grid()),
    "pull": _shape(
        grid=_grid(),
        epoch=Strict(str, allow_none=True, required=True),
        since=Strict(int, least=0, allow_none=True, required=True),
        limit=_optional(0),
    ),
    "add_record": _shape(mutation_id=_uuid(), id=_uuid(required=False), fields=Strict(dict, required=True)),
    "update_record": _shape(
        mutation_id=_uuid(), id=_uuid(), fields=Strict(dict, required=True), was=Strict(dict)
    ),
    "delete_record": _shape(mutation_id=_uuid(), id=_uuid(), version=Strict(int, least=1)),
    "restore_record": _shape(mutation_id=_uuid(), id=_uuid()),
    "mutate": _shape(grid=_grid(), mutations=Strict(list, required=True), atomic=Strict(bool)),
    "set_presence": _shape(
        grid=_grid(),
        cell=fields.Nested(CELL, allow_none=True, required=True),
        editing=Strict(bool),
    ),
    "history": _shape(
        grid=_grid(),
        id=_uuid(required=False),
        author=_text(most=200),
        field=_text(most=200),
        deleted=Strict(bool),
        before=_optional(0),
        limit=Strict(int, least=1),
    ),
}

# What names a mutation must be right for it to be judged at all; anything else wrong with its
# shape is its own flaw, told in its own result.
_NAMING = {"type", "mutation_id", "id"}


def parse(event: str, payload: Json) -> dict[str, Json]:
    """The payload of `event` as a checked dict; raises Refused("invalid_message")."""
    if not isinstance(payload, dict):
        raise Refused("invalid_message", f"{event} takes one object as its payload.")
    try:
        return dict(SHAPES[event].load(payload))
    except ValidationError as invalid:
        raise Refused("invalid_message", _sentence(event, invalid.messages)) from None


def parse_mutation(payload: Json) -> Mutation:
    """One mutation `{type, mutation_id, …}`; raises Refused where it cannot even be named."""
    if not isinstance(payload, dict):
        raise Refused("invalid_message", "A mutation must be an object.")
    type = payload.get("type")
    if not isinstance(type, str) or type not in MUTATION_TYPES:
        raise Refused("invalid_message", f"A mutation's type must be one of {', '.join(MUTATION_TYPES)}.")
    return _mutation(type, {key: value for key, value in payload.items() if key != "type"})


def parse_single(event: MutationType, payload: Json) -> tuple[str, Mutation]:
    """A single-record event as (grid, mutation)."""
    if not isinstance(payload, dict):
        raise Refused("invalid_message", f"{event} takes one object as its payload.")
    grid = payload.get("grid")
    if not isinstance(grid, str):
        raise Refused("invalid_message", f"{event}: grid must be text.")
    return grid, _mutation(event, {key: value for key, value in payload.items() if key != "grid"})


def _mutation(type: MutationType, body: Mapping[str, Json]) -> Mutation:
    flaw = None
    try:
        shape = SHAPES[type]
        values = body if shape.fits(body) else shape.load(body)
    except ValidationError as invalid:
        flaw = _sentence(type, invalid.messages)
        if _NAMING & set(invalid.messages_dict):
            raise Refused("invalid_message", flaw) from None
        values = {key: body[key] for key in ("mutation_id", "id") if key in body}
    stray = [name for name in values.get("was", ()) if name not in values["fields"]]
    if stray:
        flaw = f"{type}: was names {', '.join(map(repr, stray))}, which fields does not change."
    return Mutation(
        type=type,
        mutation_id=values["mutation_id"],
        id=values.get("id") or uuid7(),
        fields=values.get("fields", {}),
        was=values.get("was", {}),
        version=values.get("version"),
        flaw=flaw,
    )


def _sentence(event: str, messages: Json) -> str:
    """marshmallow's messages as one sentence that names the event and the first bad key."""
    if isinstance(messages, dict):
        key, inner = next(iter(messages.items()))
        while isinstance(inner, dict):
            inner = next(iter(inner.values()))
        text = str(inner[0] if isinstance(inner, list) else inner).rstrip(".")
        return f"{event}: {str(key)[:100]!r}: {text}."
    return f"{event}: {messages}."


def shape_hashes() -> dict[str, str]:
    """The hash of each request's shape; pinned to model.PROTOCOL by a test."""
    return {event: _hash(_describe(schema)) for event, schema in SHAPES.items()}


def _hash(described: Json) -> str:
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]


def _describe(schema: Schema) -> Json:
    return {name: _describe_field(field) for name, field in sorted(schema.fields.items())}


def _describe_field(field: fields.Field[Any]) -> Json:
    checks = [repr(check) for check in field.validators]
    shape: dict[str, Json] = {"required": field.required, "null": field.allow_none, "checks": checks}
    if isinstance(field, fields.Nested):
        shape["object"] = _describe(field.schema)
    if isinstance(field, Strict):
        shape["types"] = [type.__name__ for type in field.types]
        shape["least"] = field.least
    return shape
