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
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson

from bench import (
    asking,
    bars,
    edits,
    fanout,
    growth,
    large,
    memory,
    opening,
    postgres,
    reload,
    snapshot,
    writes,
)
from bench.charts import Bar, chart
from bench.fanout import TANDEM, middle
from bench.targets import CORES, Lacking

OUT = Path(".cache/bench")
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Suite:
    """`run` takes the number of rounds; `show` prints what it has found, where `run` has not."""

    module: ModuleType
    run: Callable[[int], Any]
    show: Callable[[Any], None] | None = None

    @property
    def about(self) -> str:
        return " ".join(str(self.module.__doc__).split("\n\n")[0].split())


SUITES = {
    "fanout": Suite(fanout, lambda rounds: asyncio.run(fanout.run(rounds))),
    "growth": Suite(growth, lambda rounds: asyncio.run(growth.run(rounds))),
    "writes": Suite(writes, writes.run, writes.show),
    "postgres": Suite(postgres, postgres.run, postgres.show),
    "snapshot": Suite(snapshot, lambda rounds: asyncio.run(snapshot.run(runs=rounds)), snapshot.show),
    "memory": Suite(memory, lambda _: asyncio.run(memory.run()), memory.show),
    "opening": Suite(opening, lambda _: asyncio.run(opening.run()), opening.show),
    "reload": Suite(reload, lambda _: asyncio.run(reload.run()), reload.show),
    "asking": Suite(asking, lambda _: asyncio.run(asking.run()), asking.show),
    "edits": Suite(edits, lambda _: asyncio.run(edits.run()), edits.show_all),
    "large": Suite(large, lambda _: asyncio.run(large.run()), large.show),
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
    if "growth" in results:
        made["growth.svg"] = growth.picture(results["growth"])
    return made


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=str(__doc__).partition("\n")[0],
        epilog="suites:\n" + "\n".join(f"  {name:<10}{suite.about}" for name, suite in SUITES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="what to measure; everything by default")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often, for medians (%(default)s)")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for figures and charts (%(default)s)")
    asked = parser.parse_args()
    if unknown := [name for name in asked.suites if name not in SUITES]:
        parser.error(f"There is no suite {', '.join(unknown)}; there are {', '.join(SUITES)}.")
    if asked.rounds < 1:
        parser.error("--rounds takes a number from 1.")
    return asked


def measure(name: str, rounds: int) -> Any:
    """What the suite has found; None, and a sentence, where this machine lacks what it needs."""
    suite = SUITES[name]
    print(f"\n· {name}", flush=True)
    try:
        found = suite.run(rounds)
    except Lacking as lacking:
        print(f"Not measured: {lacking}.")
        return None
    finally:
        os.sched_setaffinity(0, CORES)
    if suite.show is not None:
        suite.show(found)
    return found


def main() -> None:
    asked = arguments()
    if sys.platform != "linux":
        sys.exit("The measurements read what Linux tells of a process, and run on Linux only.")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # for thousands of connections
    file = asked.out / "results.json"
    results = orjson.loads(file.read_bytes()) if file.exists() else {}
    asked.out.mkdir(parents=True, exist_ok=True)
    for name in asked.suites or SUITES:
        found = measure(name, asked.rounds)
        if found is not None:
            results[name] = found
            results["machine"] = machine()
            file.write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2))
    for name, text in charts(results).items():
        (asked.out / name).write_text(text)
    if any(bars.judged(results)):
        print("\n" + bars.table(results))


if __name__ == "__main__":
    main()
