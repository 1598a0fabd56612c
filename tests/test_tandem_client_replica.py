"""The Python client's replica by itself, announcement by announcement: R4, R5, R6, R9 and R13."""

from __future__ import annotations

from typing import Any

import pytest

from tandem_client import replica as module
from tandem_client.records import Json
from tandem_client.replica import Replica

ADA = {"id": "ada", "name": "Ada"}


class Grid:
    """A server's grid with records `1`, `2`, …, as many as its revision; and a replica of it."""

    def __init__(self, revision: int = 3) -> None:
        self.revision, self.epoch = revision, "a"
        self.moves = self.pulls = 0
        self.replica = Replica(self._moved, self._behind)
        assert self.replica.begin() == {}
        self.pull()

    def _moved(self) -> None:
        self.moves += 1

    def _behind(self) -> None:
        self.pulls += 1

    def page(self, since: int = 0, to: int | None = None) -> Json:
        end = self.revision if to is None else to
        records = [[str(number), number, {"n": number}] for number in range(since + 1, end + 1)]
        page = {"epoch": self.epoch, "from": since, "to": end, "records": records}
        return {**page, "mode": "delta" if since else "reset", "more": end < self.revision}

    def pull(self, to: int | None = None) -> None:
        asked = self.replica.since()
        same = asked["epoch"] == self.epoch and asked["since"] <= self.revision
        self.replica.take(self.page(asked["since"] if same else 0, to))

    def announce(self, start: int, end: int) -> None:
        entries: list[Any] = [[n, str(n), "add", {"n": n}, ADA, f"m{n}"] for n in range(start + 1, end + 1)]
        whole = {"epoch": self.epoch, "from": start, "to": end, "changes": entries}
        self.replica.hear("changes", whole)

    def head(self, **other: Json) -> None:
        digest = self.replica.copy.digest
        head = {"epoch": self.epoch, "revision": self.revision, "count": self.revision, "digest": digest}
        self.replica.hear("head", {**head, **other})

    @property
    def shown(self) -> list[str]:
        return list(self.replica.copy.records)


def test_r5_what_continues_is_applied_and_what_does_not_is_pulled() -> None:
    grid = Grid()
    grid.revision = 9
    grid.announce(3, 5)
    grid.announce(2, 6)
    assert (grid.shown, grid.pulls) == ([*"123456"], 0)
    assert [change.revision for change in grid.replica.recent] == [4, 5, 6]
    moves = grid.moves
    grid.announce(2, 4)  # late
    assert (grid.moves, grid.pulls, grid.replica.reading) == (moves, 0, False)
    grid.announce(7, 8)
    assert (grid.shown, grid.pulls, grid.replica.reading) == ([*"123456"], 1, True)
    grid.pull()
    assert (grid.shown, grid.replica.copy.revision, grid.replica.reading) == ([*"123456789"], 9, False)
    assert not grid.replica.recent, "nobody has told how it came here"


def test_r4_r5_what_is_announced_while_it_fills_is_applied_when_it_is_complete() -> None:
    grid = Grid()
    grid.revision = 7
    grid.head()
    assert grid.pulls == 1, "R6"
    grid.pull(to=5)
    assert (grid.replica.copy.complete, grid.replica.copy.position) == (False, ("a", 3))
    grid.announce(6, 7)
    grid.announce(7, 8)
    assert grid.replica.copy.revision == 3
    grid.pull()
    assert (grid.replica.copy.revision, grid.shown) == (8, [*"12345678"])
    assert grid.pulls == 1


def test_r9_another_epoch_is_shown_when_it_is_complete() -> None:
    grid = Grid()
    grid.epoch, grid.revision = "b", 2
    grid.head()
    grid.pull(to=1)
    assert (grid.shown, grid.replica.copy.epoch) == ([*"123"], "a")
    assert grid.replica.begin() == {"epoch": "b", "since": 1}, "a broken pull goes on"
    grid.pull()
    assert (grid.shown, grid.replica.copy.position) == ([*"12"], ("b", 2))


def test_r5_an_announcement_of_an_epoch_that_is_over_causes_one_pull() -> None:
    grid = Grid()
    grid.epoch = "old"
    grid.announce(3, 4)
    grid.epoch = "a"
    assert grid.pulls == 1
    grid.pull()
    assert (grid.pulls, grid.replica.reading) == (1, False)


def test_r13_another_digest_or_count_is_an_alarm_once_and_read_from_0() -> None:
    grid = Grid()
    grid.head(digest=1)
    assert (grid.pulls, grid.replica.since()) == (1, {"epoch": "a", "since": 0})
    grid.pull()
    grid.head(digest=1)
    assert grid.pulls == 1, "once"
    grid.announce(3, 4)
    grid.revision = 4
    grid.head(count=3)
    assert grid.pulls == 2
    grid.head(revision=2, digest=1)
    assert len(grid.replica.alarms) == 2


def test_r13_an_update_of_what_is_not_there_is_an_alarm() -> None:
    grid = Grid()
    grid.announce(3, 4)
    fine, torn = [[5, "1", "update", {"n": 5}, ADA, "m5"], [6, "9", "update", {"n": 6}, ADA, "m6"]]
    grid.replica.hear("changes", {"epoch": "a", "from": 4, "to": 6, "changes": [fine, torn]})
    assert (grid.pulls, grid.replica.since()) == (1, {"epoch": "a", "since": 0})
    assert not grid.replica.recent, "the server's history has no holes"


def test_what_is_stashed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (module.STASHED, module.RECENT) == (5_000, 1_000)
    grid = Grid()
    grid.replica.begin()
    for number in range(3, 6_000):
        grid.announce(number, number + 1)
    assert len(grid.replica._stash) == 5_000
    grid.replica.take(grid.page(3))
    assert grid.pulls == 1, "what was dropped is pulled"
