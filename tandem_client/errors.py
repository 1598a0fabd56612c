"""What came of a mutation, and what a caller may have to deal with.

TandemError                 code, message, retry, fields, unknown, results
├── Refused                 the server does not do it; the code tells why (docs/PROTOCOL.md, "Errors")
│   └── Conflict            others were first: `theirs` tells what is stored
├── Unanswered              not connected, or no answer in time
└── Closed                  asked for after the end of its `async with`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tandem_client.records import Author, Fields, Json, Theirs


class Result(NamedTuple):
    """What came of one mutation.

    `status`: applied, noop, conflict, refused, skipped or failed. `revision`: of the change (applied) or
    the record (noop), else None. `fields`: what was stored. `replaced`: what it overwrote unseen. `error`:
    why it was not applied.
    """

    mutation_id: str
    id: str
    status: str
    epoch: str | None
    revision: int | None
    fields: Fields | None
    replaced: Fields
    error: TandemError | None


class TandemError(Exception):
    """`retry`: the same call may succeed later, unchanged. `fields`: sentences by field, where fields are
    to blame.

    `unknown`: it may have been done all the same, for an answer was lost: repeat it under the same
    mutation id. `results`: of a call with several mutations all outcomes that are known, in order.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retry: bool = False,
        fields: Mapping[str, list[str]] | None = None,
        unknown: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry = retry
        self.fields = dict(fields or {})
        self.unknown = unknown
        self.results: list[Result] = []

    def __str__(self) -> str:
        return f"{self.message} ({self.code})"


class Refused(TandemError):
    """The server answered no."""


class Conflict(Refused):
    """Others were first, and nothing of this mutation was applied. When it is raised, the grid shows what
    it tells.

    Code `conflict`: `theirs` has each disputed field. `gone`, `changed`, `exists`: `theirs` is empty, and
    `last` tells of the record's last change.
    """

    theirs: Mapping[str, Theirs] = {}
    last: Theirs | None = None


class Unanswered(TandemError):
    """It may be asked again."""

    def __init__(self, message: str, *, unknown: bool = False) -> None:
        super().__init__("unanswered", message, retry=True, unknown=unknown)


class Closed(TandemError):
    """There is nobody left to do it."""


KINDS: Mapping[str, type[TandemError]] = {
    "closed": Closed,
    "conflict": Conflict,
    "gone": Conflict,
    "changed": Conflict,
    "exists": Conflict,
}


def refusal(error: Json, *, unknown: bool = False) -> TandemError:
    """A wire's error as an exception."""
    kind = KINDS.get(error["code"], Refused)
    more = {"retry": error["retry"], "fields": error.get("fields"), "unknown": unknown}
    return kind(error["code"], error["message"], **more)


def result_of(told: Json) -> Result:
    """A wire's result."""
    error = refusal(told["error"]) if "error" in told else None
    if isinstance(error, Conflict):
        disputed = told.get("conflicts", {})
        error.theirs = {name: _theirs(theirs["value"], theirs) for name, theirs in disputed.items()}
        error.last = None if disputed else _theirs(None, told["error"])
    what = told["mutation_id"], told["id"], told["status"], told["epoch"], told["revision"]
    return Result(*what, told.get("fields"), told.get("replaced", {}), error)


def _theirs(value: Json, told: Json) -> Theirs:
    author: Any = told.get("author")
    return Theirs(value, told.get("revision"), Author(**author) if author else None, told.get("at"))
