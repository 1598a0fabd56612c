"""A grid's definition ⇄ its marshmallow schema, compiled once.

    Grid.own           a mutation's own values, judged alone
    Grid.load_new      a new record → what is to be stored
    Grid.load_patch    a stored record and a patch → what is to be stored of the patch
    Grid.equal         R8
    Grid.errors_of     what a stored record fails today
    grids_from_module  the grids that a Python module defines

Null, an empty text and absent mean the same. A blank value never reaches marshmallow, so whatever
is not required can be cleared. Defaults of a grid's own fields act when a record is added; those
inside an object or a list act whenever that is written.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from marshmallow import Schema, ValidationError, fields, missing

from server.errors import FieldErrors, StartError
from server.fields import UNKNOWN, build_schema, equal_by, humanise
from server.members import RECORD, Invalid, Member, Messages, each_alone, flatten, fresh_errors, members_of
from server.model import Fields, Json
from server.rules import Description
from server.values import is_blank, to_json

__all__ = ["Grid", "Invalid", "grids_from_module", "valid_grid_id"]

READ_ONLY = "This field is read-only."
GRID_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)
# What odd values do to code that was written for good ones.
MISFIT = (ValidationError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError)


class Grid:
    """A compiled schema: immutable, safe to share between threads, expensive to make.

    `fields` are the descriptions in order, plain JSON; `names` the names of the fields."""

    def __init__(self, id: str, title: str, schema: Schema) -> None:
        """Raises StartError for an id or a field that a grid cannot have."""
        if not valid_grid_id(id):
            raise StartError(f"{id!r} is no grid id: it needs 1 to 63 of a-z, 0-9, '-' and '_'.")
        self.id = id
        self.title = title
        self._schema = schema
        self._lenient = type(schema)()  # the same without the fields' validators, see _attempts
        for field in self._lenient.fields.values():
            field.validators = []
        try:
            self._members = members_of(schema)
        except ValueError as error:
            raise StartError(f"Grid {id!r}: {str(error).rstrip('.')}.") from None
        self.fields = [member.description for member in self._members.values()]
        self.names = frozenset(self._members)
        self._wire_names = {member.attribute: name for name, member in self._members.items()}
        self._stamped = [(name, member) for name, member in self._members.items() if member.stamped]
        self._each_alone = each_alone(schema)

    @classmethod
    def from_schema(cls, id: str, title: str, schema_class: type[Schema]) -> Grid:
        return cls(id, title, schema_class())

    @classmethod
    def from_definition(cls, id: str, title: str, fields: list[Description]) -> Grid:
        """From descriptions stored as data; those of any `Grid.fields` are complete ones."""
        try:
            schema_class = build_schema(fields)
        except ValueError as error:
            raise StartError(f"Grid {id!r}: {str(error).rstrip('.')}.") from None
        return cls(id, title, schema_class())

    def own(self, patch: Fields, *, adding: bool) -> dict[str, Json]:
        """The patch with blanks as None, each value as marshmallow shall see it.

        Judges every value by its field alone: known, writable, of the right JSON, its validators;
        with `adding`, required fields must be there. `load_new` judges all of this itself.
        Raises Invalid."""
        values, errors = self._read(patch)
        self._load_each(values, errors, adding)
        return values

    def load_new(self, fields: Fields) -> dict[str, Json]:
        """What is to be stored of a new record, defaults included, nothing blank. Raises Invalid."""
        values, errors = self._read(fields)
        if errors:
            self.own(fields, adding=True)  # raises, with the errors of all other fields too
        if self._each_alone:
            stored = self._dump_each(self._load_each(values, errors, adding=True))
        else:
            stored = self._load_whole(values)
        for name, member in self._stamped:
            if stored.get(name) is None:
                stored[name] = member.default()
        return _filled(stored)

    def load_patch(self, stored: Fields, patch: Fields) -> dict[str, Json]:
        """What is to be stored of the patch, None for a cleared field, judged in the merged record.

        R11: what was wrong with the stored record already, in fields that the patch does not touch
        or with the record as a whole, does not refuse it. Raises Invalid."""
        asked, errors = self._read(patch)
        if errors:
            raise Invalid(errors)
        if self._each_alone:  # nothing else can be wrong that was not wrong already
            return self._dump_each(self._load_each(asked, errors, adding=False))
        known: FieldErrors | None = None
        attempts = list[Any]()
        for loaded, errors in self._attempts(self._loadable(stored) | asked):
            attempts.append(loaded)
            if errors:
                known = self.errors_of(stored) if known is None else known
                if fresh := fresh_errors(errors, known, asked):
                    raise Invalid(fresh)
        loaded = attempts[-1]
        if loaded is None:  # a rule cannot do without a broken field: then the fields decide alone
            return self._dump_each(self._load_each(asked, {}, adding=False))
        return {
            name: None if value is None else self._dump(self._members[name], loaded)
            for name, value in asked.items()
        }

    def equal(self, name: str, a: Json, b: Json) -> bool:
        """R8: equal as JSON, else deserialized without validators to equal values. Never raises."""
        member = self._members.get(name)
        try:
            return equal_by(member.same if member else None, a, b)
        except MISFIT:
            return False

    def errors_of(self, stored: Fields) -> FieldErrors:
        """What a stored record fails today, cross-field rules included."""
        found = {name: [UNKNOWN] for name in stored if name not in self._members}
        for _, errors in self._attempts(self._loadable(stored)):
            for key, sentences in flatten(errors).items():
                lines = found.setdefault(key, [])
                lines += [sentence for sentence in sentences if sentence not in lines]
        return found

    def _read(self, patch: Fields) -> tuple[dict[str, Json], Messages]:
        """Every value through its type's reader, blanks as None; and what was refused."""
        values: dict[str, Json] = {}
        errors: Messages = {}
        for name, value in patch.items():
            member = self._members.get(name)
            if member is None:
                errors[name] = [UNKNOWN]
            elif member.read_only:
                errors[name] = [READ_ONLY]
            elif is_blank(value):
                values[name] = None
            else:
                try:
                    values[name] = member.read(value)
                except ValidationError as error:
                    errors[name] = error.messages
        return values, errors

    def _load_each(self, values: Fields, errors: Messages, adding: bool) -> dict[str, Any]:
        """Every value by its field alone, a cleared one as None; with `adding` what is missing, too.
        Raises Invalid, with `errors` too."""
        loaded: dict[str, Any] = {}
        for name in self._members if adding else values:
            field, value = self._members[name].field, values.get(name)
            if field.dump_only or name in errors:
                continue
            try:
                if value is not None:
                    loaded[name] = field.deserialize(value)
                else:  # defaults act when a record is added, only
                    loaded[name] = field.deserialize(missing) if adding or field.required else None
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise Invalid(errors)
        return loaded

    def _dump_each(self, loaded: dict[str, Any]) -> dict[str, Json]:
        return {name: self._members[name].dump(value) for name, value in loaded.items()}

    def _load_whole(self, values: Fields) -> dict[str, Json]:
        try:
            loaded = self._load(_filled(values))
        except ValidationError as error:
            raise Invalid(self._by_field(error)) from None
        return {name: self._dump(member, loaded) for name, member in self._members.items()}

    def _loadable(self, stored: Fields) -> dict[str, Json]:
        """Of a stored record what can be loaded: a field may have been dropped or made read-only."""
        return {
            name: value
            for name, value in stored.items()
            if name in self._members and not self._members[name].read_only
        }

    def _load(self, values: Fields) -> Any:
        return self._schema.load(values, many=False)

    def _attempts(self, fields: Fields) -> Iterator[tuple[Any, Messages]]:
        """Load until nothing but rules can fail: `(loaded, errors)` of each attempt, the last one counts.

        marshmallow skips the rules for the whole record when a field is broken. So the second attempt
        does without validators, for the rules to see what only breaks one of those; each further one
        leaves out the fields that failed before. `loaded` is None if nothing could be."""
        values, errors = self._read(fields)
        left_out = set(errors)
        if errors:
            yield None, errors
        schema = self._schema
        while True:
            kept = {name: value for name, value in values.items() if name not in left_out}
            loaded, errors = self._attempt(schema, kept, left_out)
            yield loaded, errors
            failed = (errors.keys() & self.names) - left_out
            if not failed:
                return
            if schema is self._lenient:
                left_out |= failed
            schema = self._lenient

    def _attempt(self, schema: Schema, values: Fields, left_out: set[str]) -> tuple[Any, Messages]:
        partial = [self._members[name].attribute for name in left_out] or None
        try:
            return schema.load(_filled(values), many=False, partial=partial), {}
        except ValidationError as error:
            return error.valid_data, self._by_field(error)
        except MISFIT:
            if not left_out:
                raise
            return None, {}  # a rule that counts on a field which is broken

    def _by_field(self, error: ValidationError) -> Messages:
        messages = error.messages if isinstance(error.messages, dict) else {RECORD: error.messages}
        return {self._wire_names.get(key, key): said for key, said in messages.items()}

    def _dump(self, member: Member, loaded: Any) -> Json:
        if member.plain and type(loaded) is dict:  # not an object that a post_load has made
            value = loaded.get(member.attribute)
        else:
            value = member.field.serialize(member.attribute, loaded, self._schema.get_attribute)
        return None if value is missing or is_blank(value) else to_json(value)


