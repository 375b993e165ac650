"""The list that a therapist gets in the evening: at which hour, and the last day that had one.

Used by the ticker and the therapist's screens. It names nobody but the therapist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

import sqlalchemy as sa

from storage.statements import upsert
from storage.store import Tx
from storage.tables_planning import evenings

OFF = "off"
"""In place of an hour: no list."""


@dataclass(frozen=True, slots=True)
class Evening:
    """A therapist's own hour (None: that of the practice), and the day of the last list."""

    list_at: str | None
    listed_on: date | None


_T = evenings.c
_FIND = sa.select(_T.list_at, _T.listed_on).where(_T.person_id == sa.bindparam("person_id"))
_SET = upsert(evenings, ("person_id",), ("list_at",))
_LISTED = upsert(evenings, ("person_id",), ("listed_on",))


def find(tx: Tx, person_id: int) -> Evening | None:
    """The therapist's, if anything is known of it."""
    row = tx.conn.execute(_FIND, {"person_id": person_id}).one_or_none()
    return None if row is None else Evening(row.list_at, row.listed_on)


def set_hour(tx: Tx, person_id: int, at_wall: time | None) -> None:
    """The list comes at this time of the therapist's day; None: never."""
    list_at = OFF if at_wall is None else at_wall.isoformat("minutes")
    tx.conn.execute(_SET.on(tx.conn), {"person_id": person_id, "list_at": list_at})


def mark_listed(tx: Tx, person_id: int, day: date) -> None:
    """The list of that day was sent."""
    tx.conn.execute(_LISTED.on(tx.conn), {"person_id": person_id, "listed_on": day})
