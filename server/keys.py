"""The commands that make keys and take them back: `python -m server keys …`. A server may run meanwhile."""

from __future__ import annotations

import click

from server import running
from server.access import Access
from server.errors import Refused, StartError
from server.stores import Store, StoredKey


@click.group()
def keys() -> None:
    """Keys of single grids: make, list, take back.

    A key of one grid opens that grid and no other, and only where the server asks for keys at all
    (EDIT_KEY, VIEW_KEY). A server may be running meanwhile: it knows of a change within a second.
    """


@keys.command("add")
@click.argument("grid")
@click.argument("name")
@click.option("--view", "role", flag_value="view", help="May look, but not edit.")
@click.option(
    "--edit", "role", flag_value="edit", default="edit", help="May edit (this is what it may without either)."
)
def add(grid: str, name: str, role: str) -> None:
    """Make a key of GRID for NAME, who or what it is for. It is shown this once.

    \b
    Examples:
      python -m server keys add people "The Berlin office"
      python -m server keys add people Visitors --view
    """

    async def run(store: Store) -> tuple[StoredKey, str]:
        try:
            return await Access(running.settings(), store).add(
                grid, name, "view" if role == "view" else "edit"
            )
        except Refused as refused:
            raise StartError(refused.message) from None

    key, text = running.with_store(run)
    click.echo(f"{key.id}: {key.name} may {key.role} {key.grid}. The key, shown this once:\n")
    click.echo(f"  {text}\n")
    click.echo(f"As a link: the server's address, then /?left={grid}&panes=1#key={text}")
    if not running.settings().keyed:
        click.echo("A server that has neither EDIT_KEY nor VIEW_KEY asks nobody for a key.", err=True)


@keys.command("list")
def list_() -> None:
    """List the keys that are good: id, grid, role, name, since when."""

    async def run(store: Store) -> list[StoredKey]:
        return await store.keys()

    found = running.with_store(run)
    for key in found:
        click.echo(f"{key.id}  {key.grid}  {key.role}  {key.name}  {key.at}")
    if not found:
        click.echo("There are no keys of single grids.")


@keys.command("take-back")
@click.argument("id")
def take_back(id: str) -> None:
    """Make the key with that id good for nothing; who uses it is cut off within a second."""

    async def run(store: Store) -> bool:
        return await Access(running.settings(), store).take_back(None, id)

    if not running.with_store(run):
        raise click.ClickException(f"There is no key {id!r}: see python -m server keys list.")
    click.echo(f"{id} is taken back.")
