"""Replicas on a bad network, and a server that they all write to: for tests/test_convergence.py."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from random import Random
from typing import Any

from server.model import Json, Request, uuid7
from server.stores.sql import SqlStore
from tests.client import Lost
from tests.replica import Replica
from tests.store_kit import BEN, GRIDS, add, change, check_head, delete, ids, run
from tests.upkeep import FUTURE

PATIENCE = 60  # seconds until a test that waits for something is given up
LIMITS = (1, 2, 4, 1000)  # records in a page, one replica each
STORED = 30  # records at the beginning: as many pages for who reads them one by one

STEP_WEIGHTS = {"edit": 150, "connect": 40, "disconnect": 6, "beside": 4, "restart": 1, "prune": 1}
EDIT_WEIGHTS = {"add": 2, "update": 12, "blind": 4, "refused": 1, "delete": 4, "changed": 1, "restore": 4}
MISHAP_WEIGHTS = {"none": 7, "lost": 1, "twice": 1, "late": 2, "joined": 2}


def pick(chance: Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


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


class World:
    """A server that may be restarted, its replicas, and a writer beside the server."""

    def __init__(self, database_url: str, chance: Random) -> None:
        self.chance = chance
        self.replicas = [Shaky(limit, chance) for limit in LIMITS]
        self.url = ""
        self._ids = ids(STORED)
        self._beside = SqlStore(database_url)
        self._connecting: dict[Shaky, asyncio.Task[None]] = {}
        self._serial = 0

    @classmethod
    @asynccontextmanager
    async def on(cls, database_url: str, chance: Random) -> AsyncIterator[World]:
        world = cls(database_url, chance)
        await world._beside.open(GRIDS)
        await run(world._beside, *[add(id, size=0) for id in world._ids])
        yield world
        for replica in world.replicas:
            await world.disconnect(replica)
        await world._beside.close()

    async def step(self, restart: Callable[[], Awaitable[None]]) -> None:
        replica = self.chance.choice(self.replicas)
        match pick(self.chance, STEP_WEIGHTS):
            case "edit":
                self.edit(replica)
            case "connect":
                self.connect(replica)
            case "disconnect":
                await self.disconnect(replica)
            case "beside":
                await self._write_beside()
            case "restart":
                await restart()
            case "prune":
                await self._beside.prune_deleted("tasks", FUTURE)  # who holds one begins anew
        for replica in self.replicas:
            replica.tick()
        await self._beside.heads()  # as long as a read takes

    def edit(self, replica: Shaky) -> None:
        """It edits one of the records that everybody fights for, as it sees it."""
        self._serial += 1
        name = self.chance.choice(["title", "note"])
        id = self.chance.choice(self._ids)
        version, seen = replica.copy.records.get(id, (1, None))
        asked = {name: f"edit {self._serial}"}
        update = partial(replica.mutate, "update_record", id)
        match pick(self.chance, EDIT_WEIGHTS):
            case "add":
                self._ids.append(uuid7())
                replica.mutate("add_record", self._ids[-1], fields={"title": "new", **asked})
            case "update":
                update(fields=asked, was={name: (seen or {}).get(name)})
            case "blind":
                update(fields={"size": self._serial, "note": None})
            case "refused":
                update(fields={**asked, "size": "many"})
            case "delete":
                replica.mutate("delete_record", id)
            case "changed":
                replica.mutate("delete_record", id, version=version)
            case "restore":
                replica.mutate("restore_record", id)

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
            head, _ = await check_head(self._beside)
            for replica in self.replicas:
                await replica.background.until(partial(_is_at, replica, head.revision))
        await self._compare()

    async def _write_beside(self) -> None:
        """As an import beside the server does, which no session hears of."""
        id = self.chance.choice(self._ids)
        mutations = [change(id, size=-self._serial), delete(self._ids[0]), add(uuid7())]
        await self._beside.commit("tasks", [Request(mutations, BEN)])

    async def _compare(self) -> None:
        head, snapshot = await check_head(self._beside)
        fresh = {id: (r.version, None if r.deleted else r.fields) for id, r in snapshot.items()}
        stored = await self._beside.range("tasks", head.epoch, 0, 10**9)
        assert stored is not None
        revisions = {c.mutation_id: c.revision for c in stored.changes}
        assert sorted(revisions.values()) == list(range(1, head.revision + 1))
        for replica in self.replicas:
            assert replica.copy.complete
            assert replica.copy.epoch == head.epoch
            assert replica.copy.records == fresh
            assert replica.copy.digest() == head.digest
            assert not replica.alarms
            for mutation_id, result in replica.results.items():
                applied = result["revision"] if result["status"] == "applied" else None
                assert revisions.get(mutation_id) == applied


def _is_connected(replica: Replica) -> bool:
    return replica._client is not None and replica._client.alive


def _has_settled(replica: Replica) -> bool:
    return not replica.pending


def _is_at(replica: Replica, revision: int) -> bool:
    return replica.copy.complete and replica.copy.revision == revision
