"""What has happened in this process, in plain numbers: counting costs the way of an edit next to nothing.

`/metrics` reads them when it is asked (server/transports/metrics.py), and nothing else does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class Durations:
    """How long something took, one number for each of BOUNDS, and one for what took longer."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0  # all together

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class Tally:
    """Everything that is counted. Keys come from this code alone, never from a stranger's words."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()  # by event, through every door
        self.refusals: Counter[str] = Counter()  # by error code, single mutations' too
        self.http: Counter[tuple[str, str, int]] = Counter()  # by method, route and status
        self.closed: Counter[str] = Counter()  # connections that stay open, by why they ended
        self.resumed = 0  # clients that did not read, and read again (R12)
        self.commits = Durations()  # one transaction, until it is durable
        self.announcements = Durations()  # from the first of its mutations to the last of its readers
