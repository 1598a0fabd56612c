"""A process that writes to a store until it is killed or has had its turns:
`python -m tests.store_writer URL TURNS`. A line per commit, when it has returned."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

import orjson

from server.groups import Result
from server.model import uuid7
from server.stores import StoreBusy
from server.stores.sql import SqlStore
from tests.store_kit import GRIDS, add, change, delete, run

GROUP = 8


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def write(url: str, turns: int) -> None:
    store = SqlStore(url)
    await store.open(GRIDS)
    tell("open")
    for turn in range(turns):
        records = [uuid7() for _ in range(GROUP)]
        mutations = [
            *[add(id, size=turn, note="x" * 500) for id in records],
            *[change(id, size=-turn - 1) for id in records[1:]],
            delete(records[0]),
            delete(uuid7()),
        ]
        results: list[Result] = []
        while not results:
            with suppress(StoreBusy):  # the other writer was quicker: again, under the same ids (R3)
                results = await run(store, *mutations)
        told = {r["mutation_id"]: [r["status"], r["revision"]] for r in results}
        tell(orjson.dumps(told).decode())
    await store.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], int(sys.argv[2])))
