"""What Alembic runs around the steps: the connection is the caller's, and so is its transaction."""

from __future__ import annotations

from alembic import context

from server.stores.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
