"""The rival of bench.snapshot: python-socketio as it is shipped, which answers with all records in one event.

python -m bench.oneevent DATABASE PORT    (started by bench.snapshot)
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from typing import Any

import socketio
from aiohttp import web

GRID = "people"


def read(database: str) -> list[list[Any]]:
    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "SELECT id, version, data FROM records WHERE grid = ? AND NOT deleted ORDER BY version", (GRID,)
        )
        return [[id, version, json.loads(data)] for id, version, data in rows]


def write(database: str, id: str) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE records SET data = data WHERE grid = ? AND id = ?", (GRID, id))


def main(database: str, port: int) -> None:
    server = socketio.AsyncServer(async_mode="aiohttp")

    @server.event  # type: ignore[untyped-decorator]
    async def records(sid: str, payload: Any) -> dict[str, Any]:
        return {"ok": True, "records": await asyncio.to_thread(read, database)}

    @server.event  # type: ignore[untyped-decorator]
    async def update_record(sid: str, payload: Any) -> dict[str, Any]:
        await asyncio.to_thread(write, database, payload["id"])
        return {"ok": True}

    app = web.Application()
    server.attach(app)
    print("listening", flush=True)
    web.run_app(app, host="127.0.0.1", port=port, print=lambda *_: None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
