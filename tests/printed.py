"""Documents whose shell is run as it is printed: blocks in their order, in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from pathlib import Path

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"(?:#|//|<!--) (\S+\.\w+)(?: -->)?\n")
STAYS = "# leave it running\n"
PATIENCE = 60  # seconds


def files(document: str) -> dict[str, str]:
    """The files that a document prints, by the names that their first lines say."""
    blocks = [block for _, block in BLOCK.findall((ROOT / "docs" / document).read_text())]
    return {name[1]: block for block in blocks if (name := NAME.match(block))}


class Printed:
    """Runs a document: `sh` is run, `text` is what the block before it must have told (… stands for
    anything), and any other block whose first line is a comment with a file's name is written to it.
    """

    def __init__(self, document: str, folder: Path, port: int) -> None:
        self._text = (ROOT / "docs" / document).read_text()
        self._folder = folder
        self._port = port
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), "PORT": str(port)}
        self._running: list[Process] = []
        (folder / ".venv").symlink_to(ROOT / ".venv")

    async def run(self) -> None:
        told = ""
        for language, block in BLOCK.findall(self._text.replace("localhost:8080", f"localhost:{self._port}")):
            if language == "sh":
                told = await (self._leave(block) if block.startswith(STAYS) else self._shell(block))
            elif language == "text":
                wanted = ".*?".join(re.escape(part) for part in block.rstrip("\n").split("…"))
                assert re.fullmatch(wanted + r"\s*", told, re.DOTALL), f"{told!r} is not {block!r}"
            elif name := NAME.match(block):
                (self._folder / name[1]).write_text(block)

    async def close(self) -> None:
        for process in self._running:
            os.killpg(process.pid, signal.SIGTERM)
            await process.wait()

    async def _shell(self, block: str) -> str:
        process = await self._start(block)
        async with asyncio.timeout(PATIENCE):
            out, _ = await process.communicate()
        assert process.returncode == 0, f"{block}\n{out.decode()}"
        return out.decode()

    async def _leave(self, block: str) -> str:
        process = await self._start(block)
        self._running.append(process)
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := await process.stdout.readline():
                if b"listening" in line:
                    return ""
        raise AssertionError(f"{block}\nended instead of listening")

    async def _start(self, block: str) -> Process:
        return await asyncio.create_subprocess_exec(
            "sh",
            "-euc",
            block,
            cwd=self._folder,
            env=self._environment,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,
        )
