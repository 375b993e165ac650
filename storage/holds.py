"""Holds: for how long nothing is asked of a client by itself after a crisis card, and where what is
written meanwhile belongs.

Used by the services. One a client at most, in the care where it began; it ends when the client goes
on, or with its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.statements import upsert
from storage.store import Tx
from storage.tables_people import cares
from storage.tables_signals import holds


@dataclass(frozen=True, slots=True)
class Hold:
    """A care in which nothing is asked until the client goes on."""

    care_id: int
    until_at: datetime
    check_in_id: int | None = None
    """The check-in in which the card came, or that had just ended."""
    note_id: int | None = None
    """The note that what is written meanwhile joins. It may have been deleted since."""
    told_at: datetime | None = None
    """The last time when the client was told that what they write is kept."""


_T = holds.c
_COLUMNS = (_T.care_id, _T.until_at, _T.check_in_id, _T.note_id, _T.told_at)
_SAVE = upsert(holds, ("care_id",), ("until_at", "check_in_id", "note_id", "told_at"))
_FIND = sa.select(*_COLUMNS).where(
    _T.care_id == sa.bindparam("of_care"),
    _T.until_at > sa.bindparam("now", type_=_T.until_at.type),
)
_MINE = sa.select(cares.c.client_id).where(cares.c.id == sa.bindparam("of_care")).scalar_subquery()
_CLIENTS = _T.care_id.in_(sa.select(cares.c.id).where(cares.c.client_id == _MINE))
_LATEST = sa.select(sa.func.max(_T.until_at)).where(_CLIENTS)
_REMOVE = sa.delete(holds).where(_CLIENTS)


def save(tx: Tx, hold: Hold) -> None:
    """This is the care's hold."""
    values = {
        "care_id": hold.care_id,
        "until_at": hold.until_at,
        "check_in_id": hold.check_in_id,
        "note_id": hold.note_id,
        "told_at": hold.told_at,
    }
    tx.conn.execute(_SAVE.on(tx.conn), values)


def find(tx: Tx, care_id: int, now: datetime) -> Hold | None:
    """The care's hold, where it has one at ``now``."""
    row = tx.conn.execute(_FIND, {"of_care": care_id, "now": now}).first()
    return None if row is None else Hold(*row)


def latest_until(tx: Tx, care_id: int) -> datetime | None:
    """Until when the last hold of the client lasts, or lasted, in this care or another of theirs;
    None: there is none that has not been ended by going on.
    """
    found: datetime | None = tx.conn.execute(_LATEST, {"of_care": care_id}).scalar()
    return found


def detach(tx: Tx, care_id: int) -> None:
    """The care's hold goes on; what is written from now on joins nothing of before."""
    of_care = sa.update(holds).where(_T.care_id == care_id)
    tx.conn.execute(of_care.values(check_in_id=None, note_id=None))


def remove_all(tx: Tx, care_id: int) -> None:
    """The client has no hold, in this care or another of theirs."""
    tx.conn.execute(_REMOVE, {"of_care": care_id})
