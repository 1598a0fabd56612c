"""The shapes that answers and announcements are made of; docs/PROTOCOL.md tells what they mean.

A class is a component of the documents by its own name, and its docstring tells what it is.
"""

from __future__ import annotations

from marshmallow import Schema, validate
from marshmallow import fields as ma

from server.describing.parts import (
    AT,
    Exactly,
    by_name,
    flag,
    id_,
    json,
    kind,
    many,
    maybe_values,
    one,
    one_of,
    text,
    values,
    whole,
)
from server.errors import CODES
from server.fields import TYPES
from server.model import UINT32
from server.protocol import CELL, Strict

STATUSES = ("applied", "noop", "conflict", "refused", "skipped", "failed")


class Author(Schema):
    """Who did it: a label, not a proof. An import's id is `import`."""

    id = text("client-made and kept, or the session's")
    name = text()


class FieldRules(Schema):
    """A field's type and rules."""

    type = one_of("FieldType", TYPES)
    options = many(ma.Raw(), required=False)
    option_labels = many(Strict(str), "one per option, in order", required=False)
    min = json(required=False)
    max = json(required=False)
    min_exclusive = flag(required=False)
    max_exclusive = flag(required=False)
    min_length = whole(required=False)
    max_length = whole(required=False)
    precision = whole("of a decimal: digits after the point", required=False)
    pattern = text("a Python regular expression, matched from the start", required=False)
    pattern_flags = text("letters of Python's flags: i, m, s, x, a", required=False)
    item = one(lambda: FieldRules(), "of a list: what each element is", required=False)
    parts = many(
        ma.Nested(lambda: FieldDescription()), "of an object: its fields", required=False, data_key="fields"
    )


class FieldDescription(FieldRules):
    """A field, as derived from the grid's marshmallow schema."""

    name = text()
    label = text()
    required = flag()
    read_only = flag("made by the server, cannot be written")
    default = json("acts when a record is added")


class Grid(Schema):
    """What a grid is."""

    id = text()
    title = text()
    definition = whole("grows when title or fields change", least=1)
    parts = many(ma.Nested(FieldDescription), data_key="fields")


class GridSummary(Schema):
    """A grid in a list."""

    id = text()
    title = text()
    revision = whole()
    count = whole("records")


class GridState(Grid):
    """What a grid is, and its state at one revision."""

    epoch = text("another one: what you hold may not be continued")
    revision = whole()
    count = whole("records")
    digest = whole("tells whether a replica is equal", validate=validate.Range(max=UINT32))


class Record(Schema):
    """One record."""

    id = id_()
    version = whole("the revision of its last change", least=1)
    content = values(data_key="fields")


class Limits(Schema):
    """What one request may have."""

    batch = whole("mutations in a batch")
    bytes = whole("bytes of a batch")
    page = whole("records in a page")


class Present(Schema):
    """A session that has joined, and where it is."""

    session = text()
    name = text()
    color = text("of a person, always the same: #rrggbb")
    cell = one(CELL, allow_none=True)
    editing = flag()


class Left(Schema):
    """A session that has left."""

    session = text()
    gone = Exactly(True)


# --- errors and results


class WireError(Schema):
    """Why something was not done."""

    code = one_of("ErrorCode", CODES)
    message = text("a sentence for people")
    retry = flag("the same request may succeed later, unchanged")
    flaws = by_name(
        "FieldErrors",
        ma.List(Strict(str)),
        "sentences by field; a nested field is a dotted path",
        required=False,
        data_key="fields",
    )
    revision = whole(
        "of `gone`, `changed`, `exists`: the last change; null where history is pruned",
        required=False,
        allow_none=True,
    )
    author = one(Author, required=False, allow_none=True)
    at = text(AT, required=False, allow_none=True)


class Conflict(Schema):
    """What is stored in a field, and since when; null where history is pruned."""

    value = json()
    revision = whole(allow_none=True)
    author = one(Author, allow_none=True)
    at = text(AT, allow_none=True)


class Result(Schema):
    """What became of a mutation."""

    mutation_id = id_()
    status = one_of("ResultStatus", STATUSES)
    id = id_("the record's")
    epoch = text("null of a failed one, of which nothing is known", allow_none=True)
    revision = whole("null unless applied or noop", allow_none=True)
    content = maybe_values(
        "of an applied one: what it stored; null for a delete", required=False, data_key="fields"
    )
    conflicts = ma.Dict(
        values=ma.Nested(Conflict), metadata={"description": "of a conflict: the disputed fields"}
    )
    replaced = values("what fields without `was` overwrote", required=False)
    error = one(WireError, required=False)


class HistoryEntry(Schema):
    """A change that was made."""

    revision = whole(least=1)
    id = id_("the record's")
    kind = kind()
    content = maybe_values("what changed; null for a delete", data_key="fields")
    previous = maybe_values("what it was before; null for an add")
    author = one(Author)
    at = text(AT)
    mutation_id = id_()