def _filled(values: Fields) -> dict[str, Json]:
    return {name: value for name, value in values.items() if not is_blank(value)}


def valid_grid_id(text: Json) -> bool:
    return isinstance(text, str) and GRID_ID.fullmatch(text) is not None


# --- grids of a Python module


def grids_from_module(name: str) -> dict[str, Grid]:
    """Every public schema class that the module defines, except those that another one nests or
    extends. `class Meta` may give `grid` (the id) and `title`.

    Raises StartError."""
    if not all(part.isidentifier() for part in name.split(".")):
        raise StartError(f"GRIDS names {name!r}, which is no module's name.")
    try:
        module = importlib.import_module(name)
        classes = _public_schemas(module)
        parts = {used for each in classes for used in _used_by(each)}
    except Exception as error:  # it is somebody's code, and may fail in any way
        why = f"{type(error).__name__}: {error}"
        raise StartError(f"GRIDS names the module {name!r}, which does not load: {why}.") from error
    grids: dict[str, Grid] = {}
    for each in classes:
        if each in parts:
            continue
        grid = _grid_of(each)
        if grid.id in grids:
            raise StartError(f"The module {name!r} has two grids with the id {grid.id!r}.")
        grids[grid.id] = grid
    if not grids:
        raise StartError(f"GRIDS names the module {name!r}, which has no marshmallow Schema class.")
    return grids


def _public_schemas(module: ModuleType) -> list[type[Schema]]:
    found = [
        value
        for key, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Schema)
        and value.__module__ == module.__name__
        and not key.startswith("_")
    ]
    return list(dict.fromkeys(found))


def _grid_of(schema_class: type[Schema]) -> Grid:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", schema_class.__name__)
    default = words.lower().removesuffix("schema").strip("_")
    id = str(getattr(schema_class.Meta, "grid", default))
    title = str(getattr(schema_class.Meta, "title", humanise(id.replace("-", "_"))))
    return Grid.from_schema(id, title, schema_class)


def _used_by(schema_class: type[Schema]) -> Iterator[type]:
    """The classes that a schema extends or nests."""
    yield from schema_class.__mro__[1:]
    for field in schema_class().fields.values():
        while isinstance(field, fields.List):
            field = field.inner
        if isinstance(field, fields.Nested) and type(field.schema) is not schema_class:
            yield type(field.schema)
