"""Real servers for tests: one in a process of its own, which can be killed; one inside the test."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from server.app import build
from server.config import Settings

ROOT = Path(__file__).parent.parent


class ServerProcess:
    """`python -m server` on a free port of the loopback, which it keeps over restarts."""

    module = "server"  # what is started

    def __init__(self, database_url: str, **environment: str) -> None:
        self.url = ""
        self.root = ROOT  # the release that starts next
        self.database_url = database_url
        self.log: list[dict[str, Any]] = []  # what it has told so far, over restarts too
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT")},
            "DATABASE_URL": database_url,
            "GRIDS": "tests.store_kit",
            "LOG_FORMAT": "json",
            "PORT": "0",
            **environment,
        }
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def command(self) -> Sequence[str]:
        return sys.executable, "-m", self.module

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self, **environment: str) -> None:
        """Return when it listens, this time with that in its environment too. Raises RuntimeError, with
        its last words, if it ends instead."""
        assert self._process is None
        self._process = await asyncio.create_subprocess_exec(
            *self.command,
            cwd=self.root,
            env={**self.environment, **environment},
            stderr=PIPE,
        )
        assert self._process.stderr is not None
        said = []
        async for line in self._process.stderr:
            said.append(line.decode())
            if self._note(line) == "listening":
                break
        else:
            await self.ended()
            raise RuntimeError("the server did not start: " + "".join(said))
        self.url = self.log[-1]["url"]
        self.environment["PORT"] = self.url.rpartition(":")[2]
        self._reading = asyncio.create_task(self._read(self._process.stderr))

    async def kill(self) -> None:
        """`kill -9`: it has no time for anything."""
        self._signal(signal.SIGKILL)
        await self.ended()

    async def stop(self) -> int:
        """SIGTERM, as a deploy does; the exit code."""
        self._signal(signal.SIGTERM)
        return await self.ended()

    async def close(self) -> None:
        """Whatever state it is in: leave nothing running."""
        if self._process is not None:
            await self.kill()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait until it has, for whatever reason; the exit code."""
        assert self._process is not None
        code = await self._process.wait()
        if self._reading is not None:
            await self._reading
        self._process = self._reading = None
        return code

    async def _read(self, lines: asyncio.StreamReader) -> None:
        async for line in lines:
            self._note(line)

    def _note(self, line: bytes) -> str | None:
        if not line.startswith(b"{"):  # a sentence for people
            return None
        self.log.append(orjson.loads(line))
        return str(self.log[-1]["event"])


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """The whole server in the test's own loop, on a free port; its URL."""
    runner = web.AppRunner(build(settings), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
