"""What a socket expects of whoever talks over it."""

from __future__ import annotations

from typing import Protocol


class Peer(Protocol):
    """Whoever talks over a Socket."""

    def received(self, text: str) -> None:
        """A message came. Raises ValueError if it cannot be understood: the client is cut."""

    def resumed(self, missed: bool) -> None:
        """The client was blocked and reads again; `missed` says if announcements were dropped."""

    def closed(self, reason: str) -> None:
        """It is over. Called exactly once, at once, whatever the cause."""
