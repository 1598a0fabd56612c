"""All measurements, or those that are named: tables as they come, and at the end the bars.

.venv/bin/python -m bench [SUITE …] [--rounds N] [--out DIR]

DIR (`.cache/bench`) gets `results.json` with every figure, and the charts. What an earlier run has found
of suites that are not named now is kept there.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from bench import asking, bars, edits, fanout, large, memory, opening, snapshot, writes
from bench.charts import Bar, chart
from bench.fanout import TANDEM, middle

OUT = Path(".cache/bench")
ROUNDS = 5

SUITES: dict[str, Callable[[int], Any]] = {
    "fanout": lambda rounds: asyncio.run(fanout.run(rounds)),
    "writes": writes.run,
    "snapshot": lambda rounds: asyncio.run(snapshot.run(runs=rounds)),
    "memory": lambda _: asyncio.run(memory.run()),
    "opening": lambda _: asyncio.run(opening.run()),
    "asking": lambda _: asyncio.run(asking.run()),
    "edits": lambda _: asyncio.run(edits.run()),
    "large": lambda _: asyncio.run(large.run()),
}
SHOWN: dict[str, Callable[[Any], None]] = {
    "writes": writes.show,
    "snapshot": snapshot.show,
    "opening": opening.show,
    "asking": asking.show,
    "edits": edits.show_all,
    "large": large.show,
}


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": model[0].partition(":")[2].strip() if model else platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }


def charts(results: dict[str, Any]) -> dict[str, str]:
    """SVG by file name."""
    made = {}
    for readers in ("200 readers", "1,000 readers") if "fanout" in results else ():
        runs = results["fanout"]["scenarios"][readers]
        made[f"cpu-{readers.replace(',', '').replace(' ', '-')}.svg"] = chart(
            f"Server CPU for an edit to reach one of {readers}, in µs (shorter is better)",
            [
                Bar(name, value := middle(each, "cpu_us_per_delivered"), f"{value:.2f}", name == TANDEM)
                for name, each in runs.items()
            ],
        )
    return made


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    arguments.add_argument("suites", nargs="*", metavar="SUITE", choices=[*SUITES, []])
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    arguments.add_argument("--out", type=Path, default=OUT)
    asked = arguments.parse_args()
    file = asked.out / "results.json"
    results = orjson.loads(file.read_bytes()) if file.exists() else {}
    asked.out.mkdir(parents=True, exist_ok=True)
    cores = os.sched_getaffinity(0)
    for suite in asked.suites or SUITES:
        print(f"\n· {suite}", flush=True)
        found = SUITES[suite](asked.rounds)
        os.sched_setaffinity(0, cores)
        if suite in SHOWN:
            SHOWN[suite](found)
        results[suite] = found
        results["machine"] = machine()
        file.write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2))
    for name, text in charts(results).items():
        (asked.out / name).write_text(text)
    print("\n" + bars.table(results))


if __name__ == "__main__":
    main()
