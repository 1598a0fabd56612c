"""A route that answers with a long body, on a server of its own, and a reader who need not read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import Mock

from aiohttp import web

from server.access import Access
from server.config import Settings
from server.transports import http
from server.transports.door import Door


@asynccontextmanager
async def streaming(setup: Callable[..., None], service: Any) -> AsyncIterator[int]:
    """The port of a server run as app.serve does: aiohttp's test server cancels handlers, it does not."""
    app = web.Application()
    setup(app, service, Door(Access(Settings(), Mock()), 0))
    http.setup(app, Settings())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def asking(port: int, path: str, encoding: str = "identity") -> AsyncIterator[asyncio.StreamReader]:
    """A reader that has got the headers and takes no more by itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    ask = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {encoding}\r\n\r\n"
    writer.write(ask.encode())
    await reader.readuntil(b"\r\n\r\n")
    try:
        yield reader
    finally:
        writer.transport.abort()
