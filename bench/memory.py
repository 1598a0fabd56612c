"""What clients cost in memory: 2,000 on one process who look and do nothing; and what the process has at most
while as many hear of edits and several open 100,000 records.

.venv/bin/python -m bench.memory [CLIENTS]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from bench.link import Link
from bench.load import Load, Scenario
from bench.records import write_airports
from bench.snapshot import over_http
from bench.targets import FIELD, GRID, TOOL_CORE, Sample, Target, tandem

CLIENTS = 2_000
RECORDS = 100_000
RATE = 10.0  # edits a second: each goes to all clients
SECONDS = 10.0
OPENING = 5  # clients that open the grid again and again meanwhile
FIRST = 100  # clients after whom everything has been loaded once
PAUSE = 2.0  # seconds for presence to have been told


def resident(pid: int, key: str = "VmRSS") -> int:
    """Bytes of the process in memory, now or (`VmHWM`) at most so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition(f"{key}:")[2].split()[0]) * 1024


def arrive(port: int, count: int, join: bool) -> list[Link]:
    links = [Link(port, f"idle-{number}") for number in range(count)]
    for link in links if join else ():
        link.ask("join_grid", {"grid": GRID, "limit": 0})
    return links


async def measure(target: Target, clients: int) -> dict[str, float]:
    held = await asyncio.to_thread(arrive, target.port, FIRST, True)
    await asyncio.sleep(PAUSE)
    start = resident(target.pid)
    held += await asyncio.to_thread(arrive, target.port, clients // 2, False)
    await asyncio.sleep(PAUSE)
    connected = resident(target.pid)
    held += await asyncio.to_thread(arrive, target.port, clients // 2, True)
    await asyncio.sleep(PAUSE)
    joined = resident(target.pid)
    for link in held:
        link.close()
    return {
        "clients": clients + FIRST,
        "kb_per_connection": (connected - start) / (clients // 2) / 1000,
        "kb_per_joined": (joined - connected) / (clients // 2) / 1000,
        "process_mb": joined / 1e6,
    }


async def under_load(target: Target, sample: Sample, clients: int) -> dict[str, float]:
    """Those who open the grid do so as fast as they can; with each edit the pages made for them are stale."""
    scenario = Scenario(
        target.port, target.pid, TOOL_CORE, GRID, sample.ids, FIELD, clients, rate=RATE, seconds=SECONDS
    )
    load = await asyncio.to_thread(Load, scenario)  # all have joined
    loading = asyncio.create_task(asyncio.to_thread(load.run))

    async def open_again() -> int:
        times = 0
        while not loading.done():
            await over_http(f"http://127.0.0.1:{target.port}", GRID)
            times += 1
        return times

    loaded, *opened = await asyncio.gather(loading, *(open_again() for _ in range(OPENING)))
    return {
        "loaded_mb": resident(target.pid) / 1e6,
        "peak_mb": resident(target.pid, "VmHWM") / 1e6,
        "edits": loaded["edits_per_second"] * loaded["seconds"],
        "unheard": loaded["unheard"] + loaded["behind"],
        "opened": sum(opened),
    }


async def run(clients: int = CLIENTS) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        async with tandem(Sample(Path(folder))) as target:
            found = await measure(target, clients)
        file = Path(folder, "many.csv")
        write_airports(file, RECORDS)
        sample = Sample(Path(folder), file)
        async with tandem(sample) as target:
            return found | await under_load(target, sample, clients)


def show(found: dict[str, float]) -> None:
    print(
        f"{found['clients']:,.0f} idle clients: {found['kb_per_connection']:.0f} kB a connection, "
        f"{found['kb_per_joined']:.0f} kB with a grid joined, the process {found['process_mb']:.0f} MB\n"
        f"{CLIENTS:,} clients that hear of {found['edits']:.0f} edits while {RECORDS:,} records are opened "
        f"{found['opened']:.0f} times: {found['peak_mb']:.0f} MB at most, {found['loaded_mb']:.0f} MB then"
        + (" (not valid: some edits were not heard)" if found["unheard"] else "")
    )


if __name__ == "__main__":
    show(asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else CLIENTS)))
