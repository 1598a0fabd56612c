"""A client in a process of its own that edits a record again and again: how long each answer takes.

python -m bench.editing URL GRID ID    (started by bench.snapshot; ends with its standard input)
"""

from __future__ import annotations

import json
import select
import sys
import time

from bench.link import Link, port_of
from server.model import uuid7

WARM = 20  # edits that are not counted
PAUSE = 0.005  # seconds between an acknowledgement and the next edit


def edit(url: str, grid: str, id: str) -> dict[str, float]:
    link = Link(port_of(url), "editing")
    waits: list[float] = []
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        payload = {"grid": grid, "mutation_id": uuid7(), "id": id, "fields": {"amount": len(waits)}}
        start = time.perf_counter()
        answer = link.ask("update_record", payload)
        waits.append(time.perf_counter() - start)
        if not answer["ok"]:
            raise RuntimeError(f"refused: {answer}")
        if len(waits) == WARM:
            print("editing", flush=True)
    return {"edits": len(waits) - WARM, "longest_ms": 1000 * max(waits[WARM:])}


if __name__ == "__main__":
    print(json.dumps(edit(*sys.argv[1:])))
