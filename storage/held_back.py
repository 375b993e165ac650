"""Answers that their client holds back from the digest, by check-in and step.

Used by the services. It is kept apart from the answers, so that an answer that is changed, or a
score that is worked out anew, stays held back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from storage.statements import upsert
from storage.store import Tx
from storage.tables_check_ins import check_ins, held_back, notes
from storage.tables_people import cares

_T = held_back.c
_ADD = upsert(held_back, ("check_in_id", "step_id"), ("held_back_at",))
_OF_CARE = (
    sa.select(_T.check_in_id, _T.step_id)
    .join(check_ins, check_ins.c.id == _T.check_in_id)
    .where(check_ins.c.care_id == sa.bindparam("care_id"))
)


def add(tx: Tx, check_in_id: int, step_ids: Collection[str], now: datetime) -> None:
    """The answers at these steps are held back."""
    for step_id in sorted(step_ids):
        values = {"check_in_id": check_in_id, "step_id": step_id, "held_back_at": now}
        tx.conn.execute(_ADD.on(tx.conn), values)


def remove(tx: Tx, check_in_id: int, step_ids: Collection[str]) -> None:
    """The answers at these steps are not held back any more."""
    mine = _T.check_in_id == check_in_id
    tx.conn.execute(sa.delete(held_back).where(mine, _T.step_id.in_(sorted(step_ids))))


def list_steps(tx: Tx, check_in_id: int) -> frozenset[str]:
    """The steps of a check-in at which something is held back."""
    rows = tx.conn.execute(sa.select(_T.step_id).where(_T.check_in_id == check_in_id))
    return frozenset(row.step_id for row in rows)


def list_for_care(tx: Tx, care_id: int) -> dict[int, frozenset[str]]:
    """The steps at which something is held back, by check-in."""
    found: dict[int, set[str]] = {}
    for row in tx.conn.execute(_OF_CARE, {"care_id": care_id}):
        found.setdefault(row.check_in_id, set()).add(row.step_id)
    return {check_in_id: frozenset(steps) for check_in_id, steps in found.items()}


def list_for_therapist(tx: Tx, therapist_id: int) -> frozenset[tuple[int, str]]:
    """Everything that clients of the therapist hold back, notes too: it differs where one of them
    has held something back, or let it go, meanwhile.
    """
    mine = sa.select(cares.c.id).where(cares.c.therapist_id == therapist_id)
    steps = tx.conn.execute(
        sa.select(_T.check_in_id, _T.step_id)
        .join(check_ins, check_ins.c.id == _T.check_in_id)
        .where(check_ins.c.care_id.in_(mine))
    )
    noted = tx.conn.execute(
        sa.select(notes.c.id).where(notes.c.care_id.in_(mine), notes.c.held_back_at.is_not(None))
    )
    return frozenset({*((row[0], row[1]) for row in steps), *((row[0], "") for row in noted)})
