"""Timers: when a waiting check-in is to be woken, and at which turn.

Used by the services and the ticker. A timer decides nothing: the engine judges its turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from flows.engine.inputs import TimerKind
from storage.errors import NotFound
from storage.statements import is_word, upsert
from storage.store import Tx
from storage.tables_check_ins import timers


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
DUE = (
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
_PUT_OFF = sa.select(_T.id, _T.due_at).where(
    is_word(_T.kind, "expire"), _T.due_at > sa.bindparam("since", type_=_T.due_at.type)
)
_EXPIRY = sa.select(_T.id, _T.due_at, _T.turn_no).where(
    _T.check_in_id == sa.bindparam("check_in_id"), is_word(_T.kind, "expire")
)
_MOVE = (
    sa.update(timers)
    .where(_T.id == sa.bindparam("timer_id"))
    .values(due_at=sa.bindparam("to", type_=_T.due_at.type))
)
NEXT = sa.select(sa.func.min(_T.due_at))


def add(tx: Tx, *, check_in_id: int, kind: TimerKind, due_at: datetime, turn_no: int) -> None:
    """The timer is set; setting it again changes nothing."""
    values = {"check_in_id": check_in_id, "kind": kind, "due_at": due_at, "turn_no": turn_no}
    tx.conn.execute(_ADD.on(tx.conn), values)


def clear(tx: Tx, check_in_id: int) -> None:
    """The check-in has no timer."""
    tx.conn.execute(_CLEAR, {"check_in_id": check_in_id})


def list_due(tx: Tx, now: datetime, *, limit: int) -> list[Timer]:
    """Timers that are due, the most overdue first."""
    return [Timer(*row) for row in tx.conn.execute(DUE, {"now": now, "most": limit})]


def has_due(tx: Tx, check_in_id: int, now: datetime) -> bool:
    """True if a timer of the check-in is due."""
    return tx.conn.execute(_HAS_DUE, {"check_in_id": check_in_id, "now": now}).first() is not None


def remove(tx: Tx, timer_id: int) -> None:
    """The timer is gone; nothing if it was."""
    tx.conn.execute(_REMOVE, {"timer_id": timer_id})


def move(tx: Tx, timer_id: int, due_at: datetime) -> None:
    """The timer is due at ``due_at`` instead. NotFound: it is gone."""
    if tx.conn.execute(_MOVE, {"timer_id": timer_id, "to": due_at}).rowcount != 1:
        raise NotFound(f"there is no timer {timer_id}")


def put_off_expiry(tx: Tx, since: datetime, by: timedelta) -> int:
    """Every check-in that was to lapse after ``since`` lapses so much later; how many timers."""
    found = tx.conn.execute(_PUT_OFF, {"since": since}).all()
    # the latest first: a timer must not land on the place of one that has yet to move
    later = sorted(found, key=lambda row: row.due_at, reverse=True)
    if later:
        tx.conn.execute(_MOVE, [{"timer_id": row.id, "to": row.due_at + by} for row in later])
    return len(later)


def keep_open(tx: Tx, check_in_id: int, until: datetime) -> None:
    """The check-in does not lapse before ``until``."""
    found = tx.conn.execute(_EXPIRY, {"check_in_id": check_in_id}).all()
    for row in found:
        if row.due_at < until:
            # of several that would now fall together one is enough
            tx.conn.execute(_REMOVE, {"timer_id": row.id})
            add(tx, check_in_id=check_in_id, kind="expire", due_at=until, turn_no=row.turn_no)


def find_expiry(tx: Tx, check_in_id: int) -> datetime | None:
    """Find when the check-in lapses if nothing more is said; None: nothing says so."""
    found = tx.conn.execute(_EXPIRY, {"check_in_id": check_in_id}).all()
    return min((row.due_at for row in found), default=None)


def find_id(tx: Tx, check_in_id: int, *, kind: TimerKind, due_at: datetime) -> int | None:
    """The id of the check-in's timer of that kind for that moment."""
    of_it = sa.select(_T.id).where(
        _T.check_in_id == check_in_id, is_word(_T.kind, kind), _T.due_at == due_at
    )
    return tx.conn.execute(of_it.limit(1)).scalar_one_or_none()


def hasten(tx: Tx, check_in_id: int, *, kind: TimerKind, turn_no: int, now: datetime) -> bool:
    """The check-in's timer of that kind is due now, if it was to be later. False: it has none."""
    of_it = sa.select(_T.id, _T.due_at).where(
        _T.check_in_id == check_in_id, is_word(_T.kind, kind), _T.turn_no == turn_no
    )
    found = tx.conn.execute(of_it.order_by(_T.due_at).limit(1)).first()
    if found is not None and found.due_at > now:
        move(tx, found.id, now)
    return found is not None
