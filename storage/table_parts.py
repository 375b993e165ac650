"""The parts of every table: the metadata with its naming convention, and short forms for columns.

Used by the modules ``tables_*`` only. There, columns whose names end in ``_sealed`` are encrypted
under a person's data key; no other column may hold client text or a name. Each unique key says why
it is there. Names of constraints come from the convention, so that a migration can drop them on
both engines.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storage.column_types import Id, Text, UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def row_id() -> sa.Column[int]:
    """The row's own id, given by the engine."""
    return sa.Column("id", Id, primary_key=True)


def belongs_to(name: str, table: str, *, nullable: bool = False) -> sa.Column[int]:
    """A reference to the id of ``table``. Nothing is deleted by cascade: erasing is explicit."""
    return sa.Column(name, Id, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def at(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """An aware UTC instant."""
    return sa.Column(name, UtcDateTime, nullable=nullable)


def text(name: str, *, nullable: bool = False, unique: bool = False) -> sa.Column[str]:
    """A text that holds no client's words and no name."""
    return sa.Column(name, Text, nullable=nullable, unique=unique)


def count(name: str, *, default: int | None = None) -> sa.Column[int]:
    """A whole number."""
    return sa.Column(name, sa.Integer, nullable=False, default=default)


def one_of(column: str, *words: str) -> sa.CheckConstraint:
    """A closed vocabulary, kept by the engine as well."""
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def unique_where(name: str, *columns: str, where: str) -> sa.Index:
    """A unique key over the rows that satisfy ``where``, which holds on both engines, as the
    migrations make it. It is named for one here: for the other one SQLAlchemy would import that
    engine's dialect, 3 MB for nothing on SQLite.
    """
    return sa.Index(name, *columns, unique=True, sqlite_where=sa.text(where))


def index_where(name: str, *columns: str, where: str) -> sa.Index:
    """An index over the few rows that a worker looks for; ``where`` as in ``unique_where``."""
    return sa.Index(name, *columns, sqlite_where=sa.text(where))
