"""What Tandem asks of itself: each figure, the bar that it has to pass, and what is aimed at.

A figure is a ratio of what was measured side by side in one run, so it says the same on another machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.fanout import COALESCING, PER_EDIT, TANDEM, middle, ratio

Json = Any


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


def _delay(of: str) -> Callable[[Json], float]:
    """Of Tandem's delay what Node's and one commit of SQLite's come to."""

    def figure(found: Json) -> float:
        runs = found["scenarios"]["200 readers, 20 edits a second"]
        allowed = middle(runs[PER_EDIT], "delays_ms", of) + found["commit_ms"][of]
        return middle(runs[TANDEM], "delays_ms", of) / allowed

    return figure


DELIVERED, CPU = "delivered_per_second", "cpu_us_per_delivered"
BARS = [
    Bar("fanout", "delivered edits/s, 200 readers, against Node per edit", _against("200 readers", PER_EDIT, DELIVERED), 5, 10),
    Bar("fanout", "CPU per delivered edit, 200 readers, against the same", _against("200 readers", PER_EDIT, CPU), 0.2, 0.1, most=True),
    Bar("fanout", "CPU per delivered edit, 1,000 readers, against the same", _against("1,000 readers", PER_EDIT, CPU), 0.2, 0.1, most=True),
    Bar("fanout", "delivered edits/s, 200 readers, against Node coalescing", _against("200 readers", COALESCING, DELIVERED), 0.7, 1),
    Bar("fanout", "CPU per delivered edit, 200 readers, against the same", _against("200 readers", COALESCING, CPU), 1.4, 1, most=True),
    Bar("fanout", "CPU per delivered edit, 1,000 readers, against the same", _against("1,000 readers", COALESCING, CPU), 1.4, 1, most=True),
    Bar("fanout", "p50 of an edit's way to another client, against Node's plus a commit", _delay("p50"), 1, most=True),
    Bar("fanout", "p99 of the same", _delay("p99"), 1, most=True),
    Bar("writes", "acknowledged mutations/s, one a message, against raw sqlite3", lambda found: found["1"]["ratio"], 1 / 10, 1 / 5),
    Bar("writes", "the same in batches of 100", lambda found: found["100"]["ratio"], 1 / 3, 1 / 2),
    Bar("memory", "an idle connection", lambda found: found["kb_per_joined"], 35, most=True, unit=" kB"),
    Bar("memory", "the process with 2,000 of them", lambda found: found["process_mb"], 512, most=True, unit=" MB"),
]  # fmt: skip


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
        lines.append(f"| {bar.name} | {value:.3g}{bar.unit} | {sign} {bar.bar:.3g}{bar.unit} | {aim} | {state} |")
    return "\n".join(lines)
