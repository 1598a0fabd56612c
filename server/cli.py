"""The command line: `python -m server COMMAND`."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console
from rich.progress import Progress

from server import app, doctor, exporting, keys, running, upkeep
from server.describing.asyncapi import asyncapi
from server.describing.openapi import openapi
from server.errors import StartError, TandemError
from server.fields import humanise
from server.grids import Grid, valid_grid_id
from server.importing import Flaws
from server.loading import FlawedFile, Loader, Outcome, Report, defined_in_python
from server.model import VERSION, Json
from server.stores import SCHEMA, Store, UnknownGrid

DOCUMENTS: dict[str, Callable[[], Json]] = {"openapi": partial(openapi, keyed=True), "asyncapi": asyncapi}
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


class Commands(click.Group):
    """`serve` where no command is named; what is raised on purpose is told in one sentence."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in (*ctx.help_option_names, "--version")):
            args = ["serve", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FlawedFile as problem:
            _tell_flaws(problem.flaws)
            raise click.ClickException(str(problem)) from None
        except UnknownGrid as problem:
            raise click.ClickException(f"There is no grid {str(problem)!r}.") from None
        except TandemError as problem:
            raise click.ClickException(str(problem)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="Tandem %(version)s")
def cli() -> None:
    """Tandem: record collections that stay live.

    Without a command it serves. Settings come from the environment (PORT, HOST, DATABASE_URL,
    GRIDS, EDIT_KEY, …); docs/reference/settings.md lists them.

    \b
    Examples:
      python -m server
      python -m server --port 9000
      python -m server import airports.csv
      python -m server export airports airports.csv
      python -m server backup tandem.backup
    """


@cli.command()
@click.option("--host", help="Listen here instead of HOST; 0.0.0.0 is everywhere.")
@click.option("--port", type=int, help="Listen on this port instead of PORT.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the grids of the database until stopped."""
    app.serve(running.settings(host=host, port=port))


@cli.command()
@click.argument("document", type=click.Choice(list(DOCUMENTS)))
def describe(document: str) -> None:
    """Write a description of the server's doors, for programs: openapi (REST), asyncapi (live).

    A server has the same at /api/openapi.json and /api/asyncapi.json; no server is needed here.
    """
    click.echo(json.dumps(DOCUMENTS[document](), indent=2))


@cli.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--grid", help="The new grid's id; made of the file's name by default.")
@click.option("--title", help="Its title; made of the file's name by default.")
@click.option("--strict", is_flag=True, help="Refuse the whole file if any row is flawed.")
@click.option("--keep-na", is_flag=True, help="Keep NA, N/A and NULL as text.")
def import_(file: Path, grid: str | None, title: str | None, strict: bool, keep_na: bool) -> None:
    """Make a grid of a CSV file. A server may be running meanwhile.

    Encoding, delimiter, header and the columns' types are found out. Flawed rows are told and left
    out. If it was interrupted, run it again: it goes on. Importing the same file again does nothing.

    \b
    Examples:
      python -m server import airports.csv
      python -m server import export.csv --grid customers --title Customers --strict
    """
    if grid is not None and not valid_grid_id(grid):
        raise click.BadParameter("it takes 1 to 63 of a-z, 0-9, '-' and '_'.", param_hint="--grid")
    settings = running.settings()
    id = grid or _grid_id(file.name.removesuffix(file.suffix))
    if id in app.load_grids(settings):
        raise defined_in_python(id)
    name = os.fsencode(file.name).decode(errors="replace")
    stem = name.removesuffix(file.suffix)
    with running.opened(file) as stream, _progress(file) as progress:
        outcome = running.with_store(
            Loader(
                stream=stream,
                file=name,
                grid=id,
                title=title or humanise(stem),
                keep_na=keep_na,
                strict=strict,
                progress=progress,
            ).run
        )
    _tell(outcome)


@cli.command()
@click.argument("grid")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--format", "form", type=click.Choice(list(exporting.FORMATS)), default="csv", show_default=True
)
def export(grid: str, file: Path | None, form: str) -> None:
    """Write a grid's records to FILE, or to standard output.

    CSV can be imported again with equal values. It is true to what is stored, texts too that a
    spreadsheet would take for formulas and run: for a spreadsheet, and people you do not know, take
    safe.csv, which puts an apostrophe before them.

    \b
    Examples:
      python -m server export airports airports.csv
      python -m server export airports for-excel.csv --format safe.csv
      python -m server export airports --format json > airports.json
    """
    with click.open_file("-" if file is None else str(file), "wb", lazy=True) as out:
        running.with_store(lambda store: _write(store, grid, form, out))


async def _write(store: Store, grid: str, form: str, out: IO[bytes]) -> None:
    async for part in await exporting.export(store, grid, form):
        out.write(part)


@cli.command()
@click.argument("grid")
def check(grid: str) -> None:
    """List the stored records that their schema no longer passes; exit code 1 if there are any.

    \b
    Example:
      GRIDS=server.samples.tasks python -m server check tasks
    """
    classes = app.load_grids(running.settings())
    failing, count = running.with_store(lambda store: _check(store, grid, classes.get(grid)))
    if failing:
        raise click.ClickException(f"{failing} of the {count} records of {grid} do not pass.")
    click.echo(f"All {count} records of {grid} pass.")


async def _check(store: Store, grid: str, schema: Grid | None) -> tuple[int, int]:
    """Judge by the schema class of this code, else by the stored definition."""
    _, stored = await store.describe(grid)
    if schema is None and await store.source(grid) == SCHEMA:
        raise StartError(
            f"Grid {grid!r} is defined in Python: name the module of its schema class in GRIDS, "
            "for its rules are in there."
        )
    failing = count = 0
    async for batch in store.records(grid):
        for record in batch:
            errors = (schema or stored).errors_of(record.fields)
            failing, count = failing + bool(errors), count + 1
            for field, sentences in errors.items():
                click.echo(f"{record.id}, {field}: {' '.join(sentences)}")
    return failing, count


@cli.command()
def migrate() -> None:
    """Bring the database to the tables of this version."""
    asyncio.run(app.migrate(running.settings()))


def _grid_id(stem: str) -> str:
    """A grid's id made of a file's name."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:63] or "import"


@contextmanager
def _progress(file: Path) -> Iterator[Report]:
    """A bar on a terminal's stderr, nothing elsewhere."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=file.stat().st_size)
        yield lambda stage, position: bar.update(task, description=stage, completed=position)


def _tell(outcome: Outcome) -> None:
    found = outcome.survey
    if found is None:
        click.echo(f"{outcome.grid}: this file is imported already, nothing to do.")
        return
    delimiter = DELIMITERS[found.layout.delimiter]
    header = "with a header" if found.has_header else "without a header"
    click.echo(
        f"{outcome.grid}: {outcome.added} {'record' if outcome.added == 1 else 'records'} imported "
        f"({found.layout.encoding}, separated by {delimiter}, {header})."
    )
    if outcome.known:
        click.echo(f"{outcome.known} more had been imported by an earlier run.")
    for column in found.columns:
        if column.nulls:
            click.echo(f"{column.label}: {column.nulls} × NA, N/A or NULL taken as empty (see --keep-na).")
    _tell_flaws(outcome.flaws)


def _tell_flaws(flaws: Flaws) -> None:
    if not flaws.count:
        return
    click.echo(f"{flaws.count} {'row was' if flaws.count == 1 else 'rows were'} not taken:", err=True)
    for line, reason in flaws.first:
        click.echo(f"  line {line}: {reason}", err=True)
    if flaws.count > len(flaws.first):
        click.echo(f"  … and {flaws.count - len(flaws.first)} more", err=True)


for command in (upkeep.backup, upkeep.restore, upkeep.prune, keys.keys, doctor.doctor):
    cli.add_command(command)


def main() -> None:
    """What `python -m server` runs, and the script `tandem` that an installed wheel has."""
    if (here := os.getcwd()) not in sys.path:  # GRIDS names modules there; a script does not look there
        sys.path.append(here)
    cli()
