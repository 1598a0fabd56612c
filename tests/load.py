"""Clients that edit the same records all the time, whatever becomes of what they are connected to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from random import Random
from typing import Any

from server.model import Head, Json, uuid7
from tests.client import Client, Lost
from tests.contest import Contest, same_outcomes
from tests.replica import Replica

EDITORS = 4
UNANSWERED = 3  # edits that a client keeps going, in flight or waiting
BATCH = 100
PATIENCE = 300  # seconds until a test that waits for something is given up


class Pulse:
    """Counts what passes between all clients and the server: a moment is a number of beats ahead."""

    def __init__(self) -> None:
        self._beats = 0
        self._awaited: dict[asyncio.Future[None], int] = {}

    def beat(self) -> None:
        self._beats += 1
        for future, beats in list(self._awaited.items()):
            if beats <= self._beats:
                del self._awaited[future]
                future.set_result(None)

    async def after(self, beats: int) -> None:
        future = asyncio.get_running_loop().create_future()
        self._awaited[future] = self._beats + beats
        await future


class Editor(Replica):
    """It edits whenever it waits for few answers, and connects again whenever it is cut off."""

    def __init__(
        self, edit: Callable[[Replica], None], beat: Callable[[], None], limit: int, **auth: Json
    ) -> None:
        super().__init__("tasks", limit, **auth)
        self.asked: dict[str, Json] = {}  # all that it ever asked for, by mutation id
        self.editing = True
        self.losses = 0
        self._edit, self._beat = edit, beat

    @property
    def unanswered(self) -> int:
        return sum(id not in self.results for id in self.pending)

    @property
    def in_flight(self) -> bool:
        return self._in_flight

    async def live(self, url: Callable[[], str], up: asyncio.Event) -> None:
        """Until cancelled. While nothing is `up` it does not even try."""
        while True:
            await up.wait()
            with suppress(Lost):
                await self.connect(url())
                assert self._client is not None
                await self._client.lost()
            self.losses += 1
            await self.disconnect()

    def mutate(self, type: str, id: str, **content: Json) -> str:
        mutation_id = super().mutate(type, id, **content)
        self.asked[mutation_id] = self.pending[mutation_id]
        return mutation_id

    async def repeat(self) -> None:
        """R3: everything once more, under the same ids: it has its first outcome, and no effect."""
        asked = list(self.asked.values())
        for start in range(0, len(asked), BATCH):
            answer = await super()._ask("mutate", mutations=asked[start : start + BATCH])
            same_outcomes(self.results, answer["results"])

    def _hear(self, event: str, payload: Json) -> None:
        self._beat()
        super()._hear(event, payload)

    async def _ask(self, event: str, **payload: Json) -> Any:
        self._beat()
        answer = await super()._ask(event, **payload)
        self._beat()
        return answer

    def _settle(self) -> None:
        super()._settle()
        while self.editing and self.unanswered < UNANSWERED:
            self._edit(self)


class Load:
    """The editors of a grid, and where they connect to: `url`, while it is `up`."""

    def __init__(self, contest: Contest, **auth: Json) -> None:
        self.contest = contest
        self.pulse = Pulse()
        self.up = asyncio.Event()
        self.url = ""
        self.editors = [
            Editor(contest.edit, self.pulse.beat, limit, **auth) for limit in (1000, 1000, 7, 2)[:EDITORS]
        ]
        self.acknowledged = 0
        self.time_to_equal = 0.0

    @classmethod
    @asynccontextmanager
    async def on(
        cls, database_url: str, chance: Random, patience: float = PATIENCE, **auth: Json
    ) -> AsyncIterator[Load]:
        """They begin when `serve` is first called. What fails in one of them fails here."""
        async with asyncio.timeout(patience), Contest.on(database_url, chance) as contest:
            load = cls(contest, **auth)
            async with asyncio.TaskGroup() as group:
                living = [group.create_task(each.live(lambda: load.url, load.up)) for each in load.editors]
                yield load
                for task in living:
                    task.cancel()
            for editor in load.editors:
                await editor.disconnect()

    def serve(self, url: str) -> None:
        self.url = url
        self.up.set()

    async def moment(self, least: int = 20, most: int = 120) -> None:
        """A moment at random, in the middle of their edits."""
        await self.pulse.after(self.contest.chance.randrange(least, most))

    async def ask(self, event: str, **payload: Json) -> Any:
        """What somebody else is answered, whatever it is. Raises Lost."""
        client = Client(lambda event, payload: None)
        await client.connect(self.url)
        try:
            return await client.ask(event, {"grid": "tasks", **payload})
        finally:
            await client.close()

    async def hold_out(self, mend: Callable[[], object]) -> None:
        """While the database takes nothing: a clear answer, and all is well as soon as it is mended."""
        asked, error = await self._refused_add()
        assert (error["code"], error["retry"]) == ("busy", True)
        await self.moment()  # everybody goes on asking
        await asyncio.to_thread(mend)
        while not (answer := await self.ask("add_record", **asked))["ok"]:
            assert answer["error"]["retry"]
        assert answer["result"]["status"] == "applied", "it had no effect before"
        await self.moment()

    async def _refused_add(self) -> tuple[dict[str, Json], dict[str, Json]]:
        """Add records until one is not taken; that one, and the error."""
        while True:
            asked: dict[str, Json] = {"mutation_id": uuid7(), "id": uuid7(), "fields": {"title": "x" * 5_000}}
            answer = await self.ask("add_record", **asked)
            if not answer["ok"]:
                assert "result" not in answer, "it came to no outcome"
                return asked, answer["error"]

    async def settle(self) -> Head:
        """They stop editing: everybody comes to the same records, and nothing is lost or done twice."""
        for editor in self.editors:
            editor.editing = False
        began = time.monotonic()
        for editor in self.editors:
            await editor.background.until(partial(_is_idle, editor))
        revision = (await self.contest.store.heads())[0].revision
        for editor in self.editors:
            await editor.background.until(partial(_is_at, editor, revision))
        self.time_to_equal = time.monotonic() - began
        self.acknowledged = sum(len(editor.results) for editor in self.editors)
        head = await self.contest.compare(self.editors)
        for editor in self.editors:
            assert editor.asked.keys() == editor.results.keys(), "each was answered"
            await self._repeat(editor, revision)
        assert await self.contest.compare(self.editors) == head
        return head

    async def _repeat(self, editor: Editor, revision: int) -> None:
        while True:  # a connection may be half-open still, and nobody has noticed
            await editor.background.until(partial(_is_at, editor, revision))
            with suppress(Lost):
                return await editor.repeat()

    @property
    def losses(self) -> int:
        """How often a connection has ended."""
        return sum(editor.losses for editor in self.editors)

    def told(self) -> str:
        return (
            f"{self.acknowledged} mutations acknowledged, {self.contest.lost} lost, "
            f"{self.contest.twice} twice, {self.losses} connections lost, {self.time_to_equal:.2f} s to equal"
        )


def _is_idle(editor: Editor) -> bool:
    return not editor.pending


def _is_at(editor: Editor, revision: int) -> bool:
    connected = editor._client is not None and editor._client.alive
    return connected and editor.copy.complete and editor.copy.revision == revision
