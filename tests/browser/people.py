"""A small grid of its own, made in a moment: what is tested of it does not ask for 28,298 records."""

from __future__ import annotations

from pathlib import Path

from tests.browser.conftest import run_command
from tests.browser.database import Database
from tests.browser.window import Window

PEOPLE = "people"
AT = f"/?left={PEOPLE}&panes=1"


async def all_there(*windows: Window, count: int = 6) -> None:
    for window in windows:
        await window.left.expect_count(f"{count} records")
        await window.expect_saved()


def people_in(folder: Path, count: int) -> Database:
    """Its records: Person 000 of Town 000, and so on."""
    lines = ["name,city", *(f"Person {place:03},Town {place:03}" for place in range(count))]
    source = folder / "people.csv"
    source.write_text("\n".join(lines))
    path = folder / "people.db"
    run_command(path, "import", source, "--grid", PEOPLE, "--title", "People")
    return Database(path)
