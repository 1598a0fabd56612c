"""100,000 records of 8 fields to one client: over HTTP, first made, then kept; and as one Socket.IO event.

.venv/bin/python -m bench.snapshot [RECORDS]
"""

from __future__ import annotations

import asyncio
import csv
import json
import random
import socket
import sqlite3
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

from aiohttp import ClientSession

from bench.link import Link, port_of
from bench.oneevent import GRID
from bench.page import import_file
from bench.targets import cpu_of
from tests.servers import ROOT, ServerProcess

RECORDS = 100_000
RUNS = 5
FIELDS = ["name", "city", "country", "amount", "price", "active", "since", "note"]
TITLES = {
    "http_made": "over HTTP, made",
    "http_kept": "over HTTP, kept",
    "one_event": "one Socket.IO event",
    "nothing": "nothing",
}
SHOWN = (("bytes", 1e6, 1), ("seconds", 1, 2))  # key, unit, digits
Load = Callable[[str], Awaitable[int]]  # from a server's URL; bytes that came


def write_people(file: Path, count: int) -> None:
    draw = random.Random(2026)
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(FIELDS)
        for n in range(count):
            city = f"{draw.choice(['Berlin', 'Oslo', 'Paris', 'Rome'])} {draw.randint(1, 99)}"
            day = f"20{draw.randint(10, 26)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
            price, active = f"{draw.uniform(1, 999):.2f}", draw.choice(["true", "false"])
            note = draw.choice(["ok", "late", "check again", "to be shipped"])
            amount = draw.randint(1, 10**6)
            writer.writerow([f"Person {n}", city, city[:2].upper(), amount, price, active, day, note])


async def over_http(url: str, grid: str = GRID) -> int:
    async with ClientSession(auto_decompress=False) as session:
        answer = await session.get(f"{url}/api/grids/{grid}/records", headers={"Accept-Encoding": "gzip"})
        answer.raise_for_status()
        return sum([len(chunk) async for chunk in answer.content.iter_any()])


async def nothing(url: str) -> int:
    """As long as the others take."""
    await asyncio.sleep(1)
    return 0


async def as_one_event(url: str) -> int:
    def answered() -> int:
        link = Link(port_of(url), "opening")
        link.send(b'420["records",{}]')
        size = len(link.wait(b"430"))
        link.close()
        return size

    return await asyncio.to_thread(answered)


async def measure(load: Load, url: str, pid: int) -> dict[str, float]:
    before, start = cpu_of(pid), time.perf_counter()
    size = await load(url)
    seconds = time.perf_counter() - start
    return {"bytes": size, "seconds": seconds, "cpu_ms": 1000 * (cpu_of(pid) - before)}


async def disturb(load: Load, url: str, id: str) -> float:
    """The longest that another client waits for an acknowledged edit meanwhile, in ms."""
    editing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.editing", url, GRID, id), cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    assert editing.stdin is not None
    assert editing.stdout is not None
    await editing.stdout.readline()
    await load(url)
    editing.stdin.close()
    said = await editing.stdout.read()
    await editing.wait()
    return float(json.loads(said)["longest_ms"])


@asynccontextmanager
async def rival(database: Path) -> AsyncIterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.oneevent", str(database), str(port)), cwd=ROOT, stdout=PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    url = f"http://127.0.0.1:{port}"
    await _until_there(url)
    try:
        yield url, process.pid
    finally:
        process.terminate()
        await process.wait()


async def _until_there(url: str) -> None:
    async with ClientSession() as session:
        while True:
            try:
                await session.get(url)
                return
            except OSError:
                await asyncio.sleep(0.05)


def touch(database: Path, id: str) -> None:
    """Another revision, as an import beside the server makes one: nothing that is kept holds any more."""
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE grids SET revision = revision + 1 WHERE id = ?", (GRID,))
        connection.execute("UPDATE records SET version = revision FROM grids WHERE records.id = ?", (id,))


def _median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(run[name] for run in runs) for name in runs[0]}


async def run(count: int = RECORDS, runs: int = RUNS) -> dict[str, Any]:
    """Medians of so many rounds, in each of which all three are measured one after another."""
    with tempfile.TemporaryDirectory() as folder:
        file, database = Path(folder, "people.csv"), Path(folder, "bench.db")
        write_people(file, count)
        import_file(database, file, GRID)
        with sqlite3.connect(database) as connection:
            (id,) = connection.execute("SELECT id FROM records LIMIT 1").fetchone()
        server = ServerProcess(f"sqlite:///{database}", GRIDS="")
        await server.start()
        made, kept, event, waits = [], [], [], []
        try:
            async with rival(database) as (url, pid):
                await over_http(server.url)  # both are warm
                await as_one_event(url)
                for _ in range(runs):
                    await asyncio.to_thread(touch, database, id)
                    made.append(await measure(over_http, server.url, server.pid))
                    kept.append(await measure(over_http, server.url, server.pid))
                    event.append(await measure(as_one_event, url, pid))
                    waits.append(
                        {
                            "nothing": await disturb(nothing, server.url, id),
                            "http": await disturb(over_http, server.url, id),
                            "event": await disturb(as_one_event, url, id),
                        }
                    )
        finally:
            await server.close()
    longest = _median(waits)
    figures: dict[str, Any] = {
        "records": count,
        "fields": len(FIELDS),
        "runs": runs,
        "http_made": {**_median(made), "longest_wait_ms": longest["http"]},
        "http_kept": _median(kept),
        "one_event": {**_median(event), "longest_wait_ms": longest["event"]},
        "nothing": {"longest_wait_ms": longest["nothing"]},
    }
    ratios = [a["cpu_ms"] / b["cpu_ms"] for a, b in zip(made, event, strict=True)]
    return {**figures, "cpu_ratio": median(ratios)}


def show(figures: dict[str, Any]) -> None:
    print(f"{figures['records']:,} records of {figures['fields']} fields, medians of {figures['runs']}")
    print(f"{'':<26}{'MB':>8}{'s':>8}{'server CPU':>13}{'longest wait for an edit':>27}")
    for name, title in TITLES.items():
        row = figures[name]
        size, seconds = (f"{row[key] / unit:.{digits}f}" if key in row else "" for key, unit, digits in SHOWN)
        cpu_ms, wait = (f"{row[key]:.0f} ms" if key in row else "" for key in ("cpu_ms", "longest_wait_ms"))
        print(f"{title:<26}{size:>8}{seconds:>8}{cpu_ms:>13}{wait:>27}")
    print(f"server CPU, made over HTTP against one event: {figures['cpu_ratio']:.2f}")


if __name__ == "__main__":
    show(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)))
