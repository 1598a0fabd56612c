"""Socket.IO ⇄ commands: it translates and does nothing else.

A request is served in its session's order by `Commands.dispatch`; everything that can be answered
is answered (R1), and what cannot be read ends the connection.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

import structlog
from aiohttp import web

from server.access import Access
from server.commands import Commands
from server.config import Settings
from server.errors import Refused
from server.model import Json
from server.service import GridService
from server.transports import packets
from server.transports.callers import POLICY_VIOLATION, SERVICE_RESTART, Caller, Hall, Request, Seldom
from server.transports.fanout import Server, SocketRooms
from server.transports.origins import origin_allowed
from server.transports.pipes import cut_holders, room_of
from server.transports.sockets import Socket

log = structlog.get_logger(__name__)

PATH = "socket.io"


class SocketTransport:
    """All clients that come by Socket.IO."""

    def __init__(self, commands: Commands, service: GridService, access: Access, settings: Settings) -> None:
        self.rooms = SocketRooms()
        self.hall = Hall(commands, service, access, self.rooms)
        self.refused = Seldom("connect_refused")
        self._server = Server(
            self.rooms,
            lambda origin, environ: origin_allowed(settings, origin, environ.get("HTTP_HOST", "")),
            ping_interval=settings.ping_interval,
            ping_timeout=settings.ping_timeout,
        )
        self._server.eio.proxies = settings.trusted_proxies
        self._server.eio.welcome = functools.partial(Client, self)
        self._server.eio.malformed = Seldom("packet_malformed")
        access.on_taken_back.append(self._cut_off)

    def attach(self, app: web.Application) -> None:
        """Serve `/socket.io/`, and end all sessions when the application stops."""
        self._server.attach(app, PATH)
        app.on_shutdown.append(lambda _: self.shutdown())

    @property
    def pipes(self) -> Iterable[Socket]:
        """All that are open, connected or not yet."""
        sockets: dict[str, Socket] = self._server.eio.sockets
        return sockets.values()

    def announce(self, grid: str, event: str, payload: Json) -> None:
        """To everyone who has joined the grid. Returns at once (R12) and never raises."""
        try:
            self.rooms.announce(room_of(grid), event, payload)
        except (TypeError, ValueError):
            log.exception("announcement_not_json", announced=event)

    def _cut_off(self, keys: set[str]) -> None:
        cut_holders(self.pipes, keys, POLICY_VIOLATION)

    async def shutdown(self) -> None:
        """Take nothing new, let running commits be answered, then close every socket with 1012."""
        self._server.eio.draining = True
        await self.hall.drain()
        for socket in list(self.pipes):
            socket.cut("server stops", SERVICE_RESTART)


class Client(Caller[Socket, int]):
    """A client of Socket.IO."""

    def __init__(self, transport: SocketTransport, socket: Socket) -> None:
        super().__init__(transport.hall, socket)
        self._refused = transport.refused

    def received(self, text: str) -> None:
        """One Socket.IO packet. Never waits; raises ValueError for what cannot be answered."""
        packet = packets.read(text)
        if packet.packet_type == packets.CONNECT:
            self._connect(packet)
        elif packet.namespace not in (None, "/"):
            raise ValueError("a namespace that nobody has connected to")
        elif packet.packet_type == packets.EVENT:
            event, *args = packet.data if packet.flaw is None else ("",)
            self.ask(Request(event, args, packet.size, packet.id), packet.flaw)
        elif packet.packet_type == packets.DISCONNECT:
            self.pipe.cut("client left", 1000)

    def say(self, id: int, body: Json) -> bytes:
        return packets.ack(id, body)

    def tell(self, event: str, payload: Json) -> bytes:
        return packets.event(event, payload)

    def _connect(self, packet: packets.StrictPacket) -> None:
        namespace = packet.namespace or "/"
        try:
            if namespace != "/":
                raise Refused("invalid_message", "There is only the namespace /.")
            if packet.flaw is not None:
                raise packet.flaw
            session = self.connect(packet.data)
        except Refused as refused:
            self._refused(refused)
            self.pipe.write(packets.connect_error(namespace, refused.to_wire()))
        except Exception:
            log.exception("connect_failed")
            problem = Refused("internal", "The server failed on this connect. Try again.")
            self.pipe.write(packets.connect_error(namespace, problem.to_wire()))
        else:
            self.pipe.write(packets.connected(session.id))
