"""A reverse proxy as people put before Tandem, with the mistakes that they make in its configuration."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK = 65_536
OWN = {
    "connection",
    "keep-alive",
    "upgrade",
}  # headers between two neighbours, which none passes on by itself
BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 11\r\nConnection: close\r\n\r\nBad Gateway"


@dataclass(slots=True)
class ReverseProxy:
    """One request a connection. By default all is right."""

    target: str  # where the server is
    upgrade: bool = True  # passes on what a WebSocket asks for
    host: str | None = None  # what it writes into Host; None: what it was sent
    forwarded: int = 1  # proxies that X-Forwarded-For tells of, this one included
    scheme: str | None = None  # what it writes into X-Forwarded-Proto
    collects: bool = False  # passes on an answer when it is whole
    url: str = ""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[ReverseProxy]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://localhost:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass_on(reader, near))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            await self._exchange(reader, near)
        finally:
            near.transport.abort() if near.is_closing() else near.close()

    async def _exchange(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = self._head(await reader.readuntil(b"\r\n\r\n"))
            try:
                answers, far = await asyncio.open_connection("127.0.0.1", urlsplit(self.target).port)
            except OSError:
                near.write(BAD_GATEWAY)
                await near.drain()
            else:
                far.write(head)
                sending = asyncio.create_task(_pump(reader, far))
                try:
                    await self._answer(answers, near)
                finally:
                    sending.cancel()
                    far.close()

    async def _answer(self, answers: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        if not self.collects:
            return await _pump(answers, near)
        near.write(await answers.read())
        await near.drain()

    def _head(self, head: bytes) -> bytes:
        """The request line and headers as it passes them on."""
        first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        headers = [tuple(line.split(": ", 1)) for line in lines]
        kept = [(name, value) for name, value in headers if name.lower() not in OWN]
        if self.host is not None:
            kept = [(name, self.host if name.lower() == "host" else value) for name, value in kept]
        upgrade = next((value for name, value in headers if name.lower() == "upgrade"), None)
        if upgrade is not None and self.upgrade:
            kept += [("Connection", "Upgrade"), ("Upgrade", upgrade)]
        else:
            kept.append(("Connection", "close"))
        if self.forwarded:
            kept.append(("X-Forwarded-For", ", ".join(["192.0.2.7"] * self.forwarded)))
        if self.scheme is not None:
            kept.append(("X-Forwarded-Proto", self.scheme))
        return "\r\n".join([first, *(f"{name}: {value}" for name, value in kept), "\r\n"]).encode("latin-1")


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
