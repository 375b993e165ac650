"""Counts what is kept of a client, by kind. Used where a client asks, and for the receipt of an
erasing.

It counts rows and opens none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.risk_cases import CAUSES
from storage.store import Tx
from storage.tables_check_ins import answers, check_ins, notes
from storage.tables_people import cares, memos
from storage.tables_planning import therapy_sessions
from storage.tables_signals import digest_sections, digests, flags, risk_steps


@dataclass(frozen=True, slots=True)
class Holdings:
    """The amount that is kept of a client, over all their cares or in one."""

    check_ins: int
    answers: int
    notes: int
    therapy_sessions: int
    flags: int
    cards: int
    """Times that their words or an answer led to the crisis card, or they wanted to tell."""
    memos: int
    """Notes of their therapists about them."""
    sections: int
    """Weekly digests with a part about them."""


_CLIENT: sa.BindParameter[int] = sa.bindparam("client_id")
_CARE: sa.BindParameter[int] = sa.bindparam("care_id")


def _count(table: sa.FromClause, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()


def _asked(own: sa.Select[int]) -> sa.Select[int, int, int, int, int, int, int, int]:
    return sa.select(
        _count(check_ins, check_ins.c.care_id.in_(own)),
        _count(
            answers.join(check_ins, check_ins.c.id == answers.c.check_in_id),
            check_ins.c.care_id.in_(own),
        ),
        _count(notes, notes.c.care_id.in_(own)),
        _count(therapy_sessions, therapy_sessions.c.care_id.in_(own)),
        _count(flags, flags.c.care_id.in_(own)),
        _count(risk_steps, risk_steps.c.care_id.in_(own), risk_steps.c.what.in_(CAUSES)),
        _count(memos, memos.c.care_id.in_(own)),
        _count(digest_sections, digest_sections.c.care_id.in_(own)),
    )


_ASK = _asked(sa.select(cares.c.id).where(cares.c.client_id == _CLIENT))
_ASK_OF_A_CARE = _asked(sa.select(cares.c.id).where(cares.c.id == _CARE))
_READ = (
    sa.select(digests.c.therapist_id, digest_sections.c.read_at)
    .join(digest_sections, digest_sections.c.digest_id == digests.c.id)
    .where(digest_sections.c.client_id == _CLIENT, digest_sections.c.read_at.is_not(None))
    .distinct()
)


def count(tx: Tx, client_id: int) -> Holdings:
    """Count what is kept of the client now."""
    return Holdings(*tx.conn.execute(_ASK, {"client_id": client_id}).one())


def count_in(tx: Tx, care_id: int) -> Holdings:
    """Count what is kept in one care now."""
    return Holdings(*tx.conn.execute(_ASK_OF_A_CARE, {"care_id": care_id}).one())


def count_all(tx: Tx, client_ids: Sequence[int]) -> Holdings:
    """Count what is kept of several together: one client under several links."""
    found = [astuple(count(tx, each)) for each in client_ids]
    return Holdings(*(sum(amounts) for amounts in zip(*found, strict=True)))


def list_digests_read(tx: Tx, client_id: int) -> list[tuple[int, datetime]]:
    """List when which therapist read the part about the client in a digest."""
    return [(row[0], row[1]) for row in tx.conn.execute(_READ, {"client_id": client_id})]
