"""The grid of the worked example in docs/PROTOCOL.md."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class NoteSchema(Schema):
    class Meta:
        grid = "notes"
        title = "Notes"

    text = fields.String(required=True, validate=validate.Length(max=40))
