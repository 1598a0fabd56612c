"""What Tandem asks of itself: each figure, the bar that it has to pass, and what is aimed at.

Most figures are ratios of what was measured side by side in one run, so they say the same on another machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.edits import PER_SECOND, SIZES, VIEWS
from bench.fanout import COALESCING, PACED, PER_EDIT, TANDEM, middle, ratio

Json = Any


@dataclass(frozen=True, slots=True)
class Bar:
    """`figure` takes what its suite has found; it should be at least, or with `most` at most, `bar`."""

    most: bool
    suite: str
    name: str
    figure: Callable[[Json], float]
    bar: float
    aim: float | None = None
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


def _largest(key: str, *path: str, times: float = 1) -> Callable[[Json], float]:
    """Of all that was measured: every question, view or number of records."""

    def figure(found: Json) -> float:
        for name in path:
            found = found[name]
        return times * max(float(each[key]) for each in found.values())

    return figure


def _growth(found: Json) -> float:
    """Script for an edit with the most records against the fewest, in the view where that is worse."""
    fewest, most = min(SIZES), max(SIZES)
    sizes = found["by_size"]
    return max(
        float(
            sizes[f"{most:,}, {view}"]["script_ms_per_edit"]
            / sizes[f"{fewest:,}, {view}"]["script_ms_per_edit"]
        )
        for view in VIEWS
    )


def _reached(found: Json) -> float:
    return min(float(each["edits_per_s"]) for each in found["busy"].values())


at_most, at_least = partial(Bar, True), partial(Bar, False)

DELIVERED, CPU = "delivered_per_second", "cpu_us_per_delivered"
FEW, MANY = "200 readers", "1,000 readers"
BY_EDIT, BY_TURN = "against Node per edit", "against Node coalescing"
UNTIL = "script_until_first_"

BARS = [
    at_least("fanout", f"delivered edits/s, {FEW}, {BY_EDIT}", _against(FEW, PER_EDIT, DELIVERED), 5, 10),
    at_most("fanout", f"CPU per delivered edit, {FEW}, {BY_EDIT}", _against(FEW, PER_EDIT, CPU), 0.2, 0.1),
    at_most("fanout", f"CPU per delivered edit, {MANY}, {BY_EDIT}", _against(MANY, PER_EDIT, CPU), 0.2, 0.1),
    at_least("fanout", f"delivered edits/s, {FEW}, {BY_TURN}", _against(FEW, COALESCING, DELIVERED), 0.7, 1),
    at_most("fanout", f"CPU per delivered edit, {FEW}, {BY_TURN}", _against(FEW, COALESCING, CPU), 1.4, 1),
    at_most("fanout", f"CPU per delivered edit, {MANY}, {BY_TURN}", _against(MANY, COALESCING, CPU), 1.4, 1),
    at_most("fanout", "edit to another client, p50, against Node's plus one commit", _delay("p50"), 1),
    at_most("fanout", "the same, p99", _delay("p99"), 1),
    at_least(
        "writes",
        "durable mutations/s, one a message, against raw sqlite3",
        _found("1", "ratio"),
        1 / 10,
        1 / 5,
    ),
    at_least("writes", "the same in batches of 100", _found("100", "ratio"), 1 / 3, 1 / 2),
    at_most("snapshot", "100,000 records, CPU against one Socket.IO event", _found("cpu_ratio"), 0.35),
    at_most(
        "snapshot",
        "an edit's longest wait meanwhile",
        _found("http_made", "longest_wait_ms"),
        100,
        unit=" ms",
    ),
    at_most("memory", "an idle connection", _found("kb_per_joined"), 35, unit=" kB"),
    at_most("memory", "the process with 2,000 of them", _found("process_mb"), 512, unit=" MB"),
    at_most("memory", "the same under load, at most", _found("peak_mb"), 512, unit=" MB"),
    at_most(
        "opening", "script until the first paint, gzip", _found("local", f"{UNTIL}paint_kb"), 350, unit=" kB"
    ),
    at_most(
        "opening", "script until the first rows, gzip", _found("local", f"{UNTIL}rows_kb"), 350, unit=" kB"
    ),
    at_most(
        "asking", "script of the slowest question to 100,000 records", _largest("script_ms"), 100, unit=" ms"
    ),
    at_most("edits", "script of a remote edit", _largest("script_ms_per_edit", "by_size"), 1, unit=" ms"),
    at_most("edits", "the same, 350,000 records against 1,000", _growth, 1.5),
    at_least("edits", "edits/s that come while the page is in use", _reached, 0.95 * PER_SECOND, unit="/s"),
    at_most("edits", "longest task meanwhile", _largest("longest_task_ms", "busy"), 50, unit=" ms"),
    at_most(
        "edits", "script's share of the time", _largest("script_share", "busy", times=100), 30, unit=" %"
    ),
    at_most("edits", "heap, 100,000 records of 8 fields", _largest("heap_mb", "busy"), 250, unit=" MB"),
]


def judged(results: dict[str, Json]) -> Iterator[tuple[Bar, float]]:
    """Each bar whose suite has run, and its figure."""
    for bar in BARS:
        if bar.suite in results:
            try:
                value = bar.figure(results[bar.suite])
            except KeyError:  # kept from a run before this figure was measured
                continue
            yield bar, value


def table(results: dict[str, Json]) -> str:
    """As Markdown, so that it may stand in a document."""
    lines = ["| figure | measured | bar | aim | |", "|---|---|---|---|---|"]
    for bar, value in judged(results):
        sign = "≤" if bar.most else "≥"
        aim = "" if bar.aim is None else f"{sign} {bar.aim:.3g}{bar.unit}"
        state = "passed" if bar.passed(value) else "**missed**"
        said = f"{value:#.3g}".rstrip(".")
        lines.append(f"| {bar.name} | {said}{bar.unit} | {sign} {bar.bar:.3g}{bar.unit} | {aim} | {state} |")
    return "\n".join(lines)
