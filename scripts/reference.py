"""Writes docs/reference/commands.md from the commands themselves; `--check` says whether it is so."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from server.cli import cli

FILE = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"
HEAD = """# Commands

What `python -m server COMMAND --help` says; on an installed wheel it is `tandem COMMAND`.
[Settings](settings.md) come from the environment, for commands too.
(This page is made from the commands by `make fix`.)
"""
EXAMPLES = re.compile(r"\n*\x08\n(Examples?):\n(.*)", re.DOTALL)


def commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    """All commands below a group by what one types, in the order of their help."""
    for part in group.list_commands(click.Context(group)):
        command = group.commands[part]
        if isinstance(command, click.Group):
            yield f"{name} {part}", command
            yield from commands(command, f"{name} {part}")
        else:
            yield f"{name} {part}", command


def section(name: str, command: click.Command) -> str:
    context = click.Context(command)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    text = cleandoc(command.help or "")
    examples = EXAMPLES.search(text)
    prose = EXAMPLES.sub("", text)
    lines = [f"## {name.removeprefix('python -m server ')}", "", f"`{usage}`", "", prose]
    records = [each.get_help_record(context) for each in command.params]
    options = [record for record in records if record and record[1]]
    if options:
        lines += ["", "| option | |", "|---|---|"]
        lines += [f"| `{option.replace('|', ', ')}` | {told} |" for option, told in options]
    if examples:
        lines += ["", "```", cleandoc(examples[2]), "```"]
    return "\n".join(lines) + "\n"


def page() -> str:
    return "\n".join([HEAD, *(section(*each) for each in commands(cli, "python -m server"))])


def main() -> None:
    if "--check" not in sys.argv:
        FILE.write_text(page())
    elif not FILE.exists() or FILE.read_text() != page():
        sys.exit(f"{FILE.name} is not what the commands say: make fix writes it anew.")


if __name__ == "__main__":
    main()
