"""The real server, its clients and its database while something of them dies (R2, R3, R10, R13)."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from server.model import uuid7
from tests.contest import Contest, same_outcomes
from tests.disks import allow_writes, fill, refuse_writes, small_disk
from tests.dying_server import POINTS, DyingServer
from tests.load import PATIENCE, Load
from tests.postgres import Cluster
from tests.proxy import FAULTS, Proxy
from tests.replica import Replica
from tests.store_kit import add, delete, run

KILLS = {"sqlite": 10, "postgresql+psycopg": 3}  # in each of two turns


@pytest.fixture
def chance() -> Random:
    """A new seed each time; pytest shows what is printed where a test fails."""
    seed = int(os.environ.get("TANDEM_SEED") or Random().randrange(2**32))
    print(f"again with: TANDEM_SEED={seed}")  # noqa: T201
    return Random(seed)


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[DyingServer]:
    """Not yet started."""
    process = DyingServer(database_url)
    yield process
    await process.close()


@pytest.mark.parametrize("turn", range(2))
async def test_r2_r3_r10_nothing_is_lost_when_the_server_is_killed(
    database_url: str, server: DyingServer, chance: Random, turn: int
) -> None:
    """`kill -9` at random moments, while everybody edits the same records."""
    in_flight = 0
    async with Load.on(database_url, chance) as load:
        await server.start()
        load.serve(server.url)
        for _ in range(KILLS[database_url.partition(":")[0]]):
            await load.moment()
            in_flight += sum(editor.in_flight for editor in load.editors)
            load.up.clear()
            await server.kill()
            await server.start()
            load.up.set()
        await load.settle()
        assert in_flight, "no kill met a request that was under way"
    print(load.told())  # noqa: T201


class Reached(NamedTuple):
    """How far a request has come when the server dies."""

    stored: bool = False
    acked: bool = False
    announced: bool = False


REACHED = {
    "before validation": Reached(),
    "before commit": Reached(),
    "before ack": Reached(stored=True),
    "before announcement": Reached(stored=True, acked=True),
    "after announcement": Reached(stored=True, acked=True, announced=True),
}


def test_there_is_a_test_for_every_point() -> None:
    assert POINTS.keys() == REACHED.keys()


@pytest.mark.parametrize("point", REACHED)
async def test_r3_a_server_that_dies_at_a_named_point_has_done_it_once_or_not_at_all(
    database_url: str, server: DyingServer, point: str
) -> None:
    """Who hears no answer asks again: each mutation has one outcome, its first. Who hears one is right."""
    reached = REACHED[point]
    async with asyncio.timeout(PATIENCE), Contest.on(database_url, Random(0)) as contest:
        a, b, c = (uuid7() for _ in range(3))
        await run(contest.store, add(a, size=1), add(b), add(c), delete(c))
        before = (await contest.store.heads())[0].revision
        await server.start(DIE_AT=point)
        author, reader = Replica("tasks"), Replica("tasks")
        await author.connect(server.url)
        await reader.connect(server.url)
        asked = [
            author.mutate("update_record", a, fields={"size": 2}, was={"size": 1}),  # applied
            author.mutate("update_record", a, fields={"size": 3}, was={"size": 1}),  # conflict
            author.mutate("update_record", a, fields={"size": "many"}),  # refused
            author.mutate("delete_record", b),  # applied
            author.mutate("delete_record", c),  # noop
        ]
        batch = [author.pending[id] for id in asked]
        assert await server.ended() == -signal.SIGKILL
        for replica in (author, reader):
            assert replica._client is not None
            await replica._client.lost()
            assert replica.copy.revision == before + 2 * reached.announced, (
                "R2: what is announced is committed"
            )
        assert (await contest.store.heads())[0].revision == before + 2 * reached.stored
        acked = [author.results[id]["status"] for id in asked if id in author.results]
        assert acked == (STATUSES if reached.acked else []), "R2: what is acknowledged is committed"

        await server.start()
        for replica in (author, reader):
            await replica.disconnect()
            await replica.connect(server.url)
        await author.background.until(lambda: not author.pending)
        await reader.background.until(lambda: reader.copy.revision == before + 2)
        assert [author.results[id]["status"] for id in asked] == STATUSES
        head = await contest.compare([author, reader])
        assert head.revision == before + 2
        same_outcomes(author.results, (await author._ask("mutate", mutations=batch))["results"])
        assert await contest.compare([author, reader]) == head
        for replica in (author, reader):
            await replica.disconnect()


STATUSES = ["applied", "conflict", "refused", "applied", "noop"]


ROUNDS = 12
SOON = {"PING_INTERVAL": "1", "PING_TIMEOUT": "1"}  # who is half-open notices it


async def test_r5_r10_r13_nothing_is_lost_on_a_network_of_every_kind(
    database_url: str, server: DyingServer, chance: Random
) -> None:
    """Late, slow, sliced, cut, reset and half-open connections, one kind after the other."""
    async with Load.on(database_url, chance) as load:
        await server.start(**SOON)
        async with Proxy.to(lambda: server.url, chance) as proxy:
            load.serve(proxy.url)
            faults = [*FAULTS] * (ROUNDS // len(FAULTS))
            chance.shuffle(faults)
            for fault in faults:
                proxy.trouble(fault)
                await load.moment()
            proxy.calm()
            await load.settle()
            assert load.losses, "nobody was cut off"
    print(load.told())  # noqa: T201


async def test_r2_a_full_disk_is_answered_and_recovered_from(tmp_path: Path, chance: Random) -> None:
    with small_disk(tmp_path / "disk") as mounted:
        url = f"sqlite:///{tmp_path}/disk/tandem.db"
        async with DyingServer.on(url) as server, Load.on(url, chance) as load:
            load.serve(server.url)
            await load.moment()
            if mounted:
                ballast = fill(tmp_path / "disk")
                await load.hold_out(ballast.unlink)
            else:  # the nearest thing to it
                refuse_writes(server.pid)
                await load.hold_out(partial(allow_writes, server.pid))
            await load.settle()
    print(load.told())  # noqa: T201


async def test_r2_a_disk_that_has_become_read_only_is_answered_and_recovered_from(
    tmp_path: Path, chance: Random
) -> None:
    url = f"sqlite:///{tmp_path}/tandem.db"
    async with DyingServer.on(url) as server, Load.on(url, chance) as load:
        load.serve(server.url)
        await load.moment()
        refuse_writes(server.pid)
        assert (await load.ask("pull", epoch=None, since=0))["ok"], "what is stored can be read"
        await load.hold_out(partial(allow_writes, server.pid))
        await load.settle()
    print(load.told())  # noqa: T201


@pytest.mark.postgres
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_r2_postgres_may_be_restarted_while_everybody_edits(
    own_postgres: Cluster, chance: Random, mode: str
) -> None:
    url = own_postgres.create()
    async with DyingServer.on(url) as server, Load.on(url, chance) as load:
        load.serve(server.url)
        await load.moment()
        await asyncio.to_thread(own_postgres.stop, mode)
        answer = await load.ask("pull", epoch=None, since=0)
        assert (answer["error"]["code"], answer["error"]["retry"]) == ("busy", True)
        await load.hold_out(own_postgres.start)
        await load.settle()
    print(load.told())  # noqa: T201
