"""Supervisions: who may look at the caseload of which therapist, from when to when, and under which
number each client of it is shown.

Used by the services of supervision and of consent. One therapist has at most one at a time. A
number names one client for as long as a supervision lasts; it must never be given to another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage.statements import exactly_one, new_id
from storage.store import Tx
from storage.tables_people import supervised_clients, supervisions

EndedBy = Literal["therapist", "practice"]


@dataclass(frozen=True, slots=True)
class Supervision:
    """One therapist's work in the eyes of one supervisor."""

    id: int
    supervisor_id: int
    therapist_id: int
    named_at: datetime
    asked_at: datetime | None
    """The time when the therapist was asked to confirm it; None: the supervisor is not here yet."""
    confirmed_at: datetime | None
    """Since when the therapist has confirmed it; None: nothing is shown yet."""
    ended_at: datetime | None


_T, _C = supervisions.c, supervised_clients.c
_SELECT = sa.select(
    *(_T.id, _T.supervisor_id, _T.therapist_id, _T.named_at),
    *(_T.asked_at, _T.confirmed_at, _T.ended_at),
).order_by(_T.id)
_LIVES = _T.ended_at.is_(None)


def add(tx: Tx, *, supervisor_id: int, therapist_id: int, now: datetime) -> Supervision:
    """The practice has named this supervisor for the therapist; nothing is confirmed."""
    values = {"supervisor_id": supervisor_id, "therapist_id": therapist_id, "named_at": now}
    added = new_id(tx.conn, sa.insert(supervisions), values)
    return Supervision(added, supervisor_id, therapist_id, now, None, None, None)


def find(tx: Tx, supervision_id: int) -> Supervision | None:
    """The supervision with this id, also one that has ended."""
    return _one(tx, _T.id == supervision_id)


def find_of_therapist(tx: Tx, therapist_id: int) -> Supervision | None:
    """The therapist's supervision that has not ended, confirmed or not."""
    return _one(tx, _T.therapist_id == therapist_id, _LIVES)


def list_of_supervisor(tx: Tx, supervisor_id: int) -> list[Supervision]:
    """Those of a supervisor that have not ended, confirmed or not, oldest first."""
    rows = tx.conn.execute(_SELECT.where(_T.supervisor_id == supervisor_id, _LIVES))
    return [Supervision(*row) for row in rows]


def mark_asked(tx: Tx, supervision_id: int, now: datetime) -> None:
    """The therapist was asked to confirm it. StaleState: they were before, or it has ended."""
    _mark(tx, supervision_id, _T.asked_at.is_(None), asked_at=now)


def confirm(tx: Tx, supervision_id: int, now: datetime) -> None:
    """The therapist has confirmed it. StaleState: they had before, or it has ended."""
    _mark(tx, supervision_id, _T.confirmed_at.is_(None), confirmed_at=now)


def end(tx: Tx, supervision_id: int, *, by: EndedBy, now: datetime) -> None:
    """It is over. StaleState: it was."""
    _mark(tx, supervision_id, ended_at=now, ended_by=by)


def _mark(
    tx: Tx, supervision_id: int, *where: sa.ColumnElement[bool], **values: datetime | str
) -> None:
    guarded = sa.update(supervisions).where(_T.id == supervision_id, _LIVES, *where)
    exactly_one(tx.conn.execute(guarded.values(**values)), f"supervision {supervision_id}")


def number_of(tx: Tx, supervision_id: int, care_id: int) -> int:
    """The number under which the care is shown; the next one where it has none yet."""
    known = sa.select(_C.number).where(_C.supervision_id == supervision_id, _C.care_id == care_id)
    found: int | None = tx.conn.execute(known).scalar_one_or_none()
    if found is not None:
        return found
    # counted in a place of its own: the number of somebody who was erased is not given again
    more = sa.update(supervisions).where(_T.id == supervision_id)
    tx.conn.execute(more.values(numbered=_T.numbered + 1))
    now = sa.select(_T.numbered).where(_T.id == supervision_id)
    number = int(tx.conn.execute(now).scalar_one())
    values = {"supervision_id": supervision_id, "care_id": care_id, "number": number}
    tx.conn.execute(sa.insert(supervised_clients), values)
    return number


def list_numbers(tx: Tx, supervision_id: int) -> dict[int, int]:
    """The number of each care that has one there."""
    numbered = sa.select(_C.care_id, _C.number).where(_C.supervision_id == supervision_id)
    return {row.care_id: row.number for row in tx.conn.execute(numbered)}


def find_numbered(tx: Tx, supervision_id: int, number: int) -> int | None:
    """The id of the care that is shown under this number."""
    found = sa.select(_C.care_id).where(_C.supervision_id == supervision_id, _C.number == number)
    care_id: int | None = tx.conn.execute(found).scalar_one_or_none()
    return care_id


def _one(tx: Tx, *where: Any) -> Supervision | None:
    row = tx.conn.execute(_SELECT.where(*where)).one_or_none()
    return None if row is None else Supervision(*row)
