"""The command line, as people call it."""

from __future__ import annotations

import asyncio
import csv
import io
import logging
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
import structlog
from click.testing import CliRunner, Result

from server import app, config
from server.cli import cli
from server.config import Settings
from server.model import VERSION

ROOT = Path(__file__).parent.parent
COMMANDS = ("serve", "import", "export", "check", "backup", "restore", "prune", "migrate", "doctor")
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Each command sets the process's logs up anew, on a stderr that ends with it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder, with its default database; checks the exit code."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "GRIDS", "HOST", "PORT", "DYNO", "OPEN", "EDIT_KEY", "VIEW_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*args: str | Path, code: int = 0, **environment: str) -> Result:
        result = CliRunner().invoke(cli, [str(arg) for arg in args], env=environment)
        assert result.exit_code == code, (result.output, result.exception)
        return result

    return run


def error_of(result: Result) -> str:
    """The one sentence that it said."""
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert line.endswith(".")
    assert result.stdout == ""
    return line.removeprefix("Error: ")


@contextmanager
def _reading(folder: Path) -> Iterator[Callable[[str], list[Any]]]:
    """Asks the default database of a folder."""
    with closing(sqlite3.connect(folder / "data/tandem.db")) as connection:
        yield lambda query: connection.execute(query).fetchall()


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


# --- help and serve


def test_help_shows_every_command_with_examples(run: Run) -> None:
    for flag in ("--help", "-h"):
        text = run(flag).stdout
        assert "Examples:" in text
        assert all(f"\n  {command} " in text for command in COMMANDS)
    for command in COMMANDS:
        text = run(command, "--help").stdout
        assert text.startswith(f"Usage: cli {command}")
        assert "Example" in text or command in ("serve", "migrate")


@pytest.mark.parametrize(
    "args", [["nonsense"], ["serve", "--nonsense"], ["--nonsense"], ["import"], ["--port", "x"]]
)
def test_a_wrong_call_is_exit_code_2(run: Run, args: list[str]) -> None:
    assert "Usage:" in run(*args, code=2).stderr


@pytest.mark.parametrize(
    ("args", "settings"),
    [
        ([], Settings()),
        (["serve"], Settings()),
        (["--port", "9000"], Settings(port=9000)),
        (["serve", "--host", "0.0.0.0"], Settings(host="0.0.0.0")),
    ],
)
def test_without_a_command_it_serves(
    run: Run, args: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Settings] = []
    monkeypatch.setattr(app, "serve", served.append)
    run(*args)
    assert served == [settings]


def test_a_wrong_setting_is_a_sentence(run: Run) -> None:
    assert error_of(run(code=1, PORT="http")).startswith("PORT cannot be 'http'")
    assert "EDIT_KEY" in error_of(run("--host", "0.0.0.0", code=1))
    assert "GRIDS" in error_of(run(code=1, GRIDS="no.such.module"))


