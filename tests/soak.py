"""Faults of every kind for as long as one likes: `python -m tests.soak MINUTES` (make soak).

Rounds on a database of either kind, each with a seed of its own; beside them the client's simulation, with
ever-new seeds. A failure is told with its seed (with TANDEM_SEED=… a soak begins with that round); all goes
on, and ends with exit code 1.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
import traceback
from asyncio.subprocess import PIPE, STDOUT
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from tests.disks import allow_writes, fill, refuse_writes, small_disk
from tests.dying_server import POINTS, DyingServer
from tests.load import Load
from tests.postgres import Cluster, find_binaries, running_cluster
from tests.proxy import FAULTS, Proxy
from tests.servers import ROOT

WEBAPP = ROOT / "webapp"
SIMULATION = "src/sync/simulation/"
RUNS = 2_000  # histories of each property in one run of the simulation
FAULTS_A_ROUND = 15
PATIENCE = 1_800  # seconds until a round hangs, however busy the machine is
SOON = {"PING_INTERVAL": "1", "PING_TIMEOUT": "1"}  # who is half-open notices it


@dataclass
class Tally:
    faults: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    lost: int = 0
    twice: int = 0
    longest: float = 0.0  # seconds from the last fault of a round until everybody was equal
    histories: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return sum(count for fault, count in self.faults.items() if fault.startswith("kill"))

    def told(self, minutes: float) -> str:
        return "\n".join(
            [
                f"{minutes:.0f} minutes, {self.kills} kills; by fault:",
                *[f"  {count:6} {fault}" for fault, count in sorted(self.faults.items())],
                f"mutations acknowledged: {self.acknowledged}",
                f"acknowledged and lost: {self.lost}",
                f"applied twice: {self.twice}",
                f"histories simulated: {self.histories}",
                f"longest time to equal: {self.longest:.2f} s",
                f"failures: {len(self.failures)}",
                *[f"  {failure}" for failure in self.failures],
            ]
        )

    def fail(self, what: str, why: str) -> None:
        tell(f"FAILED: {what}\n{why}")
        self.failures.append(what)


class Round:
    """One database, its server behind a proxy, everybody who edits, and a fault after the other."""

    def __init__(self, load: Load, server: DyingServer, proxy: Proxy, tally: Tally, disturb: Disturb) -> None:
        self.load, self.server, self.proxy = load, server, proxy
        self.chance = load.contest.chance
        self._tally = tally
        self._disturb = disturb
        self._choices: dict[Callable[[], Awaitable[str]], int] = {
            self._kill: 5,
            self._point: 5,
            self._stop: 1,
            self._network: 8,
            self._database: 2,
        }

    async def run(self) -> None:
        self.load.serve(self.proxy.url)
        for _ in range(FAULTS_A_ROUND):
            await self.load.moment()
            (choice,) = self.chance.choices(list(self._choices), list(self._choices.values()))
            self._tally.faults[await choice()] += 1
        self.proxy.calm()
        try:
            await self.load.settle()
        finally:
            self._tally.acknowledged += self.load.acknowledged
            self._tally.lost += self.load.contest.lost
            self._tally.twice += self.load.contest.twice
            self._tally.longest = max(self._tally.longest, self.load.time_to_equal)

    async def _kill(self) -> str:
        self.load.up.clear()
        await self.server.kill()
        await self._again()
        return "kill at a random moment"

    async def _point(self) -> str:
        point = self.chance.choice(list(POINTS))
        self.load.up.clear()
        await self.server.stop()
        await self._again(DIE_AT=point, DIE_AFTER=str(self.chance.randrange(1, 30)))
        await self.server.ended()
        self.load.up.clear()
        await self._again()
        return f"kill {point}"

    async def _stop(self) -> str:
        self.load.up.clear()
        assert await self.server.stop() == 0
        await self._again()
        return "stop by SIGTERM"

    async def _network(self) -> str:
        fault = self.chance.choice(FAULTS)
        self.proxy.trouble(fault)
        return f"network: {fault}"

    async def _database(self) -> str:
        self.proxy.calm()
        name, mend = await asyncio.to_thread(self._disturb, self.server, self.chance)
        await self.load.hold_out(mend)
        return name

    async def _again(self, **environment: str) -> None:
        await self.server.start(**environment)
        self.load.up.set()


Disturb = Callable[[DyingServer, Random], tuple[str, Callable[[], object]]]  # what it was, and what ends it


@contextmanager
def on_sqlite(clusters: Cluster | None) -> Iterator[tuple[str, Disturb]]:
    with tempfile.TemporaryDirectory(prefix="tandem-soak-") as folder:
        disk = Path(folder) / "disk"
        with small_disk(disk, 64 * 2**20) as mounted:

            def disturb(server: DyingServer, chance: Random) -> tuple[str, Callable[[], object]]:
                if mounted and chance.random() < 0.5:
                    return "full disk", fill(disk).unlink
                refuse_writes(server.pid)
                return "read-only disk", partial(allow_writes, server.pid)

            yield f"sqlite:///{disk}/tandem.db", disturb


@contextmanager
def on_postgres(cluster: Cluster | None) -> Iterator[tuple[str, Disturb]]:
    assert cluster is not None

    def disturb(server: DyingServer, chance: Random) -> tuple[str, Callable[[], object]]:
        mode = chance.choice(["fast", "immediate"])
        cluster.stop(mode)
        return f"PostgreSQL restarted ({mode})", cluster.start

    yield cluster.create(), disturb


async def one_round(seed: int, cluster: Cluster | None, tally: Tally) -> None:
    chance = Random(seed)
    place = chance.choice([on_sqlite, on_postgres]) if cluster else on_sqlite
    began = time.monotonic()
    with place(cluster) as (url, disturb):
        async with (
            DyingServer.on(url, **SOON) as server,
            Load.on(url, chance, PATIENCE) as load,
            Proxy.to(lambda: server.url, chance) as proxy,
        ):
            await Round(load, server, proxy, tally, disturb).run()
            took = time.monotonic() - began
            tell(f"{place.__name__[3:]:8} seed {seed:10}  {took:5.0f} s  {load.told()}")


async def simulate(until: float, tally: Tally) -> None:
    """The client's simulation again and again."""
    while time.monotonic() < until:
        seed = Random().randrange(2**31)
        process = await asyncio.create_subprocess_exec(
            *("node_modules/.bin/vitest", "run", SIMULATION, "--testTimeout=3600000"),
            cwd=WEBAPP,
            env={**os.environ, "TANDEM_RUNS": str(RUNS), "TANDEM_SEED": str(seed)},
            stdout=PIPE,
            stderr=STDOUT,
        )
        said, _ = await process.communicate()
        if process.returncode != 0:
            tally.fail(
                f"the client's simulation, TANDEM_SEED={seed} TANDEM_RUNS={RUNS}", said.decode()[-6000:]
            )
            continue
        histories = RUNS * properties()
        tally.histories += histories
        tell(f"client   seed {seed:10}  {histories} histories")


