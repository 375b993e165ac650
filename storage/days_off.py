"""Days off: spans of dates in which a therapist does not see one client, or anybody.

Used by the therapist's screens, by planning and by the ticker. One that is taken back stays as a
row: the therapy sessions that it called off name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from storage.statements import exactly_one, new_id
from storage.store import Tx
from storage.tables_planning import days_off


@dataclass(frozen=True, slots=True)
class DaysOff:
    """From ``first_on`` to ``last_on``, both included, by the therapist's calendar."""

    id: int
    therapist_id: int
    care_id: int | None
    """The care that it is about; None: every client of the therapist."""
    first_on: date
    last_on: date
    made_at: datetime
    undone_at: datetime | None

    def covers(self, care_id: int, day: date) -> bool:
        """True where it holds for this care on this date."""
        is_theirs = self.care_id is None or self.care_id == care_id
        return self.undone_at is None and is_theirs and self.first_on <= day <= self.last_on


_T = days_off.c
_SELECT = sa.select(
    _T.id, _T.therapist_id, _T.care_id, _T.first_on, _T.last_on, _T.made_at, _T.undone_at
)
_SINCE = sa.bindparam("since", type_=_T.last_on.type)
_RUNNING = _SELECT.where(
    _T.therapist_id == sa.bindparam("therapist_id"), _T.undone_at.is_(None), _T.last_on >= _SINCE
).order_by(_T.first_on, _T.id)
UNSETTLED = _SELECT.where(_T.settled_at.is_(None)).order_by(_T.id).limit(1)


def add(
    tx: Tx,
    *,
    therapist_id: int,
    care_id: int | None,
    first_on: date,
    last_on: date,
    now: datetime,
) -> DaysOff:
    """The days are off; the therapy sessions in them are still to be called off."""
    values = {
        "therapist_id": therapist_id,
        "care_id": care_id,
        "first_on": first_on,
        "last_on": last_on,
        "made_at": now,
    }
    added = new_id(tx.conn, sa.insert(days_off), values)
    return DaysOff(added, therapist_id, care_id, first_on, last_on, now, None)


def find(tx: Tx, days_off_id: int) -> DaysOff | None:
    """The days off of this id."""
    row: Any = tx.conn.execute(_SELECT.where(_T.id == days_off_id)).one_or_none()
    return None if row is None else DaysOff(*row)


def list_running(tx: Tx, therapist_id: int, *, since: date) -> list[DaysOff]:
    """The therapist's days off that hold and end on ``since`` or later, by their first day."""
    rows: Any = tx.conn.execute(_RUNNING, {"therapist_id": therapist_id, "since": since})
    return [DaysOff(*row) for row in rows]


def undo(tx: Tx, days_off_id: int, now: datetime) -> None:
    """They are no days off; what they called off is still to come back. StaleState: they were
    taken back before.
    """
    guarded = sa.update(days_off).where(_T.id == days_off_id, _T.undone_at.is_(None))
    done = guarded.values(undone_at=now, settled_at=None)
    exactly_one(tx.conn.execute(done), f"days off {days_off_id}")


def find_unsettled(tx: Tx) -> DaysOff | None:
    """The oldest days off of which the therapy sessions do not say yet what they ask for."""
    row: Any = tx.conn.execute(UNSETTLED).one_or_none()
    return None if row is None else DaysOff(*row)


def mark_settled(tx: Tx, days_off_id: int, now: datetime) -> None:
    """The therapy sessions are as the days off ask for."""
    settled = sa.update(days_off).where(_T.id == days_off_id).values(settled_at=now)
    exactly_one(tx.conn.execute(settled), f"days off {days_off_id}")
