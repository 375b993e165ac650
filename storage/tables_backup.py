"""The schema of backups: what is to go into the log outside of the database, and what was restored.

Used by the modules of ``storage`` and by Alembic's drift check; the rules of ``table_parts`` hold
here.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.column_types import Id
from storage.table_parts import at, metadata, row_id, text

unlogged = sa.Table(
    "unlogged",
    metadata,
    row_id(),
    text("place"),  # a table's name
    text("key"),  # the row's own key there, as JSON
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

restores = sa.Table(
    "restores",
    metadata,
    row_id(),
    at("backup_at"),
    at("lost_at"),  # until when the log knows that the bot ran
    at("restored_at"),
    sa.Column("asked_after", Id, nullable=False),  # open check-ins up to this one were looked at
    at("settled_at", nullable=True),
    sqlite_strict=True,
    sqlite_autoincrement=True,
)

lost_words = sa.Table(
    "lost_words",
    metadata,
    # one a restore and care: a client is told once of what was lost
    sa.Column("restore_id", Id, sa.ForeignKey("restores.id"), primary_key=True),
    sa.Column("care_id", Id, sa.ForeignKey("cares.id"), primary_key=True),
    at("told_at", nullable=True),
    sqlite_strict=True,
)
