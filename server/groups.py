"""The mutations of one transaction, judged strictly one after another, in memory. Rule: R3.

Each sees the records, changes and ids of those before it, written or not. The store prefetches
what they name, runs the group and writes what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from server.errors import Refused, error
from server.grids import Grid
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
from server.mutations import Edit, Rejected, Theirs, Trace, judge

log = structlog.get_logger(__name__)

Result = dict[str, Json]  # exactly the wire's result
Answer = list[Result] | Refused
TraceOf = Callable[[str, str | None], Trace | None]
DONE = ("applied", "noop")


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
        record = self._record(mutation.id)
        try:
            edit = judge(self._grid, mutation, record, lambda name: self._theirs(mutation.id, name))
        except Rejected as rejected:
            return self._outcome(mutation, rejected.status, None, **rejected.parts)
        except Exception:  # one poisoned mutation must not take its group with it
            log.exception("mutation_failed", grid=self._grid.id, mutation_id=mutation.mutation_id)
            problem = error("internal", "The server could not judge this mutation; nothing was done.")
            return self._outcome(mutation, "failed", None, error=problem)
        if edit is None:
            return self._outcome(mutation, "noop", record.version if record else None)
        return self._apply(mutation, author, record, edit)

    def _apply(self, mutation: Mutation, author: Author, old: Record | None, edit: Edit) -> Result:
        if self._changes_before is not None:
            self._before.setdefault(mutation.id, old)
        revision = self._revision + 1
        change = Change(
            revision,
            mutation.id,
            edit.kind,
            edit.fields,
            edit.previous,
            author,
            mutation.mutation_id,
            self._at,
        )
        self.changes.append(change)
        new = Record(mutation.id, revision, edit.data, deleted=edit.kind == "delete")
        self.touched[mutation.id] = new
        self._count_in(old, new)
        more = {"replaced": edit.replaced} if edit.replaced else {}
        return self._outcome(mutation, "applied", revision, fields=edit.fields, **more)

    def _count_in(self, old: Record | None, new: Record) -> None:
        if old is not None and not old.deleted:
            self._count -= 1
            self._digest = (self._digest - record_digest(old.id, old.version)) & UINT32
        if not new.deleted:
            self._count += 1
            self._digest = (self._digest + record_digest(new.id, new.version)) & UINT32

    def _remember(self, mutation: Mutation, result: Result) -> None:
        if result["status"] == "failed":
            return
        self._outcomes[mutation.mutation_id] = result
        if result["status"] != "applied":  # an applied one is found in `changes`
            self.recorded[mutation.mutation_id] = result

    # --- atomic batches

    def _run_atomic(self, request: Request) -> Answer:
        mutations = request.mutations
        known = [mutation.mutation_id in self._outcomes for mutation in mutations]
        if any(known):
            if not all(known):
                return Refused("invalid_message", "An atomic batch must be repeated unchanged.")
            return [self._answer(mutation, request.author) for mutation in mutations]
        results = self._judge_all(mutations, request.author)
        if any(result["status"] == "failed" for result in results):
            return Refused("internal", "The server could not judge this batch; nothing was done.")
        for mutation, result in zip(mutations, results, strict=True):
            self._remember(mutation, result)
        return results

    def _judge_all(self, mutations: Sequence[Mutation], author: Author) -> list[Result]:
        """All of them, or, from the first one on that cannot be, none."""
        checkpoint = (self._count, self._digest)
        self._before, self._changes_before = {}, len(self.changes)
        results: list[Result] = []
        try:
            for mutation in mutations:
                results.append(self._judge(mutation, author))
                if results[-1]["status"] not in DONE:
                    self._roll_back(checkpoint)
                    return self._skip_others(mutations, results)
            return results
        finally:
            self._before, self._changes_before = {}, None

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

    # --- what is stored

    def _record(self, id: str) -> Record | None:
        return self.touched.get(id) or self._records.get(id)

    def _theirs(self, id: str, name: str | None) -> Theirs:
        """What others stored; never what the atomic batch itself wrote."""
        record = self._before[id] if id in self._before else self._record(id)
        value = record.fields.get(name) if record and name is not None else None
        return Theirs(value, self._trace(id, name))

    def _trace(self, id: str, name: str | None) -> Trace | None:
        for change in reversed(self.changes[: self._changes_before]):
            if change.id == id and (name is None or change.kind != "update" or name in (change.fields or ())):
                return Trace(change.revision, change.author, change.at)
        return self._trace_stored(id, name)

    def _outcome(self, mutation: Mutation, status: str, revision: int | None, **more: Json) -> Result:
        return _result(self._start.epoch, mutation.mutation_id, mutation.id, status, revision, **more)
