"""What a mutation does to a grid: a pure judgement, no I/O.

A `Group` is what one transaction holds: it judges mutations strictly one after another, each
seeing the records, changes and ids of those before it, written or not. The store prefetches
what they name, runs the group and writes what it says. Rules: R3, R8, R11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, NamedTuple

import structlog

from server.errors import Refused, error
from server.grids import Grid, Invalid
from server.model import (
    UINT32,
    Author,
    Change,
    Fields,
    Head,
    Json,
    Kind,
    Mutation,
    Record,
    Request,
    record_digest,
)

log = structlog.get_logger(__name__)

Result = dict[str, Json]
Answer = list[Result] | Refused
DONE = ("applied", "noop")


class Trace(NamedTuple):
    """Who last changed something, for a conflict's answer."""

    revision: int
    author: Author
    at: str


TraceOf = Callable[[str, str | None], Trace | None]


class _Rejected(Exception):
    """A mutation's final outcome that is neither applied nor noop."""

    def __init__(self, status: str, problem: dict[str, Json], **more: Json) -> None:
        super().__init__(problem["message"])
        self.status = status
        self.parts = {"error": problem, **more}


def result_of_change(
    epoch: str, kind: Kind, id: str, revision: int, fields: Fields | None, mutation_id: str
) -> Result:
    """What a repeated mutation answers whose change is stored (R3)."""
    stored = None if kind == "delete" else fields
    return _result(epoch, mutation_id, id, "applied", revision, fields=stored)


def _result(
    epoch: str, mutation_id: str, id: str, status: str, revision: int | None = None, **more: Json
) -> Result:
    return {
        "mutation_id": mutation_id,
        "status": status,
        "id": id,
        "epoch": epoch,
        "revision": revision,
        **more,
    }


