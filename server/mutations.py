"""What one mutation does to one record: a pure judgement, no I/O. Rules: R8, R11.

    judge(grid, mutation, record, theirs) → Edit, or None where there is nothing to do

The wire fixes the order of judgement: shape, record, the mutation's own values, conflict, merged
record. (A known id comes before all of that, see groups.py.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from server.errors import error
from server.grids import Grid, Invalid
from server.model import NOTHING, Author, Fields, Json, Kind, Mutation, MutationType, Record


class Trace(NamedTuple):
    """Who last changed something, for a conflict's answer."""

    revision: int
    author: Author
    at: str


class Theirs(NamedTuple):
    """What is stored in a field, and who put it there (None where history is pruned)."""

    value: Json
    trace: Trace | None


TheirsOf = Callable[[str | None], Theirs]  # of a field; of the record as a whole for None


class Edit(NamedTuple):
    """What a mutation changes: `fields` and `previous` as a Change has them, `data` the record's
    fields afterwards, `replaced` what fields without `was` overwrote."""

    kind: Kind
    fields: Fields | None
    previous: Fields | None
    data: Fields
    replaced: Fields = NOTHING


class Rejected(Exception):
    """A mutation's final outcome that is neither an edit nor nothing: `parts` of its result."""

    def __init__(self, status: str, problem: dict[str, Json], **more: Json) -> None:
        super().__init__(problem["message"])
        self.status = status
        self.parts = {"error": problem, **more}


def judge(grid: Grid, mutation: Mutation, record: Record | None, theirs: TheirsOf) -> Edit | None:
    """The edit that the mutation makes of its record; None for a noop. Raises Rejected.

    `record` is what is stored, deleted or not, None for an id never known; `theirs` is asked only
    for conflicts.
    """
    if mutation.flaw is not None:
        raise Rejected("refused", error("invalid_message", mutation.flaw))
    try:
        if mutation.type == "add_record":
            return _add(grid, mutation, record, theirs)
        if record is None:
            raise Rejected(
                "refused", error("not_found", "No record with this id is known, not even a deleted one.")
            )
        return _CHANGES[mutation.type](grid, mutation, record, theirs)
    except Invalid as invalid:
        raise _refused(invalid) from None


def _add(grid: Grid, mutation: Mutation, record: Record | None, theirs: TheirsOf) -> Edit:
    if record is not None:
        raise _others_first("exists", "A record with this id exists already.", theirs)
    fields = grid.load_new(mutation.fields)
    return Edit("add", fields, None, fields)


def _update(grid: Grid, mutation: Mutation, record: Record, theirs: TheirsOf) -> Edit | None:
    if record.deleted:
        raise _others_first("gone", "This record has been deleted meanwhile.", theirs)
    _check_version(mutation, record, theirs)
    asked = grid.own(mutation.fields, adding=False)
    changed, replaced = _compare(grid, asked, mutation.was, record, theirs)
    if not changed:
        return None
    stored = grid.load_patch(record.fields, changed)
    previous = {name: record.fields.get(name) for name in stored}
    merged = {name: value for name, value in {**record.fields, **stored}.items() if value is not None}
    return Edit("update", stored, previous, merged, replaced)


def _delete(grid: Grid, mutation: Mutation, record: Record, theirs: TheirsOf) -> Edit | None:
    if record.deleted:
        return None
    _check_version(mutation, record, theirs)
    return Edit("delete", None, record.fields, record.fields)


def _check_version(mutation: Mutation, record: Record, theirs: TheirsOf) -> None:
    if mutation.version is not None and mutation.version != record.version:
        raise _others_first("changed", "This record has been changed meanwhile.", theirs)


def _restore(grid: Grid, mutation: Mutation, record: Record, theirs: TheirsOf) -> Edit | None:
    return Edit("add", record.fields, None, record.fields) if record.deleted else None


_CHANGES: dict[MutationType, Callable[[Grid, Mutation, Record, TheirsOf], Edit | None]] = {
    "update_record": _update,
    "delete_record": _delete,
    "restore_record": _restore,
}


def _compare(
    grid: Grid, asked: Fields, was: Fields, record: Record, theirs: TheirsOf
) -> tuple[Fields, Fields]:
    """R8: which fields change, and what a blind write replaces. Raises Rejected for a conflict."""
    changed: dict[str, Json] = {}
    replaced: dict[str, Json] = {}
    disputed: list[str] = []
    for name, value in asked.items():
        stored = record.fields.get(name)
        if name not in was:
            changed[name] = value
            replaced[name] = stored
        elif grid.equal(name, stored, value):
            continue
        elif grid.equal(name, stored, was[name]):
            changed[name] = value
        else:
            disputed.append(name)
    if disputed:
        problem = error("conflict", "Somebody else changed this first.")
        raise Rejected("conflict", problem, conflicts={name: _told(theirs(name)) for name in disputed})
    return changed, replaced


def _told(theirs: Theirs) -> dict[str, Json]:
    return {"value": theirs.value, **_who(theirs.trace)}


def _who(trace: Trace | None) -> dict[str, Json]:
    if trace is None:
        return {"revision": None, "author": None, "at": None}
    return {"revision": trace.revision, "author": trace.author.to_wire(), "at": trace.at}


def _others_first(code: str, message: str, theirs: TheirsOf) -> Rejected:
    return Rejected("conflict", error(code, message, **_who(theirs(None).trace)))


def _refused(invalid: Invalid) -> Rejected:
    name, sentences = next(iter(invalid.errors.items()))
    message = sentences[0] if name == "_schema" else f"{name}: {sentences[0]}"
    return Rejected("refused", error("validation_failed", message, invalid.errors))
