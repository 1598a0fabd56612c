"""Field types: one small object each in TYPES, between a marshmallow field and its description.

A description is plain JSON, derived from the marshmallow field and its validators, never written
beside them:

    {name, label, type, required, read_only, default, options?, option_labels?, min?, max?,
     min_exclusive?, max_exclusive?, min_length?, max_length?, pattern?, pattern_flags?, precision?,
     item? (of a list: a description of `type` and rules only), fields? (of an object)}

To add a type: one object in TYPES, `make fix` for the web client's `protocol.ts`, and two rows that the
compiler then asks for (docs/EXTENDING.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, missing

from server.model import Json
from server.rules import LENGTH, OPTIONS, RANGE, TEXT, Description, Field, build_rules, describe_rules, dump
from server.scalars import Choice, Comparer, Decimal, FieldType, LongText, Number, Scalar, Temporal
from server.values import (
    DATE,
    DATETIME,
    DECIMAL,
    MAX_DEPTH,
    NOT_DATE,
    NOT_DATETIME,
    NOT_DECIMAL,
    NOT_LIST,
    NOT_OBJECT,
    Reader,
    is_blank,
    json_equal,
    read_boolean,
    read_form,
    read_integer,
    read_number,
    read_text,
    read_url,
    text_flaw,
)

UNKNOWN = "Unknown field."
NAME_LIMIT = 200  # characters
# Besides ours, what every object of JavaScript has: asked for a field of such a name, one without it would
# give a function.
INHERITED = frozenset(
    {
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString"),
        *("toString", "valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__"),
        *("__lookupSetter__", "__proto__"),
    }
)
RESERVED = {"", "_schema"} | INHERITED

# What the keys of a description hold; those not named here are checked by the type.
KEY_TYPES: dict[str, type] = {
    "name": str,
    "label": str,
    "type": str,
    "required": bool,
    "read_only": bool,
    "default": object,
    "options": list,
    "option_labels": list,
    "min_exclusive": bool,
    "max_exclusive": bool,
    "min_length": int,
    "max_length": int,
    "pattern": str,
    "pattern_flags": str,
    "precision": int,
    "item": dict,
    "fields": list,
}
COMMON = {"name", "label", "type", "required", "read_only", "default"}


class List(FieldType):
    """A List, or a Nested with `many=True`."""

    def fits(self, field: Field) -> bool:
        return not isinstance(field, fields.Nested) or bool(field.many or field.schema.many)

    def item(self, field: Field) -> tuple[FieldType, Field]:
        if isinstance(field, fields.List):
            return type_of(field.inner), field.inner
        return TYPES["object"], field

    def describe(self, field: Field) -> Description:
        kind, item = self.item(field)
        return super().describe(field) | {"item": {"type": kind.name, **kind.describe(item)}}

    def build(self, description: Description, **common: Any) -> Field:
        item = build_part(description["item"])
        return fields.List(item, validate=build_rules(description), **common)

    def reader(self, field: Field) -> Reader:
        kind, item = self.item(field)
        read_item = kind.reader(item)

        def read(value: Json) -> Json:
            if not isinstance(value, list):
                raise ValidationError(NOT_LIST)
            result: list[Json] = []
            errors: dict[int, Any] = {}
            for index, part in enumerate(value):
                try:
                    result.append(None if part is None else read_item(part))
                except ValidationError as error:
                    errors[index] = error.messages
            if errors:
                raise ValidationError(cast(Any, errors))
            return result

        return read

    def comparer(self, field: Field) -> Comparer:
        kind, item = self.item(field)
        same = kind.comparer(item)

        def equal(a: Json, b: Json) -> bool:
            if not isinstance(a, list) or not isinstance(b, list) or len(a) != len(b):
                return False
            return all(equal_by(same, x, y) for x, y in zip(a, b, strict=True))

        return equal


class Choices(List):
    """A list of texts, each of them one of some options."""

    def fits(self, field: Field) -> bool:
        if not isinstance(field, fields.List):
            return False
        item = type_of(field.inner).name
        return item == "choice" or (item == "text" and "options" in describe_rules(field))

    def describe(self, field: Field) -> Description:
        kind, item = self.item(field)
        return {**kind.describe(item), **FieldType.describe(self, field)}

    def build(self, description: Description, **common: Any) -> Field:
        return fields.List(fields.String(), validate=build_rules(description, read_text, each=True), **common)


class Object(FieldType):
    """A Nested schema."""

    def describe(self, field: Field) -> Description:
        return {"fields": [describe_field(name, part) for name, part in parts_of(field).items()]}

    def build(self, description: Description, **common: Any) -> Field:
        return fields.Nested(build_schema(description["fields"]), **common)

    def reader(self, field: Field) -> Reader:
        parts = {name: (type_of(part).reader(part), part.dump_only) for name, part in parts_of(field).items()}

        def read(value: Json) -> Json:
            if not isinstance(value, dict):
                raise ValidationError(NOT_OBJECT)
            result: dict[str, Json] = {}
            errors: dict[str, Any] = {}
            for key, part in value.items():
                if key not in parts:
                    errors[key] = [UNKNOWN]
                    continue
                read_part, read_only = parts[key]
                if is_blank(part) or read_only:  # what is read-only the schema makes itself
                    continue
                try:
                    result[key] = read_part(part)
                except ValidationError as error:
                    errors[key] = error.messages
            if errors:
                raise ValidationError(errors)
            return result

        return read

    def comparer(self, field: Field) -> Comparer:
        parts = {name: type_of(part).comparer(part) for name, part in parts_of(field).items()}

        def equal(a: Json, b: Json) -> bool:
            if not isinstance(a, dict) or not isinstance(b, dict):
                return False
            return all(equal_by(parts.get(key), a.get(key), b.get(key)) for key in a.keys() | b.keys())

        return equal


TYPES: dict[str, FieldType] = {
    each.name: each
    for each in (
        # of several types for one class the first that fits is taken
        LongText("long_text", read_text, fields.String, keys=TEXT),
        Choice("choice", read_text, fields.String, fields.Enum, keys=OPTIONS, needs={"options"}),
        Scalar("text", read_text, fields.String, fields.UUID, keys=TEXT),
        Number("integer", read_integer, fields.Integer, keys=RANGE, strict=True),
        Number("number", read_number, fields.Float, keys=RANGE),
        Decimal("decimal", read_form(DECIMAL, NOT_DECIMAL), fields.Decimal, keys=RANGE | {"precision"}),
        Scalar("boolean", read_boolean, fields.Boolean),
        Temporal("date", read_form(DATE, NOT_DATE), fields.Date, keys=RANGE),
        Temporal(
            "datetime",
            read_form(DATETIME, NOT_DATETIME),
            fields.AwareDateTime,
            fields.DateTime,
            keys=RANGE,
        ),
        Scalar("email", read_text, fields.Email, keys=TEXT | OPTIONS),
        Scalar("url", read_url, fields.Url, keys=TEXT | OPTIONS, schemes={"http", "https"}),
        Choices("choices", fields.List, keys=LENGTH | OPTIONS, needs={"options"}),
        List("list", fields.List, fields.Nested, keys=LENGTH | {"item"}, needs={"item"}),
        Object("object", fields.Nested, keys={"fields"}, needs={"fields"}),
    )
}
UNSUPPORTED: set[type] = {fields.NaiveDateTime, fields.Pluck}  # though they extend what is supported


def type_of(field: Field) -> FieldType:
    """The type of a marshmallow field. Raises ValueError, with the supported classes, if it has none."""
    for cls in type(field).__mro__:
        if cls in UNSUPPORTED:
            break
        for kind in TYPES.values():
            if cls in kind.classes and kind.fits(field):
                return kind
    supported = sorted({cls.__name__ for kind in TYPES.values() for cls in kind.classes})
    raise ValueError(f"is a {type(field).__name__}, which has no field type; use {', '.join(supported)}")


def equal_by(same: Comparer | None, a: Json, b: Json) -> bool:
    """R8: equal as JSON, else `same` after deserializing. May raise what deserializing raises."""
    if json_equal(a, b):
        return True
    return same is not None and not is_blank(a) and not is_blank(b) and same(a, b)


def parts_of(field: Field) -> dict[str, Field]:
    """The fields of a Nested by wire name."""
    parts = cast(fields.Nested, field).schema.fields
    return {wire_name(attribute, part): part for attribute, part in parts.items()}


def wire_name(attribute: str, field: Field) -> str:
    return attribute if field.data_key is None else field.data_key


# --- from marshmallow to descriptions


def humanise(name: str) -> str:
    """`due_date` is labelled "Due date"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] or name


