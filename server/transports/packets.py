"""Socket.IO packets as this server reads and writes them: JSON that browsers can read, nothing binary.

What cannot be read at all raises ValueError (the connection is cut); what can at least be answered
carries a `flaw` that is answered (R1).
"""

from __future__ import annotations

import json
import re
import struct
from typing import Any, NoReturn

import orjson
from socketio import packet

from server.errors import Refused
from server.model import Json

CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR = range(5)  # the types of packet that are not binary

RESERVED = {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}
HEAD = re.compile(r"([0-3])(?:(/[^,]{0,99})(?:,|\Z))?([0-9]{0,16})(?![0-9])")  # type, namespace, id
LONG = b"0" * 19  # so many digits may need more than 64 bits, and orjson makes a float of that
TO_ZEROS = bytes.maketrans(b"123456789", b"000000000")  # twenty times as fast as a regular expression
BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[][{}]')  # or a whole text, which may hold some
DEEP = 100  # levels: far more than are taken, far less than a decoder can
MOST_DIGITS = 400
BEYOND = int("9" * MOST_DIGITS)  # stands for one of more digits: all that matters is that it is too large

TEXT_FRAME, CLOSE_FRAME = 0x81, 0x88


def loads(text: str) -> Json:
    """JSON text as Python values. Raises ValueError for anything else, NaN and infinities.

    What is JSON but not for this wire (large numbers, lone surrogates, NUL, deep nesting) is let
    through, to be answered by whoever judges the payload.
    """
    if LONG not in text.encode(errors="surrogatepass").translate(TO_ZEROS):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            pass  # the standard library decides: it reads lone surrogates and numbers beyond doubles
    try:
        return _loads(text)
    except RecursionError:
        return _loads(_shallow(text))


def _loads(text: str) -> Json:
    return json.loads(text, parse_int=_integer, parse_constant=_no_constant)


def _shallow(text: str) -> str:
    """The same JSON, but what lies below DEEP levels is a 0: it can be decoded, and is still refused."""
    kept: list[str] = []
    depth = start = 0
    for token in BRACKETS.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth == DEEP + 1:
                kept += text[start : token.start()], "0"
                start = len(text)
        elif token[0] in "]}":
            if depth == DEEP + 1:
                start = token.end()
            depth -= 1
    return "".join([*kept, text[start:]])


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= MOST_DIGITS else BEYOND


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def dump(value: Json) -> bytes:
    """A value as JSON; stored texts go in as orjson.Fragment, as they are."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a lone surrogate or a large integer that an error message repeats
        return json.dumps(value, allow_nan=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> Json:
    if isinstance(value, orjson.Fragment):
        return loads(orjson.dumps(value).decode())
    raise TypeError(f"{type(value).__name__} is not JSON")


def dumps(value: Json, **_: Any) -> str:
    """`dump` as python-socketio calls it."""
    return dump(value).decode()


class Codec:
    """What python-socketio calls a JSON module."""

    loads = staticmethod(loads)
    dumps = staticmethod(dumps)


class StrictPacket(packet.Packet):
    """A packet of the four types that a client may send, without attachments.

    `flaw` is what an EVENT or CONNECT is answered with instead of being looked at.
    """

    uses_binary_events = False  # python-socketio would search each payload for bytes, recursively
    json = Codec
    data: Json
    flaw: Refused | None = None
    size = 0  # bytes of its JSON

    def decode(self, encoded_packet: str) -> int:
        """Read the packet; returns 0, the number of attachments to wait for.

        Python-socketio lets a client announce ten thousand million of them, and call its
        handlers of `connect` and `disconnect` by name. Raises ValueError.
        """
        match = HEAD.match(encoded_packet)
        if match is None:
            raise ValueError("not a packet that a client may send")
        self.packet_type = int(match[1])
        self.namespace = match[2]
        self.id = int(match[3]) if match[3] else None
        if self.packet_type in (CONNECT, EVENT):
            self._read(encoded_packet[match.end() :])
        return 0

    def _read(self, text: str) -> None:
        self.size = len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
        self.data = loads(text) if text else None
        self.flaw = self._flaw()
        if self.flaw is not None and self.id is None and self.packet_type == EVENT:
            raise ValueError(self.flaw.message)  # there is no way to answer

    def _flaw(self) -> Refused | None:
        if self.packet_type == CONNECT:
            return None
        if not isinstance(self.data, list) or not self.data or not isinstance(self.data[0], str):
            return Refused("invalid_message", "An event is a list that starts with its name.")
        if self.data[0] in RESERVED:
            return Refused("unknown_event", f"{self.data[0]} is a name that Socket.IO keeps for itself.")
        return None


def read(text: str) -> StrictPacket:
    """A packet from its text. Raises ValueError."""
    if not text:
        raise ValueError("an empty packet")  # which Packet() would take for an event
    return StrictPacket(encoded_packet=text)


def event(name: str, payload: Json) -> bytes:
    """An event as an Engine.IO message."""
    return b"42" + dump([name, payload])


def ack(id: int, body: Json) -> bytes:
    """The answer to the event that carried `id`."""
    return b"43%d" % id + dump([body])


def connected(session: str) -> bytes:
    return b"40" + dump({"sid": session})


def connect_error(namespace: str, error: Json) -> bytes:
    """A refused CONNECT. The JavaScript client shows what is under `data`; the same stands at the
    top for those who read the packet itself."""
    return b"44" + (b"" if namespace == "/" else f"{namespace},".encode()) + dump({**error, "data": error})


def frame(payload: bytes, first: int = TEXT_FRAME) -> bytes:
    """A WebSocket frame of the server's: it is not masked, so it is the same for everyone."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", first, size) + payload
    if size < 65_536:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload


def close_frame(code: int) -> bytes:
    return frame(struct.pack("!H", code), CLOSE_FRAME)
