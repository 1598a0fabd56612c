"""Replicas on a bad network, and a server that they all write to: for tests/test_convergence.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from random import Random
from typing import Any

from server.model import Json
from tests.client import Lost
from tests.contest import Contest, pick
from tests.python_replica import PythonReplica
from tests.replica import Replica
from tests.store_kit import check_head
from tests.upkeep import FUTURE

PATIENCE = 60  # seconds until a test that waits for something is given up
LIMITS = (1, 2, 4, 1000)  # records in a page, one replica each
PYTHON_LIMITS = (2, 1000)  # the same, of the Python client

STEP_WEIGHTS = {"edit": 150, "connect": 40, "disconnect": 6, "beside": 4, "restart": 1, "prune": 1}
MISHAP_WEIGHTS = {"none": 7, "lost": 1, "twice": 1, "late": 2, "joined": 2}


class Shaky(Replica):
    """A replica whose network loses, repeats, delays and joins announcements, and has slow pages,
    until it is calm."""

    def __init__(self, limit: int, chance: Random) -> None:
        super().__init__("tasks", limit)
        self.calm = False
        self.greeted = asyncio.Event()  # the connection stands
        self._chance = chance
        self._late: list[tuple[str, Json]] = []
        self._last: Json = {"to": None}
        self._slow: list[asyncio.Future[None]] = []

    def tick(self) -> None:
        """Time goes on: what is slow or late may arrive."""
        while self._slow and (self.calm or self._chance.random() < 0.7):
            slow = self._slow.pop(0)
            if not slow.done():
                slow.set_result(None)
        if self._late and self._chance.random() < 0.3:
            super()._hear(*self._late.pop())

    def _hear(self, event: str, payload: Json) -> None:
        mishap = "none" if self.calm else pick(self._chance, MISHAP_WEIGHTS)
        if mishap == "late":
            self._late.append((event, payload))
        if event == "changes":
            if mishap == "joined" and self._last["to"] == payload["from"]:
                earlier, start = self._last["changes"], self._last["from"]
                payload = {**payload, "from": start, "changes": earlier + payload["changes"]}
            self._last = payload
        for _ in range({"lost": 0, "late": 0, "twice": 2}.get(mishap, 1)):
            super()._hear(event, payload)

    async def _ask(self, event: str, **payload: Json) -> Any:
        self.greeted.set()
        answer = await super()._ask(event, **payload)
        if event == "pull" and not self.calm:
            self._slow.append(slow := asyncio.get_running_loop().create_future())
            await slow
        return answer


class ShakyPython(Shaky, PythonReplica):
    """The same, with the replica of the Python client."""


class World:
    """A server that may be restarted, its replicas, and a writer beside the server."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        self.chance = contest.chance
        self.replicas = [
            *[Shaky(limit, self.chance) for limit in LIMITS],
            *[ShakyPython(limit, self.chance) for limit in PYTHON_LIMITS],
        ]
        self.url = ""
        self._connecting: dict[Shaky, asyncio.Task[None]] = {}

    @classmethod
    @asynccontextmanager
    async def on(cls, database_url: str, chance: Random) -> AsyncIterator[World]:
        async with Contest.on(database_url, chance) as contest:
            world = cls(contest)
            yield world
            for replica in world.replicas:
                await world.disconnect(replica)

    async def step(self, restart: Callable[[], Awaitable[None]]) -> None:
        replica = self.chance.choice(self.replicas)
        match pick(self.chance, STEP_WEIGHTS):
            case "edit":
                self.contest.edit(replica)
            case "connect":
                self.connect(replica)
            case "disconnect":
                await self.disconnect(replica)
            case "beside":
                await self.contest.write_beside()
            case "restart":
                await restart()
            case "prune":
                await self.contest.store.prune_deleted("tasks", FUTURE)  # who holds one begins anew
        for replica in self.replicas:
            replica.tick()
        await self.contest.store.heads()  # as long as a read takes

    def connect(self, replica: Shaky) -> None:
        """Begin to, while other steps go on."""
        if not _is_connected(replica) and replica not in self._connecting:
            replica.greeted.clear()
            self._connecting[replica] = asyncio.create_task(replica.connect(self.url))

    async def greeted(self) -> None:
        """Nobody is in the middle of a handshake: asyncio's server would leave it open for ever."""
        for replica, connecting in self._connecting.items():
            waiting = asyncio.create_task(replica.greeted.wait())
            await asyncio.wait([connecting, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()

    async def disconnect(self, replica: Shaky) -> None:
        connecting = self._connecting.pop(replica, None)
        replica.calm, calm = True, replica.calm  # nothing that it waits for is held back
        replica.tick()
        await replica.disconnect()
        if connecting is not None:
            with suppress(Lost):
                await connecting
        await replica.disconnect()
        replica.calm = calm

    async def settle(self) -> None:
        """Everybody is connected and undisturbed: they come to the same records."""
        async with asyncio.timeout(PATIENCE):
            for replica in self.replicas:
                replica.calm = True
                replica.tick()
                if not _is_connected(replica):
                    await self.disconnect(replica)
                    self.connect(replica)
            for replica in self.replicas:
                await self._connecting[replica]
                await replica.background.until(partial(_has_settled, replica))
            head, _ = await check_head(self.contest.store)
            for replica in self.replicas:
                await replica.background.until(partial(_is_at, replica, head.revision))
        await self.contest.compare(self.replicas)


def _is_connected(replica: Replica) -> bool:
    return replica._client is not None and replica._client.alive


def _has_settled(replica: Replica) -> bool:
    return not replica.pending


def _is_at(replica: Replica, revision: int) -> bool:
    return replica.copy.complete and replica.copy.revision == revision