def describe_field(name: str, field: Field) -> Description:
    """The whole description. Raises ValueError, "field 'name' …", for what a grid cannot have."""
    try:
        check_name(name)
        if field.load_only:
            raise ValueError("is load_only, but a grid shows all that it stores")
        kind = type_of(field)
        part = kind.describe(field)
        default = _describe_default(kind, field)
    except ValueError as error:
        raise _about(name, error) from None
    return {
        "name": name,
        "label": str(field.metadata.get("label") or humanise(name)),
        "type": kind.name,
        "required": field.required,
        "read_only": field.dump_only,
        "default": default,
        **part,
    }


def _about(name: str, error: ValueError) -> ValueError:
    inner = str(error)
    return ValueError(f"field {name!r}{': ' if inner.startswith('field ') else ' '}{inner}")


def check_name(name: str) -> None:
    if name in RESERVED or len(name) > NAME_LIMIT or text_flaw(name):
        raise ValueError(f"has a name that is reserved, or not of 1 to {NAME_LIMIT} characters")


def check_nesting(field: Field, left: int = MAX_DEPTH) -> None:
    """Raises ValueError for a schema that nests deeper than the wire allows, itself for instance."""
    if isinstance(field, fields.List):
        inner: Iterable[Field] = [field.inner]
    elif isinstance(field, fields.Nested):
        inner = field.schema.fields.values()
    else:
        return
    if left == 0:
        raise ValueError(f"it nests deeper than {MAX_DEPTH} levels")
    for part in inner:
        check_nesting(part, left - 1)


