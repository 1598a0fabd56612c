"""A TCP proxy that does what networks do: between real clients and a real server."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Any
from urllib.parse import urlsplit

FAULTS = ("late", "slow", "sliced", "cut", "reset", "half-open")
CHUNK = 65_536


class Link:
    """One connection through it: two sockets, and what passes between them."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.flowing = [asyncio.Event(), asyncio.Event()]  # to the server, to the client
        for flow in self.flowing:
            flow.set()
        self._ends = (near, far)
        for end in self._ends:
            end.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def end(self, reset: bool = False) -> None:
        for end in self._ends:
            if reset and not end.is_closing():
                # not lingering: what was sent and not yet read is thrown away, and both get a RST
                end.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
            end.transport.abort() if reset else end.close()
        for flow in self.flowing:
            flow.set()

    async def ended(self) -> None:
        self.end()
        for end in self._ends:
            with suppress(ConnectionError):
                await end.wait_closed()

    def stall(self, directions: tuple[int, ...]) -> None:
        """Half-open: nothing more passes, and nobody is told."""
        for direction in directions:
            self.flowing[direction].clear()


class Proxy:
    """Listens on a port of its own for as long as it is entered; connections may be troubled any time."""

    def __init__(self, target: Callable[[], str], chance: Random) -> None:
        self.url = ""
        self._target = target
        self._chance = chance
        self._links: set[Link] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._latency = 0.0  # seconds, of each piece
        self._rate: int | None = None  # bytes per second
        self._slice: int | None = None  # bytes at most in one piece

    @classmethod
    @asynccontextmanager
    async def to(cls, target: Callable[[], str], chance: Random) -> AsyncIterator[Proxy]:
        proxy = cls(target, chance)
        server = await asyncio.start_server(proxy._accept, "127.0.0.1", 0)
        proxy.url = f"http://localhost:{server.sockets[0].getsockname()[1]}"
        try:
            yield proxy
        finally:
            server.close()
            proxy.calm()
            for link in list(proxy._links):
                link.end(reset=True)
            await asyncio.gather(*proxy._tasks)
            await server.wait_closed()

    def trouble(self, fault: str, share: float = 0.7) -> None:
        """At once, to that share of the connections; late, slow and sliced are all, and from now on."""
        self._latency = 0.0 if fault != "late" else self._chance.choice([0.001, 0.02, 0.1])
        self._rate = None if fault != "slow" else self._chance.choice([5_000, 20_000])
        self._slice = None if fault != "sliced" else self._chance.choice([1, 3, 7, 251])
        troubled = [link for link in self._links if self._chance.random() < share]
        for link in troubled if fault in ("cut", "reset", "half-open") else []:
            if fault == "half-open":
                link.stall(self._chance.choice([(0,), (1,), (0, 1)]))
            else:
                link.end(reset=fault == "reset")

    def calm(self) -> None:
        """No more of it, but half-open connections stay so until somebody notices."""
        self._latency, self._rate, self._slice = 0.0, None, None

    async def _accept(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        place = urlsplit(self._target())
        try:
            answers, far = await asyncio.open_connection("127.0.0.1", place.port)
        except OSError:
            near.transport.abort()
            return
        link = Link(near, far)
        self._links.add(link)
        try:
            await asyncio.gather(self._pump(reader, far, link, 0), self._pump(answers, near, link, 1))
        finally:
            self._links.discard(link)
            await link.ended()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: Link, direction: int
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(CHUNK):
                for piece in self._pieces(data):
                    await link.flowing[direction].wait()
                    wait = self._latency + (len(piece) / self._rate if self._rate else 0)
                    await asyncio.sleep(wait)
                    writer.write(piece)
                    await writer.drain()
            await link.flowing[direction].wait()
        writer.close()

    def _pieces(self, data: bytes) -> list[bytes]:
        size = self._slice or (self._rate and max(1, self._rate // 50)) or CHUNK
        return [data[start : start + size] for start in range(0, len(data), size)]
