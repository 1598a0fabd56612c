"""The migrations lead to the tables that the code uses, from nothing and from where one stopped."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from server.errors import StartError
from server.stores.database import Database
from server.stores.migrations import is_current, upgrade
from server.stores.sql import SqlStore, migrate
from server.stores.tables import metadata
from tests.store_kit import GRIDS


async def test_the_migrations_make_the_tables_of_the_code(store: SqlStore) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    def key_collations(connection: Connection) -> set[object]:
        keys = "('id', 'grid', 'mutation_id', 'author')"
        query = "SELECT collation_name FROM information_schema.columns WHERE table_schema = 'public'"
        found = connection.execute(text(f"{query} AND column_name IN {keys}"))
        return set(found.scalars())

    assert await store._database.read(differences) == []
    if not store._database.is_sqlite:  # Alembic does not compare collations
        assert await store._database.read(key_collations) == {"C"}


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    await migrate(database_url)
    await migrate(database_url)
    database = Database(database_url)
    assert await database.read(is_current)
    assert await database.read(lambda c: set(inspect(c).get_table_names())) == {
        *metadata.tables,
        "alembic_version",
    }
    await database.close()


async def test_a_migration_that_fails_leaves_nothing_behind(database_url: str) -> None:
    database = Database(database_url)

    def fail(connection: Connection) -> None:
        upgrade(connection)
        raise RuntimeError("after the last step")

    with pytest.raises(RuntimeError, match="last step"):
        await database.write(fail)
    assert await database.read(lambda c: inspect(c).get_table_names()) == []
    await database.close()


async def test_sqlite_migrates_at_start_and_postgres_asks_for_it(database_url: str) -> None:
    store = SqlStore(database_url)
    if database_url.startswith("sqlite"):
        await store.open(GRIDS)
        assert [head.grid for head in await store.heads()] == ["tasks"]
    else:
        with pytest.raises(StartError, match="python -m server migrate"):
            await store.open(GRIDS)
    await store.close()


async def test_a_database_of_a_later_version_is_not_written_to(store: SqlStore, database_url: str) -> None:
    with store._database.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StartError, match="another version"):
        await migrate(database_url)
    later = SqlStore(database_url)
    with pytest.raises(StartError, match="version"):
        await later.open(GRIDS)
    await later.close()
