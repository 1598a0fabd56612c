"""How the cost of an edit grows with readers, writers, records and fields, and that of opening with the last
two of them: Tandem alone, on SQLite, one of the four at a time.

.venv/bin/python -m bench.growth [ROUNDS]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.charts import Bar, chart
from bench.fanout import middle, sound
from bench.link import Link
from bench.records import write_airports, write_wide
from bench.snapshot import measure, over_http
from bench.targets import GRID, SERVER_CORE, Sample, Target, cpu_of, load, tandem, use_core

ROUNDS = 3
READERS, WRITERS = (1, 10, 100, 1_000), (1, 10, 50, 200)
RECORDS, FIELDS = (1_000, 10_000, 100_000, 350_000), (1, 8, 19, 50, 100)
WIDE = 10_000  # records, where their fields are what grows
# Few readers, so that writing to them does not hide the rest; each writer has one edit on its way.
STANDARD = {"readers": 10, "writers": 10, "window": 1, "warm": 0.5, "seconds": 2.0}
EDITED = 10_000  # records at most; the run edits hardly any of them twice
PAGES = 10  # first pages that are asked for, of which the mean is taken

Json = Any


@dataclass(frozen=True, slots=True)
class Axis:
    """What grows: its steps, what each changes of the scenario, and the records that it takes (the airports
    where None)."""

    steps: tuple[int, ...]
    scenario: str | None = None
    write: Callable[[Path, int], None] | None = None


AXES = {
    "readers": Axis(READERS, scenario="readers"),
    "writers": Axis(WRITERS, scenario="writers"),
    "records": Axis(RECORDS, write=write_airports),
    "fields": Axis(FIELDS, write=lambda file, fields: write_wide(file, WIDE, fields)),
}


def first_page(port: int, pid: int) -> Json:
    """What `join_grid` costs with as many records as it gives."""
    with closing(Link(port, "opening")) as link:
        before, start = cpu_of(pid), time.perf_counter()
        for _ in range(PAGES):
            link.ask("join_grid", {"grid": GRID})
        return {
            "page_kb": link.bytes / PAGES / 1e3,
            "page_ms": (time.perf_counter() - start) / PAGES * 1e3,
            "page_cpu_ms": (cpu_of(pid) - before) / PAGES * 1e3,
        }


async def opening(target: Target) -> Json:
    """First page, and all records over HTTP, which are made for it."""
    page = await asyncio.to_thread(first_page, target.port, target.pid)
    all_ = await measure(partial(over_http, grid=GRID), f"http://127.0.0.1:{target.port}", target.pid)
    return {**page, "all_mb": all_["bytes"] / 1e6, "all_s": all_["seconds"], "all_cpu_ms": all_["cpu_ms"]}


async def step(axis: Axis, value: int, sample: Sample) -> Json:
    scenario = STANDARD | ({axis.scenario: value} if axis.scenario else {})
    async with tandem(sample) as target:
        edits = await load(target, sample, **scenario)
        return edits | (await opening(target) if axis.write else {})


def records(axis: Axis, folder: Path) -> dict[int, Sample]:
    if axis.write is None:
        return dict.fromkeys(axis.steps, Sample(folder))
    made = {}
    for value in axis.steps:
        file = folder / f"{value}.csv"
        axis.write(file, value)
        made[value] = Sample(folder, file, EDITED)
        file.unlink()
    return made


async def grow(axis: Axis, folder: Path, rounds: int) -> Json:
    """By step, the figures of each round; each round takes the steps in another order."""
    samples = records(axis, folder)
    runs: dict[int, list[Json]] = {value: [] for value in axis.steps}
    for turn in range(rounds):
        first = turn % len(axis.steps)
        for value in axis.steps[first:] + axis.steps[:first]:
            runs[value].append(await step(axis, value, samples[value]))
    return {f"{value:,}": each for value, each in runs.items()}


async def run(rounds: int = ROUNDS) -> Json:
    """`{axis: {step: [figures of a round, …]}}`."""
    use_core(SERVER_CORE)
    found = {}
    for name, axis in AXES.items():
        with tempfile.TemporaryDirectory() as folder:
            found[name] = await grow(axis, Path(folder), min(rounds, ROUNDS))
        print(table(name, found[name]), flush=True)
    return found


# What a table shows: title, key of the figures, how it is written.
EDITS = [
    ("edits/s", "edits_per_second", "{:,.0f}"),
    ("edits a frame", "edits_per_announcement", "{:.1f}"),
    ("CPU of an edit", "cpu_us_per_edit", "{:,.0f} µs"),
    ("busy", "server_busy", "{:.0%}"),
]
OPENING = [
    ("first page", "page_kb", "{:,.0f} kB"),
    ("its CPU", "page_cpu_ms", "{:.1f} ms"),
    ("all records", "all_mb", "{:.2f} MB"),
    ("time", "all_s", "{:.2f} s"),
    ("their CPU", "all_cpu_ms", "{:,.0f} ms"),
]


def table(name: str, steps: dict[str, list[Json]]) -> str:
    """As Markdown; of each figure the median."""
    shown = EDITS + (OPENING if AXES[name].write else [])
    lines = [
        "",
        f"| {name} | {' | '.join(title for title, _, _ in shown)} |",
        "|---" * (len(shown) + 1) + "|",
    ]
    for step, runs in steps.items():
        cells = [form.format(middle(runs, key)) for _, key, form in shown]
        flaw = "" if all(sound(run) for run in runs) else " (not valid)"
        lines.append(f"| {step}{flaw} | {' | '.join(cells)} |")
    return "\n".join(lines)


def picture(found: Json) -> str:
    """CPU of an edit, by all that grows."""
    bars = [
        Bar(
            f"{step} {name if step != '1' else name[:-1]}",
            cpu := middle(runs, "cpu_us_per_edit"),
            f"{cpu:,.0f}",
            name in ("readers", "records"),  # so that they can be told apart
        )
        for name, steps in found.items()
        for step, runs in steps.items()
    ]
    return chart("Server CPU of one edit, in µs (shorter is better)", bars)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
