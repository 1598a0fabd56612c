"""The page while 100 remote edits a second arrive on 28,298 records: tasks above 50 ms, script per edit.

.venv/bin/python -m bench.edits [SECONDS]
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from bench.page import Meter, chromium, import_file, open_page, served
from server.model import uuid7
from tests.servers import ROOT
from tests.wire import connected

SECONDS = 20
PER_SECOND = 100
# Sorted and filtered on one side, plain on the other: what costs most and what costs least.
VIEW = "/?left=airports&left.sort=country,-elevation&left.q=a&right=airports"


async def edit(url: str, seconds: int) -> int:
    """Edits of random records, half of them among the first hundred, which are on screen; how many."""
    async with connected(url, "bench") as client:
        joined = await client.ok("join_grid", {"grid": "airports", "limit": 2000})
        ids = [record[0] for record in joined["page"]["records"]]
        sent = 0
        loop = asyncio.get_running_loop()
        start = loop.time()
        while sent < seconds * PER_SECOND:
            await asyncio.sleep(max(0.0, start + sent / PER_SECOND - loop.time()))
            batch: list[dict[str, Any]] = [
                {
                    "type": "update_record",
                    "mutation_id": uuid7(),
                    "id": random.choice(ids[:100] if random.random() < 0.5 else ids),
                    "fields": {"elevation": random.randint(0, 9000), "city": f"City {sent}"},
                }
                for _ in range(5)
            ]
            # Five a message: records differ within one, as the wire asks.
            unique = list({mutation["id"]: mutation for mutation in batch}.values())
            await client.ok("mutate", {"grid": "airports", "mutations": unique})
            client.events.clear()
            sent += len(unique)
        return sent


async def measure(page: Page, url: str, seconds: int, name: str) -> None:
    meter = await Meter.on(page)
    before = await meter.read()
    await page.evaluate("window.longTasks.length = 0")
    sent = await edit(url, seconds)
    tasks = await page.evaluate("window.longTasks")
    after = await meter.read()
    script = (after["ScriptDuration"] - before["ScriptDuration"]) * 1000
    busy = after["TaskDuration"] - before["TaskDuration"]
    wall = after["Timestamp"] - before["Timestamp"]
    print(
        f"{name:<34}{sent:>7,} edits {sent / wall:>6.0f}/s  script {script / sent:>5.2f} ms/edit  "
        f"main thread {busy / wall:>5.0%}  longest task {max(tasks, default=0):>4} ms  "
        f"above 50 ms: {len(tasks)}"
    )


async def main(seconds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "bench.db")
        import_file(database, ROOT / "server" / "samples" / "airports.csv", "airports")
        async with served(database) as url, chromium() as browser:
            for path, name in (("/?left=airports&right=airports", "plain"), (VIEW, "sorted, searched")):
                page = await open_page(browser, url + path)
                await page.get_by_text("28,298 records", exact=True).first.wait_for(timeout=60_000)
                await page.wait_for_load_state("networkidle")
                await measure(page, url, seconds, name)
                await page.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS))
