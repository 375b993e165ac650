"""Beginning again with a client whose therapy had ended: who is to be asked, and who was.

Used by ``care`` and ``consent``. The care is the one of before. Until somebody says yes or no it
keeps since when it was over, so that the question can be taken back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import cares as stored_cares
from storage.cares import Care
from storage.statements import exactly_one
from storage.store import Tx
from storage.tables_people import cares

_LOOK_AT = cares.c.again_look_at
_TO_ASK = (cares.c.state == "asked", _LOOK_AT.is_not(None))
DUE = (
    sa.select(cares.c.id)
    .where(*_TO_ASK, sa.bindparam("now", type_=_LOOK_AT.type) >= _LOOK_AT)
    .order_by(_LOOK_AT, cares.c.id)
    .limit(sa.bindparam("most"))
)
NEXT = sa.select(sa.func.min(_LOOK_AT)).where(*_TO_ASK)


def ask(tx: Tx, care_id: int, now: datetime) -> None:
    """The client is to be asked whether to begin again. StaleState: the care is not over, or
    somebody else than the therapist ended it.
    """
    over = (cares.c.state == "ended", cares.c.ended_by == "therapist")
    _change(tx, care_id, over, state="asked", again_at=now, again_look_at=now)


def put_off(tx: Tx, care_id: int, look_at: datetime) -> None:
    """It is looked at again then. StaleState: the client was asked, or is not to be."""
    _change(tx, care_id, _TO_ASK, again_look_at=look_at)


def mark_shown(tx: Tx, care_id: int, now: datetime) -> None:
    """The client was asked now. StaleState: they were before, or are not to be."""
    _change(tx, care_id, _TO_ASK, again_at=now, again_look_at=None)


def take_back(tx: Tx, care_id: int) -> None:
    """The care is over since when it was. StaleState: nothing was asked, or it was answered."""
    unanswered = (cares.c.state == "asked", cares.c.again_at.is_not(None))
    _change(tx, care_id, unanswered, state="ended", again_at=None, again_look_at=None)


def list_due(tx: Tx, now: datetime, limit: int) -> list[Care]:
    """Whom to ask by now, the most overdue first."""
    ids = tx.conn.execute(DUE, {"now": now, "most": limit}).scalars()
    return [stored_cares.load(tx, care_id) for care_id in ids.all()]


def _change(tx: Tx, care_id: int, was: tuple[Any, ...], **values: object) -> None:
    guarded = sa.update(cares).where(cares.c.id == care_id, *was)
    exactly_one(tx.conn.execute(guarded.values(**values)), f"care {care_id}")
