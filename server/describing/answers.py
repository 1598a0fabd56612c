"""The shape of everything that the server says: answers, errors, announcements."""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow import fields as ma

from server.describing.parts import (
    AT,
    Either,
    Exactly,
    Named,
    Row,
    flag,
    id_,
    kind,
    many,
    maybe_values,
    one,
    one_of,
    role,
    text,
    whole,
)
from server.describing.shapes import (
    Author,
    Grid,
    GridState,
    GridSummary,
    HistoryEntry,
    Left,
    Limits,
    Present,
    Record,
    Result,
    WireError,
)
from server.model import MUTATION_TYPES
from server.protocol import Strict
from server.transports.door import STATUS


class Success(Schema):
    """Done."""

    ok = Exactly(True)


class Failed(Schema):
    """Not done, and why."""

    ok = Exactly(False)
    error = one(WireError)


class FailedMutation(Failed):
    """Not done, and why; with its result where it has been judged."""

    result = one(Result, required=False)


class FailedBatch(Failed):
    """Not done, and why; with the results of an atomic batch that has been judged."""

    results = many(ma.Nested(Result), required=False)


class Connected(Success):
    """The plain WebSocket has a session."""

    session = text()


class Grids(Success):
    """The grids that the key opens."""

    grids = many(ma.Nested(GridSummary))


class Page(Success):
    """Records with `version > from`, by version."""

    mode = one_of("PageMode", ("delta", "reset"))
    epoch = text()
    start = whole(data_key="from")
    to = whole("the next `since`; the grid's revision where `more` is false")
    more = flag()
    records = many(
        Named(
            "PageEntry",
            Row(id=id_(), version=whole(least=1), fields=maybe_values("null: deleted (a tombstone)")),
        )
    )


class Joined(Success):
    """What a grid is and holds, to whoever has joined it."""

    grid = one(Grid)
    epoch = text()
    revision = whole()
    count = whole()
    digest = whole()
    mode = one_of("PageMode", ("delta", "reset"))
    page = one(Page)
    presence = many(ma.Nested(Present), "everyone who has joined, oneself too")
    session = text("one's own id in `presence`")
    limits = one(Limits)


class Judged(Success):
    """Applied, or nothing to do."""

    result = one(Result)


class JudgedBatch(Success):
    """One result per mutation, in order."""

    results = many(ma.Nested(Result))


class HistoryAnswer(Success):
    """Changes, newest first."""

    changes = many(ma.Nested(HistoryEntry))
    more = flag("there are older ones")


# --- over HTTP only


class GridAnswer(Success):
    """A grid, without its records."""

    grid = one(GridState)


class RecordAnswer(Success):
    """A record."""

    record = one(Record)


class Access(Success):
    """Who asks, and what they may."""

    keyed = flag("the server asks for a key")
    name = text("for whom the key is")
    role = role()
    grid = text("the only grid that it opens; null: it opens all", allow_none=True)
    may_share = flag("it may make and take back keys of single grids")


class GridKey(Schema):
    """A key of a single grid: never the key itself."""

    id = text()
    name = text()
    role = role()
    at = text(f"when it was made: {AT}")


class NewKey(GridKey):
    """A key that has just been made."""

    token = text("the key itself, told only here")


class Keys(Success):
    """The keys of a grid that are good, oldest first."""

    keys = many(ma.Nested(GridKey))


class KeyAnswer(Success):
    """The key, told only here."""

    key = one(NewKey)


class Problem(Schema):
    """An error (RFC 9457), which holds the wire's own answer as well."""

    type = text("urn:tandem: and the code")
    title = text()
    status = Strict(int, required=True, validate=validate.OneOf(sorted({*STATUS.values(), 405})))
    detail = text("the error's message")
    instance = text("names this request, as X-Request-ID does: what to look for in the server's log")
    ok = Exactly(False)
    error = one(WireError)
    result = one(Result, required=False)
    results = many(ma.Nested(Result), required=False)


class Seen(Success):
    """What has come of a request after all proxies."""

    protocol = whole("the wire's version")
    at = text(AT)
    host = text("the `Host` that came")
    origin = text("the `Origin`", allow_none=True)
    scheme = text("`X-Forwarded-Proto`", allow_none=True)
    forwarded = whole("addresses in `X-Forwarded-For`")
    proxies = whole("that the server counts on: TRUSTED_PROXIES")
    keyed = flag("the server asks for a key")


class Health(Schema):
    """The process serves."""

    status = Exactly("ok")


# --- announcements


class Range(Schema):
    """The changes with `from < revision <= to`, all of them, in order."""

    grid = text()
    epoch = text()
    start = whole(data_key="from")
    to = whole()
    changes = many(
        Named(
            "ChangeEntry",
            Row(
                revision=whole(least=1),
                id=id_(),
                kind=kind(),
                fields=maybe_values("all of an add, the changed ones of an update, null of a delete"),
                author=ma.Nested(Author),
                mutationId=id_(),
            ),
        )
    )


class Head(Schema):
    """The state of a grid, without its records."""

    grid = text()
    epoch = text()
    definition = whole()
    revision = whole()
    count = whole()
    digest = whole()


class PresenceChange(Schema):
    """What has changed of who is where."""

    grid = text()
    sessions = many(Named("Presence", Either(Present, Left)))


class GridChanged(Schema):
    """The grid has another definition: fetch it again."""

    grid = text()
    definition = whole()


ANSWERS: dict[str, type[Success]] = {
    "list_grids": Grids,
    "join_grid": Joined,
    "leave_grid": Success,
    "pull": Page,
    "add_record": Judged,
    "update_record": Judged,
    "delete_record": Judged,
    "restore_record": Judged,
    "mutate": JudgedBatch,
    "set_presence": Success,
    "history": HistoryAnswer,
}

ANNOUNCEMENTS: dict[str, type[Schema]] = {
    "changes": Range,
    "head": Head,
    "presence": PresenceChange,
    "grid_changed": GridChanged,
}


def failure_of(event: str) -> type[Failed]:
    """What a request is answered that is not done."""
    if event == "mutate":
        return FailedBatch
    return FailedMutation if event in MUTATION_TYPES else Failed
