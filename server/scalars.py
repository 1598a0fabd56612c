"""The field type as a class, and the types whose values are single JSON values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from marshmallow import fields

from server.model import Json
from server.rules import Description, Field, bare, build_rules, describe_rules
from server.values import Reader

Comparer = Callable[[Json, Json], bool]


class FieldType:
    """One field type: which marshmallow fields it describes, how it builds one, how values are read.

    `classes` are the marshmallow classes that it describes, `keys` those of the description that it
    has besides the common ones, `needs` those that must be there."""

    def __init__(
        self, name: str, *classes: type[Field], keys: Iterable[str] = (), needs: Iterable[str] = ()
    ) -> None:
        self.name = name
        self.classes = classes
        self.keys = frozenset(keys)
        self.needs = frozenset(needs)

    def fits(self, field: Field) -> bool:
        """Whether this type is the one for a field of its classes."""
        return True

    def reader(self, field: Field) -> Reader:
        """The strict gate before marshmallow: refuses what has not exactly the wire's form
        (marshmallow takes "12" for an integer and "yes" for a boolean) with a ValidationError, and
        returns the value that marshmallow shall see."""
        raise NotImplementedError

    def comparer(self, field: Field) -> Comparer:
        """Whether two values deserialize, without validators, to equal ones (R8); raises what that raises."""
        raise NotImplementedError

    def describe(self, field: Field) -> Description:
        """This type's part of the description. Raises ValueError for what the wire cannot carry."""
        rules = describe_rules(field)
        return {key: value for key, value in rules.items() if key in self.keys}

    def build(self, description: Description, **common: Any) -> Field:
        """An unbound marshmallow field; the description's keys have been checked."""
        raise NotImplementedError


class Scalar(FieldType):
    """A type whose values have one exact form in JSON, which `read` demands.

    It builds the first of `classes`, with `options`."""

    def __init__(
        self,
        name: str,
        read: Reader,
        *classes: type[Field],
        keys: Iterable[str] = (),
        needs: Iterable[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(name, *classes, keys=keys, needs=needs)
        self.read = read
        self.options = options

    def reader(self, field: Field) -> Reader:
        return self.read

    def comparer(self, field: Field) -> Comparer:
        read, load = self.read, bare(field).deserialize
        return lambda a, b: bool(load(read(a)) == load(read(b)))

    def build(self, description: Description, **common: Any) -> Field:
        rules = build_rules(description, lambda value: self.classes[0]().deserialize(self.read(value)))
        return self.classes[0](validate=rules, **self.options, **common)


class LongText(Scalar):
    """A String marked by `metadata={"type": "long_text"}`."""

    def fits(self, field: Field) -> bool:
        return field.metadata.get("type") == self.name

    def build(self, description: Description, **common: Any) -> Field:
        common["metadata"] = {**common.get("metadata", {}), "type": self.name}
        return super().build(description, **common)


class Choice(Scalar):
    """A String that must be one of some options, or an Enum of text."""

    def fits(self, field: Field) -> bool:
        return isinstance(field, fields.Enum) or "options" in describe_rules(field)

    def describe(self, field: Field) -> Description:
        if not isinstance(field, fields.Enum):
            return super().describe(field)
        options = [each.value if field.by_value else each.name for each in field.enum]
        if not all(isinstance(option, str) for option in options):
            raise ValueError("is an Enum whose values are not all text")
        return {"options": options}


class Number(Scalar):
    """Numbers that are JSON numbers."""

    def describe(self, field: Field) -> Description:
        if getattr(field, "as_string", False):
            raise ValueError("has as_string, but a number is no text on the wire")
        return super().describe(field)


class Decimal(Scalar):
    """Exact decimal numbers; `precision` is the number of decimal places."""

    def describe(self, field: Field) -> Description:
        places = getattr(field, "places", None)
        precision = {} if places is None else {"precision": -places.as_tuple().exponent}
        return super().describe(field) | precision

    def build(self, description: Description, **common: Any) -> Field:
        return super().build(description, places=description.get("precision"), **common)


class Temporal(Scalar):
    """Dates and date-times, ISO 8601 only."""

    def describe(self, field: Field) -> Description:
        if getattr(field, "format", None) not in (None, "iso", "iso8601"):
            raise ValueError("has a format of its own, but the wire's dates are ISO 8601: leave it out")
        return super().describe(field)
