"""How much of something one may have: a bucket that fills by itself; and many of them, one for each."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


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


class Latest(Generic[K, V]):
    """A value for each of those who were there last, so many at most; one that is new here is made."""

    def __init__(self, make: Callable[[], V], most: int) -> None:
        self._make = make
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()

    def known(self, key: K) -> V | None:
        return self._values.get(key)

    def of(self, key: K) -> V:
        value = self._values[key] = self._values.pop(key, None) or self._make()
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value
