"""What Tandem asks of itself: each figure, the bar that it has to pass, and what is aimed at.

A figure is a ratio of what was measured side by side in one run, so it says the same on another machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.fanout import COALESCING, PACED, PER_EDIT, TANDEM, middle, ratio

Json = Any
AT_MOST = True


@dataclass(frozen=True, slots=True)
class Bar:
    """`figure` takes what its suite has found; it should be at least, or with `most` at most, `bar`."""

    suite: str
    name: str
    figure: Callable[[Json], float]
    bar: float
    aim: float | None = None
    most: bool = False
    unit: str = "×"

    def passed(self, value: float) -> bool:
        return value <= self.bar if self.most else value >= self.bar


def _against(scenario: str, peer: str, key: str) -> Callable[[Json], float]:
    return lambda found: ratio(found["scenarios"][scenario], peer, key)


def _found(*path: str) -> Callable[[Json], float]:
    def figure(found: Json) -> float:
        for key in path:
            found = found[key]
        return float(found)

    return figure


def _delay(of: str) -> Callable[[Json], float]:
    """Of Tandem's delay what Node's and one commit of SQLite's come to."""

    def figure(found: Json) -> float:
        runs = found["scenarios"][PACED]
        allowed = middle(runs[PER_EDIT], "delays_ms", of) + float(found["commit_ms"][of])
        return middle(runs[TANDEM], "delays_ms", of) / allowed

    return figure


DELIVERED, CPU = "delivered_per_second", "cpu_us_per_delivered"
FEW, MANY = "200 readers", "1,000 readers"
BY_EDIT, BY_TURN = "against Node per edit", "against Node coalescing"

BARS = [
    Bar("fanout", f"delivered edits/s, {FEW}, {BY_EDIT}", _against(FEW, PER_EDIT, DELIVERED), 5, 10),
    Bar(
        "fanout", f"CPU per delivered edit, {FEW}, {BY_EDIT}", _against(FEW, PER_EDIT, CPU), 0.2, 0.1, AT_MOST
    ),
    Bar(
        "fanout",
        f"CPU per delivered edit, {MANY}, {BY_EDIT}",
        _against(MANY, PER_EDIT, CPU),
        0.2,
        0.1,
        AT_MOST,
    ),
    Bar("fanout", f"delivered edits/s, {FEW}, {BY_TURN}", _against(FEW, COALESCING, DELIVERED), 0.7, 1),
    Bar(
        "fanout", f"CPU per delivered edit, {FEW}, {BY_TURN}", _against(FEW, COALESCING, CPU), 1.4, 1, AT_MOST
    ),
    Bar(
        "fanout",
        f"CPU per delivered edit, {MANY}, {BY_TURN}",
        _against(MANY, COALESCING, CPU),
        1.4,
        1,
        AT_MOST,
    ),
    Bar(
        "fanout",
        "edit to another client, p50, against Node's plus one commit",
        _delay("p50"),
        1,
        None,
        AT_MOST,
    ),
    Bar("fanout", "the same, p99", _delay("p99"), 1, None, AT_MOST),
    Bar(
        "writes",
        "durable mutations/s, one a message, against raw sqlite3",
        _found("1", "ratio"),
        1 / 10,
        1 / 5,
    ),
    Bar("writes", "the same in batches of 100", _found("100", "ratio"), 1 / 3, 1 / 2),
    Bar(
        "snapshot",
        "100,000 records, CPU against one Socket.IO event",
        _found("cpu_ratio"),
        0.35,
        None,
        AT_MOST,
    ),
    Bar(
        "snapshot",
        "an edit's longest wait meanwhile",
        _found("http_made", "longest_wait_ms"),
        100,
        None,
        AT_MOST,
        " ms",
    ),
    Bar("memory", "an idle connection", _found("kb_per_joined"), 35, None, AT_MOST, " kB"),
    Bar("memory", "the process with 2,000 of them", _found("process_mb"), 512, None, AT_MOST, " MB"),
]


def judged(results: dict[str, Json]) -> Iterator[tuple[Bar, float]]:
    """Each bar whose suite has run, and its figure."""
    for bar in BARS:
        if bar.suite in results:
            yield bar, bar.figure(results[bar.suite])


def table(results: dict[str, Json]) -> str:
    """As Markdown, so that it may stand in a document."""
    lines = ["| figure | measured | bar | aim | |", "|---|---|---|---|---|"]
    for bar, value in judged(results):
        sign = "≤" if bar.most else "≥"
        aim = "" if bar.aim is None else f"{sign} {bar.aim:.3g}{bar.unit}"
        state = "passed" if bar.passed(value) else "**missed**"
        lines.append(
            f"| {bar.name} | {value:#.3g}{bar.unit} | {sign} {bar.bar:.3g}{bar.unit} | {aim} | {state} |"
        )
    return "\n".join(lines)
