"""Acknowledged durable mutations a second on PostgreSQL: what bench.writes sends, to Tandem on a cluster that
is made for it.

.venv/bin/python -m bench.postgres [ROUNDS]

The server has one core and the load another, as everywhere here; PostgreSQL has those that are left, or
shares the server's where none is.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from sqlalchemy import make_url

from bench.page import command
from bench.records import AIRPORTS
from bench.targets import CORES, GRID, SERVER_CORE, TOOL_CORE, Lacking, use_core
from bench.writers import BATCH, plan
from bench.writes import served, summary
from tests.postgres import Cluster, find_binaries, running_cluster

ROUNDS = 5


def run(rounds: int = ROUNDS, batches: tuple[int, ...] = (1, BATCH)) -> dict[str, Any]:
    """By mutations a message; and whether server and database shared a core."""
    binaries = find_binaries()
    if binaries is None:
        raise Lacking("PostgreSQL's programs are not installed (Debian: apt-get install postgresql)")
    use_core(SERVER_CORE)
    left = set(CORES) - {SERVER_CORE, TOOL_CORE}
    os.sched_setaffinity(0, left or {SERVER_CORE})  # the cluster inherits it
    with running_cluster(binaries) as cluster:
        base = cluster.create()
        command(base, "migrate")
        command(base, "import", str(AIRPORTS), "--grid", GRID)
        found = {
            str(batch): summary([_round(cluster, base, batch, seed) for seed in range(rounds)])
            for batch in batches
        }
    return {"shares_a_core": not left, "batches": found}


def _round(cluster: Cluster, base: str, batch: int, seed: int) -> dict[str, float]:
    name = str(make_url(base).database)
    with cluster.connect(name) as database:
        writers = plan(database.execute("SELECT id, data FROM records"), batch, seed)
    with cluster.connect("postgres") as database:
        database.execute("DROP DATABASE IF EXISTS measured WITH (FORCE)")
        database.execute(f'CREATE DATABASE measured TEMPLATE "{name}"'.encode())
        database.execute("CHECKPOINT")
    return asyncio.run(served(cluster.url("measured"), writers))


def show(found: dict[str, Any]) -> None:
    place = "on the server's core" if found["shares_a_core"] else "on cores of its own"
    print(f"PostgreSQL {place}\n")
    print("| mutations a message | mutations/s | server's CPU | tool |\n|---|---|---|---|")
    for batch, each in found["batches"].items():
        note = "" if each["valid"] else " (not valid)"
        print(f"| {batch}{note} | {each['rate']:,.0f} | {each['cpu_us']:.0f} µs | {each['tool']:.0%} |")


if __name__ == "__main__":
    show(run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