class Group:
    """The mutations of one transaction on one grid.

    `records` holds every record that the group names and the store knows, deleted ones too;
    `outcomes` the first result of every mutation id that is known; `trace(id, field)` reads who
    last changed a record (or one field of it) and is asked only for conflicts.
    After `run`, `changes`, `recorded`, `touched` and `head` are what is to be written.
    """

    def __init__(
        self,
        grid: Grid,
        head: Head,
        records: Mapping[str, Record],
        outcomes: Mapping[str, Result],
        trace: TraceOf,
        at: str,
    ) -> None:
        self.changes: list[Change] = []
        self.recorded: dict[str, Result] = {}
        self.touched: dict[str, Record] = {}
        self._grid = grid
        self._start = head
        self._count = head.count
        self._digest = head.digest
        self._records = records
        self._outcomes = dict(outcomes)
        self._trace_stored = trace
        self._at = at
        # While an atomic batch runs: what its records were before it, and how many changes there were.
        self._before: dict[str, Record | None] = {}
        self._changes_before: int | None = None

    @property
    def head(self) -> Head:
        return replace(self._start, revision=self._revision, count=self._count, digest=self._digest)

    @property
    def _revision(self) -> int:
        return self._start.revision + len(self.changes)

    def run(self, request: Request) -> Answer:
        """One result per mutation, in order; for a batch that is refused as a whole, why."""
        if request.atomic:
            return self._run_atomic(request)
        return [self._answer(mutation, request.author) for mutation in request.mutations]

    def _answer(self, mutation: Mutation, author: Author) -> Result:
        known = self._outcomes.get(mutation.mutation_id)
        if known is not None:  # judged first, whatever the content (R3)
            # the epoch is today's: what was recorded before a prune is true in the new one too
            return {**known, "epoch": self._start.epoch}
        result = self._judge(mutation, author)
        self._remember(mutation, result)
        return result

    def _judge(self, mutation: Mutation, author: Author) -> Result:
        try:
            return self._judges[mutation.type](self, mutation, author)
        except _Rejected as rejected:
            return self._outcome(mutation, rejected.status, None, **rejected.parts)
        except Exception:  # one poisoned mutation must not take its group with it
            log.exception("mutation_failed", grid=self._grid.id, mutation_id=mutation.mutation_id)
            problem = error("internal", "The server could not judge this mutation; nothing was done.")
            return self._outcome(mutation, "failed", None, error=problem)

    def _remember(self, mutation: Mutation, result: Result) -> None:
        if result["status"] == "failed":
            return
        self._outcomes[mutation.mutation_id] = result
        if result["status"] != "applied":  # an applied one is found in `changes`
            self.recorded[mutation.mutation_id] = result

    def _run_atomic(self, request: Request) -> Answer:
        mutations = request.mutations
        known = [m.mutation_id in self._outcomes for m in mutations]
        if any(known):
            if not all(known):
                return Refused("invalid_message", "An atomic batch must be repeated unchanged.")
            return [self._answer(m, request.author) for m in mutations]
        checkpoint = (self._count, self._digest)
        self._before, self._changes_before = {}, len(self.changes)
        try:
            results: list[Result] = []
            for mutation in mutations:
                results.append(self._judge(mutation, request.author))
                if results[-1]["status"] not in DONE:
                    self._roll_back(checkpoint)
                    results = self._skip_others(mutations, results)
                    break
            if any(result["status"] == "failed" for result in results):
                return Refused("internal", "The server could not judge this batch; nothing was done.")
        finally:
            self._before, self._changes_before = {}, None
        for mutation, result in zip(mutations, results, strict=True):
            self._remember(mutation, result)
        return results

    def _roll_back(self, checkpoint: tuple[int, int]) -> None:
        self._count, self._digest = checkpoint
        del self.changes[self._changes_before :]
        for id, record in self._before.items():
            if record is None or self._records.get(id) is record:
                self.touched.pop(id, None)
            else:
                self.touched[id] = record

    def _skip_others(self, mutations: Sequence[Mutation], results: list[Result]) -> list[Result]:
        culprit = len(results) - 1
        problem = error("skipped", "Another mutation of this atomic batch was not applied.")
        return [
            results[culprit] if index == culprit else self._outcome(mutation, "skipped", None, error=problem)
            for index, mutation in enumerate(mutations)
        ]

    # --- the four kinds of mutation, each in the order of judgement that the wire fixes

    def _add(self, mutation: Mutation, author: Author) -> Result:
        self._check_shape(mutation)
        if self._record(mutation.id) is not None:
            raise self._conflict("exists", "A record with this id exists already.", mutation.id)
        try:
            fields = self._grid.load_new(mutation.fields)
        except Invalid as invalid:
            raise self._invalid(invalid) from None
        return self._apply(mutation, author, "add", fields, None, fields)

    def _update(self, mutation: Mutation, author: Author) -> Result:
        self._check_shape(mutation)
        record = self._known(mutation.id)
        if record.deleted:
            raise self._conflict("gone", "This record has been deleted meanwhile.", mutation.id)
        try:
            patch = self._grid.own(mutation.fields, adding=False)
            changed, replaced = self._compare(mutation, patch, record)
            if not changed:
                return self._outcome(mutation, "noop", record.version)
            stored = self._grid.load_patch(record.fields, changed)
        except Invalid as invalid:
            raise self._invalid(invalid) from None
        previous = {name: record.fields.get(name) for name in stored}
        merged = {name: value for name, value in {**record.fields, **stored}.items() if value is not None}
        result = self._apply(mutation, author, "update", stored, previous, merged)
        if replaced:
            result["replaced"] = replaced
        return result

    def _delete(self, mutation: Mutation, author: Author) -> Result:
        self._check_shape(mutation)
        record = self._known(mutation.id)
        if record.deleted:
            return self._outcome(mutation, "noop", record.version)
        if mutation.version is not None and mutation.version != record.version:
            raise self._conflict("changed", "This record has been changed meanwhile.", mutation.id)
        return self._apply(mutation, author, "delete", None, record.fields, record.fields)

    def _restore(self, mutation: Mutation, author: Author) -> Result:
        self._check_shape(mutation)
        record = self._known(mutation.id)
        if not record.deleted:
            return self._outcome(mutation, "noop", record.version)
        return self._apply(mutation, author, "add", record.fields, None, record.fields)

    # --- their parts

    def _check_shape(self, mutation: Mutation) -> None:
        if mutation.flaw is not None:
            raise _Rejected("refused", error("invalid_message", mutation.flaw))

    def _known(self, id: str) -> Record:
        record = self._record(id)
        if record is None:
            raise _Rejected("refused", error("not_found", "There has never been a record with this id."))
        return record

    def _record(self, id: str) -> Record | None:
        return self.touched.get(id) or self._records.get(id)

    def _compare(self, mutation: Mutation, patch: Fields, record: Record) -> tuple[Fields, Fields]:
        """R8: which fields change, and what a blind write replaces; raises on a conflict."""
        changed: dict[str, Json] = {}
        replaced: dict[str, Json] = {}
        disputed: list[str] = []
        for name, asked in patch.items():
            stored = record.fields.get(name)
            if name not in mutation.was:
                changed[name] = asked
                replaced[name] = stored
            elif self._grid.equal(name, stored, asked):
                continue
            elif self._grid.equal(name, stored, mutation.was[name]):
                changed[name] = asked
            else:
                disputed.append(name)
        if disputed:
            problem = error("conflict", "Somebody else changed this first.")
            theirs = {name: self._theirs(mutation.id, name) for name in disputed}
            raise _Rejected("conflict", problem, conflicts=theirs)
        return changed, replaced

    def _theirs(self, id: str, name: str) -> dict[str, Json]:
        # never what the atomic batch itself wrote
        record = self._before[id] if id in self._before else self._record(id)
        value = record.fields.get(name) if record else None
        return {"value": value, **_who(self._trace(id, name))}

    def _conflict(self, code: str, message: str, id: str) -> _Rejected:
        return _Rejected("conflict", error(code, message, **_who(self._trace(id, None))))

    def _trace(self, id: str, name: str | None) -> Trace | None:
        for change in reversed(self.changes[: self._changes_before]):
            if change.id == id and (name is None or change.kind != "update" or name in (change.fields or ())):
                return Trace(change.revision, change.author, change.at)
        return self._trace_stored(id, name)

    def _invalid(self, invalid: Invalid) -> _Rejected:
        name, sentences = next(iter(invalid.errors.items()))
        message = sentences[0] if name == "_schema" else f"{name}: {sentences[0]}"
        return _Rejected("refused", error("validation_failed", message, invalid.errors))

    def _outcome(self, mutation: Mutation, status: str, revision: int | None, **more: Json) -> Result:
        return _result(self._start.epoch, mutation.mutation_id, mutation.id, status, revision, **more)

    def _apply(
        self,
        mutation: Mutation,
        author: Author,
        kind: Kind,
        fields: Fields | None,
        previous: Fields | None,
        data: Fields,
    ) -> Result:
        old = self._record(mutation.id)
        if self._changes_before is not None:
            self._before.setdefault(mutation.id, old)
        revision = self._revision + 1
        self.changes.append(
            Change(revision, mutation.id, kind, fields, previous, author, mutation.mutation_id, self._at)
        )
        new = Record(mutation.id, revision, data, deleted=kind == "delete")
        self.touched[mutation.id] = new
        self._count_in(old, new)
        return self._outcome(mutation, "applied", revision, fields=fields)

    def _count_in(self, old: Record | None, new: Record) -> None:
        if old is not None and not old.deleted:
            self._count -= 1
            self._digest = (self._digest - record_digest(old.id, old.version)) & UINT32
        if not new.deleted:
            self._count += 1
            self._digest = (self._digest + record_digest(new.id, new.version)) & UINT32

    _judges: ClassVar[Mapping[str, Callable[[Group, Mutation, Author], Result]]] = {
        "add_record": _add,
        "update_record": _update,
        "delete_record": _delete,
        "restore_record": _restore,
    }


def _who(trace: Trace | None) -> dict[str, Json]:
    if trace is None:
        return {"revision": None, "author": None, "at": None}
    return {"revision": trace.revision, "author": trace.author.to_wire(), "at": trace.at}
