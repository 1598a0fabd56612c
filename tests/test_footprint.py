"""What a small dyno has is enough: 512 MB of memory, and 20 connections to its database."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from server.model import uuid7
from server.stores.database import READERS, WRITERS
from server.stores.sql import migrate
from tests.client import Client
from tests.postgres import Cluster
from tests.servers import ROOT, ServerProcess

MEMORY = 512 * 1024  # kB
CONNECTIONS = 20
SOCKETS = 30
ROUNDS = 20  # edits of each
GRIDS = ("airports", "tasks")
AIRPORTS = 28_298

linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="Only Linux tells the peak of memory."
)


def peak(pid: int) -> int:
    """The most memory that a process has ever had, in kB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


class Watch:
    """The most connections that each process of Tandem's had at a time, and that all had together."""

    def __init__(self) -> None:
        self.most: dict[str, int] = {}
        self.together = 0

    @classmethod
    @asynccontextmanager
    async def on(cls, cluster: Cluster, database: str) -> AsyncIterator[Watch]:
        watch = cls()
        looking = asyncio.create_task(asyncio.to_thread(watch._look_on, cluster, database))
        try:
            yield watch
        finally:
            watch._ended = True
            await looking

    _ended = False

    def _look_on(self, cluster: Cluster, database: str) -> None:
        with cluster.connect("postgres") as connection:
            while not self._ended:
                found = connection.execute(
                    "SELECT application_name, count(*) FROM pg_stat_activity"
                    " WHERE datname = %s AND application_name LIKE 'tandem %%' GROUP BY 1",
                    (database,),
                ).fetchall()
                self.together = max(self.together, sum(number for _, number in found))
                for name, number in found:
                    self.most[name] = max(self.most.get(name, 0), number)

    def of(self, pid: int) -> int:
        return next(number for name, number in self.most.items() if name.endswith(f":{pid}"))


async def command(url: str, *arguments: str | Path) -> int:
    """`python -m server …`, as in a dyno of its own; its peak of memory in kB."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", *map(str, arguments)),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": url},
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    ended = asyncio.create_task(process.wait())
    most = 0
    while (
        not ended.done()
    ):  # what wait4 tells would hold the memory of this process, which it was forked from
        with suppress(ValueError, IndexError, OSError):  # it has just ended
            most = max(most, peak(process.pid))
        await asyncio.wait([ended], timeout=0.01)
    assert await ended == 0
    assert most > 0
    return most


async def edits(client: Client, ids: list[str]) -> None:
    """What somebody does who has all grids open and edits all the time, and looks things up."""
    for number in range(ROUNDS):
        title = {"grid": "tasks", "mutation_id": uuid7(), "fields": {"title": f"Task {number}"}}
        city = {"mutation_id": uuid7(), "id": ids[number], "fields": {"city": f"City {number}"}}
        for event, payload in (
            ("add_record", title),
            ("update_record", {"grid": "airports", **city}),
            ("history", {"grid": "airports", "id": ids[number]}),
        ):
            answer = await client.ask(event, payload)
            assert answer["ok"], answer


async def everything(client: Client) -> list[str]:
    """Fill a replica of the airports; the ids of its last page."""
    joined = await client.ask("join_grid", {"grid": "tasks"})
    page = (await client.ask("join_grid", {"grid": "airports"}))["page"]
    count = len(page["records"])
    while page["more"]:
        page = await client.ask("pull", {"grid": "airports", "epoch": page["epoch"], "since": page["to"]})
        count += len(page["records"])
    assert joined["ok"]
    assert count == AIRPORTS
    return [record[0] for record in page["records"]]


@linux
@pytest.mark.postgres
async def test_a_server_under_load_keeps_within_a_small_dyno(postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.create()
    database = url.partition("@/")[2].partition("?")[0]
    await migrate(url)
    source = ROOT / "server" / "samples" / "airports.csv"
    importing = await command(url, "import", source, "--grid", "airports")
    server = ServerProcess(url, GRIDS="server.samples.tasks", DYNO="web.1", OPEN="1")
    await server.start()
    heard: list[Any] = []
    async with AsyncExitStack() as stack, Watch.on(postgres, database) as watch:
        stack.push_async_callback(server.close)
        clients = [Client(lambda event, payload: heard.append(event)) for _ in range(SOCKETS)]
        for client in clients:
            await client.connect(server.url)
            stack.push_async_callback(client.close)
        ids = await asyncio.gather(*(everything(client) for client in clients))
        backing_up = asyncio.create_task(command(url, "backup", tmp_path / "tandem.backup"))
        await asyncio.gather(*(edits(client, each) for client, each in zip(clients, ids, strict=True)))
        peaks = {"import": importing, "backup": await backing_up, "server": peak(server.pid)}
        assert heard.count("changes") > 0
        assert watch.of(server.pid) <= WRITERS + READERS
        assert watch.together <= CONNECTIONS
    print(f"kB at most: {peaks}; connections at most: {watch.most}, together {watch.together}")  # noqa: T201
    assert max(peaks.values()) < MEMORY
