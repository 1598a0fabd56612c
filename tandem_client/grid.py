"""One grid: a live replica of its records, mutations, and what happened to it, in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from tandem_client import mutations as asked
from tandem_client.connection import Connection
from tandem_client.errors import Refused, Result, refusal
from tandem_client.mutations import Mutation
from tandem_client.outbox import Entry, Limits, Outbox
from tandem_client.records import Change, Fields, Json, Position, Record, Reset, change_of
from tandem_client.replica import Replica

HISTORY = 250  # changes in one question; with what they replaced they may be large


class Asks(Protocol):
    """What a grid needs of its client."""

    async def ask(self, event: str, payload: Json, timeout: float | None = None) -> Json:
        """An answer that is `ok`, over reconnects. Raises Refused, Unanswered and Closed."""

    def wait(self, timeout: float | None) -> float:
        """Seconds: those, or by default the client's."""


class Grid:
    """What the server has confirmed, kept up to date while it is connected; made by `Tandem.join`.

    Reads are of this moment and never wait: `grid[id]`, `grid.records`, `len(grid)`, `id in grid`. A
    Record never changes: another one takes its place. Writes return when the grid shows what they did;
    they wait while the connection is lost, at most `timeout` seconds (by default the client's), in memory.
    Their errors: Refused (Conflict if others were first, R8), Unanswered, Closed; ValueError or TypeError
    for what JSON cannot carry.
    """

    def __init__(self, id: str, asks: Asks) -> None:
        self.id = id
        self.title = ""
        self.fields: Mapping[str, Mapping[str, Json]] = {}  # descriptions by name, in the schema's order
        self._asks = asks
        self._definition = 0
        self._described = asyncio.Event()  # another definition than this one is announced
        self._due = asyncio.Event()  # something is to be asked for
        self._replica = Replica(self._moved, self._due.set)
        self._outbox = Outbox(lambda: self._replica.copy.position, self._pull)
        self._error: Json = None  # it will not be followed any more
        self._news: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # --- what is there

    @property
    def records(self) -> Mapping[str, Record]:
        """By id, as of now and live: take `list(…)` of it before you await something in a loop over it."""
        return MappingProxyType(self._replica.copy.records)

    @property
    def position(self) -> Position:
        """The last change that `records` has."""
        return self._replica.copy.position

    def __getitem__(self, id: str) -> Record:
        return self._replica.copy.records[id]

    def __contains__(self, id: object) -> bool:
        return id in self._replica.copy.records

    def __iter__(self) -> Iterator[str]:
        return iter(self._replica.copy.records)

    def __len__(self) -> int:
        return len(self._replica.copy.records)

    # --- writes

    async def add(
        self,
        fields: Fields,
        id: str | None = None,
        *,
        mutation_id: str | None = None,
        timeout: float | None = None,
    ) -> Result:
        """Add a record; its id is `result.id`."""
        (result,) = await self.mutate([asked.add(fields, id, mutation_id=mutation_id)], timeout=timeout)
        return result

    async def update(
        self,
        record: str | Record,
        fields: Fields,
        was: Fields | None = None,
        *,
        mutation_id: str | None = None,
        timeout: float | None = None,
    ) -> Result:
        """Change some fields, unless others have changed them since you looked: see `mutations.update`."""
        mutation = asked.update(record, fields, was, mutation_id=mutation_id)
        (result,) = await self.mutate([mutation], timeout=timeout)
        return result

    async def delete(
        self,
        record: str | Record,
        *,
        force: bool = False,
        mutation_id: str | None = None,
        timeout: float | None = None,
    ) -> Result:
        """Delete a record, unless others have changed it since you looked: see `mutations.delete`."""
        mutation = asked.delete(record, force=force, mutation_id=mutation_id)
        (result,) = await self.mutate([mutation], timeout=timeout)
        return result

    async def restore(
        self, record: str | Record, *, mutation_id: str | None = None, timeout: float | None = None
    ) -> Result:
        """Bring a deleted record back."""
        (result,) = await self.mutate([asked.restore(record, mutation_id=mutation_id)], timeout=timeout)
        return result

    async def mutate(
        self, mutations: Sequence[Mutation], *, atomic: bool = False, timeout: float | None = None
    ) -> list[Result]:
        """Several at once, judged in order, in as few requests as their size allows; `atomic`: all or
        none, in one.

        Returns only if all of them were applied (or were so already). Else it raises the error of the
        first that was not, whose `results` tells of all."""
        self._check()
        ready = [asked.completed(mutation, self._replica.copy.records.get) for mutation in mutations]
        entries = [Entry(ready, atomic=True)] if atomic and ready else [Entry([one]) for one in ready]
        results = await self._outbox.put(entries, self._asks.wait(timeout))
        problems = [result.error for result in results if result.error is not None]
        if problems:
            culprit = next((problem for problem in problems if problem.code != "skipped"), problems[0])
            culprit.results = results
            raise culprit
        return results

    # --- what happened

    def changes(self, since: Position | None = None) -> AsyncGenerator[Change | Reset, None]:
        """Every change after that position (by default: from now on), once and in order, over reconnects
        and restarts of the server; without end.

        Nothing is lost on a slow reader: the last 1,000 changes are kept here, and what is older is read
        from the server's history, as is what happened while the connection was lost, or before this
        program was started with the `position` of the last change that it has dealt with. Where that
        cannot be told (see Reset), one Reset says so. `records` may be further than the change you are at.
        Raises Refused when the key is taken back, or Closed."""
        return self._changes(since or self.position)

    async def history(
        self,
        *,
        id: str | None = None,
        author: str | None = None,
        field: str | None = None,
        deleted: bool = False,
        before: int | None = None,
    ) -> AsyncGenerator[Change, None]:
        """Changes, newest first, read on as you go; of one record, author or field, or deletions only."""
        filters = {"id": id, "author": author, "field": field, "deleted": deleted or None, "before": before}
        payload = {name: value for name, value in filters.items() if value is not None}
        more = True
        while more:
            answer = await self._asks.ask("history", {"grid": self.id, "limit": HISTORY, **payload})
            more = answer["more"]
            for told in answer["changes"]:
                payload["before"] = told["revision"]
                yield change_of(self.position.epoch, told)

    async def _changes(self, position: Position) -> AsyncGenerator[Change | Reset, None]:
        while True:
            news = self._news
            for item in await self._after(position):
                position = item.position
                yield item
            if position == self.position:
                self._check()
                await asyncio.shield(news)

    async def _after(self, position: Position) -> Sequence[Change | Reset]:
        """What comes next, if anything."""
        here = self.position
        if position.epoch != here.epoch or position.revision > here.revision:
            return [Reset(here)]
        recent = self._replica.recent
        if recent and recent[0].revision <= position.revision + 1:
            return [change for change in recent if change.revision > position.revision]
        if position == here:
            return []
        return await self._past(position, min(here.revision, position.revision + HISTORY))

    async def _past(self, position: Position, last: int) -> Sequence[Change | Reset]:
        """From the server's history, which is dense as long as the epoch lasts."""
        page = {"grid": self.id, "before": last + 1, "limit": last - position.revision}
        told = (await self._asks.ask("history", page))["changes"]
        pull = {"grid": self.id, "epoch": position.epoch, "since": last, "limit": 0}
        if (await self._asks.ask("pull", pull))["epoch"] != position.epoch:
            news = self._news
            self._pull()  # the replica has not heard of it yet
            await asyncio.shield(news)
            return []
        changes = [change_of(position.epoch, entry) for entry in reversed(told)]
        if len(changes) < last - position.revision:
            return [Reset(self.position)]
        return changes

    # --- following

    async def joined(self) -> None:
        """Return when the replica is complete for the first time. Raises Refused."""
        while not self._replica.copy.complete:
            self._check()
            await asyncio.shield(self._news)

    async def follow(self, connection: Connection) -> None:
        """Keep the replica equal to the server's, and send what waits, until the connection is lost."""
        try:
            await self._follow(connection)
        except Refused as refused:
            self.end({"code": refused.code, "message": refused.message, "retry": refused.retry})

    async def _follow(self, connection: Connection) -> None:
        replica = self._replica
        joined = await connection.demand("join_grid", {"grid": self.id, **replica.begin()})
        self._describe(joined["grid"])
        replica.hear("head", joined)
        replica.take(joined["page"])
        self._caught_up()
        limits = Limits(joined["limits"]["batch"], joined["limits"]["bytes"])
        connection.start(self._outbox.send(connection, self.id, limits))
        while True:
            while replica.reading:
                replica.take(await connection.demand("pull", {"grid": self.id, **replica.since()}))
                self._caught_up()
            if self._described.is_set():
                self._described.clear()
                answer = await connection.demand("join_grid", {"grid": self.id, "limit": 0})
                self._describe(answer["grid"])
                continue
            self._due.clear()
            await self._due.wait()

    def hear(self, event: str, payload: Json) -> None:
        """An announcement."""
        if event in ("head", "grid_changed") and payload["definition"] != self._definition:
            self._described.set()
            self._due.set()
        if event in ("changes", "head"):
            self._replica.hear(event, payload)

    def end(self, error: Json) -> None:
        """It will not be followed any more."""
        self._error = self._error or error
        self._outbox.end(error)
        self._tell()

    def _check(self) -> None:
        if self._error is not None:
            raise refusal(self._error)

    def _describe(self, grid: Json) -> None:
        self.title, self._definition = grid["title"], grid["definition"]
        self.fields = {field["name"]: field for field in grid["fields"]}

    def _moved(self) -> None:
        self._outbox.settle()
        self._tell()

    def _caught_up(self) -> None:
        if not self._replica.reading:
            self._outbox.caught_up()

    def _pull(self) -> None:
        if not self._replica.reading:
            self._replica.pull()

    def _tell(self) -> None:
        self._news.set_result(None)
        self._news = asyncio.get_running_loop().create_future()
