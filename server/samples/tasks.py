"""An example: this class is a grid, with nothing else to write, on the server or in the browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import ContainsOnly, Length, OneOf, Range


class CustomerSchema(Schema):
    name = fields.String(required=True)
    city = fields.String()
    phone = fields.String()


class TaskSchema(Schema):
    class Meta:
        grid = "tasks"
        title = "Tasks"

    title = fields.String(required=True, validate=Length(max=120))
    status = fields.String(load_default="open", validate=OneOf(["open", "doing", "done"]))
    priority = fields.Integer(validate=Range(1, 5))
    assignee = fields.Email()
    start = fields.Date()
    due = fields.Date()
    hours = fields.Decimal(places=2, validate=Range(min=0))
    progress = fields.Float(validate=Range(0, 100), metadata={"label": "Progress, %"})
    billable = fields.Boolean()
    tags = fields.List(fields.String(), validate=ContainsOnly(["bug", "idea", "legal", "urgent"]))
    link = fields.Url()
    customer = fields.Nested(CustomerSchema)
    steps = fields.List(fields.String(validate=Length(max=200)))
    notes = fields.String(metadata={"type": "long_text"})
    created = fields.AwareDateTime(dump_only=True, load_default=lambda: datetime.now(UTC))

    @validates_schema
    def start_is_not_after_due(self, task: dict[str, Any], **_: Any) -> None:
        if "start" in task and "due" in task and task["start"] > task["due"]:
            raise ValidationError("A task cannot be due before it starts.", "due")
