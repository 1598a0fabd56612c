"""The tables of the store, the same on SQLite and PostgreSQL.

JSON is kept as text, as orjson wrote it: both databases then give back the very values (key
order, 1.0 and 1 included) that were put in. Keys compare bytewise on both.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text, text

metadata = MetaData()

# written out: a plan that holds for any parameter could not use an index of these rows only
DELETION = text("kind = 'delete'")

# PostgreSQL would compare by the cluster's language, where "a-b" may equal or precede "ab"
Key = Text().with_variant(Text(collation="C"), "postgresql")

grids = Table(
    "grids",
    metadata,
    Column("id", Key, primary_key=True),
    Column("title", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("definition", Integer, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("digest", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
)

records = Table(
    "records",
    metadata,
    Column("grid", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("data", Text, nullable=False),
    Index("records_version", "grid", "version"),
)

changes = Table(
    "changes",
    metadata,
    Column("grid", Key, primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Key, nullable=False),
    Column("kind", Text, nullable=False),
    Column("fields", Text),
    Column("previous", Text),
    Column("author", Key, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("mutation_id", Key, nullable=False),
    Column("at", Text, nullable=False),
    Index("changes_mutation", "grid", "mutation_id", unique=True),
    Index("changes_record", "grid", "id", "revision"),
    Index("changes_author", "grid", "author", "revision"),
    Index("changes_deletion", "grid", "revision", sqlite_where=DELETION, postgresql_where=DELETION),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("grid", Key, primary_key=True),
    Column("mutation_id", Key, primary_key=True),
    Column("result", Text, nullable=False),
    Column("at", Text, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", Key, primary_key=True),
    Column("grid", Key, nullable=False),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("hash", Key, nullable=False),
    Column("at", Text, nullable=False),
)
