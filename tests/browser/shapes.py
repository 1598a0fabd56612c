"""A grid with a field of each kind that an editor may have to be made for."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import ContainsOnly, Length, OneOf, Range, Regexp

TOWNS = [f"Town {number}" for number in range(1, 2001)]
MARKS = [f"Mark {number}" for number in range(1, 101)]


def is_known(value: str) -> None:
    """A rule that no description tells: only the server judges it."""
    if value == "Nowhere":
        raise ValidationError("Nobody knows this place.")


class ContactSchema(Schema):
    name = fields.String(required=True, validate=Length(max=20))
    email = fields.Email()


class AddressSchema(Schema):
    street = fields.String(required=True, validate=is_known)
    number = fields.Integer(validate=Range(min=1))
    since = fields.Date()
    code = fields.String(validate=Regexp(r"\d{5}$", error="A code has five digits."))
    kinds = fields.List(fields.String(), validate=ContainsOnly(["home", "work"]))


class ShapeSchema(Schema):
    class Meta:
        grid = "shapes"
        title = "Shapes"

    name = fields.String(required=True)
    town = fields.String(validate=OneOf(TOWNS))
    size = fields.String(required=True, validate=OneOf(["Small", "Größe M", "Large"]))
    marks = fields.List(fields.String(), validate=ContainsOnly(MARKS))
    day = fields.Date()
    at = fields.AwareDateTime()
    address = fields.Nested(AddressSchema)
    contacts = fields.List(fields.Nested(ContactSchema))
    sizes = fields.List(fields.Integer(validate=Range(min=0)), validate=Length(max=3))
    words = fields.List(fields.String(validate=[Length(max=10), is_known]))
    notes = fields.String(metadata={"type": "long_text"})
