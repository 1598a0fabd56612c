"""One client's connection: what is written goes straight into it, and its write buffer is the queue.

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
from aiohttp.abc import AbstractStreamWriter
from engineio.async_socket import AsyncSocket
from engineio.exceptions import EngineIOError

from server.transports import packets
from server.transports.peer import Peer
from server.transports.polling import MOST_BYTES, Polls, posted

BOUND = 2**20  # bytes that wait for one client, past which it counts as blocked (R12)
SLOW = 10.0  # seconds until a client that stays blocked is cut; a handshake may take as long
LINGER = 2.0  # seconds for a close frame to leave before the connection is aborted

CLOSE, PING = b"1", b"2"


class Socket(AsyncSocket):
    """A WebSocket, or long-polling until it becomes one."""

    closed: bool
    upgrading: bool
    upgraded: bool

    def __init__(self, server: Any, sid: str, address: str) -> None:
        super().__init__(server, sid)
        self.address = address
        self.blocked = False
        self._missed = False
        self._loop = asyncio.get_running_loop()
        self._wire: asyncio.Transport | None = None  # the WebSocket's connection
        self._writer: AbstractStreamWriter | None = None
        self._polls = Polls()
        self._posting = False
        self._changed = asyncio.Event()
        self._recovery: asyncio.Task[None] | None = None
        self._timer = self._loop.call_later(server.ping_interval, self._ping)
        self.peer: Peer = server.welcome(self)

    @property
    def backlog(self) -> int:
        """Bytes that the client has not taken yet."""
        return self._polls.size if self._wire is None else self._wire.get_write_buffer_size()

    def announce(self, packet: bytes, frame: bytes) -> None:
        """Write what everyone gets, unless this client is too far behind (R12)."""
        if self.closed:
            return
        backlog = self.backlog
        if not self.blocked and backlog and backlog + len(frame) > BOUND:
            self._block()
        if self.blocked:
            self._missed = True
        else:
            self._put(packet, frame)

    def write(self, packet: bytes) -> None:
        """Write what this client is owed, such as an answer."""
        if self.closed:
            return
        self._put(packet, packets.frame(packet))
        if not self.blocked and self.backlog > BOUND:
            self._block()

    def _put(self, packet: bytes, frame: bytes) -> None:
        if self._wire is None:
            self._polls.put(packet)
        elif not self._wire.is_closing():
            self._wire.write(frame)

    def cut(self, reason: str, code: int | None = None) -> None:
        """End it now. A `code` is told to the client first; without one the connection is aborted."""
        if self.closed:
            return
        self.closing = self.closed = True
        self.server.sockets.pop(self.sid, None)
        self._timer.cancel()
        if self._recovery is not None:
            self._recovery.cancel()
        self._notify()
        if self._wire is None:
            self._polls.put(CLOSE)
        elif code is None:
            self._wire.abort()
        else:
            self._wire.write(packets.close_frame(code))
            self._wire.close()
            self._loop.call_later(LINGER, self._wire.abort)
        self.peer.closed(reason)

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """As python-engineio calls it: after a polling request that it could not take."""
        self.cut("malformed packet")

    # A client that does not read

    def _block(self) -> None:
        self.blocked = True
        self._timer.cancel()  # its pongs are not read either
        self._recovery = self._loop.create_task(self._recover())

    async def _recover(self) -> None:
        try:
            async with asyncio.timeout(SLOW):
                await self._drain()
        except (TimeoutError, ConnectionError):
            self.cut("does not read")
        if self.closed:
            return
        self.blocked = False
        self._expect(self._ping, self.server.ping_interval)
        missed, self._missed = self._missed, False
        self.peer.resumed(missed)  # which may block it again
        self._notify()

    async def _drain(self) -> None:
        while self._wire is None and self._polls.size and not self.closed:
            await self._changed.wait()
        if self._writer is not None:
            await self._writer.drain()

    def _notify(self) -> None:
        """Let all look again who wait for a change of `blocked`, `closed` or what waits to be polled."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _readable(self) -> None:
        while self.blocked and not self.closed:
            await self._changed.wait()

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
            return await self._polls.answer(request, SLOW, hold=not self.upgrading)
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
        while not self.closed:
            message = await ws.receive()
            if self.blocked:
                await self._readable()
            if message.type is WSMsgType.BINARY:
                self.cut("binary message", 1003)
            if message.type is not WSMsgType.TEXT:
                return
            try:
                self._take(message.data)
            except ValueError as problem:
                self.server.malformed(problem)
                self.cut("malformed packet", 1002)


async def _text(ws: web.WebSocketResponse) -> str:
    try:
        message = await ws.receive(SLOW)
    except TimeoutError:
        return ""
    return message.data if message.type is WSMsgType.TEXT else ""
