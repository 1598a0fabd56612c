"""A schema's fields, ready for use, and marshmallow's messages as the wire's errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from marshmallow import Schema, fields, missing
from marshmallow.exceptions import RegistryError

from server.errors import FieldErrors, TandemError
from server.fields import NAME_LIMIT, check_nesting, describe_field, type_of, wire_name
from server.model import Fields, Json
from server.rules import Description, Field, bare
from server.scalars import Comparer
from server.values import Reader, is_blank, to_json

RECORD = "_schema"  # the key of errors that belong to no single field

MOST_ERRORS = 100

Messages = dict[str, Any]  # field → what marshmallow says: a sentence, or lists and dicts of such


class Invalid(TandemError):
    """Values that their grid's schema refuses: `{"name": [sentence], "address.street": [sentence]}`;
    what belongs to no single field is under `_schema`. The first MOST_ERRORS of them: who sends thousands of
    bad parts is not answered many times what was sent."""

    def __init__(self, messages: Messages) -> None:
        self.errors = dict(islice(flatten(messages).items(), MOST_ERRORS))
        super().__init__("; ".join(f"{key}: {' '.join(lines)}" for key, lines in self.errors.items()))


# What these load is what was read and what they dump; asking them took two fifths of a record's validation.
PLAIN = {fields.String, fields.Email, fields.Url, fields.Integer, fields.Float, fields.Boolean}


@dataclass(frozen=True, slots=True)
class Member:
    """One field, ready for use. `single` is it without validators and place; `same` is None where no
    values are equal but those that are as JSON; a `plain` one dumps what it has loaded; a `read_only`
    one marshmallow does not load."""

    attribute: str
    field: Field
    single: Field
    read: Reader
    same: Comparer | None
    description: Description
    plain: bool
    read_only: bool

    @property
    def stamped(self) -> bool:
        """Read-only, but with a default: the time of creation, say."""
        return self.read_only and self.field.load_default is not missing

    def default(self) -> Json:
        default = self.field.load_default
        return self._serialized(default() if callable(default) else default)

    def dump(self, value: Any) -> Json:
        """What is to be stored of what has been loaded, None for nothing."""
        if value is missing or is_blank(value):
            return None
        return to_json(value) if self.plain else self._serialized(value)

    def _serialized(self, value: Any) -> Json:
        dumped = to_json(self.single.serialize("value", {"value": value}))
        return None if is_blank(dumped) else dumped


def members_of(schema: Schema) -> dict[str, Member]:
    """By wire name, in order. Raises ValueError, "field 'name' …", for what a grid cannot have."""
    members: dict[str, Member] = {}
    own_access = type(schema).get_attribute is Schema.get_attribute
    for attribute, field in schema.fields.items():
        name = wire_name(attribute, field)
        try:
            check_nesting(field)  # makes nested schemas too, which threads must not do at once
        except (ValueError, RegistryError) as error:
            raise ValueError(f"field {name!r}: {error}") from None
        description = describe_field(name, field)
        kind = type_of(field)
        same: Comparer | None = kind.comparer(field)
        if type(field) in PLAIN and not field.pre_load and not field.post_load:
            same = None  # they give back what was read: two that differ as JSON, differ
        plain = type(field) in PLAIN and field.dump_default is missing and own_access
        members[name] = Member(
            attribute, field, bare(field), kind.reader(field), same, description, plain, field.dump_only
        )
    return members


class _Bare(Schema):
    """What is in a schema class of nothing but fields."""

    class Meta:
        pass


def each_alone(schema: Schema) -> bool:
    """Whether every field is judged by its own value alone, whatever else is in the record: the class
    holds nothing but fields (no rules, no hooks, no functions of its own), all of marshmallow's own
    classes (another one's may look at the whole record), each in its own place, there or not."""
    extended = [each for each in type(schema).__mro__ if each not in Schema.__mro__]
    return all(vars(each).keys() <= _IN_A_BARE_ONE for each in extended) and all(
        type(field).__module__ == fields.__name__
        and field.attribute is None
        and field.dump_default is missing
        for field in schema.fields.values()
    )


_IN_A_BARE_ONE = vars(_Bare).keys() | {"__annotations__", "Meta"}


def fresh_errors(errors: Messages, known: FieldErrors, touched: Fields) -> FieldErrors:
    """Of some errors those that are of a touched field or not yet known."""
    found: FieldErrors = {}
    for name, said in errors.items():
        for key, sentences in flatten({name: said}).items():
            old = () if name in touched else known.get(key, ())
            if new := [sentence for sentence in sentences if sentence not in old]:
                found[key] = new
    return found


def flatten(messages: Messages) -> FieldErrors:
    """marshmallow's nested messages as `{"address.street": [sentence], "tags.0": [sentence]}`."""
    flat: FieldErrors = {}
    for key, said in messages.items():
        _flatten(_printable(key), said, flat)
    return flat


def _flatten(key: str, said: Any, flat: FieldErrors) -> None:
    if isinstance(said, Mapping):
        for part, inner in said.items():
            _flatten(key if part == RECORD else f"{key}.{_printable(part)}", inner, flat)
    elif isinstance(said, (list, tuple)):
        for each in said:
            _flatten(key, each, flat)
    else:
        flat.setdefault(key, []).append(str(said))


def _printable(key: Any) -> str:
    """An unknown field's name comes from outside: an answer must be able to carry it."""
    return str(key)[:NAME_LIMIT].encode(errors="replace").decode()
