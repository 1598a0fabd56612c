"""The repository's own facts: documents name what the code has, and lock files hold no addresses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from server.commands import COMMANDS
from server.config import SETTINGS, Settings
from server.errors import CODES
from server.fields import TYPES
from server.model import VERSION, fnv1a
from server.rules import LENGTH, OPTIONS, RANGE, TEXT

ROOT = Path(__file__).parent.parent
FIELDS_PAGE = ROOT / "docs" / "reference" / "fields.md"
SETTINGS_PAGE = ROOT / "docs" / "reference" / "settings.md"
PROTOCOL = ROOT / "docs" / "PROTOCOL.md"
LOCKS = ("requirements.txt", "requirements-dev.txt")
PINNED = {"aiohttp", "python-engineio", "python-socketio"}
# Where packages come from is the installer's business, so nothing committed may say it.
ADDRESS = re.compile(
    r"https?://[^\s\"'<>)]*(registry|pypi|npmjs|pythonhosted|jsdelivr|unpkg|mirror|\.whl|\.tgz|\.tar\.gz|\.deb)"
)


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def rows(text: str) -> list[list[str]]:
    """The cells of all Markdown tables' rows whose first cell is code, without the back-quotes."""
    found = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in text.splitlines() if "|" in line]
    return [[cell.strip().strip("`") for cell in row] for row in found if row[0].strip().startswith("`")]


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next one of the same or a higher rank."""
    head = re.search(rf"^(#+) {re.escape(title)}\n", text, re.MULTILINE)
    assert head, f"no section {title!r}"
    rest = text[head.end() :]
    end = re.search(rf"^#{{1,{len(head[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def requirements(name: str) -> dict[str, str]:
    pins = re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / name).read_text(), re.MULTILINE)
    return dict(pins)


def test_no_package_of_the_client_runs_a_script_when_it_is_installed() -> None:
    assert "ignore-scripts=true" in (ROOT / "webapp" / ".npmrc").read_text().splitlines()


def test_no_committed_file_says_where_packages_come_from() -> None:
    found = []
    for path in committed():
        text = path.read_bytes().decode(errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in ADDRESS.finditer(text)]
    assert not found


def test_lock_files_hold_versions_and_hashes_only() -> None:
    for name in LOCKS:
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "--index-url" not in text
        assert "--find-links" not in text
        blocks = re.split(r"\n(?=[a-z0-9])", text)
        bare = [block.split()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block]
        assert not bare
    packages = json.loads((ROOT / "webapp/package-lock.json").read_text())["packages"]
    assert not [name for name, package in packages.items() if "resolved" in package]
    lacking = {
        name
        for package in packages.values()
        for name in package.get("optionalDependencies", {})
        if f"node_modules/{name}" not in packages
    }
    assert not lacking, "scripts/lock completes the lock file; without these npm ci refuses it"


def test_the_packages_that_the_transport_leans_on_are_pinned_exactly() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    exact = {line.split("==")[0]: line.split("==")[1] for line in project["dependencies"] if "==" in line}
    assert set(exact) == PINNED
    for name in LOCKS:
        locked = requirements(name)
        assert {package: locked[package] for package in PINNED} == exact


def test_both_locks_agree() -> None:
    run, dev = (requirements(name) for name in LOCKS)
    assert run.items() <= dev.items()


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    client = json.loads((ROOT / "webapp/package.json").read_text())
    assert project["version"] == client["version"] == VERSION
    oldest = (ROOT / ".python-version").read_text().strip()
    assert project["requires-python"] == f">={oldest}"


def test_procfile() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert lines == ["release: python -m server migrate", "web: python -m server"]


@pytest.mark.parametrize("verb", ["run", "test", "check", "fix", "dev", "bench", "docs", "screenshots"])
def test_every_verb_is_a_script(verb: str) -> None:
    assert re.search(rf"^{verb}: ## .+\n\t@scripts/{verb}$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert os.access(ROOT / "scripts" / verb, os.X_OK)


def test_ci_uses_the_verbs_that_people_use() -> None:
    steps = (ROOT / ".ci/run").read_text().splitlines()
    assert steps[-2:] == ["make check", "make test"]


def test_every_setting_is_documented_with_its_default() -> None:
    told = {name: default for name, default, *_ in rows(SETTINGS_PAGE.read_text())}
    assert set(told) == {setting.name for setting in SETTINGS}
    settings = Settings()
    for attribute in fields(settings):
        if (name := attribute.name.upper()) in told:
            default = attribute.default
            written = "" if default in (None, ()) else "0" if default is False else str(default)
            assert told[name] == written, name


def test_every_error_code_is_documented() -> None:
    told = {code: retry for code, retry, _ in rows(section(PROTOCOL.read_text(), "Errors"))}
    assert told == {code: "yes" if retry else "no" for code, retry in CODES.items()}


def test_every_event_is_documented_with_its_permission() -> None:
    told = {event: needs for event, needs, *_ in rows(section(PROTOCOL.read_text(), "Requests"))}
    assert told == {name: command.permission for name, command in COMMANDS.items()}


def test_every_field_type_is_documented() -> None:
    told = re.findall(r"^\| (`.+?) \|", section(PROTOCOL.read_text(), "Values"), re.MULTILINE)
    assert sorted(name for cell in told for name in re.findall(r"`(\w+)`", cell)) == sorted(TYPES)


RULES = {"length": LENGTH, "pattern": TEXT - LENGTH, "options": OPTIONS, "range": RANGE - OPTIONS}


def test_the_reference_has_every_field_type_with_its_classes_and_rules() -> None:
    table = rows(section(FIELDS_PAGE.read_text(), "Types"))
    told = {type: (classes, rules) for type, classes, rules, _ in table}
    assert set(told) == set(TYPES)
    for name, kind in TYPES.items():
        classes, rules = told[name]
        assert set(re.findall(r"`?(\w+)`?", classes)) >= {cls.__name__ for cls in kind.classes}
        keys = set().union(*(RULES.get(rule, {rule}) for rule in filter(None, rules.split(", "))))
        assert keys == set(kind.keys), name


def test_the_client_names_every_field_type() -> None:
    """From here on the compiler finds what is forgotten there: its tables have a row per name."""
    text = (ROOT / "webapp/src/protocol.ts").read_text()
    listed = re.search(r"FIELD_TYPES = \[(.*?)\] as const", text, re.DOTALL)
    assert listed
    assert sorted(re.findall(r'"(\w+)"', listed[1])) == sorted(TYPES)


def test_every_rule_is_documented() -> None:
    names = re.findall(r"^- \*\*(R\d+) ", section(PROTOCOL.read_text(), "Rules"), re.MULTILINE)
    assert names == [f"R{number}" for number in range(1, 14)]


def test_the_limits_are_documented() -> None:
    limits = section(PROTOCOL.read_text(), "Limits")
    default = Settings()
    for key, value in (
        ("batch", default.max_batch),
        ("bytes", default.max_bytes),
        ("page", default.max_page),
    ):
        assert re.search(rf"\(`limits\.{key}`\) \| {value:,} \|", limits), key


def test_the_documented_digest_is_the_servers() -> None:
    text = section(PROTOCOL.read_text(), "Digest")
    example = re.search(r"`fnv1a\(\"(.+?)\"\)` is (\d+)", text)
    code = re.search(r"```python\n(def .+?\n)\n", text, re.DOTALL)
    assert example
    assert code
    names: dict[str, object] = {}
    exec(code[1], names)  # the document's own words
    documented = names["fnv1a"]
    assert callable(documented)
    assert documented(example[1]) == fnv1a(example[1]) == int(example[2])


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in committed():
        if path.suffix != ".md":
            continue
        text = path.read_text()
        headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if "://" in target:
                continue
            file, _, anchor = target.partition("#")
            if file and not (path.parent / file).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
            if anchor and not file and anchor not in anchors:
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert not broken


def test_a_changelog_entry_waits_for_the_next_version() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()
