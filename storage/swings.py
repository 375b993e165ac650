"""Swings: how far ratings of one client lie apart, learnt from all clients of a practice.

Used by the services of signals. One row a learning, kept: what was judged by an older row is judged
by it again. A few numbers out of many clients' ratings; it must never hold those of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.store import Tx
from storage.tables_signals import swings


@dataclass(frozen=True, slots=True)
class Swings:
    """The numbers, in points of 0..10, and when they were learnt."""

    learnt_at: datetime
    within_clients: float
    between_clients: float
    mean: float | None
    """The mean of the clients' own means; None where it was learnt before there was one."""


_T = swings.c
_KNOWN_AT = (
    sa.select(_T.learnt_at, _T.within_thousandths, _T.between_thousandths, _T.mean_thousandths)
    .where(_T.learnt_at <= sa.bindparam("known_at", type_=_T.learnt_at.type))
    .order_by(_T.learnt_at.desc(), _T.id.desc())
    .limit(1)
)


def add(tx: Tx, learnt: Swings) -> None:
    """Keep what was learnt beside what was learnt before."""
    values = {
        "learnt_at": learnt.learnt_at,
        "within_thousandths": round(1000 * learnt.within_clients),
        "between_thousandths": round(1000 * learnt.between_clients),
        "mean_thousandths": None if learnt.mean is None else round(1000 * learnt.mean),
    }
    tx.conn.execute(sa.insert(swings), values)


def find_at(tx: Tx, at: datetime) -> Swings | None:
    """The newest that had been learnt by then."""
    row = tx.conn.execute(_KNOWN_AT, {"known_at": at}).one_or_none()
    if row is None:
        return None
    learnt_at, within, between, mean = row
    known_mean = None if mean is None else mean / 1000
    return Swings(learnt_at, within / 1000, between / 1000, known_mean)
