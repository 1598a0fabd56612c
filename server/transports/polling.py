"""Long-polling, for clients whose WebSocket does not get through: what waits, and what is posted."""

from __future__ import annotations

import asyncio

from aiohttp import web
from engineio.exceptions import EngineIOError

MOST_BYTES = 2**20  # of one message or POST; a request's own limit (`too_large`) lies far below
MOST_PACKETS = 1_000  # of one POST
SEPARATOR = "\x1e"
NOOP = b"6"


class Polls:
    """The packets that wait for a client's next poll; one poll at a time."""

    def __init__(self) -> None:
        self.size = 0  # bytes that wait or are being written: the client does not have them yet (R12)
        self.open = False
        self._packets: list[bytes] = []
        self._arrival: asyncio.Future[None] | None = None

    def put(self, packet: bytes) -> None:
        self._packets.append(packet)
        self.size += len(packet)
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    def end_open(self) -> None:
        """Let a poll that is open be answered now: its client upgrades when it has ended."""
        if self.open and not self._packets:
            self.put(NOOP)

    def take(self) -> list[bytes]:
        """All that waits, now the caller's to deliver."""
        taken, self._packets, self.size = self._packets, [], 0
        return taken

    async def answer(self, request: web.Request, seconds: float, hold: bool) -> web.Response:
        """Answer a poll with what waits, or with what comes next if it is to `hold`.

        Written here and not by the library, so that it counts until the client has taken it.
        Raises EngineIOError where one is open already, TimeoutError and ConnectionError.
        """
        if self.open:
            raise EngineIOError("two polls at once")
        self.open = True
        try:
            if not hold:
                self.end_open()
            if not self._packets:
                self._arrival = asyncio.get_running_loop().create_future()
                await self._arrival
            return await self._write(request, seconds)
        finally:
            self.open = False

    async def _write(self, request: web.Request, seconds: float) -> web.Response:
        taken, self._packets = self._packets, []
        text = SEPARATOR.encode().join(taken)
        response = web.Response(body=text, content_type="text/plain", charset="utf-8")
        async with asyncio.timeout(seconds):
            await response.prepare(request)
            await response.write_eof()
        self.size -= sum(map(len, taken))
        return response


async def posted(request: web.Request) -> list[str]:
    """The packets of a POST. Raises ValueError.

    python-engineio trusts Content-Length, which may be missing, and answers more than 16 packets
    with 200 after it has dropped them.
    """
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BYTES:
            raise ValueError("a body that is too large")
    texts = body.decode().split(SEPARATOR)
    if len(texts) > MOST_PACKETS:
        raise ValueError("too many packets at once")
    return texts
