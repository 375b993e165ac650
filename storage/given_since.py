"""Takes away what was given in a chat that turned out to be somebody else's.

Used by the services, once what those answers made of flags has been undone. What was given before
stays as it is; so do risk cases, which hold no words: somebody must look at each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from storage.store import Tx
from storage.tables_check_ins import answer_messages, answers, check_ins, held_back, notes, timers
from storage.tables_messages import outbox
from storage.tables_people import cares, consents
from storage.tables_signals import digest_sections, digests, flag_words, holds, reasons

_OF: sa.BindParameter[int] = sa.bindparam("of", expanding=True)


def remove_check_ins(tx: Tx, check_in_ids: Sequence[int]) -> None:
    """These rounds of questions are gone, with all that was answered in them."""
    if not check_in_ids:
        return
    params = {"of": list(check_in_ids)}
    for table in (timers, answers, held_back, answer_messages, flag_words, reasons, notes):
        tx.conn.execute(sa.delete(table).where(table.c.check_in_id.in_(_OF)), params)
    for table in (holds, outbox):
        of_them = sa.update(table).where(table.c.check_in_id.in_(_OF))
        tx.conn.execute(of_them.values(check_in_id=None), params)
    tx.conn.execute(sa.delete(check_ins).where(check_ins.c.id.in_(_OF)), params)


def remove_notes(tx: Tx, care_id: int, since: datetime) -> None:
    """The notes that were written since then are gone."""
    written = sa.delete(notes).where(notes.c.care_id == care_id, notes.c.written_at >= since)
    tx.conn.execute(written)


def remove_sections(tx: Tx, care_id: int, since: datetime) -> None:
    """The care's part of every digest that was frozen since then is gone: it may tell of it."""
    frozen = sa.select(digests.c.id).where(digests.c.cut_off_at > since)
    told = sa.delete(digest_sections).where(
        digest_sections.c.care_id == care_id, digest_sections.c.digest_id.in_(frozen)
    )
    tx.conn.execute(told)


def take_back_consents(tx: Tx, care_id: int, since: datetime, now: datetime) -> None:
    """Nothing that was agreed to since then is in force."""
    given = sa.update(consents).where(
        consents.c.care_id == care_id,
        consents.c.given_at >= since,
        consents.c.revoked_at.is_(None),
    )
    tx.conn.execute(given.values(revoked_at=now))


def ask_again(tx: Tx, care_id: int) -> None:
    """The client of the care has neither agreed nor declined."""
    values = {"state": "asked", "active_since": None, "ended_at": None, "ended_by": None}
    tx.conn.execute(sa.update(cares).where(cares.c.id == care_id).values(**values))
