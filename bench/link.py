"""One Socket.IO client on a raw socket, so light that it is not what is measured.

Engine.IO 4 and Socket.IO 5 over WebSocket. Frames are counted by their headers; only the text of those
that somebody asked for is looked at.
"""

from __future__ import annotations

import base64
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Iterable
from typing import Any

import orjson

READ = 2**18  # bytes at once
BUFFER = bytearray(READ)  # of all links: what is read is looked at before the next one reads
VIEW = memoryview(BUFFER)
NOTHING = bytearray()
PATIENCE = 60.0  # seconds until a server that does not answer is given up
PING, PONG = b"2", b"3"
SAMPLE = 100  # one in so many of the frames that are only counted is decoded

Json = Any
Hear = Callable[[bytes, float], None]


class Link:
    """A client's connection. `frames` and `bytes` count what has come; with `hear` each frame's payload
    is handed over, with the time at which it was read; without, one in SAMPLE goes to `check`."""

    def __init__(self, port: int, user: str) -> None:
        self.frames = 0
        self.bytes = 0
        self.hear: Hear | None = None
        self.check: Callable[[bytes], None] = lambda payload: None
        self._rest = NOTHING
        self._skip = 0
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._upgrade(port)
        self.session = self._connect(user)
        self.frames = self.bytes = 0

    def send(self, *texts: bytes) -> None:
        self.socket.sendall(b"".join(map(frame, texts)))

    def ask(self, event: str, payload: Json) -> Json:
        """Send a request and wait for its answer."""
        self.send(b"420" + orjson.dumps([event, payload]))
        return orjson.loads(self.wait(b"430")[3:])[0]

    def close(self) -> None:
        self.socket.close()

    def wait(self, start: bytes) -> bytes:
        """The first payload that starts so; what else comes meanwhile is not looked at."""
        found: list[bytes] = []
        self.hear = lambda payload, _: found.append(payload) if payload.startswith(start) else None
        until = time.monotonic() + PATIENCE
        while not found:
            self.socket.settimeout(max(0.001, until - time.monotonic()))
            self.receive(time.perf_counter(), wait=True)
        self.hear = None
        return found[0]

    def receive(self, now: float, wait: bool = False) -> None:
        """Take what has come. Raises ConnectionError when the server has gone."""
        try:
            size = self.socket.recv_into(BUFFER, READ, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        if not size:
            raise ConnectionError("the server closed a connection")
        self.bytes += size
        if self.hear is not None:
            self._decode(size, self.hear, now)
        elif self._rest:
            data = self._rest + BUFFER[:size]
            self._count(data, len(data))
        else:
            self._count(BUFFER, size)

    def _count(self, data: bytearray, end: int) -> None:
        at, self._rest = self._skip, NOTHING
        while at < end:
            head, size = header(data, at, end)
            if not head:
                self._rest, at = data[at:end], end
                break
            after = at + head + size
            self.frames += 1
            if size == 1:
                self._heartbeat(data[at + head : after])
            elif self.frames % SAMPLE == 0 and after <= end:
                self.check(bytes(data[at + head : after]))
            at = after
        self._skip = at - end

    def _decode(self, size: int, hear: Hear, now: float) -> None:
        """What has come of a large frame is added to, never copied again."""
        if not self._rest:
            self._rest = bytearray()
        data, at = self._rest, self._skip
        data += VIEW[:size]
        end = len(data)
        while at < end:
            head, size = header(data, at, end)
            after = at + head + size
            if not head or after > end:
                break
            self.frames += 1
            payload = bytes(data[at + head : after])
            self._heartbeat(payload)
            hear(payload, now)
            at = after
        del data[:at]
        self._skip = max(0, at - end)

    def _heartbeat(self, payload: bytes | bytearray) -> None:
        if payload == PING:
            self.send(PONG)

    # The handshake, one step after another

    def _upgrade(self, port: int) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self.socket.recv(1)  # no byte of the first frame
        if b" 101 " not in answer.split(b"\r\n")[0]:
            raise ConnectionError(f"no WebSocket: {answer!r}")

    def _connect(self, user: str) -> str:
        self.wait(b"0")
        self.send(b"40" + orjson.dumps({"protocol": 1, "user": user, "name": user}))
        return str(orjson.loads(self.wait(b"40")[2:])["sid"])


class Poll:
    """Which of many links have something to read."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._epoll = select.epoll()
        self._links = {link.socket.fileno(): link for link in links}
        for number in self._links:
            self._epoll.register(number, select.EPOLLIN)

    def ready(self, seconds: float) -> list[Link]:
        return [self._links[number] for number, _ in self._epoll.poll(max(0.0, seconds))]

    def run(self, done: Callable[[], bool], seconds: float) -> None:
        """Read until `done()`. Raises TimeoutError after so many seconds."""
        until = time.monotonic() + seconds
        while not done():
            for link in self.ready(0.1):
                link.receive(time.perf_counter())
            if time.monotonic() > until:
                raise TimeoutError(f"not done after {seconds:g} s")


def header(data: bytearray, at: int, end: int) -> tuple[int, int]:
    """The bytes of a server's frame header and of its payload; 0, 0 if it has not wholly come."""
    left = end - at
    size = data[at + 1] if left >= 2 else 0
    if left < 2 or (size == 126 and left < 4) or (size == 127 and left < 10):
        return 0, 0
    if size < 126:
        return 2, size
    if size == 126:
        return 4, (data[at + 2] << 8) | data[at + 3]
    return 10, int.from_bytes(data[at + 2 : at + 10], "big")


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def frame(payload: bytes) -> bytes:
    """A client's frame: masked, as it has to be, with zeros."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BBI", 0x81, 0x80 | size, 0) + payload
    if size < 65_536:
        return struct.pack("!BBHI", 0x81, 0x80 | 126, size, 0) + payload
    return struct.pack("!BBQI", 0x81, 0x80 | 127, size, 0) + payload
