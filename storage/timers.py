"""Timers: when a waiting check-in is to be woken, and at which turn.

Used by the services and the ticker. A timer decides nothing: the engine judges its turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from flows.engine.inputs import TimerKind
from storage.errors import NotFound
from storage.statements import upsert
from storage.store import Tx
from storage.tables import timers


@dataclass(frozen=True, slots=True)
class Timer:
    """Wake the check-in at ``due_at``; void once its turn has moved on."""

    id: int
    check_in_id: int
    kind: TimerKind
    due_at: datetime
    turn_no: int


_T = timers.c
_COLUMNS = (_T.id, _T.check_in_id, _T.kind, _T.due_at, _T.turn_no)
_ADD = upsert(timers, ("check_in_id", "kind", "turn_no", "due_at"), ())
_CLEAR = sa.delete(timers).where(_T.check_in_id == sa.bindparam("check_in_id"))
_REMOVE = sa.delete(timers).where(_T.id == sa.bindparam("timer_id"))
_DUE = (
    sa.select(*_COLUMNS)
    .where(_T.due_at <= sa.bindparam("now"))
    .order_by(_T.due_at, _T.id)
    .limit(sa.bindparam("most"))
)
_HAS_DUE = (
    sa.select(_T.id)
    .where(_T.check_in_id == sa.bindparam("check_in_id"), _T.due_at <= sa.bindparam("now"))
    .limit(1)
)
_NEXT = sa.select(sa.func.min(_T.due_at))


def add(tx: Tx, *, check_in_id: int, kind: TimerKind, due_at: datetime, turn_no: int) -> None:
    """The timer is set; setting it again changes nothing."""
    values = {"check_in_id": check_in_id, "kind": kind, "due_at": due_at, "turn_no": turn_no}
    tx.conn.execute(_ADD.on(tx.conn), values)


def clear(tx: Tx, check_in_id: int) -> None:
    """The check-in has no timer."""
    tx.conn.execute(_CLEAR, {"check_in_id": check_in_id})


def list_due(tx: Tx, now: datetime, *, limit: int) -> list[Timer]:
    """Timers that are due, the most overdue first."""
    return [Timer(*row) for row in tx.conn.execute(_DUE, {"now": now, "most": limit})]


def has_due(tx: Tx, check_in_id: int, now: datetime) -> bool:
    """Whether a timer of the check-in is due."""
    return tx.conn.execute(_HAS_DUE, {"check_in_id": check_in_id, "now": now}).first() is not None


def remove(tx: Tx, timer_id: int) -> None:
    """The timer is gone; nothing if it was."""
    tx.conn.execute(_REMOVE, {"timer_id": timer_id})


def move(tx: Tx, timer_id: int, due_at: datetime) -> None:
    """The timer is due at ``due_at`` instead. NotFound: it is gone."""
    moved = sa.update(timers).where(_T.id == timer_id).values(due_at=due_at)
    if tx.conn.execute(moved).rowcount != 1:
        raise NotFound(f"there is no timer {timer_id}")


def next_due_at(tx: Tx) -> datetime | None:
    """When the earliest timer is due."""
    due_at: datetime | None = tx.conn.execute(_NEXT).scalar_one()
    return due_at
