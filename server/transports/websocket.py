"""A plain WebSocket at `/ws`, for programs without a Socket.IO library. It only translates.

Every message is one JSON object. The first one says who is there, the others ask; each is answered
with the same `id`, in the words of the wire:

    → {"id": 1, "type": "connect", "payload": {"protocol": 1, "user"?, "name"?, "token"?}}
    ← {"id": 1, "ok": true, "session": "…"}
    → {"id": 2, "type": "join_grid", "payload": {"grid": "airports", "limit": 0}}
    ← {"id": 2, "ok": true, "grid": {…}, …}
    ← {"type": "changes", "payload": {"grid": "airports", …}}
"""

from __future__ import annotations

import asyncio
import contextlib

import structlog
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from server.access import Access
from server.commands import ENVELOPE, Commands
from server.errors import Refused
from server.model import Json
from server.protocol import failed, ok
from server.service import GridService
from server.transports import packets
from server.transports.callers import POLICY_VIOLATION, SERVICE_RESTART, Caller, Hall, Request, Seldom
from server.transports.origins import address_of
from server.transports.pipes import LINGER, Pipe, Rooms, cut_holders, room_of
from server.transports.polling import MOST_BYTES

log = structlog.get_logger(__name__)

PATH = "/ws"
CONNECT = "connect"
PING_EVERY = 25.0  # seconds; whoever answers none of the WebSocket's own pings for half of that is cut
MOST_ID = 100  # characters of an id that is a text

Id = int | str


class WebSockets:
    """All clients that come by a plain WebSocket."""

    def __init__(self, commands: Commands, service: GridService, access: Access, proxies: int) -> None:
        self.rooms = Rooms()
        self._hall = Hall(commands, service, access, self.rooms)
        self._proxies = proxies
        self.pipes: set[Line] = set()  # that are open
        self._malformed = Seldom("message_malformed")
        access.on_taken_back.append(lambda keys: cut_holders(self.pipes, keys, POLICY_VIOLATION))

    def attach(self, app: web.Application) -> None:
        """Serve `/ws`; http.setup guards this route too."""
        app.router.add_get(PATH, self._serve)
        app.on_shutdown.append(lambda _: self.shutdown())

    def announce(self, grid: str, event: str, payload: Json) -> None:
        """To everyone who has joined the grid. Returns at once (R12) and never raises."""
        try:
            self.rooms.send(room_of(grid), lambda: _announcement(event, payload))
        except (TypeError, ValueError):
            log.exception("announcement_not_json", announced=event)

    async def shutdown(self) -> None:
        """Take nothing new, let running commits be answered, then close every one with 1012."""
        await self._hall.drain()
        for pipe in list(self.pipes):
            pipe.cut("server stops", SERVICE_RESTART)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self._hall.commands.draining:
            raise web.HTTPServiceUnavailable(text="The server stops.")
        ws = web.WebSocketResponse(
            compress=False, max_msg_size=MOST_BYTES, timeout=LINGER, heartbeat=PING_EVERY
        )
        with contextlib.suppress(ConnectionError):  # gone before it began
            writer = await ws.prepare(request)
            if request.transport is not None:
                await self._converse(ws, request.transport, writer, address_of(request, self._proxies))
        return ws

    async def _converse(
        self, ws: web.WebSocketResponse, wire: asyncio.Transport, writer: AbstractStreamWriter, address: str
    ) -> None:
        line = Line(self._hall, address, wire, writer)
        self.pipes.add(line)
        try:
            await line.read(ws, line.peer.received, self._malformed)
        finally:
            self.pipes.discard(line)
            line.cut("transport close")


class Line(Pipe):
    """One WebSocket."""

    def __init__(
        self, hall: Hall, address: str, wire: asyncio.Transport, writer: AbstractStreamWriter
    ) -> None:
        super().__init__(address)
        self._wire, self._writer = wire, writer
        self.peer = Client(hall, self)


class Client(Caller[Line, Id]):
    """A client of plain messages."""

    def received(self, text: str) -> None:
        """One message. Raises ValueError for what cannot be answered: it has no id."""
        body = packets.loads(text)
        id = body.get("id") if isinstance(body, dict) else None
        if type(id) is not int and (type(id) is not str or len(id) > MOST_ID):
            raise ValueError("a message is an object with an id, which is a whole number or a text")
        event, payload = body.get("type"), body.get("payload", {})
        flaw = None
        if not isinstance(event, str) or body.keys() - {"id", "type", "payload"}:
            flaw = Refused("invalid_message", "A message has id, type (a text) and payload, nothing else.")
        elif event == CONNECT:
            self._connect(id, payload)
            return
        size = len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
        self.ask(Request(str(event), [payload], size + ENVELOPE, id), flaw)

    def say(self, id: Id, body: Json) -> bytes:
        return packets.dump({"id": id, **body})

    def tell(self, event: str, payload: Json) -> bytes:
        return _announcement(event, payload)

    def _connect(self, id: Id, auth: Json) -> None:
        try:
            session = self.connect(auth)
        except Refused as refused:
            self.answer(id, failed(refused))
        except Exception:
            log.exception("connect_failed")
            self.answer(id, failed(Refused("internal", "The server failed on this connect. Try again.")))
        else:
            self.answer(id, ok(session=session.id))


def _announcement(event: str, payload: Json) -> bytes:
    return packets.dump({"type": event, "payload": payload})
