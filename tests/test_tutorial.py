"""The tutorials and what docs/API.md shows work as printed."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port

from tests.printed import BLOCK, ROOT, Printed
from tests.servers import ServerProcess

PATIENCE = 60  # seconds


@pytest.mark.parametrize("document", ["tutorial/shared-grid.md", "tutorial/own-page.md"])
async def test_a_tutorial_works_as_printed(document: str, tmp_path: Path) -> None:
    printed = Printed(document, tmp_path, unused_port())
    try:
        await printed.run()
    finally:
        await printed.close()


async def test_rest_and_websocket_work_as_printed(tmp_path: Path) -> None:
    """Whoever listens by the one hears what is written by the other."""
    blocks = BLOCK.findall((ROOT / "docs/API.md").read_text())
    (listening,) = [block for language, block in blocks if language == "python"]
    (writing,) = [block for language, block in blocks if language == "sh" and "curl" in block]
    server = ServerProcess(f"sqlite:///{tmp_path}/tandem.db", GRIDS="server.samples.tasks")
    await server.start()
    here = server.url.removeprefix("http://")
    listener = await asyncio.create_subprocess_exec(
        sys.executable, "-c", listening.replace("localhost:8080", here), stdout=PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE):
            assert listener.stdout is not None
            heard = [json.loads(await listener.stdout.readline()) for _ in range(2)]
            assert [message["ok"] for message in heard] == [True, True]
            writer = await asyncio.create_subprocess_shell(
                f"set -e\n{writing.replace('localhost:8080', here)}", stdout=PIPE
            )
            told, _ = await writer.communicate()
            assert writer.returncode == 0
            added = json.loads(told.decode().partition("}]}")[2])["result"]
            while (message := json.loads(await listener.stdout.readline())).get("type") != "changes":
                pass
    finally:
        listener.kill()
        await listener.wait()
        await server.close()
    ((revision, id, kind, fields, *_),) = message["payload"]["changes"]
    assert (revision, id, kind) == (added["revision"], added["id"], "add")
    assert fields["title"] == "Paint the hangar"
