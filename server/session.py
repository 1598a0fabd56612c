"""One connected client, and how much it may ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from server.auth import Key
from server.errors import Refused
from server.meter import Meter
from server.model import Author

# Far above what people and well-made programs need: a flood is answered, and gets no further.
REQUESTS = 2_000  # a second
BYTES = 10 * 2**20  # a second
MOVES = 20  # `set_presence` a second
BURST = 5  # seconds' worth of these at once
JOINED = 100  # grids at a time


class Allowance:
    """What a caller may ask for, however many sessions it has."""

    def __init__(self) -> None:
        self._requests = Meter(REQUESTS, REQUESTS * BURST)
        self._bytes = Meter(BYTES, BYTES * BURST)

    def spend(self, size: int) -> None:
        """Count a request of so many bytes. Raises Refused("rate_limited")."""
        if not self._requests.take():
            raise Refused("rate_limited", f"More than {REQUESTS} requests a second. Ask again in a moment.")
        if not self._bytes.take(size):
            raise Refused("rate_limited", f"More than {BYTES} bytes a second. Ask again in a moment.")


@dataclass(slots=True, eq=False)
class Session:
    """One connected client, whichever door it came by; over HTTP, one request."""

    id: str
    author: Author
    key: Key
    enter: Callable[[str], None]  # the transport's room of a grid
    leave: Callable[[str], None]
    allowance: Allowance = field(default_factory=Allowance)
    joined: set[str] = field(default_factory=set)
    closed: bool = False
    moves: Meter = field(default_factory=lambda: Meter(MOVES, MOVES * BURST))
    requests: int = 0  # so many have been served; a session of one HTTP request counts none

    def reference(self, number: int) -> str:
        """What names the request of that number in answers and in logs."""
        return f"{self.id}-{number}" if number else self.id
