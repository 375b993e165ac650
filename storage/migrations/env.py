"""Alembic's environment: one for both engines, over the connection of ``storage.migrate``."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from storage import (
    tables_backup,
    tables_check_ins,
    tables_messages,
    tables_people,
    tables_planning,
    tables_signals,
)
from storage.column_types import Big, Bytes, Id, LocalDate, UtcDateTime, YesNo
from storage.table_parts import metadata

_SPELT = {
    UtcDateTime: sa.Text | sa.TIMESTAMP,
    LocalDate: sa.Text | sa.Date,
    YesNo: sa.Integer | sa.Boolean,
}
_NAMED = ((Id, "Id"), (Big, "Big"), (Bytes, "Bytes"))

# importing them fills the metadata
SCHEMA = (
    tables_check_ins,
    tables_messages,
    tables_people,
    tables_planning,
    tables_signals,
    tables_backup,
)


def compare_type(_context: Any, _found: Any, _wanted: Any, found: Any, wanted: Any) -> bool | None:
    """Our own types are spelt differently by each engine: both spellings are right."""
    for ours, spelt in _SPELT.items():
        if isinstance(wanted, ours):
            return not isinstance(found, spelt)
    return None


def render_item(kind: str, item: object, autogen: Any) -> str | Literal[False]:
    """Our own types by name, so that a generated migration runs."""
    if kind != "type":
        return False
    for ours in _SPELT:
        if isinstance(item, ours):
            autogen.imports.add(f"from storage.column_types import {ours.__name__}")
            return f"{ours.__name__}()"
    for named, name in _NAMED:
        if item is named:
            autogen.imports.add(f"from storage.column_types import {name}")
            return name
    return False


def run(connection: sa.Connection) -> None:
    """Run what was asked for on this connection."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=compare_type,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        # all or nothing, for no version of Interlude opens a schema of between; SQLite can do that,
        # where its driver leaves transactions alone, as ours does
        transaction_per_migration=False,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
