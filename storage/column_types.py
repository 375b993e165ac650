"""The column types that both engines understand. Used by the tables and by every migration.

A type here must never change its meaning: old migrations are written with it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator


@lru_cache(maxsize=4096)
def _utc_text(value: datetime) -> str:
    """Write a UTC instant for SQLite. Cached: planning writes the same few for many clients."""
    return value.isoformat(timespec="microseconds")[:-6] + "Z"


class UtcDateTime(TypeDecorator[datetime]):
    """Aware in, aware UTC out. PostgreSQL: timestamptz. SQLite: UTC text that sorts by time.

    SQLAlchemy's own DateTime(timezone=True) drops the offset on SQLite without a word.
    """

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        """Text on SQLite, timestamptz on PostgreSQL."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        from sqlalchemy.dialects import postgresql  # 3 MB, for nothing on SQLite

        return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        """The instant as the engine keeps it. ValueError: the time is naive."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time was refused: give an aware one")
        value = value.astimezone(UTC)
        return _utc_text(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """The kept instant, aware, in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        moment: datetime = value
        return moment.astimezone(UTC)


class YesNo(TypeDecorator[bool]):
    """A bool. SQLite's STRICT tables know no BOOLEAN, so it is an INTEGER there."""

    impl = sa.Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        """Integer on SQLite, boolean on PostgreSQL."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Integer())
        return dialect.type_descriptor(sa.Boolean())

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> bool | None:
        """The kept bool."""
        return None if value is None else bool(value)


class LocalDate(TypeDecorator[date]):
    """A local calendar date. SQLite: ISO text, since STRICT tables know no DATE."""

    impl = sa.Date
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        """Text on SQLite, date on PostgreSQL."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(sa.Date())

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        """The date as the engine keeps it. TypeError: it is an instant, not a date."""
        if isinstance(value, datetime):
            raise TypeError("a local date was expected, not an instant")
        if value is None or dialect.name != "sqlite":
            return value
        return value.isoformat()

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        """The kept date."""
        return date.fromisoformat(value) if isinstance(value, str) else value


Text = sa.Text
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""Only INTEGER PRIMARY KEY is the rowid in SQLite."""
Bytes = sa.LargeBinary().with_variant(sqlite.BLOB(), "sqlite")
Big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A whole number of up to 64 bits, signed."""
