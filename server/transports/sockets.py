"""One client of Engine.IO.

python-engineio has an unbounded queue per client, a task that empties it, and a task per message.
Here nothing that writes waits, a client that does not read has a bound (R12), and reading never
waits for whoever serves what was read.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web
from engineio.async_socket import AsyncSocket
from engineio.exceptions import EngineIOError

from server.transports import packets, pipes
from server.transports.pipes import LINGER, Pipe
from server.transports.polling import MOST_BYTES, Polls, posted

CLOSE, PING = b"1", b"2"


class Socket(Pipe, AsyncSocket):
    """A WebSocket, or long-polling until it becomes one."""

    upgrading: bool
    upgraded: bool

    def __init__(self, server: Any, sid: str, address: str) -> None:
        Pipe.__init__(self, address)
        AsyncSocket.__init__(self, server, sid)
        self._polls = Polls()
        self._posting = False
        self._timer = self._loop.call_later(server.ping_interval, self._ping)
        self.peer = server.welcome(self)

    @property
    def transport(self) -> str:
        return "polling" if self._wire is None else "websocket"

    @property
    def backlog(self) -> int:
        return self._polls.size if self._wire is None else super().backlog

    def _put(self, packet: bytes, frame: bytes) -> None:
        if self._wire is None:
            self._polls.put(packet)
        else:
            super()._put(packet, frame)

    def _end(self, code: int | None) -> None:
        self.closing = True
        self.server.sockets.pop(self.sid, None)
        self._timer.cancel()
        if self._wire is None:
            self._polls.put(CLOSE)
        super()._end(code)

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """As python-engineio calls it: after a polling request that it could not take."""
        self.cut("malformed packet")

    # A client that does not read

    def _block(self) -> None:
        self._timer.cancel()  # its pongs are not read either
        super()._block()

    def _unblock(self) -> None:
        super()._unblock()
        self._expect(self._ping, self.server.ping_interval)

    async def _drain(self) -> None:
        while self._wire is None and self._polls.size and not self.closed:
            await self._changed.wait()
        await super()._drain()

    # The heartbeat: one timer, however much is sent

    def _expect(self, call: Callable[[], None], seconds: float) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(seconds, call)

    def _ping(self) -> None:
        self._expect(self._silent, self.server.ping_timeout)
        self.write(PING)

    def _silent(self) -> None:
        self.cut("ping timeout")

    def _take(self, text: str) -> None:
        """One packet of the client's. Raises ValueError."""
        kind = text[:1]
        if self.closed:
            return
        if kind == "4":
            self.peer.received(text[1:])
        elif kind == "3":
            self._expect(self._ping, self.server.ping_interval)
        elif kind == "1":
            self.cut("client left", 1000)
        else:
            raise ValueError("no packet of Engine.IO that a client may send")

    # Long-polling

    async def handle_get_request(self, environ: dict[str, Any]) -> Any:
        """A poll, or the opening of a WebSocket."""
        request: web.Request = environ["aiohttp.request"]
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._open(request)
        try:
            return await self._polls.answer(request, pipes.SLOW, hold=not self.upgrading)
        except (TimeoutError, ConnectionError):
            self.cut("does not read")
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            self._notify()

    async def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take a POST's packets. The library answers an EngineIOError with 400 and calls close()."""
        if self._posting:
            raise EngineIOError("two POSTs at once")
        self._posting = True
        try:
            await self._readable()
            for text in await posted(environ["aiohttp.request"]):
                self._take(text)
        except ValueError as problem:
            self.server.malformed(problem)
            raise EngineIOError("malformed packet") from problem
        finally:
            self._posting = False

    # WebSocket

    async def _open(self, request: web.Request) -> web.StreamResponse:
        if self.upgrading or self.upgraded:
            raise web.HTTPBadRequest(text="This session has a WebSocket already.")
        self.upgrading = True
        ws = web.WebSocketResponse(compress=False, max_msg_size=MOST_BYTES, timeout=LINGER)
        try:
            with contextlib.suppress(ConnectionError):  # gone before it began
                self._writer = await ws.prepare(request)
                direct = not self.connected
                if (direct or await self._probed(ws)) and request.transport is not None:
                    await self._converse(ws, request.transport)
        finally:
            self.upgrading = False
            if self._wire is not None:
                self.cut("transport close")
        return ws

    async def _probed(self, ws: web.WebSocketResponse) -> bool:
        """The handshake of an upgrade; until its end packets still go by polling."""
        if await _text(ws) != "2probe":
            return False
        await ws.send_str("3probe")
        self._polls.end_open()
        return await _text(ws) == "5" and not self.closed

    async def _converse(self, ws: web.WebSocketResponse, wire: asyncio.Transport) -> None:
        self._wire, self.connected, self.upgraded = wire, True, True
        for packet in self._polls.take():
            wire.write(packets.frame(packet))
        self._notify()
        await self.read(ws, self._take, self.server.malformed)


async def _text(ws: web.WebSocketResponse) -> str:
    try:
        message = await ws.receive(pipes.SLOW)
    except TimeoutError:
        return ""
    return message.data if message.type is WSMsgType.TEXT else ""
