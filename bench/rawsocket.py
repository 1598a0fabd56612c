"""Many Socket.IO clients for little CPU: plain sockets, ready-made frames, answers counted by their headers.

    swarm = Swarm("127.0.0.1", 8080)
    client = swarm.connect("user-1")                    # connected, handshakes done
    client.on_frame = lambda client, body: …            # each message of the server's, as it came
    client.send(event("join_grid", {"grid": "a"}, 1))   # the answer's body begins b"431["
    swarm.run(lambda: client.acks == 1, seconds=10)

A client's frames must be masked; a mask of zeros leaves the bytes as they are.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import orjson

READ = 256 * 1024
CHUNKS = 64  # readable sockets that are looked at between two looks at the clock
OPEN = "/socket.io/?EIO=4&transport=websocket"
PING, PONG = b"2", b"3"
MASKED = 0x80


def frame(body: bytes) -> bytes:
    """A text frame of a client's."""
    size = len(body)
    if size < 126:
        head = struct.pack("!BB", 0x81, MASKED | size)
    elif size < 65_536:
        head = struct.pack("!BBH", 0x81, MASKED | 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, MASKED | 127, size)
    return head + b"\0\0\0\0" + body


def event(name: str, payload: Any, id: int | None = None) -> bytes:
    """An event's frame; with an `id` it is to be answered."""
    number = b"" if id is None else b"%d" % id
    return frame(b"42" + number + orjson.dumps([name, payload]))


class Client:
    """One connection. It counts what comes, and gives each message to `on_frame`, if there is one."""

    __slots__ = ("_rest", "acks", "bytes", "connection", "events", "number", "on_frame")

    def __init__(self, connection: socket.socket, number: int) -> None:
        self.connection = connection
        self.number = number
        self.acks = 0  # messages that answer an event
        self.events = 0  # messages that are events
        self.bytes = 0
        self.on_frame: Callable[[Client, memoryview], None] | None = None
        self._rest = b""

    def send(self, frames: bytes) -> None:
        """Some frames; waits where the server does not read."""
        try:
            sent = self.connection.send(frames)
        except BlockingIOError:
            sent = 0
        while sent < len(frames):
            select.select([], [self.connection], [], 10)
            sent += self.connection.send(frames[sent:])

    def read(self) -> None:
        """Take what has come. Raises ConnectionError when the server has hung up."""
        data = self.connection.recv(READ)
        if not data:
            raise ConnectionError(f"the server has hung up on client {self.number}")
        self.bytes += len(data)
        self.take(self._rest + data if self._rest else data)

    def take(self, data: bytes) -> None:
        """Count the whole frames in it; what is left of one waits for the next data."""
        at, end = 0, len(data)
        view = memoryview(data)
        while end - at >= 2:
            size, body = data[at + 1], at + 2
            if size >= 126:
                width = 2 if size == 126 else 8
                size, body = int.from_bytes(data[body : body + width], "big"), body + width
            after = body + size
            if after > end:
                break
            self._note(view[body:after], data[at] & 0x0F)
            at = after
        self._rest = data[at:]

    def _note(self, body: memoryview, opcode: int) -> None:
        if opcode != 1:
            raise ConnectionError(f"the server sent a frame of type {opcode} to client {self.number}")
        kind = bytes(body[:2])
        if kind == b"43":
            self.acks += 1
        elif kind == b"42":
            self.events += 1
        elif kind == PING:
            self.send(frame(PONG))
            return
        if self.on_frame is not None:
            self.on_frame(self, body)


class Swarm:
    """Clients of one server, read in one loop."""

    def __init__(self, host: str, port: int) -> None:
        self.clients: list[Client] = []
        self._address = (host, port)
        self._numbers = count(1)
        self._poll = select.epoll()
        self._by_file: dict[int, Client] = {}

    def connect(self, user: str) -> Client:
        """A client that is connected, at Socket.IO's level too. Raises ConnectionError."""
        connection = socket.create_connection(self._address, timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host = f"{self._address[0]}:{self._address[1]}"
        connection.sendall(
            f"GET {OPEN} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        rest = _until(connection, b"", b"\r\n\r\n")
        if b" 101 " not in rest.partition(b"\r\n")[0]:
            raise ConnectionError(f"no WebSocket: {rest[:200]!r}")
        connection.sendall(frame(b"40" + orjson.dumps({"protocol": 1, "user": user, "name": user})))
        client = Client(connection, next(self._numbers))
        answered: list[bytes] = []
        client.on_frame = lambda _, body: answered.append(bytes(body))
        client.take(rest.partition(b"\r\n\r\n")[2])
        while not any(body.startswith(b"4") for body in answered):
            client.read()
        if not answered[-1].startswith(b"40"):
            raise ConnectionError(f"not connected: {answered[-1]!r}")
        client.on_frame = None
        connection.setblocking(False)
        self.clients.append(client)
        self._by_file[connection.fileno()] = client
        self._poll.register(connection.fileno(), select.EPOLLIN)
        return client

    def run(self, done: Callable[[], bool], seconds: float) -> None:
        """Read until `done()`. Raises TimeoutError after so many seconds."""
        end = time.monotonic() + seconds
        by_file = self._by_file
        while not done():
            for number, _ in self._poll.poll(0.1, CHUNKS):
                by_file[number].read()
            if time.monotonic() > end:
                raise TimeoutError(f"not done after {seconds:g} s")

    def close(self) -> None:
        for client in self.clients:
            client.connection.close()
        self._poll.close()


def _until(connection: socket.socket, data: bytes, mark: bytes) -> bytes:
    while mark not in data:
        more = connection.recv(READ)
        if not more:
            raise ConnectionError("the server has hung up during the handshake")
        data += more
    return data
