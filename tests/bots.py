"""What the tests of `tandem_client` share: waiting for what a grid shows, and reading what it iterates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tandem_client import Change, Grid, Refused, Reset, connect
from tandem_client.records import Json, uuid7
from tests.contest import Contest

PATIENCE = 120  # seconds until a test that waits for something is given up


async def until(grid: Grid, happened: Callable[[], Any]) -> None:
    """Wait for moves of the grid that make it true."""
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.shield(grid._follower.news)


async def take(changes: AsyncIterator[Change | Reset], count: int) -> list[Change]:
    """The next ones, which are no Reset."""
    found: list[Change] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            item = await anext(changes)
            assert isinstance(item, Change)
            found.append(item)
    return found


def said(change: Change) -> tuple[int, str, str, Any, Any, str]:
    """All of it but when: that is not told live."""
    where = change.revision, change.id, change.kind
    return (*where, change.fields, change.previous, change.author.id)


class Bot:
    """A client that edits as `tests.contest` has it, keeps what it is told, and iterates changes."""

    def __init__(self, grid: Grid, contest: Contest) -> None:
        self.grid = grid
        self.results: dict[str, Json] = {}
        self.heard: list[int] = []
        self.start = grid.position.revision
        self._contest = contest
        self._edits: list[asyncio.Task[None]] = []
        self._listening = asyncio.create_task(self._listen(grid.changes()))

    @classmethod
    @asynccontextmanager
    async def on(cls, url: str, contest: Contest) -> AsyncIterator[Bot]:
        async with connect(url, timeout=PATIENCE) as tandem:
            bot = cls(await tandem.join("tasks"), contest)
            yield bot
            bot._listening.cancel()

    def seen(self, id: str) -> tuple[int, Json]:
        record = self.grid.records.get(id)
        return (record.version, record.fields) if record else (1, None)

    def mutate(self, type: str, id: str, **content: Json) -> None:
        mutation = {"type": type, "mutation_id": uuid7(), "id": id, "was": {}, **content}
        if type != "update_record":
            del mutation["was"]
        if type == "delete_record":
            mutation.setdefault("version", None)
        self._edits.append(asyncio.create_task(self._mutate(mutation)))

    async def _mutate(self, mutation: Json) -> None:
        try:
            results = await self.grid.mutate([mutation])
        except Refused as refused:
            results = refused.results
        self.results |= {result.mutation_id: result._asdict() for result in results}

    async def _listen(self, changes: AsyncIterator[Change | Reset]) -> None:
        async for change in changes:
            assert isinstance(change, Change)
            self.heard.append(change.revision)

    async def edits(self, count: int) -> None:
        """Begin so many, and let some of them be done."""
        for _ in range(count):
            self._contest.edit(self)
        await asyncio.wait(self._edits[-count:], return_when=asyncio.FIRST_COMPLETED)

    async def idle(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*self._edits)
        assert len(self.results) == len(self._edits), "each was answered"

    async def reach(self, revision: int) -> None:
        await until(self.grid, lambda: self.grid.position.revision == revision)
        async with asyncio.timeout(PATIENCE):
            while not self.heard or self.heard[-1] < revision:
                assert not self._listening.done()
                await asyncio.sleep(0.01)