def test_a_taken_port_is_a_sentence(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = error_of(run("--port", str(port), code=1))
    assert said == f"Port {port} is taken: stop what listens there, or set PORT to another."


def test_a_database_that_is_none_is_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database" * 1000)
    result = run("export", "x", code=1, DATABASE_URL=f"sqlite:///{tmp_path}/x.db")
    assert result.stderr.splitlines()[-1].startswith("Error: DATABASE_URL: the database cannot be used")


# --- import and export

PEOPLE = b'name,size,note\nAnn,1," a ""b"" "\nBob,NA,\n,2.5,"x\ny"\n'


def test_import_export_import(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(PEOPLE)
    result = run("import", "people.csv")
    assert result.stdout.splitlines() == [
        "people: 3 records imported (utf-8, separated by commas, with a header).",
        "size: 1 × NA, N/A or NULL taken as empty (see --keep-na).",
    ]
    assert result.stderr == ""  # neither logs nor a progress bar where nobody looks
    assert run("export", "people", "out.csv").output == ""
    exported = (tmp_path / "out.csv").read_bytes()
    assert rows_of(exported.decode()) == [
        ["name", "size", "note"],
        ["Ann", "1", ' a "b" '],
        ["Bob", "", ""],
        ["", "2.5", "x\ny"],
    ]
    run("import", "out.csv", "--grid", "again", "--title", "Again")
    assert run("export", "again").stdout_bytes == exported


def test_export_as_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(PEOPLE)
    run("import", "people.csv")
    records = orjson.loads(run("export", "people", "--format", "json").stdout_bytes)
    assert [record["fields"] for record in records] == [
        {"name": "Ann", "size": 1, "note": ' a "b" '},
        {"name": "Bob"},
        {"size": 2.5, "note": "x\ny"},
    ]
    assert [record["version"] for record in records] == [1, 2, 3]
    assert [record["id"] for record in records] == sorted(record["id"] for record in records)


def test_export_of_several_pages_is_complete(run: Run, tmp_path: Path) -> None:
    lines = [["n", "t"], *([str(n), f"x{n}"] for n in range(2500))]
    (tmp_path / "many.csv").write_text("\n".join(map(",".join, lines)))
    run("import", "many.csv")
    assert rows_of(run("export", "many").stdout) == lines
    records = orjson.loads(run("export", "many", "--format", "json").stdout_bytes)
    assert [record["fields"]["n"] for record in records] == list(range(2500))


@pytest.mark.parametrize(
    ("file", "grid", "title"),
    [
        ("Küsten_orte 2026.v2.csv", "kusten_orte-2026-v2", "Küsten orte 2026.v2"),
        ("名前.csv", "import", "名前"),
        ("x" * 100 + ".csv", "x" * 63, "X" + "x" * 99),
    ],
)
def test_grid_and_title_are_made_of_the_files_name(
    run: Run, tmp_path: Path, file: str, grid: str, title: str
) -> None:
    (tmp_path / file).write_bytes(PEOPLE)
    assert run("import", file).stdout.startswith(f"{grid}: 3 records")
    with _reading(tmp_path) as rows:
        assert rows("SELECT id, title FROM grids") == [(grid, title)]


def test_the_same_file_again_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(PEOPLE)
    run("import", "people.csv")
    assert run("import", "people.csv").stdout == "people: this file is imported already, nothing to do.\n"
    (tmp_path / "people.csv").write_bytes(PEOPLE + b"Eve,3,\n")
    assert "--grid" in error_of(run("import", "people.csv", code=1))
    assert len(rows_of(run("export", "people").stdout)) == 4


def test_keep_na(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(PEOPLE)
    assert "NA" not in run("import", "people.csv", "--keep-na").stdout
    assert [row[1] for row in rows_of(run("export", "people").stdout)] == ["size", "1", "NA", "2.5"]


def test_flawed_rows_are_told_and_the_rest_is_imported(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(PEOPLE + b"flawed\n" * 25 + b"Eve,3,\n")
    result = run("import", "people.csv")
    assert result.stdout.startswith("people: 4 records imported")
    assert result.stderr.splitlines() == [
        "25 rows were not taken:",
        *(f"  line {line}: it has 1 cell instead of 3" for line in range(6, 26)),
        "  … and 5 more",
    ]


def test_strict_refuses_the_file_before_anything_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(PEOPLE + b"flawed\n")
    result = run("import", "people.csv", "--strict", code=1)
    assert result.stderr.splitlines() == [
        "1 row was not taken:",
        "  line 6: it has 1 cell instead of 3",
        "Error: people.csv is refused as a whole (--strict): nothing was written.",
    ]
    assert result.stdout == ""
    assert "'people'" in error_of(run("export", "people", code=1))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "x.csv is empty."),
        (b"a,b\n", "x.csv has a header but no record."),
        (os.urandom(4096), "x.csv is not a text file: "),
        (b"PK\x03\x04zip", "x.csv is an Excel workbook or another archive: "),
        (None, "x.csv cannot be read: No such file or directory."),
    ],
)
def test_a_file_that_cannot_be_imported_is_a_sentence(
    run: Run, tmp_path: Path, data: bytes | None, said: str
) -> None:
    if data is not None:
        (tmp_path / "x.csv").write_bytes(data)
    assert error_of(run("import", "x.csv", code=1)).startswith(said)


def test_a_folder_or_a_pipe_is_no_file(run: Run, tmp_path: Path) -> None:
    assert error_of(run("import", tmp_path, code=1)).endswith("cannot be read: Is a directory.")
    reading, writing = os.pipe()
    try:
        assert "cannot be read twice" in error_of(run("import", f"/dev/fd/{reading}", code=1))
    finally:
        os.close(reading)
        os.close(writing)


def test_a_wrong_grid_id_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(PEOPLE)
    assert "--grid" in run("import", "people.csv", "--grid", "My People", code=2).stderr


def test_export_of_no_grid_or_to_nowhere_is_a_sentence(run: Run, tmp_path: Path) -> None:
    assert error_of(run("export", "nobody", "out.csv", code=1)) == "There is no grid 'nobody'."
    assert not (tmp_path / "out.csv").exists()
    (tmp_path / "people.csv").write_bytes(PEOPLE)
    run("import", "people.csv")
    assert "no/such" in run("export", "people", "no/such/file.csv", code=1).stderr


def test_an_import_that_was_killed_goes_on(run: Run, tmp_path: Path) -> None:
    """kill -9 at the third commit, before it and right after it."""
    (tmp_path / "many.csv").write_text("n,t\n" + "".join(f"{n},x\n" for n in range(5000)))
    for when, there in (("before", 2000), ("after", 4000)):
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, when, "import", "many.csv"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            capture_output=True,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        with _reading(tmp_path) as rows:
            assert rows("SELECT count FROM grids") == [(there,)]
    assert run("import", "many.csv").stdout.splitlines() == [
        "many: 1000 records imported (utf-8, separated by commas, with a header).",
        "4000 more had been imported by an earlier run.",
    ]
    assert [row[0] for row in rows_of(run("export", "many").stdout)] == ["n", *map(str, range(5000))]
    assert "already" in run("import", "many.csv").stdout


KILLED = """
import os, signal, sys
from server.cli import cli
from server.stores.sql import SqlStore

when, commits, commit = sys.argv.pop(1), [], SqlStore.commit

async def commit_and_die(self, grid, requests):
    if len(commits) == 2 and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    commits.append(await commit(self, grid, requests))
    if len(commits) == 4 and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return commits[-1]

SqlStore.commit = commit_and_die
cli()
"""


# --- check and migrate

SCHEMA = """
from marshmallow import Schema, fields, validate

class Book(Schema):
    class Meta:
        grid = "book"

    title = fields.String(required=True)
    pages = fields.Integer({rule})
"""


def test_check_lists_what_a_changed_schema_no_longer_passes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "books.csv").write_text("title,pages\nA,100\nB,900\n,50\nD,\n")
    run("import", "books.csv", "--grid", "book")
    assert run("check", "book").stdout == "All 4 records of book pass.\n"
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "shelf.py").write_text(SCHEMA.format(rule="validate=validate.Range(max=500)"))
    ids = [record["id"] for record in orjson.loads(run("export", "book", "--format", "json").stdout_bytes)]
    result = run("check", "book", code=1, GRIDS="shelf")
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == [
        f"{ids[1]}, pages",
        f"{ids[2]}, title",
    ]
    assert result.stderr == "Error: 2 of the 4 records of book do not pass.\n"
    with _reading(tmp_path) as rows:
        assert rows("SELECT definition FROM grids") == [(1,)], "check writes nothing"