def _describe_default(kind: FieldType, field: Field) -> Json:
    """A default that is always the same, as JSON. marshmallow stores it unseen, so it is judged here."""
    default = field.load_default
    if default is missing or callable(default):
        return None
    try:
        value = None if default is None else dump(field, default)
        if is_blank(value):
            return None
        field.deserialize(kind.reader(field)(value))
    except (ValidationError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"has a load_default of {default!r}, which it refuses: {error}") from None
    return value


# --- from descriptions to marshmallow


def build_schema(descriptions: list[Description]) -> type[Schema]:
    """A marshmallow schema class. Raises ValueError, "field 'name' …", for a bad description."""
    parts: dict[str, Field] = {}
    for description in descriptions:
        part = build_field(description)
        if any(part.data_key == other.data_key for other in parts.values()):
            raise ValueError(f"field {part.data_key!r} is there twice")
        # a name such as "Meta" or "load" must not become an attribute of the class
        parts[f"field_{len(parts)}"] = part
    return Schema.from_dict(cast(Any, parts))


def build_field(description: Description) -> Field:
    """One field, its name in `data_key`. Raises ValueError, "field 'name' …"."""
    name = description.get("name") if isinstance(description, dict) else None
    if not isinstance(name, str):
        raise ValueError("a field's description must be an object with a name")
    try:
        check_name(name)
        return build_part(
            description,
            data_key=name,
            required=bool(description.get("required")),
            dump_only=bool(description.get("read_only")),
            metadata={"label": description.get("label") or humanise(name)},
        )
    except ValidationError as error:
        raise ValueError(f"field {name!r} has a bad rule or default: {error}") from None
    except ValueError as error:
        raise _about(name, error) from None


def build_part(description: Description, **common: Any) -> Field:
    """The field of a description without a name, as a list's `item` is. Raises ValueError."""
    given = {key: value for key, value in description.items() if value is not None}
    kind = TYPES.get(str(given.get("type")))
    if kind is None:
        raise ValueError(f"must have one of these types: {', '.join(TYPES)}")
    for key, value in given.items():
        _check_key(kind, key, value)
    for key in kind.needs - given.keys():
        raise ValueError(f"is of type {kind.name} and needs {key!r}")
    field = kind.build(given, **common)
    if "default" in given:
        if field.required:
            raise ValueError("is required and so cannot have a default")
        field.load_default = field.deserialize(kind.reader(field)(given["default"]))
    return field


def _check_key(kind: FieldType, key: str, value: Json) -> None:
    if key not in COMMON and key not in kind.keys:
        raise ValueError(f"is of type {kind.name}, which has no {key!r}")
    expected = KEY_TYPES.get(key, object)
    exact = type(value) is expected or expected is object  # a boolean is no integer
    if not exact or (expected is int and value < 0):
        raise ValueError(f"has a bad {key!r}: {value!r}")
