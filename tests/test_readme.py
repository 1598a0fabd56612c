"""What README and how-tos show works as printed: schema, import, backup, the protocol in ten lines."""

from __future__ import annotations

import asyncio
import csv
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from server.app import build
from server.config import Settings
from server.grids import Invalid, grids_from_module

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PROTOCOL = (ROOT / "docs/PROTOCOL.md").read_text()
COMMANDS = "\n".join((ROOT / "docs" / name).read_text() for name in ("how-to/import-export.md", "BACKUP.md"))
PATIENCE = 60  # seconds


def snippet(first_words: str, document: str = README) -> str:
    """The Python code block that begins with these words."""
    blocks = re.findall(r"```python\n(.*?)```", document, re.DOTALL)
    (found,) = [block for block in blocks if block.startswith(first_words)]
    return str(found)


def command(name: str) -> list[str]:
    """The first printed `python -m server NAME …`, as arguments."""
    line = re.search(rf"^\.venv/bin/python (-m server {name} .+)$", COMMANDS, re.MULTILINE)
    assert line, name
    return line[1].split()


async def run(*arguments: str, cwd: Path, **environ: str) -> str:
    """The standard output of this Python, which must succeed."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await child.communicate()
    assert child.returncode == 0, err.decode()
    return out.decode()


def test_the_schema_is_a_grid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "books.py").write_text(snippet("# books.py"))
    monkeypatch.syspath_prepend(tmp_path)
    books = grids_from_module("books")["books"]
    assert books.title == "Books"
    assert books.load_new({"title": "Emma"}) == {"title": "Emma", "status": "wanted"}
    with pytest.raises(Invalid) as refused:
        books.load_new({"title": "Emma", "status": "lent"})
    assert refused.value.errors == {"lent_to": ["Say who has it."]}


async def test_import_and_export_bring_back_the_same_cells(tmp_path: Path) -> None:
    rows = [["name", "zip", "born"], ["Ada", "00815", "1815-12-10"], ["Zoë", "10115", ""]]
    with (tmp_path / "people.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    database = f"sqlite:///{tmp_path}/tandem.db"
    await run(*command("import"), cwd=tmp_path, DATABASE_URL=database)
    (tmp_path / "people.csv").unlink()
    await run(*command("export"), cwd=tmp_path, DATABASE_URL=database)
    with (tmp_path / "people.csv").open(newline="", encoding="utf-8-sig") as file:
        assert list(csv.reader(file)) == rows


async def test_backup_restore_and_prune_work_as_printed(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name\nAda\n")
    database = f"sqlite:///{tmp_path}/tandem.db"
    told = [
        await run(*command(name), cwd=tmp_path, DATABASE_URL=database)
        for name in ("import", "backup", "restore", "prune")
    ]
    assert "1 grid, 1 record (deleted ones too), 1 change." in told[1]
    assert "restored." in told[2]
    assert told[3] == "Nothing is older than 365 days.\n"


async def test_the_protocol_in_a_few_lines(aiohttp_server: Callable[..., Any], tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/tandem.db"
    (tmp_path / "airports.csv").write_text("icao,city\n00AA,Leoti\n")
    await run("-m", "server", "import", "airports.csv", cwd=tmp_path, DATABASE_URL=database)
    server: TestServer = await aiohttp_server(build(Settings(database_url=database)))
    code = snippet("import asyncio", PROTOCOL).replace("http://localhost:8080", str(server.make_url("")))
    assert str(server.port) in code
    told = await run("-c", code, cwd=tmp_path)
    answer, heard = told.splitlines()
    assert "'status': 'applied'" in answer
    assert "'fields': {'city': 'Tandem 1'}" in answer
    assert "'A script'" in heard


async def test_the_python_client_as_printed(aiohttp_server: Callable[..., Any], tmp_path: Path) -> None:
    """It goes on listening until it is stopped."""
    database = f"sqlite:///{tmp_path}/tandem.db"
    (tmp_path / "airports.csv").write_text("icao,city\n00AA,Leoti\n")
    await run("-m", "server", "import", "airports.csv", cwd=tmp_path, DATABASE_URL=database)
    server: TestServer = await aiohttp_server(build(Settings(database_url=database)))
    code = snippet("import asyncio").replace("http://localhost:8080", str(server.make_url("")))
    script = await asyncio.create_subprocess_exec(
        sys.executable,
        "-uc",
        code,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            assert script.stdout is not None
            told = await script.stdout.readline()
    finally:
        script.kill()
        await script.wait()
    assert told.decode() == "A script {'city': 'Leoti'} -> {'city': 'Leoti, Kansas'}\n"
