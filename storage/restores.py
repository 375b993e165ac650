"""Restores: from when until when the database of now knows nothing, and who lost words by it.

Used by the services. ``log_replay`` writes them, before anybody is served.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.statements import is_word
from storage.store import Tx
from storage.tables_backup import lost_words, restores
from storage.tables_check_ins import check_ins
from storage.tables_people import cares


@dataclass(frozen=True, slots=True)
class Restore:
    """A database of ``backup_at`` in which things go on since ``restored_at``."""

    id: int
    backup_at: datetime
    lost_at: datetime
    """The bot is known to have run until then."""
    restored_at: datetime
    asked_after: int


_T, _L = restores.c, lost_words.c
_SELECT = sa.select(_T.id, _T.backup_at, _T.lost_at, _T.restored_at, _T.asked_after)
UNSETTLED = _SELECT.where(_T.settled_at.is_(None)).order_by(_T.id).limit(1)
_OPEN = is_word(check_ins.c.status, "open")


def find_unsettled(tx: Tx) -> Restore | None:
    """The oldest restore of which something is still to be told or mended."""
    row = tx.conn.execute(UNSETTLED).one_or_none()
    return None if row is None else Restore(*row)


def is_lost_time(tx: Tx, at: datetime | None) -> bool:
    """True where a message of that second is one of which the database knows nothing; Telegram's
    dates have whole seconds. None, a second that is not known, is one as soon as there was any.
    """
    rows = tx.conn.execute(sa.select(_T.backup_at, _T.restored_at))
    return any(
        at is None
        or row.backup_at.replace(microsecond=0) < at < row.restored_at.replace(microsecond=0)
        for row in rows
    )


def list_open_of_ended(tx: Tx, limit: int) -> list[int]:
    """Cares that are over and have a check-in that is still open."""
    over = (
        sa.select(cares.c.id)
        .join(check_ins, check_ins.c.care_id == cares.c.id)
        .where(_OPEN, is_word(cares.c.state, "ended", "declined"))
    )
    return list(tx.conn.execute(over.order_by(cares.c.id).limit(limit)).scalars())


def list_untold(tx: Tx, restore: Restore, limit: int) -> list[int]:
    """Cares of one therapist whose client lost words and was not told yet."""
    untold = (
        sa.select(cares.c.id, cares.c.therapist_id)
        .join(lost_words, _L.care_id == cares.c.id)
        .where(_L.restore_id == restore.id, _L.told_at.is_(None))
    )
    rows = tx.conn.execute(untold.order_by(cares.c.therapist_id, cares.c.id).limit(limit)).all()
    return [row.id for row in rows if row.therapist_id == rows[0].therapist_id]


def mark_told(tx: Tx, restore: Restore, care_ids: list[int], now: datetime) -> None:
    """They are told."""
    told = sa.update(lost_words).where(_L.restore_id == restore.id, _L.care_id.in_(care_ids))
    tx.conn.execute(told.values(told_at=now))


def list_open_after(tx: Tx, restore: Restore, limit: int) -> list[tuple[int, int, bool]]:
    """The next open check-ins that are to be looked at: id, turn, and whether its client had gone
    on meanwhile.
    """
    lost = sa.exists().where(_L.restore_id == restore.id, _L.care_id == check_ins.c.care_id)
    ahead = (
        sa.select(check_ins.c.id, check_ins.c.turn_no, lost.label("went_on"))
        .where(_OPEN, check_ins.c.id > restore.asked_after)
        .order_by(check_ins.c.id)
        .limit(limit)
    )
    return [(row.id, row.turn_no, bool(row.went_on)) for row in tx.conn.execute(ahead)]


def mark_asked(tx: Tx, restore: Restore, check_in_id: int) -> None:
    """Open check-ins up to this one were looked at."""
    looked = sa.update(restores).where(_T.id == restore.id)
    tx.conn.execute(looked.values(asked_after=check_in_id))


def mark_settled(tx: Tx, restore: Restore, now: datetime) -> None:
    """Everything is told and mended."""
    tx.conn.execute(sa.update(restores).where(_T.id == restore.id).values(settled_at=now))
