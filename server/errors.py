"""What goes wrong, as the wire says it (docs/PROTOCOL.md, "Errors").

TandemError                 code, message, fields, retry
├── Refused                 anything a request is answered with; the code tells which
└── StartError              the process cannot start: one sentence for whoever started it
"""

from __future__ import annotations

from typing import Any

# code -> whether asking again, unchanged, may succeed
CODES: dict[str, bool] = {
    "invalid_message": False,
    "unknown_event": False,
    "unsupported_protocol": False,
    "unauthorized": False,
    "forbidden": False,
    "not_joined": False,
    "not_found": False,
    "validation_failed": False,
    "conflict": False,
    "gone": False,
    "changed": False,
    "exists": False,
    "skipped": False,
    "too_large": False,
    "rate_limited": True,
    "busy": True,
    "internal": True,
}

FieldErrors = dict[str, list[str]]


def error(code: str, message: str, fields: FieldErrors | None = None, **more: Any) -> dict[str, Any]:
    """The wire's error object: `{code, message, retry}`, with `fields` and more where given."""
    body: dict[str, Any] = {"code": code, "message": message, "retry": CODES[code], **more}
    if fields is not None:
        body["fields"] = fields
    return body


class TandemError(Exception):
    """The root of everything Tandem raises on purpose."""


class Refused(TandemError):
    """A request that is answered with an error instead of a result."""

    def __init__(self, code: str, message: str, fields: FieldErrors | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields

    def to_wire(self) -> dict[str, Any]:
        return error(self.code, self.message, self.fields)


class StartError(TandemError):
    """The process cannot start, or the command cannot run; the text says what to do."""