def properties() -> int:
    """How many properties the simulation's tests hold, each of which lives through RUNS histories."""
    texts = [path.read_text() for path in (WEBAPP / SIMULATION).glob("*.test.ts")]
    return len(re.findall(r"\bfc\.assert\(", "".join(texts)))


async def disturb_all(until: float, cluster: Cluster | None, tally: Tally) -> None:
    seed = int(os.environ.get("TANDEM_SEED") or Random().randrange(2**32))
    while True:
        try:
            await one_round(seed, cluster, tally)
        except Exception:  # noqa: BLE001 (whatever it is, it is told and counts)
            tally.fail(f"a round, TANDEM_SEED={seed}", traceback.format_exc())
            if cluster is not None and not cluster.is_running():
                cluster.start()
        if time.monotonic() >= until:
            return
        seed = Random().randrange(2**32)


async def soak(minutes: float) -> bool:
    """Whether nothing failed."""
    began, tally = time.monotonic(), Tally()
    until = began + 60 * minutes
    with ExitStack() as stack:
        binaries = find_binaries()
        cluster = stack.enter_context(running_cluster(binaries)) if binaries else None
        if cluster is None:
            tell("PostgreSQL is not installed: on SQLite only.")
        async with asyncio.TaskGroup() as group:
            group.create_task(simulate(until, tally))
            group.create_task(disturb_all(until, cluster, tally))
    tell(tally.told((time.monotonic() - began) / 60))
    return not tally.failures


def tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(soak(float(sys.argv[1]))) else 1)
