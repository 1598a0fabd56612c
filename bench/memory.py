"""What clients cost in memory who look and do nothing: 2,000 of them on one process.

.venv/bin/python -m bench.memory [CLIENTS]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from bench.link import Link
from bench.targets import GRID, Sample, Target, tandem

CLIENTS = 2_000
FIRST = 100  # clients after whom everything has been loaded once
PAUSE = 2.0  # seconds for presence to have been told


def resident(pid: int) -> int:
    """Bytes of the process in memory now."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


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


async def run(clients: int = CLIENTS) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        async with tandem(Sample(Path(folder))) as target:
            found = await measure(target, clients)
    print(
        f"\n{found['clients']:,.0f} idle clients: {found['kb_per_connection']:.0f} kB a connection, "
        f"{found['kb_per_joined']:.0f} kB with a grid joined, the process {found['process_mb']:.0f} MB"
    )
    return found


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else CLIENTS))
