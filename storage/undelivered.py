"""Outbox rows that whoever runs the bot may have to see to: what waits for long, what never left,
and what nobody knows of.

Used by ``bot.services.sending.by_hand``. A body is never opened here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage.outbox_rows import Kind, Lane, MessageClass
from storage.statements import is_word
from storage.store import Tx
from storage.tables_messages import outbox

State = Literal["queued", "claimed", "sent", "refused", "uncertain", "dropped"]


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that is to be looked at, without its words."""

    id: int
    person_id: int
    message_class: MessageClass
    lane: Lane
    kind: Kind
    state: State
    reason: str | None
    """The cause of its refusal, dropping or uncertainty: a kind of failure, never words."""
    attempts: int
    check_in_id: int | None
    turn_no: int | None
    digest_id: int | None
    not_before: datetime
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """Messages that were to have left: how many, and when the oldest of them was due."""

    count: int
    oldest_at: datetime


_T = outbox.c
_COLUMNS = (
    _T.id,
    _T.person_id,
    _T.message_class,
    _T.lane,
    _T.kind,
    _T.state,
    _T.reason,
    _T.attempts,
    _T.check_in_id,
    _T.turn_no,
    _T.digest_id,
    _T.not_before,
    _T.created_at,
    _T.finished_at,
)
_LATE = sa.and_(
    is_word(_T.state, "queued", "claimed"),
    _T.created_at < sa.bindparam("made_before", type_=_T.created_at.type),
)
_TROUBLE = is_word(_T.state, "refused", "uncertain", "dropped")
_RECENT = _T.finished_at >= sa.bindparam("over_since", type_=_T.finished_at.type)
_OVERDUE = sa.select(sa.func.count(), sa.func.min(_T.not_before)).where(
    _LATE, _T.not_before < sa.bindparam("due_before", type_=_T.not_before.type)
)
_WAITING = sa.select(*_COLUMNS).where(_LATE)
_OVER = sa.select(*_COLUMNS).where(_TROUBLE, _RECENT)
_SHOWN = (
    sa.select(*_COLUMNS)
    .where(
        _T.person_id == sa.bindparam("person_id"),
        _T.message_id == sa.bindparam("number"),
    )
    .order_by(_T.id)
)
_ONE = sa.select(*_COLUMNS).where(_T.id == sa.bindparam("row_id"))


def list_(
    tx: Tx, *, made_before: datetime, over_since: datetime, with_dropped: bool
) -> list[Undelivered]:
    """List what was decided before ``made_before`` and has not left yet, and what ended without
    arriving for sure since ``over_since``; oldest first. Dropped ones, which the software itself
    let go as out of date, only where they are asked for.
    """
    rows = [
        *_rows(tx, _WAITING, {"made_before": made_before}),
        *_rows(tx, _OVER, {"over_since": over_since}),
    ]
    found = [row for row in rows if with_dropped or row.state != "dropped"]
    return sorted(found, key=lambda row: row.id)


def overdue(tx: Tx, *, made_before: datetime, due_before: datetime) -> Overdue | None:
    """The messages of before that moment that were to leave by ``due_before`` and wait still; None:
    there are none.
    """
    params = {"made_before": made_before, "due_before": due_before}
    count, oldest_at = tx.conn.execute(_OVERDUE, params).one()
    return Overdue(count, oldest_at) if count else None


def find(tx: Tx, row_id: int) -> Undelivered | None:
    """The message of this number, whatever became of it."""
    return next(iter(_rows(tx, _ONE, {"row_id": row_id})), None)


def list_of_message(tx: Tx, person_id: int, message_id: int) -> list[Undelivered]:
    """The rows that became the person's message of this number, in order."""
    return _rows(tx, _SHOWN, {"person_id": person_id, "number": message_id})


def _rows(tx: Tx, query: Any, params: dict[str, Any]) -> list[Undelivered]:
    return [Undelivered(*row) for row in tx.conn.execute(query, params)]
