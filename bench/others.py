"""Others who edit the airports while a page shows them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from server.model import uuid7
from tests.wire import Client, connected

WRITERS = 10
BATCH = 5


@dataclass(frozen=True, slots=True)
class Writer:
    """One who edits random records, half of the time one of the first hundred, which are on screen."""

    client: Client
    ids: list[str]

    async def write(self, seconds: float, per_second: float, start: float) -> int:
        """How many edits it has sent, of which each has its time."""
        sent = 0
        loop = asyncio.get_running_loop()
        while sent < seconds * per_second:
            await asyncio.sleep(max(0.0, start + sent / per_second - loop.time()))
            sent += await edit(self.client, self.ids)
        return sent


@asynccontextmanager
async def writers(url: str, count: int = WRITERS) -> AsyncIterator[list[Writer]]:
    """They have come before anything is measured."""
    async with AsyncExitStack() as stack:
        made = []
        for n in range(count):
            client = await stack.enter_async_context(connected(url, f"writer {n}"))
            joined = await client.ok("join_grid", {"grid": "airports", "limit": 2000})
            await client.ok("leave_grid", {"grid": "airports"})
            made.append(Writer(client, [record[0] for record in joined["page"]["records"]]))
        yield made


async def edit(client: Client, ids: list[str]) -> int:
    some = {random.choice(ids[:100] if random.random() < 0.5 else ids) for _ in range(BATCH)}
    mutations = [
        {
            "type": "update_record",
            "mutation_id": uuid7(),
            "id": id,
            "fields": {"elevation": random.randint(0, 9000), "city": f"City {random.randint(0, 9999)}"},
        }
        for id in some
    ]
    await client.ok("mutate", {"grid": "airports", "mutations": mutations})
    return len(mutations)


async def others(writers: list[Writer], seconds: float, per_second: float) -> int:
    """How many edits all of them have sent, one after another."""
    start, share = asyncio.get_running_loop().time(), per_second / len(writers)
    each = (writer.write(seconds, share, start + n / per_second) for n, writer in enumerate(writers))
    return sum(await asyncio.gather(*each))
