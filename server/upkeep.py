"""The commands that keep a database: backup, restore, prune. A server may run meanwhile."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from server import backups, running
from server.backups import BadBackup, Contents
from server.errors import StartError
from server.loading import patiently
from server.model import Head, days_ago
from server.stores import Store

IDS_KEPT = 90  # days that a mutation id is known at least (R3)
MOST_DAYS = 36_500
STEP = 1_000  # changes that are removed in one transaction
BETWEEN = 0.02  # seconds between two of them, for whoever else wants to write

PATH = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=PATH)
@click.option("--force", is_flag=True, help="Write over FILE if it is there.")
def backup(file: Path, force: bool) -> None:
    """Write everything there is, as of one moment, to FILE ("-": standard output).

    All grids with their records, deleted ones too, history and mutation ids. A server may be running
    meanwhile. FILE is there when it is complete and on the disk, or not at all; it is restored into
    either kind of database.

    \b
    Examples:
      python -m server backup tandem.backup
      python -m server backup - | ssh elsewhere "cat > tandem.backup"
    """
    with _target(file, force) as out:
        contents = running.with_store(lambda store: store.copy(partial(backups.write, out=out)))
        if not contents.grids:
            raise StartError("There is no grid to back up: DATABASE_URL may name another database.")
    click.echo(f"{file}: {_told(contents)}.", err=str(file) == "-")


@contextmanager
def _target(file: Path, force: bool) -> Iterator[BinaryIO]:
    if str(file) != "-":
        with backups.whole_file(file, force) as out:
            yield out
        return
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError as problem:
        # Python writes what is left once more when it ends, and would end with another code.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise StartError(f"The standard output cannot be written: {problem.strerror}.") from problem


@click.command()
@click.argument("file", type=PATH)
@click.option("--replace", is_flag=True, help="Put the backup's grids in the place of those that are there.")
def restore(file: Path, replace: bool) -> None:
    """Bring back everything that a backup holds, all of it or nothing.

    Grids of the database that the backup does not have are left alone. A server may be running
    meanwhile: who has a restored grid open sees it as it is now within seconds, and what they have
    edited and not yet heard of is sent again.

    \b
    Examples:
      python -m server restore tandem.backup
      DATABASE_URL=postgresql://host/database python -m server restore tandem.backup --replace
    """
    with running.opened(file) as stream:
        try:
            contents = backups.check(stream)
            running.with_store(lambda store: patiently(partial(_restore, store, stream, contents, replace)))
        except BadBackup as problem:
            raise StartError(f"{file} {problem}. Nothing was changed.") from None
    click.echo(f"{file}: {_told(contents)} restored.")


async def _restore(store: Store, stream: BinaryIO, contents: Contents, replace: bool) -> None:
    await store.restore(contents.grids, partial(backups.read, stream), replace)


def _told(contents: Contents) -> str:
    numbers = contents.numbers
    return (
        f"{_count(numbers['grid'], 'grid')}, {_count(numbers['record'], 'record')} (deleted ones too), "
        f"{_count(numbers['change'], 'change')}"
    )


@click.command()
@click.option(
    "--before",
    "days",
    metavar="DAYS",
    required=True,
    type=click.IntRange(1, MOST_DAYS),
    help="Forget what is older than so many days.",
)
def prune(days: int) -> None:
    """Remove history and deleted records for good.

    Records that live stay as they are, but who changed them before is no longer known. A server may
    be running meanwhile. A grid of which something was removed begins a new epoch: who has it open
    fetches it anew, and keeps what they have edited. The file of an SQLite database keeps its
    size; the room in it is used again.

    \b
    Example:
      python -m server prune --before 365
    """
    pruned = running.with_store(lambda store: _prune(store, days_ago(days), days_ago(IDS_KEPT)))
    for each in pruned:
        click.echo(each.told())
    if not pruned:
        click.echo(f"Nothing is older than {_count(days, 'day')}.")


@dataclass(slots=True)
class _Removed:
    """What was removed of a grid."""

    grid: str
    deleted: int
    changes: int = 0
    kept: int = 0
    forgotten: int = 0

    def told(self) -> str:
        parts = [_count(self.deleted, "deleted record"), _count(self.changes, "change")]
        if self.forgotten:
            parts.append(_count(self.forgotten, "outcome"))
        kept = f"; {_count(self.kept, 'mutation id')} younger than {IDS_KEPT} days kept" if self.kept else ""
        epoch = "; it begins a new epoch" if self.deleted or self.changes else ""
        return f"{self.grid}: {', '.join(parts)} removed{kept}{epoch}."


async def _prune(store: Store, before: str, keep: str) -> list[_Removed]:
    """Those grids of which something was removed."""
    pruned = [await _prune_grid(store, head, before, keep) for head in await store.heads()]
    return [each for each in pruned if each.deleted or each.changes or each.forgotten]


async def _prune_grid(store: Store, head: Head, before: str, keep: str) -> _Removed:
    grid = head.grid
    removed = _Removed(grid, await patiently(lambda: store.prune_deleted(grid, before)))
    while True:
        step = await patiently(lambda: store.prune_history(grid, before, keep, STEP))
        removed.changes += step.changes
        removed.kept += step.kept
        removed.forgotten += step.forgotten
        if not step.more:
            return removed
        await asyncio.sleep(BETWEEN)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
