"""Retention: the clients who have been with nobody for so long that they are to be erased.

Used by the service of that name. A client counts as a whole, by the last of their cares: while one
goes on, all is kept. It decides nothing, and must never list anybody with a risk case that is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.statements import exactly_one, is_word
from storage.store import Tx
from storage.tables_people import cares, people
from storage.tables_signals import risk_cases


@dataclass(frozen=True, slots=True)
class Over:
    """A client all of whose cares are over."""

    person_id: int
    code: str
    over_since: datetime
    """The end of their last care."""
    erase_at: datetime | None
    """The time that they were told; None: they were not told yet."""


_LIVES = sa.exists().where(cares.c.client_id == people.c.id, cares.c.ended_at.is_(None))
_IN_DANGER = sa.exists().where(
    risk_cases.c.client_id == people.c.id, risk_cases.c.closed_at.is_(None)
)
_SINCE = sa.select(sa.func.max(cares.c.ended_at)).where(cares.c.client_id == people.c.id)
_OVER_SINCE = _SINCE.scalar_subquery()
_OVER = (
    sa.select(people.c.id, people.c.code, _OVER_SINCE.label("over_since"), people.c.erase_at)
    .where(is_word(people.c.role, "client"), _OVER_SINCE.is_not(None), ~_LIVES, ~_IN_DANGER)
    .order_by(people.c.id)
)
_BEFORE = sa.bindparam("before", type_=cares.c.ended_at.type)
_UNTOLD = _OVER.where(people.c.erase_at.is_(None), _OVER_SINCE < _BEFORE)
_DUE = _OVER.where(people.c.erase_at <= sa.bindparam("now", type_=people.c.erase_at.type))


def list_over(tx: Tx) -> list[Over]:
    """Every client who is with nobody any more."""
    return [_over(row) for row in tx.conn.execute(_OVER)]


def list_untold(tx: Tx, *, over_before: datetime, most: int) -> list[Over]:
    """Those for so long that they are to be told, and were not."""
    rows = tx.conn.execute(_UNTOLD.limit(most), {"before": over_before})
    return [_over(row) for row in rows]


def list_due(tx: Tx, now: datetime, *, most: int) -> list[Over]:
    """Those whose time, as they were told it, has come."""
    return [_over(row) for row in tx.conn.execute(_DUE.limit(most), {"now": now})]


def set_(tx: Tx, person_id: int, erase_at: datetime) -> None:
    """The client is told that they are erased then."""
    change = sa.update(people).where(people.c.id == person_id).values(erase_at=erase_at)
    exactly_one(tx.conn.execute(change), f"person {person_id}")


def forget(tx: Tx) -> None:
    """No time is set for anybody."""
    _forget(tx)


def forget_of_those_who_stay(tx: Tx, *, over_after: datetime) -> None:
    """No time is set for clients who are with somebody again, or who were until later than that."""
    _forget(tx, sa.or_(_LIVES, over_after < _OVER_SINCE))


def _forget(tx: Tx, *where: sa.ColumnElement[bool]) -> None:
    change = sa.update(people).where(people.c.erase_at.is_not(None), *where)
    tx.conn.execute(change.values(erase_at=None))


def _over(row: Any) -> Over:
    return Over(*row)
