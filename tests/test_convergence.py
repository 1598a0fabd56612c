"""R13 against the real server: whatever happens to its readers, its connections and itself, complete
replicas equal a fresh snapshot, and every mutation that was acknowledged took effect once."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server import sequencer
from server.config import Settings
from server.model import Json, Request
from server.stores.sql import SqlStore
from tests.client import Client, Lost
from tests.replica import Replica
from tests.servers import ServerProcess, serving
from tests.store_kit import BEN, GRIDS, add, change, check_sound, everything, ids

PATIENCE = 60  # seconds until a test that waits for something is given up
LIMITS = (1, 2, 3, 1000)  # records in a page, one replica each

IDS = ids(6)
Step = tuple[str, int, int, int]


class Shaky(Replica):
    """A replica whose network loses, repeats and delays announcements until it is `calm`."""

    def __init__(self, limit: int, mishaps: Sequence[str]) -> None:
        super().__init__("tasks", limit)
        self.calm = False
        self._mishaps = cycle(mishaps or ["none"])
        self._late: list[tuple[str, Json]] = []

    def _hear(self, event: str, payload: Json) -> None:
        mishap = "none" if self.calm else next(self._mishaps)
        if mishap == "late":
            self._late.append((event, payload))
        for _ in range({"lost": 0, "late": 0, "twice": 2}.get(mishap, 1)):
            super()._hear(event, payload)
        if mishap == "none":
            late, self._late = self._late, []
            for entry in reversed(late):
                super()._hear(*entry)


class World:
    """A server that can be restarted, its replicas, and a writer beside the server."""

    def __init__(self, database_url: str, mishaps: Sequence[str]) -> None:
        self.replicas = [Shaky(limit, mishaps) for limit in LIMITS]
        self.url = ""
        self._beside = SqlStore(database_url)
        self._connecting: dict[Replica, asyncio.Task[None]] = {}
        self._serial = 0

    async def open(self) -> None:
        await self._beside.open(GRIDS)

    async def close(self) -> None:
        for replica in self.replicas:
            await self.disconnect(replica)
        await self._beside.close()

    def edit(self, who: int, kind: int, which: int) -> None:
        """Replica `who` edits one of a few records that everybody fights for."""
        replica, id = self.replicas[who % len(self.replicas)], IDS[which % len(IDS)]
        version, seen = replica.copy.records.get(id, (0, None))
        self._serial += 1
        name = ("title", "note")[self._serial % 2]
        asked = {name: f"{kind} {self._serial}"}
        edits: list[Callable[[], str]] = [
            lambda: replica.mutate("add_record", id, fields={"title": "new"}),
            lambda: replica.mutate("update_record", id, fields=asked, was={name: (seen or {}).get(name)}),
            lambda: replica.mutate("update_record", id, fields={**asked, "size": None}),
            lambda: replica.mutate("update_record", id, fields={"size": self._serial}),
            lambda: replica.mutate("delete_record", id),
            lambda: replica.mutate("delete_record", id, version=max(version, 1)),
            lambda: replica.mutate("restore_record", id),
        ]
        edits[kind % len(edits)]()

    async def write_beside(self, which: int) -> None:
        id = IDS[which % len(IDS)]
        await self._beside.commit("tasks", [Request([add(id), change(id, size=-which)], BEN)])

    def connect(self, replica: Replica) -> None:
        """Begin to, while the other steps go on."""
        if replica not in self._connecting:
            self._connecting[replica] = asyncio.create_task(replica.connect(self.url))

    async def disconnect(self, replica: Replica) -> None:
        connecting = self._connecting.pop(replica, None)
        await replica.disconnect()
        if connecting is not None:
            with suppress(Lost):
                await connecting
        await replica.disconnect()

    async def round_trip(self) -> None:
        """Let the server do what was asked before."""
        client = Client(lambda *_: None)
        await client.connect(self.url)
        await client.ask("list_grids", {})
        await client.close()

    async def settle(self) -> None:
        """Everybody is connected and undisturbed: they come to the same records."""
        async with asyncio.timeout(PATIENCE):
            for replica in self.replicas:
                replica.calm = True
                await self.disconnect(replica)
                self.connect(replica)
            for replica in self.replicas:
                await self._connecting[replica]
                await replica.background.until(partial(_has_settled, replica))
            head = await check_sound(self._beside)
            for replica in self.replicas:
                await replica.background.until(partial(_is_at, replica, head.revision))
        await self._compare()

    async def _compare(self) -> None:
        head, snapshot = await everything(self._beside)
        fresh = {id: (r.version, None if r.deleted else r.fields) for id, r in snapshot.items()}
        stored = await self._beside.range("tasks", head.epoch, 0, 10**9)
        assert stored is not None
        revisions = {c.mutation_id: c.revision for c in stored.changes}
        assert len(revisions) == head.revision
        for replica in self.replicas:
            assert replica.copy.complete
            assert replica.copy.epoch == head.epoch
            assert replica.copy.records == fresh
            assert replica.copy.digest() == head.digest
            assert not replica.alarms
            for mutation_id, result in replica.results.items():
                applied = result["revision"] if result["status"] == "applied" else None
                assert revisions.get(mutation_id) == applied


def _has_settled(replica: Replica) -> bool:
    return not replica.pending


def _is_at(replica: Replica, revision: int) -> bool:
    return replica.copy.complete and replica.copy.revision == revision


steps = st.lists(
    st.tuples(
        st.sampled_from(["edit"] * 8 + ["connect", "disconnect", "beside", "trip", "trip", "restart"]),
        st.integers(0, len(LIMITS) - 1),
        st.integers(0, 6),
        st.integers(0, len(IDS) - 1),
    ),
    min_size=5,
    max_size=40,
)
mishaps = st.lists(st.sampled_from(["none", "none", "lost", "twice", "late"]), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, mishaps)
def test_r13_replicas_equal_a_fresh_snapshot(steps: list[Step], mishaps: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:  # what the server does by the clock, sooner
        patch.setattr(sequencer, "COMPARE_EVERY", 0.05)
        patch.setattr(sequencer, "HEAD_AFTER", 0.02)
        patch.setattr(sequencer, "HEAD_EVERY", 1)
        asyncio.run(_play(steps, mishaps))


async def _play(steps: Sequence[Step], mishaps: Sequence[str]) -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/tandem.db"
        world = World(url, mishaps)
        await world.open()
        running = AsyncExitStack()

        async def restart() -> None:
            await running.aclose()
            configured = Settings(database_url=url, grids=("tests.store_kit",))
            world.url = await running.enter_async_context(serving(configured))

        await restart()
        try:
            for replica in world.replicas[:2]:
                world.connect(replica)
            for step in steps:
                await _take(world, step, restart)
            await world.settle()
        finally:
            await world.close()
            await running.aclose()


async def _take(world: World, step: Step, restart: Callable[[], Awaitable[None]]) -> None:
    kind, who, how, which = step
    replica = world.replicas[who]
    acts: dict[str, Callable[[], Any]] = {
        "edit": lambda: world.edit(who, how, which),
        "connect": lambda: world.connect(replica),
        "disconnect": lambda: world.disconnect(replica),
        "beside": lambda: world.write_beside(which),
        "trip": world.round_trip,
        "restart": restart,
    }
    done = acts[kind]()
    if done is not None:
        await done


@pytest.mark.parametrize("seed", range(3))
async def test_r2_r10_nothing_is_lost_when_the_server_is_killed(server: ServerProcess, seed: int) -> None:
    """Everybody edits all the time while the server is killed with -9 and started again."""
    chance = random.Random(seed)
    world = World(server.database_url, [])
    world.url = server.url
    await world.open()
    for _ in range(3):
        for replica in world.replicas:
            await world.disconnect(replica)
            world.connect(replica)
        for _ in range(chance.randrange(20, 120)):
            world.edit(chance.randrange(4), chance.randrange(7), chance.randrange(6))
            if chance.random() < 0.1:
                await world.round_trip()
        await server.kill()
        for _ in range(10):
            world.edit(chance.randrange(4), chance.randrange(7), chance.randrange(6))
        await server.start()
    await world.settle()
    assert all(len(replica.results) > 20 for replica in world.replicas)
    await world.close()
