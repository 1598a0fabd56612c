"""A client for tests: python-socketio's own, which asks, and waits for announcements."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import socketio

from server.model import uuid7
from tests import described

PATIENCE = 20  # seconds until a test that waits for an event has failed

Ack = dict[str, Any]


class Client:
    """One connected client; `events` keeps what has been announced and not yet waited for."""

    def __init__(self) -> None:
        self.sio = socketio.AsyncClient(reconnection=False)
        self.events: list[tuple[str, Any]] = []
        self._arrived = asyncio.Condition()
        self.sio.on("*", self._receive)

    async def _receive(self, event: str, payload: Any = None) -> None:
        described.announced("socketio", event, payload)
        async with self._arrived:
            self.events.append((event, payload))
            self._arrived.notify_all()

    async def ask(self, event: str, payload: Any = None, *more: Any) -> Ack:
        """Send one request and return its acknowledgement."""
        arguments = ({} if payload is None else payload, *more)
        ack: Ack = await self.sio.call(event, arguments, timeout=PATIENCE)
        described.answered("socketio", event, ack)
        return ack

    async def ok(self, event: str, payload: Any = None) -> Ack:
        ack = await self.ask(event, payload)
        assert ack["ok"] is True, ack
        return ack

    async def refused(self, event: str, payload: Any = None) -> dict[str, Any]:
        """The error of a request that must not succeed."""
        ack = await self.ask(event, payload)
        assert ack["ok"] is False, ack
        error: dict[str, Any] = ack["error"]
        assert isinstance(error["retry"], bool)
        assert error["message"]
        return error

    async def heard(self, event: str, wanted: Callable[[Any], bool] = lambda payload: True) -> Any:
        """Wait for an announcement, and take it and all before it off the list."""

        def find() -> int | None:
            for index, (name, payload) in enumerate(self.events):
                if name == event and wanted(payload):
                    return index
            return None

        async with asyncio.timeout(PATIENCE), self._arrived:
            await self._arrived.wait_for(lambda: find() is not None)
            index = find()
            assert index is not None
            payload = self.events[index][1]
            del self.events[: index + 1]
            return payload

    async def add(self, grid: str, **fields: Any) -> str:
        ack = await self.ok("add_record", {"grid": grid, "mutation_id": uuid7(), "fields": fields})
        id: str = ack["result"]["id"]
        return id

    async def update(self, grid: str, id: str, **more: Any) -> Ack:
        return await self.ask("update_record", {"grid": grid, "mutation_id": uuid7(), "id": id, **more})


async def connect(url: str, user: str | None = None, **auth: Any) -> Client:
    """Connect a client; its user's name is the user's id in capitals."""
    client = Client()
    who = {"user": user, "name": user.title()} if user else {}
    await client.sio.connect(url, auth={"protocol": 1, **who, **auth}, transports=["websocket"])
    return client


@asynccontextmanager
async def connected(url: str, user: str | None = None, **auth: Any) -> AsyncIterator[Client]:
    client = await connect(url, user, **auth)
    try:
        yield client
    finally:
        await client.sio.disconnect()
