"""How much of something one may have: a bucket that fills by itself."""

from __future__ import annotations

import time


class Meter:
    """So many at once, and `rate` more for each second."""

    __slots__ = ("_at", "_left", "_most", "_rate")

    def __init__(self, rate: float, most: float) -> None:
        self._rate = rate
        self._most = self._left = most
        self._at = time.monotonic()

    def has(self, amount: float = 1.0) -> bool:
        if self._left < amount:  # only now does it matter what has come meanwhile
            now = time.monotonic()
            self._left = min(self._most, self._left + (now - self._at) * self._rate)
            self._at = now
        return self._left >= amount

    def take(self, amount: float = 1.0) -> bool:
        """Take so much; False, and nothing is taken, where there is less."""
        if not self.has(amount):
            return False
        self._left -= amount
        return True
