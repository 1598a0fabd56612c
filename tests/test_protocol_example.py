"""docs/PROTOCOL.md's worked example is replayed, frame by frame, against a real server."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import ClientWebSocketResponse
from aiohttp.test_utils import TestClient

from server.app import build
from server.config import Settings

PROTOCOL = Path(__file__).parent.parent / "docs" / "PROTOCOL.md"
PATIENCE = 20  # seconds until a frame that does not come has failed the test
FRAME = re.compile(r"([→←]) (\d+)(.*)")


def frames() -> list[tuple[str, str, Any]]:
    """Of the example: (direction, the digits before the JSON, the JSON), in order."""
    text = PROTOCOL.read_text().split("## A session, frame by frame")[1].split("\n## ")[0]
    block = "".join(re.findall(r"```text\n(.*?)```", text, re.DOTALL))
    joined = re.sub(r"\n {4,}", "", block)  # a long frame goes on, indented, in the next line
    return [(way, digits, json.loads(body)) for way, digits, body in FRAME.findall(joined)]


def fill(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, str):
        return known.get(value, value)
    if isinstance(value, list):
        return [fill(part, known) for part in value]
    if isinstance(value, dict):
        return {key: fill(part, known) for key, part in value.items()}
    return value


def learn(told: Any, heard: Any, known: dict[str, str]) -> None:
    """Take what the server made up (`<epoch>`) from where the document names it."""
    if isinstance(told, str) and re.fullmatch(r"<\w+>", told):
        known.setdefault(told, heard)
    elif isinstance(told, list) and isinstance(heard, list):
        for one, other in zip(told, heard, strict=False):
            learn(one, other, known)
    elif isinstance(told, dict) and isinstance(heard, dict):
        for key in told.keys() & heard.keys():
            learn(told[key], heard[key], known)


def split(frame: str) -> tuple[str, Any]:
    match = re.fullmatch(r"(\d+)(.*)", frame, re.DOTALL)
    assert match, frame
    return match[1], json.loads(match[2])


async def hear(
    socket: ClientWebSocketResponse, unheard: list[tuple[str, Any]], digits: str, told: Any
) -> Any:
    """The next frame of this kind; what else arrives meanwhile is kept for later."""
    wanted = (digits, told[0] if digits == "42" else None)
    while True:
        for index, (kind, heard) in enumerate(unheard):
            if (kind, heard[0] if kind == "42" else None) == wanted:
                return unheard.pop(index)[1]
        unheard.append(split(await socket.receive_str(timeout=PATIENCE)))


async def test_the_worked_example(aiohttp_client: Callable[..., Any], tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/tandem.db", grids=("tests.notes",))
    client: TestClient[Any, Any] = await aiohttp_client(build(settings))
    known: dict[str, str] = {}
    unheard: list[tuple[str, Any]] = []
    seen = 0
    async with asyncio.timeout(3 * PATIENCE):
        socket = await client.ws_connect("/socket.io/?EIO=4&transport=websocket")
        for way, digits, body in frames():
            if way == "→":
                await socket.send_str(digits + json.dumps(fill(body, known)))
                continue
            heard = await hear(socket, unheard, digits, body)
            learn(body, heard, known)
            assert heard == fill(body, known)
            seen += 1
        await socket.close()
    assert seen > 10
