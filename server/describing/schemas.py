"""Shapes as JSON Schemas (2020-12), by apispec; `Strict` and the fields of shapes.py are told to it here."""

from __future__ import annotations

import inspect
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema
from marshmallow import fields as ma

from server.describing.parts import Either, Exactly, Named, Row, values
from server.model import PROTOCOL, Json
from server.protocol import Strict

REF = "#/components/schemas/"
MOST = 2**53
JSON_TYPES = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object"}

Described = dict[str, Json]
Converter = Any  # apispec's: it carries no types


class Describer:
    """An OpenAPI document to be filled, whose components appear as shapes are described."""

    def __init__(self, title: str, **about: Json) -> None:
        plugin = MarshmallowPlugin(schema_name_resolver=lambda schema: type(schema).__name__)
        self.spec = APISpec(title, str(PROTOCOL), "3.1.0", [plugin], **about)
        converter: Converter = plugin.converter
        self._converter = converter
        for told in (_strict, _named, _either, _exactly, _row):
            converter.add_attribute_function(told)

    def ref(self, shape: type[Schema]) -> Described:
        """A reference to the shape's component."""
        return dict(self._converter.resolve_nested_schema(shape()))

    def value(self, field: ma.Field[Any]) -> Described:
        """The schema of a single value."""
        return dict(self._converter.field2property(field))

    def components(self) -> dict[str, Described]:
        """All components so far, by name, with what their classes say of them."""
        found: dict[str, Described] = self.spec.components.schemas
        for key, name in self._converter.refs.items():
            if key[0].__doc__:
                found[name] = {"description": inspect.cleandoc(key[0].__doc__), **found[name]}
        return dict(sorted(found.items()))


def javascript(pattern: str) -> str:
    """A regular expression of Python's as JSON Schema has them."""
    return pattern.replace(r"\Z", "$")


# Functions that apispec binds to its converter and asks about every field; `ret` is what is known so far.


def _strict(self: Converter, field: ma.Field[Any], ret: Described) -> Described:
    """A `Strict` has the types of JSON that it names; what takes an object takes field values."""
    if not isinstance(field, Strict):
        return {}
    if field.types == (dict,):
        return {**_named(self, values(allow_none=field.allow_none), {})}
    names = [JSON_TYPES[each] for each in field.types] + ["null"] * field.allow_none
    told: Described = {"type": names if len(names) > 1 else names[0]}
    if field.least is not None:
        told |= {"minimum": field.least, "maximum": ret.get("maximum", MOST)}
    if "pattern" in ret:
        told["pattern"] = javascript(ret["pattern"])
    return told


def _named(self: Converter, field: ma.Field[Any], ret: Described) -> Described:
    if not isinstance(field, Named):
        return {}
    schemas = self.spec.components.schemas
    if field.component not in schemas:
        schemas[field.component] = {}  # it may be part of itself
        schemas[field.component] = self.field2property(field.of)
    ref = {"$ref": REF + field.component}
    return {"anyOf": [ref, {"type": "null"}]} if field.allow_none else ref


def _either(self: Converter, field: ma.Field[Any], ret: Described) -> Described:
    if not isinstance(field, Either):
        return {}
    return {"oneOf": [self.resolve_nested_schema(shape()) for shape in field.shapes]}


def _exactly(self: Converter, field: ma.Field[Any], ret: Described) -> Described:
    return {"const": field.value} if isinstance(field, Exactly) else {}


def _row(self: Converter, field: ma.Field[Any], ret: Described) -> Described:
    if not isinstance(field, Row):
        return {}
    places = [{"title": name, **self.field2property(place)} for name, place in field.places.items()]
    return {
        "type": "array",
        "prefixItems": places,
        "minItems": len(places),
        "maxItems": len(places),
    }
