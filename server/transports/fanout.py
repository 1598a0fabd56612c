"""Rooms of sockets, and python-socketio's server made to use them.

The one module that knows private names of python-socketio, python-engineio and aiohttp; what it
relies on is held by tests/test_transport_contracts.py, and the three packages are pinned exactly.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import engineio
import socketio
from aiohttp import web

from server.model import Json
from server.transports import packets
from server.transports.origins import address_of
from server.transports.pipes import Peer, Rooms
from server.transports.polling import MOST_BYTES
from server.transports.sockets import Socket

quiet = logging.getLogger("tandem.engineio")
quiet.setLevel(logging.CRITICAL)  # the libraries log what strangers send, and session ids


class Engine(engineio.AsyncServer):
    """Engine.IO with our sockets: `welcome` gives a new one its peer, `malformed` hears of trash."""

    welcome: Callable[[Socket], Peer]
    malformed: Callable[[ValueError], None]
    draining = False  # takes no more clients
    proxies = 0  # that are trusted
    _async: dict[str, Any]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._driver_environ = self._async["translate_request"]
        self._async = {**self._async, "translate_request": self._environ}

    def create_queue(self, *_: Any, **__: Any) -> None:
        """Sockets have no queue: what waits is in the connection's buffer."""

    def _environ(self, request: web.Request) -> dict[str, Any]:
        address = address_of(request, self.proxies)  # theirs: 127.0.0.1
        return {**self._driver_environ(request), "REMOTE_ADDR": address}

    async def _handle_connect(
        self, environ: dict[str, Any], transport: str, jsonp_index: int | None = None
    ) -> Any:
        if self.draining:
            return {"status": "503 SERVICE UNAVAILABLE", "headers": [], "response": b"The server stops."}
        sid = self.generate_id()
        socket = self.sockets[sid] = Socket(self, sid, environ["REMOTE_ADDR"])
        socket.write(b"0" + packets.dump(self._opening(sid, transport)))
        if transport == "polling":
            socket.connected = True
            return await socket.handle_get_request(environ)
        try:
            return await socket.handle_get_request(environ)
        finally:
            socket.cut("transport close")  # at once, also after an exception; the library: up to 45 s later

    def _opening(self, sid: str, transport: str) -> Json:
        return {
            "sid": sid,
            "upgrades": self._upgrades(sid, transport),
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": MOST_BYTES,
        }


class SocketRooms(Rooms, socketio.AsyncManager):
    """Which sockets hear what. A message to a room is encoded once and framed once.

    The library's own has a task per recipient, keeps a room per client beside, and looks through
    all rooms when one leaves.
    """

    def __init__(self) -> None:
        Rooms.__init__(self)
        socketio.AsyncManager.__init__(self)

    def announce(self, room: str, event: str, payload: Json) -> None:
        """Write to everyone in the room; returns at once, whoever does not read."""
        self.send(room, lambda: packets.event(event, payload))

    async def emit(self, event: str, data: Json, namespace: str, room: str = "", **_: Any) -> None:
        """What `AsyncServer.emit(event, data, room=…)` comes to."""
        self.announce(room, event, data)


class Server(socketio.AsyncServer):
    """python-socketio's server with the engine and the rooms above.

    Its handlers (`on`) are not used: a handler that raises, or is missing, would answer nothing.
    Each client's packets go to its Peer, which answers them all (R1).
    """

    def __init__(self, rooms: SocketRooms, origin_allowed: Callable[..., bool], **options: Any) -> None:
        super().__init__(
            client_manager=rooms,
            serializer=packets.StrictPacket,
            async_mode="aiohttp",
            monitor_clients=False,  # each socket has its own timer
            http_compression=False,
            cors_allowed_origins=origin_allowed,  # never an empty list: that switches the check off
            cors_credentials=False,
            logger=quiet,
            engineio_logger=quiet,
            **options,
        )

    def _engineio_server_class(self) -> type[Engine]:
        return Engine
