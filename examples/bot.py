"""A bot for the sample grid `tasks`: when somebody changes a task's status, it fills in the progress.

    GRIDS=server.samples.tasks .venv/bin/python -m server
    .venv/bin/python -m examples.bot http://localhost:8080 bot.position

The file holds how far it has come: started again, it goes on there, however long it was away. When it is
started for the first time, it fills in what is empty. A key comes from TANDEM_KEY. SIGTERM ends it.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tandem_client import Conflict, Grid, Position, Refused, Reset, connect

PROGRESS = {"open": 0, "done": 100}  # by status; of others nothing is known


async def main(url: str, file: Path) -> None:
    key = os.environ.get("TANDEM_KEY")
    # Always the same user: so it knows what it did itself, before a restart too.
    async with connect(url, key=key, user="progress-bot", name="Progress bot", timeout=math.inf) as tandem:
        tasks = await tandem.join("tasks")
        if (position := kept(file)) is None:
            position = tasks.position
            await fill_empty(tasks)
            keep(file, position)
        print(f"Following {tasks.title}.", flush=True)
        async for change in tasks.changes(position):
            if isinstance(change, Reset):  # what has happened cannot be told: look at what is there
                await fill_empty(tasks)
            elif change.author.id != tandem.user and "status" in (change.fields or {}):
                await fill(tasks, change.id)
            keep(file, change.position)


async def fill_empty(tasks: Grid) -> None:
    for task in list(tasks.records.values()):
        if "progress" not in task.fields:
            await fill(tasks, task.id)


async def fill(tasks: Grid, id: str) -> None:
    """By what the task is now: it may be further than the change that made us look."""
    task = tasks.records.get(id)
    if task is None or (progress := PROGRESS.get(task.fields["status"])) is None:
        return
    if task.fields.get("progress") != progress:
        try:
            await tasks.update(task, {"progress": progress})
        except Conflict:
            pass  # somebody has just entered another one, or deleted the task
        except Refused as refused:
            print(f"{id}: {refused}", file=sys.stderr)


def kept(file: Path) -> Position | None:
    return Position(*json.loads(file.read_text())) if file.exists() else None


def keep(file: Path, position: Position) -> None:
    """All of it or nothing, whenever the bot is killed."""
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(position))
    beside.replace(file)


async def run() -> None:
    following = asyncio.create_task(main(sys.argv[1], Path(sys.argv[2])))
    with suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, following.cancel)
    with suppress(asyncio.CancelledError):
        await following


if __name__ == "__main__":
    asyncio.run(run())
