"""Socket.IO ⇄ commands: it translates and does nothing else.

A request is served in its session's order by `Commands.dispatch`; everything that can be answered
is answered (R1), and what cannot be read ends the connection.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web

from server.access import Access
from server.commands import Commands
from server.config import Settings
from server.errors import Refused
from server.model import Json
from server.protocol import failed
from server.service import GridService
from server.session import Session
from server.transports import packets
from server.transports.fanout import Rooms, Server
from server.transports.origins import origin_allowed
from server.transports.polling import MOST_BYTES
from server.transports.sockets import Socket

log = structlog.get_logger(__name__)

PATH = "socket.io"
QUEUE = 64  # requests of one session that may wait; the next is answered `busy`
CONNECT_DEADLINE = 10.0  # seconds until a client that has not sent CONNECT is cut
DRAIN_DEADLINE = 8.0  # seconds for running commits when the process stops: SIGKILL follows after 10 s
LOG_INTERVAL = 1.0  # seconds between two log lines about what strangers send
POLICY_VIOLATION, SERVICE_RESTART = 1008, 1012


class SocketTransport:
    """All clients that come by Socket.IO."""

    def __init__(self, commands: Commands, service: GridService, access: Access, settings: Settings) -> None:
        self.commands = commands
        self.service = service
        self.access = access
        self.settings = settings
        access.on_taken_back.append(self._cut_off)
        self.rooms = Rooms()
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

    def attach(self, app: web.Application) -> None:
        """Serve `/socket.io/`, and end all sessions when the application stops."""
        self._server.attach(app, PATH)
        app.on_shutdown.append(lambda _: self.shutdown())

    def announce(self, grid: str, event: str, payload: Json) -> None:
        """To everyone who has joined the grid. Returns at once (R12) and never raises."""
        try:
            self.rooms.announce(_room(grid), event, payload)
        except (TypeError, ValueError):
            log.exception("announcement_not_json", announced=event)

    def _cut_off(self, keys: set[str]) -> None:
        """End the sessions of those who hold one of these keys."""
        for socket in list(self._server.eio.sockets.values()):
            if isinstance(socket.peer, Client) and socket.peer.key in keys:
                socket.cut("key taken back", POLICY_VIOLATION)

    async def shutdown(self) -> None:
        """Take nothing new, let running commits be answered, then close every socket with 1012."""
        self.commands.draining = self._server.eio.draining = True
        try:
            async with asyncio.timeout(DRAIN_DEADLINE):
                await self.commands.drained()
        except TimeoutError:
            log.warning("drain_timed_out", seconds=DRAIN_DEADLINE)
        for socket in list(self._server.eio.sockets.values()):
            socket.cut("server stops", SERVICE_RESTART)


@dataclass(frozen=True, slots=True)
class Request:
    """An event that waits to be served; without an `id` nobody waits for its answer."""

    event: str
    args: list[Json]
    size: int  # bytes
    id: int | None


class Client:
    """The peer of one socket: at most one session, from its CONNECT on, and its requests in order."""

    def __init__(self, transport: SocketTransport, socket: Socket) -> None:
        self._transport = transport
        self._socket = socket
        self._session: Session | None = None
        self._queue: deque[Request] = deque()
        self._queue_size = 0
        self._worker: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(CONNECT_DEADLINE, socket.cut, "did not connect", POLICY_VIOLATION)

    @property
    def key(self) -> str | None:
        """The id of the key that its session has; None before there is one."""
        return self._session.key.id if self._session is not None else None

    # What a Socket calls (peer.py)

    def received(self, text: str) -> None:
        """One Socket.IO packet. Never waits; raises ValueError for what cannot be answered."""
        packet = packets.read(text)
        if packet.packet_type == packets.CONNECT:
            self._connect(packet)
        elif packet.namespace not in (None, "/"):
            raise ValueError("a namespace that nobody has connected to")
        elif packet.packet_type == packets.EVENT:
            self._take(packet, packet.size)
        elif packet.packet_type == packets.DISCONNECT:
            self._socket.cut("client left", 1000)

    def resumed(self, missed: bool) -> None:
        """R12: announcements have resumed; then what was missed, then requests."""
        if self._session is not None and missed:
            for event, payload in self._transport.service.resync(self._session):
                self._socket.write(packets.event(event, payload))
        self._serve()

    def closed(self, reason: str) -> None:
        self._deadline.cancel()
        self._queue.clear()
        if self._session is not None:
            log.info("session_closed", session=self._session.id, reason=reason)
            self._transport.service.close(self._session)

    # Connecting

    def _connect(self, packet: packets.StrictPacket) -> None:
        namespace = packet.namespace or "/"
        try:
            session = self._admit(namespace, packet)
        except Refused as refused:
            self._transport.refused(refused)
            self._socket.write(packets.connect_error(namespace, refused.to_wire()))
        except Exception:
            log.exception("connect_failed")
            problem = Refused("internal", "The server failed on this connect. Try again.")
            self._socket.write(packets.connect_error(namespace, problem.to_wire()))
        else:
            self._deadline.cancel()
            self._session = session
            log.info("session_opened", session=session.id, role=session.key.role, holder=session.key.id)
            self._socket.write(packets.connected(session.id))

    def _admit(self, namespace: str, packet: packets.StrictPacket) -> Session:
        if namespace != "/":
            raise Refused("invalid_message", "There is only the namespace /.")
        if self._session is not None:
            raise Refused("invalid_message", "This client is connected already.")
        if packet.flaw is not None:
            raise packet.flaw
        rooms, socket = self._transport.rooms, self._socket
        id = socket.server.generate_id()  # not the socket's own, which lets others poll in its name
        identity = self._transport.access.identify(packet.data, id, socket.address)
        return Session(
            id=id,
            author=identity.author,
            key=identity.key,
            enter=lambda grid: rooms.enter(_room(grid), socket),
            leave=lambda grid: rooms.leave(_room(grid), socket),
        )

    # Requests

    def _take(self, packet: packets.StrictPacket, size: int) -> None:
        refused = self._refusal(packet, size)
        if refused is not None:
            self._answer(packet.id, failed(refused))
            return
        event, *args = packet.data
        self._queue.append(Request(event, args, size, packet.id))
        self._queue_size += size
        self._serve()

    def _refusal(self, packet: packets.StrictPacket, size: int) -> Refused | None:
        if self._session is None:
            return Refused("unauthorized", "Connect first: this client has sent no CONNECT.")
        if packet.flaw is not None:
            return packet.flaw
        full = len(self._queue) >= QUEUE or self._queue_size + size > MOST_BYTES
        if self._queue and full:
            return Refused("busy", "Too many requests wait already. Ask again in a moment.")
        return None

    def _serve(self) -> None:
        """Serve what waits, until something has to be awaited."""
        if self._worker is None and (pending := self._next()) is not None:
            self._worker = asyncio.get_running_loop().create_task(self._work(pending))

    async def _work(self, pending: Coroutine[Any, Any, None] | None) -> None:
        try:
            while pending is not None:
                await pending
                pending = self._next()
        finally:
            self._worker = None

    def _next(self) -> Coroutine[Any, Any, None] | None:
        """Serve until a request wants to be awaited, none is left, or the client is blocked (R12)."""
        while self._queue and self._session is not None and not self._socket.blocked:
            request = self._queue.popleft()
            self._queue_size -= request.size
            answer = functools.partial(self._answer, request.id)
            pending = self._transport.commands.dispatch(
                self._session, request.event, request.args, request.size, answer
            )
            if pending is not None:
                return pending
        return None

    def _answer(self, id: int | None, body: Json) -> None:
        if id is None:
            return
        try:
            packet = packets.ack(id, body)
        except (TypeError, ValueError):
            log.exception("answer_not_json")
            packet = packets.ack(id, failed(Refused("internal", "The answer cannot be said in JSON.")))
        self._socket.write(packet)


class Seldom:
    """Warns that something came that is refused, but not each time: strangers decide how often."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._silent_until = 0.0
        self._unsaid = 0

    def __call__(self, problem: Exception) -> None:
        now = time.monotonic()
        if now < self._silent_until:
            self._unsaid += 1
            return
        reason = problem.code if isinstance(problem, Refused) else type(problem).__name__
        log.warning(self._event, reason=reason, unsaid=self._unsaid)  # never what it was
        self._silent_until, self._unsaid = now + LOG_INTERVAL, 0


def _room(grid: str) -> str:
    return f"grid:{grid}"
