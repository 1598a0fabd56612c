"""Records to measure with: airports that there are, over and over, and flights that there might have been."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.servers import ROOT

AIRPORTS = ROOT / "server" / "samples" / "airports.csv"
AIRPORT = ("icao", "name", "city", "subd", "country", "elevation", "lat", "lon")
FLIGHTS = [
    *("year", "month", "day", "dep_time", "sched_dep_time", "dep_delay", "arr_time", "sched_arr_time"),
    *(
        "arr_delay",
        "carrier",
        "flight",
        "tailnum",
        "origin",
        "dest",
        "air_time",
        "distance",
        "hour",
        "minute",
    ),
    "time_hour",
]


def flight(draw: random.Random, n: int) -> list[Any]:
    """In the shape of a real one: small whole numbers, short codes, a date-time; some empty."""
    month, day, hour, minute = (draw.randint(*of) for of in ((1, 12), (1, 28), (5, 23), (0, 59)))
    late = draw.choice(["", draw.randint(-20, 180)])
    return [
        *(2013, month, day, hour * 100 + minute, hour * 100, late, hour * 100 + 90, hour * 100 + 95, late),
        *(draw.choice(["AA", "B6", "DL", "EV", "UA", "US"]), n % 6000 + 1, f"N{draw.randint(100, 4000)}AA"),
        *("JFK", draw.choice(["ATL", "BOS", "LAX", "MIA", "ORD", "SFO"])),
        *(draw.randint(30, 600), draw.randint(100, 4900), hour, minute),
        f"2013-{month:02}-{day:02}T{hour:02}:00:00Z",
    ]


def write_flights(file: Path, count: int) -> None:
    draw = random.Random(2026)
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(FLIGHTS)
        writer.writerows(flight(draw, n) for n in range(count))


def write_wide(file: Path, count: int, fields: int) -> None:
    """The field that is edited, a number, and so many more of several kinds that there are `fields`."""
    draw = random.Random(2026)
    kinds: list[Callable[[], Any]] = [
        lambda: f"{draw.choice(['North', 'South', 'East', 'West'])} {draw.randint(1, 9999)}",
        lambda: draw.randint(0, 10**6),
        lambda: f"20{draw.randint(10, 26)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
        lambda: f"{draw.uniform(1, 999):.2f}",
    ]
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["elevation", *(f"field_{n}" for n in range(2, fields + 1))])
        for _ in range(count):
            writer.writerow([draw.randint(0, 9000), *(kinds[n % len(kinds)]() for n in range(fields - 1))])


def write_airports(file: Path, count: int) -> None:
    """Each time round with other codes and names."""
    with AIRPORTS.open(newline="") as opened:
        known = list(csv.DictReader(opened))
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(AIRPORT)
        for n in range(count):
            turn, at = divmod(n, len(known))
            values = [known[at][field] for field in AIRPORT]
            mark = f" {turn + 1}" if turn > 0 else ""
            writer.writerow([values[0] + mark, values[1] + mark, *values[2:]])
