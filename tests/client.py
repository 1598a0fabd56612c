"""One connection to a server, which ends for good when it is lost; and work that ends with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

import aiohttp
import socketio

from server.model import Json
from tests import described

Heard = Callable[[str, Json], None]

PATIENCE = 10  # seconds until a connection whose other end says nothing is given up


class Lost(Exception):
    """The connection went before the answer came: the outcome is unknown."""


class Client:
    """`heard` gets every announcement, in order, and none after the connection has ended."""

    def __init__(self, heard: Heard) -> None:
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._http = aiohttp.ClientSession()  # its own would stay open when the connection is lost
        self._socket = socketio.AsyncClient(reconnection=False, http_session=self._http, request_timeout=1)
        self._socket.on("disconnect", self._lose)
        self._socket.on("*", self._pass_on)
        self._heard = heard

    @property
    def alive(self) -> bool:
        return not self._gone.done()

    async def connect(self, url: str, **auth: Json) -> None:
        """Raises Lost."""
        hello = {"protocol": 1, **auth}
        try:
            async with asyncio.timeout(PATIENCE):
                await self._socket.connect(url, auth=hello, transports=["websocket"], wait_timeout=PATIENCE)
        except (socketio.exceptions.ConnectionError, TimeoutError) as problem:
            raise Lost from problem
        finally:  # cancelled, too
            if not self._socket.connected:
                await self.close()

    async def ask(self, event: str, payload: Mapping[str, Json]) -> Any:
        """The answer, whatever it is. Raises Lost."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self.alive and self._socket.connected:
            await self._socket.emit(event, dict(payload), callback=answer.set_result)
        await asyncio.wait([answer, self._gone], timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            await self.close()
            raise Lost
        described.answered("socketio", event, answer.result())
        return answer.result()

    async def demand(self, event: str, payload: Mapping[str, Json]) -> Any:
        """An answer that is `ok`. A server that is busy is as good as lost: connect and ask again."""
        answer = await self.ask(event, payload)
        if not answer["ok"]:
            assert answer["error"]["retry"], answer
            await self.close()
            raise Lost
        return answer

    async def lost(self) -> None:
        """Return when the connection has ended, whoever ended it."""
        await asyncio.shield(self._gone)

    async def close(self) -> None:
        self._lose()
        await self._socket.disconnect()
        await self._http.close()

    def _pass_on(self, event: str, payload: Json) -> None:
        described.announced("socketio", event, payload)
        if self.alive:
            self._heard(event, payload)

    def _lose(self, *_: Any) -> None:
        if self.alive:
            self._gone.set_result(None)


class Background:
    """Work beside the caller's own, abandoned when the connection is lost; and news about it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[BaseException] = []
        self._news = asyncio.Condition()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        async def run() -> None:
            with suppress(Lost):
                await work

        self._tasks.add(task := asyncio.create_task(run()))
        task.add_done_callback(self._done)

    def tell(self) -> None:
        """Something has changed: look again at what is waited for."""
        self.start(self._notify())

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for news that make it true. Raises what the work raised."""
        async with self._news:
            await self._news.wait_for(lambda: self._failures or happened())
        for failure in self._failures:
            raise failure

    async def ended(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self.until(lambda: True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        failure = task.exception()
        if failure is not None:
            self._failures.append(failure)
            self.tell()

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()
