"""Regular times: at which weekday and hour the therapy sessions of a care repeat.

Used by planning and the therapist's screens. One ends, it is never deleted: the therapy sessions
that it made name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from flows.schedule.regular import RegularTime
from storage.cares import LIVING
from storage.statements import exactly_one, new_id
from storage.store import Tx
from storage.tables_people import cares
from storage.tables_planning import regular_times


@dataclass(frozen=True, slots=True)
class StoredRegularTime:
    """The regular time of a care, by the clock of its therapist."""

    id: int
    care_id: int
    time: RegularTime
    sessions_until: date | None
    """Its therapy sessions are planned up to this date; None: none is, or all are to be anew."""


_T = regular_times.c
_RUNNING = _T.ended_at.is_(None)
_SELECT = sa.select(
    _T.id, _T.care_id, _T.first_on, _T.at_wall, _T.weeks, _T.minutes, _T.sessions_until
)
_OF_CARE = _SELECT.where(_T.care_id == sa.bindparam("care_id"), _RUNNING)
_TO_PLAN = (
    _SELECT.join(cares, cares.c.id == _T.care_id)
    .where(_RUNNING, cares.c.state.in_(LIVING))
    .order_by(_T.sessions_until, _T.id)
    .limit(sa.bindparam("most"))
)
# two questions, since one with OR makes SQLite read every row, each second
NEVER_PLANNED = _TO_PLAN.where(_T.sessions_until.is_(None))
PLANNED_SHORT = _TO_PLAN.where(
    _T.sessions_until < sa.bindparam("before", type_=_T.sessions_until.type)
)


def add(tx: Tx, *, care_id: int, regular: RegularTime, now: datetime) -> StoredRegularTime:
    """The care has this regular time; the one before must have ended."""
    values = {
        "care_id": care_id,
        "first_on": regular.first_on,
        "at_wall": regular.at_wall.isoformat("minutes"),
        "weeks": regular.weeks,
        "minutes": regular.minutes,
        "made_at": now,
    }
    added = new_id(tx.conn, sa.insert(regular_times), values)
    return StoredRegularTime(added, care_id, regular, None)


def find_running(tx: Tx, care_id: int) -> StoredRegularTime | None:
    """The regular time of the care, if it has one."""
    row = tx.conn.execute(_OF_CARE, {"care_id": care_id}).one_or_none()
    return None if row is None else _stored(row)


def list_to_plan(tx: Tx, *, before: date, limit: int) -> list[StoredRegularTime]:
    """Running ones of living cares whose therapy sessions are planned less far than ``before``,
    those first of which none is.
    """
    found = [_stored(row) for row in tx.conn.execute(NEVER_PLANNED, {"most": limit})]
    if len(found) < limit:
        params = {"before": before, "most": limit - len(found)}
        found += [_stored(row) for row in tx.conn.execute(PLANNED_SHORT, params)]
    return found


def mark_planned(tx: Tx, ids: Sequence[int], until: date) -> None:
    """The therapy sessions of these are planned up to that date."""
    planned = sa.update(regular_times).where(_T.id.in_(ids))
    tx.conn.execute(planned.values(sessions_until=until))


def plan_anew(tx: Tx, therapist_id: int) -> None:
    """The therapy sessions at the regular times of the therapist are to be planned anew."""
    own = sa.select(cares.c.id).where(cares.c.therapist_id == therapist_id)
    running = sa.update(regular_times).where(_T.care_id.in_(own), _RUNNING)
    tx.conn.execute(running.values(sessions_until=None))


def end(tx: Tx, regular_id: int, now: datetime) -> None:
    """No more therapy sessions are planned by it. StaleState: it had ended before."""
    running = sa.update(regular_times).where(_T.id == regular_id, _RUNNING)
    exactly_one(tx.conn.execute(running.values(ended_at=now)), f"regular time {regular_id}")


def _stored(row: Any) -> StoredRegularTime:
    at_wall = time.fromisoformat(row.at_wall)
    regular = RegularTime(row.first_on, at_wall, row.weeks, row.minutes)
    return StoredRegularTime(row.id, row.care_id, regular, row.sessions_until)
