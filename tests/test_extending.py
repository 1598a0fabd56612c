"""The diffs of docs/EXTENDING.md are whole changes: applied as printed to what is here now, they pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs/EXTENDING.md").read_text(encoding="utf-8")
MODULES = ROOT / "webapp/node_modules"
FACTS = ("tests/test_repository.py", "tests/test_commands.py")  # they ask for what is forgotten
ROWS = ("webapp/src/fields/types.ts", "webapp/src/grid/editors/columns.tsx")

Patches = dict[str, str]


def patches(title: str) -> Patches:
    """The diffs of one section, by the file that each changes."""
    (section,) = [part for part in DOCUMENT.split("\n## ") if part.startswith(f"{title}\n")]
    diffs = "".join(re.findall(r"^```diff\n(.*?)^```$", section, re.DOTALL | re.MULTILINE))
    parts = re.split(r"^(?=--- a/)", diffs, flags=re.MULTILINE)
    return {part.split("\n")[1].removeprefix("+++ b/"): part for part in parts if part}


FIELD_TYPE = patches("A field type")
EVENT = patches("An event")


def run(cwd: Path, *command: str | Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """What a command says; a git hook's variables would lead it to another repository."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        command,
        cwd=cwd,
        env=environ,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def succeed(cwd: Path, *command: str | Path, given: str | None = None) -> str:
    done = run(cwd, *command, given=given)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}"
    return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The committed files as they are now, in a repository of their own."""
    for name in filter(None, succeed(ROOT, "git", "ls-files", "-z").split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / name)
    succeed(tmp_path, "git", "init", "--quiet")
    succeed(tmp_path, "git", "add", "--all")
    return tmp_path


@pytest.fixture
def client(copy: Path) -> Path:
    """The copy's web client, with the packages of this one."""
    if not (MODULES / ".bin/tsc").exists():
        reason = "The web client's packages are not installed (npm --prefix webapp ci)."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    (copy / "webapp/node_modules").symlink_to(MODULES)
    return copy / "webapp"


def apply(copy: Path, change: Patches, without: Collection[str] = ()) -> None:
    assert set(without) <= change.keys()
    # without a line that begins a file, --recount takes the next file's `---` for a line that goes
    given = "".join(f"diff --git a/{n} b/{n}\n{patch}" for n, patch in change.items() if n not in without)
    succeed(copy, "git", "apply", "--recount", "-C1", "-", given=given)


def added_tests(name: str, patch: str) -> list[str]:
    """The tests that a diff adds; where it adds rows to a test's table, all of that file."""
    if not name.startswith("tests/test_"):
        return []
    added = re.findall(r"^\+(?:async )?def (test_\w+)", patch, re.MULTILINE)
    return [f"{name}::{test}" for test in added] or [name]


def check_server(copy: Path, change: Patches) -> None:
    python = [name for name in change if name.endswith(".py")]
    succeed(copy, sys.executable, "-m", "ruff", "check", "--no-cache", *python)
    succeed(copy, sys.executable, "-m", "ruff", "format", "--check", "--no-cache", *python)
    tests = [test for name, patch in change.items() for test in added_tests(name, patch)]
    succeed(copy, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, *FACTS)


def check_client(client: Path, change: Patches) -> None:
    changed = [name.removeprefix("webapp/") for name in change if name.startswith("webapp/")]
    succeed(client, MODULES / ".bin/prettier", "--check", *changed)
    succeed(client, MODULES / ".bin/tsc", "--noEmit")
    tests = [name for name in changed if name.endswith(".test.ts")]
    succeed(client, MODULES / ".bin/vitest", "run", *tests)


def test_the_server_takes_the_field_type(copy: Path) -> None:
    apply(copy, FIELD_TYPE)
    check_server(copy, FIELD_TYPE)


def test_the_compiler_misses_a_field_types_rows(client: Path) -> None:
    apply(client.parent, FIELD_TYPE, without=ROWS)
    done = run(client, MODULES / ".bin/tsc", "--noEmit", "--pretty", "false")
    assert done.returncode != 0
    for row in ROWS:
        assert re.search(
            rf"^{row.removeprefix('webapp/')}\(.+'time' is missing", done.stdout, re.MULTILINE
        ), done.stdout


def test_the_server_takes_the_event(copy: Path) -> None:
    apply(copy, EVENT)
    check_server(copy, EVENT)


def test_the_client_takes_both(client: Path) -> None:
    apply(client.parent, FIELD_TYPE)
    apply(client.parent, EVENT)
    succeed(client.parent, sys.executable, "-m", "scripts.typescript", "--check")
    check_client(client, FIELD_TYPE | EVENT)
