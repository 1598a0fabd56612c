"""One Socket.IO connection, which ends for good when it is lost; and the work that ends with it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import socketio

from tandem_client.errors import refusal
from tandem_client.records import Json

log = logging.getLogger(__name__)

PROTOCOL = 1  # the wire's version
ANSWER = 15.0  # seconds until a connection whose other end says nothing is given up
FIRST_REST, LONGEST_REST = 0.25, 10.0  # seconds


class Lost(Exception):
    """The connection went before the answer came: the outcome is unknown. The text tells why, where it is
    known."""


def rest(attempt: int) -> float:
    """Seconds before the next try; not all clients at once."""
    return float(min(LONGEST_REST, FIRST_REST * 2 ** min(attempt, 10)) * random.uniform(0.5, 1))


class Connection:
    """`heard` gets every announcement, in order, and none after the connection has ended."""

    def __init__(self, heard: Callable[[str, Json], None]) -> None:
        self._heard = heard
        self._refused: Json = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._http = aiohttp.ClientSession()  # its own would stay open when the connection is lost
        self._socket = socketio.AsyncClient(
            reconnection=False,  # the library's own goes on after a refusal
            handle_sigint=False,  # signals are the program's
            http_session=self._http,
            request_timeout=1,  # of closing
            websocket_extra_options={"max_msg_size": 0},  # a page of history may be large
        )
        self._socket.on("*", self._pass_on)
        self._socket.on("connect_error", self._refuse)
        self._socket.on("disconnect", self._lose)

    @property
    def alive(self) -> bool:
        return not self._gone.done()

    async def open(self, url: str, auth: Json) -> None:
        """Raises Lost, and Refused where the server has said why."""
        try:
            async with asyncio.timeout(ANSWER):
                await self._socket.connect(url, auth=auth, transports=["websocket"], wait_timeout=ANSWER)
        # The last two: a socket that is closed where the library reads its first packet.
        except (socketio.exceptions.ConnectionError, TimeoutError, TypeError, ValueError) as problem:
            if self._refused is not None:
                raise refusal(self._refused) from None
            raise Lost(_root(problem)) from problem

    async def ask(self, event: str, payload: Json) -> Json:
        """The answer, whatever it is. Raises Lost."""
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()

        def take(told: Json = None) -> None:
            if not answer.done():
                answer.set_result(told)

        if self.alive and self._socket.connected:
            await self._socket.emit(event, payload, callback=take)
            await asyncio.wait([answer, self._gone], timeout=ANSWER, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            self._lose()
            raise Lost("no answer")
        return answer.result()

    async def demand(self, event: str, payload: Json) -> Json:
        """An answer that is `ok`; who is to ask again later does. Raises Lost and Refused."""
        attempt = 0
        while not (answer := await self.ask(event, payload))["ok"]:
            if not answer["error"]["retry"]:
                raise refusal(answer["error"])
            await asyncio.sleep(rest(attempt))
            attempt += 1
        return answer

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that is cancelled when the connection ends, and may raise Lost."""

        async def run() -> None:
            with suppress(Lost):
                await work

        self._tasks.add(task := asyncio.create_task(run()))
        task.add_done_callback(self._done)

    async def lost(self) -> None:
        """Return when the connection has ended, whoever ended it. Raises what its work raised."""
        await asyncio.shield(self._gone)

    async def close(self) -> None:
        self._lose()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER):
                await self._socket.disconnect()
        await self._http.close()

    def _pass_on(self, event: str, payload: Json = None) -> None:
        if not self.alive:
            return
        try:
            self._heard(event, payload)
        except Exception as problem:  # noqa: BLE001 (the library would log it, and go on)
            self._fail(problem)

    def _refuse(self, told: Json = None) -> None:
        if isinstance(told, dict) and {"code", "message", "retry"} <= told.keys():
            self._refused = told

    def _lose(self, *_: Any) -> None:
        if self.alive:
            self._gone.set_result(None)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        problem = None if task.cancelled() else task.exception()
        if problem is not None:
            self._fail(problem)

    def _fail(self, problem: BaseException) -> None:
        log.error("A bug of this client: %r", problem, exc_info=problem)
        if self.alive:
            self._gone.set_exception(problem)


def check(url: str) -> str:
    """Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no address of a server: it looks like http://localhost:8080.")
    return url


def _root(problem: BaseException) -> str:
    """The library says "Connection error"; what it came from says more."""
    while (cause := problem.__cause__ or problem.__context__) is not None:
        problem = cause
    return str(problem) or type(problem).__name__
