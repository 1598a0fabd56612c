"""Grids, records, changes and outcomes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "grids",
        sa.Column("id", key, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("definition", sa.Integer, nullable=False),
        sa.Column("epoch", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.create_table(
        "records",
        sa.Column("grid", key, primary_key=True),
        sa.Column("id", key, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_index("records_version", "records", ["grid", "version"])
    op.create_table(
        "changes",
        sa.Column("grid", key, primary_key=True),
        sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", key, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("fields", sa.Text),
        sa.Column("previous", sa.Text),
        sa.Column("author", key, nullable=False),
        sa.Column("author_name", sa.Text, nullable=False),
        sa.Column("mutation_id", key, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_index("changes_mutation", "changes", ["grid", "mutation_id"], unique=True)
    op.create_index("changes_record", "changes", ["grid", "id", "revision"])
    op.create_table(
        "outcomes",
        sa.Column("grid", key, primary_key=True),
        sa.Column("mutation_id", key, primary_key=True),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
