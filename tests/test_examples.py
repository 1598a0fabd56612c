"""docs/PYTHON.md and examples/ work as printed: against a real server, in processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.config import Settings
from tandem_client import Conflict, Grid, connect
from tests.bots import PATIENCE, until
from tests.servers import ROOT, ServerProcess, serving
from tests.test_readme import run

DOCUMENT = (ROOT / "docs" / "PYTHON.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
COMMANDS = re.findall(r"^(GRIDS=\S+ )?\.venv/bin/python (-m .+)$", DOCUMENT, re.MULTILINE)

# What each snippet says: of ids, names and texts only what is the same each time.
SAYS = [
    ["1 Paint the hangar 1", "12.50", "False"],
    ["it is 5 by A script", "validation_failed {", "it was {'priority': 5}"],
    ["1200 applied", "status: Must be one of: open, doing, done.", "['skipped', 'refused']"],
    ["applied 1 1", "applied 1 1"],
    ["A listener {'status': 'open'} -> {'status': 'done'}"],
]


def test_every_snippet_is_run() -> None:
    assert len(SNIPPETS) == len(SAYS)


@pytest.mark.parametrize("number", range(len(SAYS)))
async def test_the_page_is_right_as_printed(tmp_path: Path, number: int) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/t.db", grids=("server.samples.tasks",))
    async with serving(settings) as url:
        code = SNIPPETS[number].replace("http://localhost:8080", url)
        assert url in code
        told = (await run("-c", code, cwd=tmp_path)).splitlines()
    assert len(told) == len(SAYS[number])
    assert all(line.startswith(start) for line, start in zip(told, SAYS[number], strict=True)), told


# The bot


class Running:
    """The bot of the page, started as it is printed there."""

    def __init__(self, process: Process) -> None:
        self.process = process

    async def stop(self) -> int:
        """SIGTERM; the exit code. Raises AssertionError where it had something to complain of."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            _, complaints = await self.process.communicate()
        assert not complaints, complaints.decode()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def bot(url: str, file: Path) -> AsyncIterator[Running]:
    """Running, and following."""
    _, line = COMMANDS[-1]
    assert line.split()[1:] == ["examples.bot", "http://localhost:8080", "bot.position"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *line.split()[:2], url, str(file), cwd=ROOT, env=os.environ, stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            assert await process.stdout.readline() == b"Following Tasks.\n"
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.fixture
async def tasks_server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    process = ServerProcess(f"sqlite:///{tmp_path}/bot.db", GRIDS="server.samples.tasks")
    await process.start()
    yield process
    await process.close()


async def filled(tasks: Grid, id: str, progress: int) -> None:
    await until(tasks, lambda: tasks[id].fields.get("progress") == progress)


async def bots_changes(tasks: Grid) -> int:
    return len([change async for change in tasks.history(author="progress-bot")])


async def test_the_bot_fills_in_what_follows_from_what_others_change(
    tmp_path: Path, tasks_server: ServerProcess
) -> None:
    file = tmp_path / "bot.position"
    async with connect(tasks_server.url, name="Ann", timeout=PATIENCE) as tandem:
        tasks = await tandem.join("tasks")
        first = (await tasks.add({"title": "before it was there"})).id
        async with bot(tasks_server.url, file) as running:
            await filled(tasks, first, 0)
            await tasks.update(first, {"status": "done"})
            await filled(tasks, first, 100)
            await tasks.update(first, {"status": "doing", "progress": 40})
            second = (await tasks.add({"title": "two", "status": "done"})).id
            await filled(tasks, second, 100)
            assert tasks[first].fields["progress"] == 40, "of `doing` it knows nothing"
            await tasks_server.kill()
            await tasks_server.start()
            await tasks.update(first, {"status": "open"})
            await filled(tasks, first, 0)
            assert await running.stop() == 0
        await tasks.update(first, {"status": "done"})  # while it is away
        await tasks.update(second, {"progress": 99})  # nobody changed its status: it stays
        async with bot(tasks_server.url, file) as running:
            await filled(tasks, first, 100)
            async with connect(tasks_server.url, user="progress-bot") as itself:
                own = (await (await itself.join("tasks")).add({"title": "its own", "status": "done"})).id
            last = (await tasks.add({"title": "last", "status": "done"})).id
            await filled(tasks, last, 100)
            assert await running.stop() == 0
        assert tasks[second].fields["progress"] == 99
        assert "progress" not in tasks[own].fields, "what it does itself it leaves alone"
        assert await bots_changes(tasks) == 6 + 1, "each once, and none because of another of its own"
        assert json.loads(file.read_text())[0] == tasks.position.epoch


async def test_the_bot_is_killed_and_goes_on(tmp_path: Path, tasks_server: ServerProcess) -> None:
    file = tmp_path / "bot.position"
    async with connect(tasks_server.url, name="Ann", timeout=PATIENCE) as tandem:
        tasks = await tandem.join("tasks")
        id = (await tasks.add({"title": "one", "status": "done"})).id
        for status, progress in [("open", 0), ("done", 100)] * 2:
            async with bot(tasks_server.url, file) as running:
                if status == "open":
                    await filled(tasks, id, 100)
                running.process.kill()
                await running.process.wait()
            with pytest.raises(Conflict):
                await tasks.update(id, {"status": status}, was={"status": status})
            await tasks.update(id, {"status": status})
            async with bot(tasks_server.url, file):
                await filled(tasks, id, progress)
