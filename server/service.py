"""What can be asked of grids, whichever door the question came through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from server import exporting
from server.committer import Committer, Reply
from server.errors import Refused
from server.exporting import Parts
from server.model import Head, Json, Mutation, Record, Request
from server.presence import Presence
from server.protocol import ok
from server.sequencer import Sequencer
from server.session import JOINED, Session
from server.snapshots import Blocks, Snapshots
from server.stores import Page, Store, UnknownGrid

PAGE_BYTES = 2**20  # of records in one page: a page must not hold up everyone else's answers
EXPORTED = 250  # records in a part of an export: writing it holds up everyone's answers too (3 ms)
HISTORY = 100  # changes in an answer of `history` where no limit is given
HISTORY_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Mutations in a batch, bytes of a request, records in a page; told in `join_grid`."""

    batch: int = 500
    bytes: int = 131_072
    page: int = 2_000


class GridService:
    """Join, pull, mutate, history; methods answer the wire's success or raise Refused."""

    def __init__(
        self, store: Store, committer: Committer, sequencer: Sequencer, presence: Presence, limits: Limits
    ) -> None:
        self.limits = limits
        self._store = store
        self._committer = committer
        self._sequencer = sequencer
        self._presence = presence
        self._snapshots = Snapshots(store, limits.page, PAGE_BYTES)
        self._readers: dict[str, int] = {}  # sessions that have joined, per grid

    @property
    def readers(self) -> dict[str, int]:
        """How many sessions have joined each grid that any has joined."""
        return dict(self._readers)

    async def heads(self) -> list[Head]:
        """All grids as they stand."""
        return await self._store.heads()

    async def list_grids(self, session: Session) -> dict[str, Json]:
        heads = await self._store.heads()
        return ok(
            grids=[
                {"id": head.grid, "title": head.title, "revision": head.revision, "count": head.count}
                for head in heads
                if session.key.refusal("view", head.grid) is None
            ]
        )

    async def join_grid(
        self,
        session: Session,
        grid: str,
        epoch: str | None = None,
        since: int | None = None,
        limit: int | None = None,
    ) -> dict[str, Json]:
        if len(session.joined) >= JOINED and grid not in session.joined:
            raise Refused("rate_limited", f"A session may join {JOINED} grids at a time: leave one first.")
        head, definition = await self._describe(grid)
        self._enter(session, head)  # into the room first, then read (R4)
        try:
            page = await self._page(grid, epoch, since, limit)
            while page.head.definition != head.definition:
                head, definition = await self._describe(grid)
                page = await self._page(grid, epoch, since, limit)
        except BaseException:
            self._leave(session, grid)
            raise
        if grid in session.joined:
            self._presence.join(grid, session.id, session.author.name, session.author.id)
        now = page.head
        return ok(
            grid={"id": grid, "title": now.title, "definition": now.definition, "fields": definition.fields},
            epoch=now.epoch,
            revision=now.revision,
            count=now.count,
            digest=now.digest,
            mode=page.mode,
            page=ok(**page.to_wire()),
            presence=self._presence.room(grid),
            session=session.id,
            limits={"batch": self.limits.batch, "bytes": self.limits.bytes, "page": self.limits.page},
        )

    def leave_grid(self, session: Session, grid: str) -> dict[str, Json]:
        if grid not in session.joined:
            raise Refused("not_joined", f"This session has not joined {grid!r}.")
        self._leave(session, grid)
        return ok()

    async def pull(
        self, session: Session, grid: str, epoch: str | None, since: int | None, limit: int | None = None
    ) -> dict[str, Json]:
        return ok(**(await self._page(grid, epoch, since, limit)).to_wire())

    def mutate(
        self, session: Session, grid: str, mutations: list[Mutation], atomic: bool, size: int, reply: Reply
    ) -> None:
        """Hand mutations to the committer, which calls `reply` once, later."""
        self._committer.submit(grid, Request(mutations, session.author, atomic, size), reply)

    async def history(
        self, session: Session, grid: str, limit: int = HISTORY, **filters: Any
    ) -> dict[str, Json]:
        try:
            changes, more = await self._store.history(grid, limit=min(limit, HISTORY_MOST), **filters)
        except UnknownGrid:
            raise _not_found(grid) from None
        return ok(changes=changes, more=more)

    async def describe(self, grid: str) -> dict[str, Json]:
        """What a grid is, without its records."""
        head, definition = await self._describe(grid)
        return {"id": grid, "title": head.title, "fields": definition.fields, **_state(head)}

    async def record(self, grid: str, id: str) -> Record:
        """One record. Raises Refused: `not_found`, or `gone` for a deleted one."""
        try:
            record = await self._store.record(grid, id)
        except UnknownGrid:
            raise _not_found(grid) from None
        if record is None:
            raise Refused("not_found", "No record with this id is known, not even a deleted one.")
        if record.deleted:
            raise Refused("gone", "This record has been deleted.")
        return record

    async def export(self, grid: str, form: str) -> Parts:
        """The grid's records as a file in one of exporting.FORMATS, part by part."""
        try:
            return await exporting.export(self._store, grid, form, EXPORTED)
        except UnknownGrid:
            raise _not_found(grid) from None

    async def snapshot(self, grid: str, epoch: str | None, since: int | None) -> Blocks:
        """All that `pull` would answer from there on, page by page, packed; see Snapshots."""
        try:
            return await self._snapshots.open(grid, epoch, since)
        except UnknownGrid:
            raise _not_found(grid) from None

    def set_presence(
        self, session: Session, grid: str, cell: dict[str, str] | None, editing: bool = False
    ) -> dict[str, Json]:
        if grid not in session.joined:
            raise Refused("not_joined", f"Join {grid!r} before you say where you are in it.")
        if not session.moves.take():
            raise Refused("rate_limited", "You say too often where you are. Say it again in a moment.")
        self._presence.set(grid, session.id, cell, editing)
        return ok()

    def resync(self, session: Session) -> list[tuple[str, Json]]:
        """What a session is sent that has missed announcements (R12): heads and full presence."""
        events: list[tuple[str, Json]] = []
        for grid in session.joined:
            head = self._sequencer.head(grid)
            if head is not None:
                events.append(("head", head.to_wire()))
            events.append(("presence", {"grid": grid, "sessions": self._presence.room(grid)}))
        return events

    def close(self, session: Session) -> None:
        """The client is gone."""
        session.closed = True
        for grid in list(session.joined):
            self._leave(session, grid)

    def _enter(self, session: Session, head: Head) -> None:
        grid = head.grid
        if session.closed or grid in session.joined:
            return
        session.enter(grid)
        session.joined.add(grid)
        self._readers[grid] = self._readers.get(grid, 0) + 1
        self._sequencer.watch(head)

    def _leave(self, session: Session, grid: str) -> None:
        if grid not in session.joined:
            return
        session.joined.discard(grid)
        session.leave(grid)
        self._presence.leave(grid, session.id)
        self._readers[grid] -= 1
        if not self._readers[grid]:
            del self._readers[grid]
            self._sequencer.unwatch(grid)

    async def _describe(self, grid: str) -> Any:
        try:
            return await self._store.describe(grid)
        except UnknownGrid:
            raise _not_found(grid) from None

    async def _page(self, grid: str, epoch: str | None, since: int | None, limit: int | None) -> Page:
        most = self.limits.page if limit is None else min(limit, self.limits.page)
        try:
            return await self._store.page(grid, epoch, since, most, PAGE_BYTES)
        except UnknownGrid:
            raise _not_found(grid) from None


def _state(head: Head) -> dict[str, Json]:
    state = head.to_wire()
    del state["grid"]
    return state


def _not_found(grid: str) -> Refused:
    return Refused("not_found", f"There is no grid {grid[:100]!r}.")
