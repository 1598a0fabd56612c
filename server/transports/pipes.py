"""What is written to one client goes straight into its connection, whose write buffer is the queue.

Nothing that writes waits; a client that does not read has a bound (R12).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from aiohttp import WSMsgType, web
from aiohttp.abc import AbstractStreamWriter

from server.transports import packets

BOUND = 2**20  # bytes that wait for one client, past which it counts as blocked (R12)
SLOW = 10.0  # seconds until a client that stays blocked is cut; a handshake may take as long
LINGER = 2.0  # seconds for a close frame to leave before the connection is aborted


class Peer(Protocol):
    """Whoever talks over a pipe."""

    @property
    def connected(self) -> bool:
        """Whether it has a session."""

    @property
    def key(self) -> str | None:
        """The id of the key that it has come in with; None before it has."""

    def received(self, text: str) -> None:
        """A message came. Raises ValueError if it cannot be understood: the client is cut."""

    def resumed(self, missed: bool) -> None:
        """The client was blocked and reads again; `missed` says if announcements were dropped."""

    def closed(self, reason: str) -> None:
        """It is over. Called exactly once, at once, whatever the cause."""


class Pipe:
    """A WebSocket, from the server's side. `peer` is to be set by whoever makes one."""

    closed: bool = False
    peer: Peer

    def __init__(self, address: str) -> None:
        self.address = address
        self.blocked = False
        self._missed = False
        self._loop = asyncio.get_running_loop()
        self._wire: asyncio.Transport | None = None
        self._writer: AbstractStreamWriter | None = None
        self._changed = asyncio.Event()
        self._recovery: asyncio.Task[None] | None = None

    @property
    def transport(self) -> str:
        return "websocket"

    @property
    def backlog(self) -> int:
        """Bytes that the client has not taken yet."""
        return 0 if self._wire is None else self._wire.get_write_buffer_size()

    def announce(self, packet: bytes, frame: bytes) -> None:
        """Write what everyone gets, unless this client is too far behind (R12)."""
        if self.closed:
            return
        wire = self._wire
        if wire is not None and not (self.blocked or wire.get_write_buffer_size() or wire.is_closing()):
            wire.write(frame)  # nothing waits, which is so nearly always: a thousand readers take this way
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

    def cut(self, reason: str, code: int | None = None) -> None:
        """End it now. A `code` is told to the client first; without one the connection is aborted."""
        if self.closed:
            return
        self.closed = True
        if self._recovery is not None:
            self._recovery.cancel()
        self._notify()
        self._end(code)
        self.peer.closed(reason)

    def _put(self, packet: bytes, frame: bytes) -> None:
        if self._wire is not None and not self._wire.is_closing():
            self._wire.write(frame)

    def _end(self, code: int | None) -> None:
        if self._wire is None:
            return
        if code is None or self._wire.is_closing():  # it has gone by itself: uvloop takes no write then
            self._wire.abort()
        else:
            self._wire.write(packets.close_frame(code))
            self._wire.close()
            self._loop.call_later(LINGER, self._wire.abort)

    # A client that does not read

    def _block(self) -> None:
        self.blocked = True
        self._recovery = self._loop.create_task(self._recover())

    def _unblock(self) -> None:
        self.blocked = False

    async def _recover(self) -> None:
        try:
            async with asyncio.timeout(SLOW):
                await self._drain()
        except (TimeoutError, ConnectionError):
            self.cut("does not read")
        if self.closed:
            return
        self._unblock()
        missed, self._missed = self._missed, False
        self.peer.resumed(missed)  # which may block it again
        self._notify()

    async def _drain(self) -> None:
        if self._writer is not None:
            await self._writer.drain()

    def _notify(self) -> None:
        """Let all look again who wait for a change of `blocked`, `closed` or what waits to be polled."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _readable(self) -> None:
        while self.blocked and not self.closed:
            await self._changed.wait()

    async def read(
        self, ws: web.WebSocketResponse, take: Callable[[str], None], malformed: Callable[[ValueError], None]
    ) -> None:
        """Hand on each text until it ends; one that `take` raises ValueError for ends it."""
        while not self.closed:
            message = await ws.receive()
            if self.blocked:
                await self._readable()
            if message.type is WSMsgType.BINARY:
                self.cut("binary message", 1003)
            if message.type is not WSMsgType.TEXT:
                return
            try:
                take(message.data)
            except ValueError as problem:
                malformed(problem)
                self.cut("malformed message", 1002)


def room_of(grid: str) -> str:
    return f"grid:{grid}"


class Rooms:
    """Which pipes hear what."""

    def __init__(self) -> None:
        self._members: dict[str, dict[Pipe, None]] = {}

    def enter(self, room: str, pipe: Pipe) -> None:
        self._members.setdefault(room, {})[pipe] = None

    def leave(self, room: str, pipe: Pipe) -> None:
        members = self._members.get(room)
        if members is not None:
            members.pop(pipe, None)
            if not members:
                del self._members[room]

    def send(self, room: str, encode: Callable[[], bytes]) -> None:
        """Write to everyone in the room what is encoded and framed once, if there is anyone."""
        members = self._members.get(room)
        if members:
            packet = encode()
            frame = packets.frame(packet)
            for pipe in members:
                pipe.announce(packet, frame)


def cut_holders(pipes: Iterable[Pipe], keys: set[str], code: int) -> None:
    """End all whose key is one of these, which were taken back."""
    for pipe in list(pipes):
        if pipe.peer.key in keys:
            pipe.cut("key taken back", code)
