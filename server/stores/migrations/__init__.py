"""The steps that bring a database to the tables of today, run by Alembic without an ini file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from server.errors import StartError


def upgrade(connection: Connection) -> None:
    """Run the steps that are missing, inside the connection's transaction. Raises StartError for a
    database whose steps are not known here: it is of a later version."""
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as problem:
        raise StartError(f"The database was made by another version of this server: {problem}.") from problem


def is_current(connection: Connection) -> bool:
    """Whether the database stands at the last step."""
    stored = MigrationContext.configure(connection).get_current_revision()
    return stored == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    # configparser reads a percent sign in the path as the start of a name
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