def test_what_a_schema_class_defines_is_not_imported_into_nor_judged_without_it(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "tasks.csv").write_bytes(b"title\nA\n")
    tasks = {"GRIDS": "server.samples.tasks"}
    said = error_of(run("import", "tasks.csv", code=1, **tasks))
    assert said == "Grid 'tasks' is defined in Python (GRIDS): choose another with --grid."
    settings = config.load({"DATABASE_URL": f"sqlite:///{tmp_path}/data/tandem.db", **tasks})

    async def register() -> None:
        store = app.make_store(settings)
        await store.open(app.load_grids(settings))
        await store.close()

    config.make_folder(settings)
    asyncio.run(register())
    assert "name the module of its schema class in GRIDS" in error_of(run("check", "tasks", code=1))
    assert run("check", "tasks", **tasks).stdout == "All 0 records of tasks pass.\n"
    assert error_of(run("import", "tasks.csv", code=1)) == said


def test_check_of_no_grid_is_a_sentence(run: Run) -> None:
    assert error_of(run("check", "nobody", code=1)) == "There is no grid 'nobody'."


def test_migrate_makes_the_tables_and_can_be_repeated(run: Run, tmp_path: Path) -> None:
    run("migrate")
    run("migrate")
    with _reading(tmp_path) as rows:
        assert rows("SELECT count(*) FROM records") == [(0,)]


def test_keys_are_made_listed_and_taken_back(run: Run, tmp_path: Path) -> None:
    (tmp_path / "towns.csv").write_text("name\nUlm\n")
    run("import", "towns.csv")
    assert run("keys", "list").stdout == "There are no keys of single grids.\n"
    made = run("keys", "add", "towns", "The office", "--view", EDIT_KEY="pen")
    id = made.stdout.partition(":")[0]
    assert f"{id}: The office may view towns." in made.stdout
    assert made.stderr == ""
    (key,) = [line.strip() for line in made.stdout.splitlines() if line.startswith("  ")]
    assert made.stdout.rstrip().endswith(f"/?left=towns&panes=1#key={key}")
    listed = run("keys", "list").stdout
    assert listed.startswith(f"{id}  towns  view  The office  20")
    assert key not in listed
    assert run("keys", "take-back", id).stdout == f"{id} is taken back.\n"
    assert "keys list" in error_of(run("keys", "take-back", id, code=1))


def test_a_key_that_cannot_be_made_is_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "towns.csv").write_text("name\nUlm\n")
    run("import", "towns.csv")
    assert "'nothing'" in error_of(run("keys", "add", "nothing", "Ann", code=1))
    assert "1 to 40 characters" in error_of(run("keys", "add", "towns", " ", code=1))
    said = run("keys", "add", "towns", "Ann")
    assert "may edit towns" in said.stdout
    assert "asks nobody for a key" in said.stderr


def test_it_says_its_version() -> None:
    assert CliRunner().invoke(cli, ["--version"]).output == f"Tandem {VERSION}\n"
