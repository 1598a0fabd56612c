"""Changes by author, and deletions: what history is asked for is found without reading all of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

deletion = sa.text("kind = 'delete'")


def upgrade() -> None:
    op.create_index("changes_author", "changes", ["grid", "author", "revision"])
    op.create_index(
        "changes_deletion",
        "changes",
        ["grid", "revision"],
        sqlite_where=deletion,
        postgresql_where=deletion,
    )
