"""docs/GUARANTEES.md and docs/SECURITY.md name tests: there they are, in both languages."""

from __future__ import annotations

import re

import pytest

from tests.servers import ROOT

TEXT = (ROOT / "docs/GUARANTEES.md").read_text()
SECURITY = (ROOT / "docs/SECURITY.md").read_text()
NAMED = re.findall(r"^- `(.+?)::(.+)`$", TEXT + SECURITY, re.MULTILINE)


def names_in(path: str) -> set[str]:
    """What tests a file holds, by the names they are called by."""
    text = (ROOT / path).read_text()
    if path.endswith(".py"):
        return set(re.findall(r"^(?:async )?def (test_\w+)\(", text, re.MULTILINE))
    return set(re.findall(r'^\s*(?:test|it)(?:\.\w+(?:\(\w+\))?)?\(\s*"(.+?)",', text, re.MULTILINE))


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_is_named_is_there(path: str, name: str) -> None:
    assert name in names_in(path)


def test_every_line_that_names_a_test_was_understood() -> None:
    assert len(NAMED) == (TEXT + SECURITY).count("::")


def test_every_rule_has_its_promise_and_a_test() -> None:
    sections = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    rules = [each for each in sections if each.startswith("R")]
    assert [each.partition(":")[0] for each in rules] == [f"R{number}" for number in range(1, 14)]
    assert all("\n- `" in each for each in rules)


def test_every_threat_says_what_holds_it() -> None:
    threats = SECURITY.partition("\n## What is not defended")[0].split("\n### ")[1:]
    assert len(threats) == 16
    assert all("\n- `" in each for each in threats)
