"""Quiet lines: on which day a client was last owed the line that names /crisis, and in which
message it left. Used by the services, so that it comes once a day at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from storage.statements import upsert
from storage.store import Tx
from storage.tables_messages import outbox
from storage.tables_signals import quiet_lines


@dataclass(frozen=True, slots=True)
class QuietLine:
    """The newest of a care."""

    owed_on: date
    is_given: bool
    """True where it stands in a message that has left or will."""


_T = quiet_lines.c
_SAVE = upsert(quiet_lines, ("care_id",), ("owed_on", "outbox_id"))
_FIND = (
    sa.select(_T.owed_on, _T.outbox_id, outbox.c.state)
    .select_from(quiet_lines.outerjoin(outbox, outbox.c.id == _T.outbox_id))
    .where(_T.care_id == sa.bindparam("of_care"))
)


def save(tx: Tx, care_id: int, *, owed_on: date, outbox_id: int | None) -> None:
    """The line is owed on that day; it stands in the outbox row, if there is one."""
    values = {"care_id": care_id, "owed_on": owed_on, "outbox_id": outbox_id}
    tx.conn.execute(_SAVE.on(tx.conn), values)


def find(tx: Tx, care_id: int) -> QuietLine | None:
    """The newest of the care. A message that was dropped unsent gave nothing."""
    row = tx.conn.execute(_FIND, {"of_care": care_id}).first()
    if row is None:
        return None
    return QuietLine(row.owed_on, row.outbox_id is not None and row.state != "dropped")
