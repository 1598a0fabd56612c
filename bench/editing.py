"""A client in a process of its own that edits a record again and again: how long each answer takes.

python -m bench.editing URL GRID ID    (started by bench.snapshot; ends with its standard input)
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from server.model import uuid7

WARM = 20  # edits that are not counted
PAUSE = 0.005  # seconds between an acknowledgement and the next edit


async def connect(session: ClientSession, url: str) -> ClientWebSocketResponse:
    """A Socket.IO connection, without a library that would cost more than what is measured."""
    socket = await session.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", max_msg_size=0)
    await socket.receive_str()
    await socket.send_str('40{"protocol":1}')
    await socket.receive_str()
    return socket


async def ask(socket: ClientWebSocketResponse, event: str, payload: Any) -> str:
    """The text of the acknowledgement; pings are answered, announcements passed over."""
    await socket.send_str(f"420{json.dumps([event, payload])}")
    while True:
        text = await socket.receive_str()
        if text == "2":
            await socket.send_str("3")
        elif text.startswith("430"):
            return text


async def edit(url: str, grid: str, id: str) -> dict[str, float]:
    waits: list[float] = []
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    async with ClientSession() as session:
        socket = await connect(session, url)
        while not ended.done():
            payload = {"grid": grid, "mutation_id": uuid7(), "id": id, "fields": {"amount": len(waits)}}
            start = time.perf_counter()
            answer = await ask(socket, "update_record", payload)
            waits.append(time.perf_counter() - start)
            assert '"ok":true' in answer, answer[:200]
            if len(waits) == WARM:
                print("editing", flush=True)
            await asyncio.sleep(PAUSE)
    return {"edits": len(waits) - WARM, "longest_ms": 1000 * max(waits[WARM:])}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(edit(*sys.argv[1:]))))
