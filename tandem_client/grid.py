"""One grid: a live replica of its records, mutations, and what happened to it, in order."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from types import MappingProxyType

from tandem_client import mutations as asked
from tandem_client.errors import Result
from tandem_client.feed import Asks, Feed
from tandem_client.follower import Follower
from tandem_client.mutations import Mutation
from tandem_client.outbox import Entry
from tandem_client.records import Change, Fields, Json, Position, Record, Reset


class Grid:
    """What the server has confirmed, kept up to date while it is connected; made by `Tandem.join`.

    Reads are of this moment and never wait: `grid[id]`, `grid.records`, `len(grid)`, `id in grid`. A
    Record never changes: another one takes its place. Writes return when the grid shows what they did;
    they wait while the connection is lost, at most `timeout` seconds (by default the client's), in memory.
    Their errors: Refused (Conflict if others were first, R8), Unanswered, Closed; ValueError or TypeError
    for what JSON cannot carry.
    """

    def __init__(self, follower: Follower, asks: Asks) -> None:
        self._follower = follower
        self._asks = asks
        self._feed = Feed(follower, asks)

    # --- what is there

    @property
    def id(self) -> str:
        return self._follower.grid

    @property
    def title(self) -> str:
        return self._follower.title

    @property
    def fields(self) -> Mapping[str, Mapping[str, Json]]:
        """Descriptions (docs/PROTOCOL.md, "Fields") by name, in the schema's order."""
        return self._follower.fields

    @property
    def records(self) -> Mapping[str, Record]:
        """By id, as of now and live: take `list(…)` of it before you await something in a loop over it."""
        return MappingProxyType(self._follower.copy.records)

    @property
    def position(self) -> Position:
        """The last change that `records` has."""
        return self._follower.copy.position

    def __getitem__(self, id: str) -> Record:
        return self._follower.copy.records[id]

    def __contains__(self, id: object) -> bool:
        return id in self._follower.copy.records

    def __iter__(self) -> Iterator[str]:
        return iter(self._follower.copy.records)

    def __len__(self) -> int:
        return len(self._follower.copy.records)

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
        self._follower.check()
        ready = [asked.completed(mutation, self._follower.copy.records.get) for mutation in mutations]
        entries = [Entry(ready, atomic=True)] if atomic and ready else [Entry([one]) for one in ready]
        results = await self._follower.outbox.put(entries, self._asks.wait(timeout))
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
        return self._feed.changes(since or self.position)

    def history(
        self,
        *,
        id: str | None = None,
        author: str | None = None,
        field: str | None = None,
        deleted: bool = False,
        before: int | None = None,
    ) -> AsyncGenerator[Change, None]:
        """Changes, newest first, read on as you go: of one record, author (their id) or field, deletions
        only, before a revision."""
        return self._feed.history(id=id, author=author, field=field, deleted=deleted, before=before)
