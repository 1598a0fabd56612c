"""What an edit costs that others see: Tandem with SQLite, validation and acknowledgements, against Node's
`socket.io` with none of these, in adjacent runs.

.venv/bin/python -m bench.fanout [ROUNDS]
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench.load import percentiles
from bench.targets import GRID, SERVER_CORE, Sample, Target, load, peer, tandem, use_core

ROUNDS = 5
COMMITS = 100
# Ten writers, each with one edit on its way, as people are; `window` 16 is what scripts do.
PACED = "200 readers, 20 edits a second"
SCENARIOS: dict[str, dict[str, Any]] = {
    "200 readers": {"readers": 200},
    "1,000 readers": {"readers": 1_000},
    PACED: {"readers": 200, "rate": 20.0, "seconds": 10.0},
    "200 readers, 16 edits of each writer on their way": {"readers": 200, "window": 16},
}
TANDEM, PER_EDIT, COALESCING = "tandem", "node, per edit", "node, coalescing"

Json = Any
Runs = dict[str, list[Json]]  # by target, one of each round
Start = Callable[[], AbstractAsyncContextManager[Target]]


def targets(sample: Sample) -> dict[str, Start]:
    return {
        TANDEM: partial(tandem, sample),
        PER_EDIT: partial(peer, "per-edit"),
        COALESCING: partial(peer, "coalescing"),
    }


async def measure(sample: Sample, scenario: Json, starts: dict[str, Start], rounds: int) -> Runs:
    """Every target once a round, each time in another order."""
    runs: Runs = {name: [] for name in starts}
    names = list(starts)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            async with starts[name]() as target:
                runs[name].append(await load(target, sample, **{"window": 1, **scenario}))
    return runs


def middle(runs: Sequence[Json], key: str, inner: str | None = None) -> float:
    """The median of a figure over the rounds."""
    return float(median(run[key][inner] if inner else run[key] for run in runs))


def ratio(runs: Runs, against: str, key: str) -> float:
    """The median of the figure's ratio in each round: what was beside each other is compared."""
    pairs = zip(runs[TANDEM], runs[against], strict=True)
    return float(median(ours[key] / theirs[key] for ours, theirs in pairs))


def sound(run: Json) -> bool:
    """The tool was not what was measured, and nothing was lost."""
    return bool(run["valid"] and not (run["unheard"] or run["unanswered"] or run["behind"]))


def commits(sample: Sample) -> Json:
    """How long SQLite alone takes to commit one edit, at the same pace: a disk that rests is slower."""
    database = sqlite3.connect(sample.copy(), isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    taken = []
    for number in range(COMMITS):
        time.sleep(1 / SCENARIOS[PACED]["rate"])
        start = time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        database.execute(
            "UPDATE records SET version = version + 1 WHERE grid = ? AND id = ?", [GRID, sample.ids[number]]
        )
        database.execute("COMMIT")
        taken.append(time.perf_counter() - start)
    database.close()
    return percentiles(taken)


async def run(rounds: int = ROUNDS) -> Json:
    """All scenarios: `{scenario: {target: [figures of a round, …]}}`, and `commit_ms`."""
    use_core(SERVER_CORE)
    with tempfile.TemporaryDirectory() as folder:
        sample = Sample(Path(folder))
        found: Json = {"commit_ms": commits(sample), "scenarios": {}}
        for name, scenario in SCENARIOS.items():
            runs = await measure(sample, scenario, targets(sample), rounds)
            found["scenarios"][name] = runs
            tell(name, runs)
        return found


def tell(name: str, runs: Runs) -> None:
    print(f"\n{name}")
    for target, each in runs.items():
        line = (
            f"  {target:<18}{middle(each, 'edits_per_second'):>8,.0f} edits/s"
            f"{middle(each, 'delivered_per_second'):>12,.0f} delivered/s"
            f"{middle(each, 'edits_per_announcement'):>7.1f} a frame"
            f"{middle(each, 'cpu_us_per_delivered'):>8.2f} us CPU each"
            f"{middle(each, 'server_busy'):>6.0%} busy{middle(each, 'tool_busy'):>6.0%} tool"
        )
        if each[0]["delays_ms"]:
            line += "".join(f"{of:>6} {middle(each, 'delays_ms', of):.1f} ms" for of in ("p50", "p99"))
        flaws = [run for run in each if not sound(run)]
        print(line + (f"  ({len(flaws)} of {len(each)} not valid)" if flaws else ""), flush=True)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
