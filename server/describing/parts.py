"""What shapes are made of: marshmallow fields, each of them required and never null unless it says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, get_args

from marshmallow import Schema, validate
from marshmallow import fields as ma

from server.auth import Role
from server.model import Kind
from server.protocol import UUID, Strict

ID, AT = "a lower-case UUID", "ISO 8601, UTC"


class Named(ma.Field[Any]):
    """A value of a shape that is no object, but has a name of its own in the documents."""

    def __init__(self, name: str, of: ma.Field[Any], about: str = "", **more: Any) -> None:
        super().__init__(metadata={"description": about} if about else {}, **{"required": True, **more})
        self.component = name
        self.of = of


class Either(ma.Field[Any]):
    """An object of one of several shapes."""

    def __init__(self, *shapes: type[Schema]) -> None:
        super().__init__()
        self.shapes = shapes


class Exactly(ma.Field[Any]):
    """This one value."""

    def __init__(self, value: bool | str) -> None:
        super().__init__(required=True)
        self.value = value


class Row(ma.Field[Any]):
    """A list with a place for each of these, by their names."""

    def __init__(self, **places: ma.Field[Any]) -> None:
        super().__init__()
        self.places = places


def _said(*types: type, about: str = "", **more: Any) -> Strict:
    metadata = {"description": about} if about else {}
    return Strict(*types, metadata=metadata, **{"required": True, **more})


def text(about: str = "", **more: Any) -> Strict:
    return _said(str, about=about, **more)


def whole(about: str = "", least: int = 0, **more: Any) -> Strict:
    return _said(int, about=about, least=least, **more)


def flag(about: str = "", **more: Any) -> Strict:
    return _said(bool, about=about, **more)


def id_(about: str = ID, **more: Any) -> Strict:
    return text(about, validate=validate.Regexp(UUID), **more)


def json(about: str = "", **more: Any) -> ma.Field[Any]:
    metadata = {"description": about} if about else {}
    return ma.Raw(metadata=metadata, allow_none=True, **{"required": True, **more})


def one_of(name: str, values: Iterable[str], **more: Any) -> Named:
    return Named(name, Strict(str, validate=validate.OneOf(tuple(values))), **more)


def many(inner: Any, about: str = "", **more: Any) -> ma.Field[Any]:
    metadata = {"description": about} if about else {}
    return ma.List(inner, metadata=metadata, **{"required": True, **more})


def one(shape: type[Schema] | Callable[[], Schema], about: str = "", **more: Any) -> ma.Field[Any]:
    metadata = {"description": about} if about else {}
    return ma.Nested(shape, metadata=metadata, **{"required": True, **more})


def by_name(name: str, inner: Any, about: str = "", **more: Any) -> Named:
    return Named(name, ma.Dict(values=inner), about, **more)


def values(about: str = "", **more: Any) -> Named:
    """Field values by field name."""
    fields = ma.Dict(values=ma.Raw(allow_none=True), metadata={"examples": [{"title": "Paint the hangar"}]})
    return Named("Fields", fields, about, **more)


def maybe_values(about: str = "", **more: Any) -> Named:
    return values(about, allow_none=True, **more)


def kind() -> Named:
    return one_of("ChangeKind", get_args(Kind))


def role() -> Named:
    return one_of("Role", get_args(Role))
