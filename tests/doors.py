"""The doors of one server, so that a test may go through each: the same words in, the same answers out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests import described
from tests.frames import PATIENCE, end_of, raw

NAMES = ("socket.io", "websocket", "rest")
LIVE = ("socket.io", "websocket")  # those that hear of changes


class Door(Protocol):
    async def ask(self, event: str, payload: Any = None) -> dict[str, Any]:
        """The answer to a request."""

    async def heard(self, event: str) -> Any:
        """The payload of the next announcement of that name."""


class Plain:
    """A client of `/ws`."""

    def __init__(self, ws: ClientWebSocketResponse) -> None:
        self.ws = ws
        self._ids = 0
        self._asked: dict[Any, str] = {}  # events by the ids of their requests

    async def send(self, **message: Any) -> None:
        self._asked[message.get("id")] = str(message.get("type"))
        await self.ws.send_str(json.dumps(message))

    async def read(self) -> Any:
        async with asyncio.timeout(PATIENCE):
            message = await self.ws.receive()
        assert message.type is WSMsgType.TEXT, message
        told = json.loads(message.data)
        if "id" in told:
            described.answered("websocket", self._asked[told["id"]], told)
        else:
            described.announced("websocket", told["type"], told)
        return told

    async def ask(self, event: str, payload: Any = None) -> dict[str, Any]:
        self._ids += 1
        await self.send(id=self._ids, type=event, payload={} if payload is None else payload)
        return await self.answer(self._ids)

    async def answer(self, id: Any) -> dict[str, Any]:
        while (message := await self.read()).get("id") != id:
            pass
        del message["id"]
        return dict(message)

    async def heard(self, event: str) -> Any:
        while (message := await self.read()).get("type") != event:
            pass
        return message["payload"]

    async def end(self) -> int | None:
        """The code with which the server closes it."""
        return await end_of(self.ws)


class Http:
    """A caller of the REST routes."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def ask(self, event: str, payload: Any = None) -> dict[str, Any]:
        body = dict(payload or {})
        grid, key = body.pop("grid", ""), body.pop("mutation_id", None)
        records = f"/api/grids/{grid}/records"
        if event == "add_record":
            return await self._send("POST", records, body, key)
        if event == "mutate":
            return await self._send("POST", f"/api/grids/{grid}/batch", body, None)
        method, tail = {
            "update_record": ("PATCH", ""),
            "delete_record": ("DELETE", ""),
            "restore_record": ("POST", "/restore"),
        }[event]
        record = f"{records}/{body.pop('id')}{tail}"
        return await self._send(method, record, body if event == "update_record" else None, key)

    async def _send(self, method: str, path: str, body: Any, key: str | None) -> dict[str, Any]:
        headers = {} if key is None else {"Idempotency-Key": key}
        async with self._session.request(method, path, json=body, headers=headers) as answer:
            ack: dict[str, Any] = await answer.json()
        described.told(method, path, answer.status, answer.content_type, ack)
        return {name: ack[name] for name in ack if name not in ("type", "title", "status", "detail")}

    async def heard(self, event: str) -> Any:
        raise NotImplementedError("nothing is announced here")


@asynccontextmanager
async def plain(url: str, **auth: Any) -> AsyncIterator[Plain]:
    """An open `/ws`; connected, unless `auth` has no protocol."""
    async with ClientSession() as session, session.ws_connect(f"{url}/ws", max_msg_size=2**26) as ws:
        client = Plain(ws)
        if "protocol" in auth:
            answer = await client.ask("connect", auth)
            assert answer["ok"], answer
        yield client


@asynccontextmanager
async def through(door: str, url: str) -> AsyncIterator[Door]:
    if door == "socket.io":
        async with raw(url) as client:
            yield client
    elif door == "websocket":
        async with plain(url, protocol=1) as other:
            yield other
    else:
        async with ClientSession(url) as session:
            yield Http(session)
