"""Shown messages: which of ours stand in a chat by record, and which may stand there though nobody
could note their number.

Used where a tap comes in, to tell whether it comes from a message that had its button. It reads,
and makes the one change that a tap brings: proof that an uncertain question arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.deliveries import ARRIVED
from storage.statements import is_word
from storage.store import Tx
from storage.tables_messages import outbox

_T = outbox.c
_IS_MESSAGE = is_word(_T.kind, "message", "document")
_OVER = _T.finished_at.is_not(None)
_OF_PERSON = _T.person_id == sa.bindparam("person_id")
_OF_TURN = (_T.check_in_id == sa.bindparam("check_in_id"), _T.turn_no == sa.bindparam("turn_no"))
_OF_NUMBER = _T.message_id == sa.bindparam("message_id")
ON_RECORD = sa.select(_T.id).where(_OF_PERSON, _OF_NUMBER, _IS_MESSAGE, _OVER).limit(1)
"""Public so that a test can ask the engine how it would go about it."""
_ASKED_IN = sa.select(_T.id).where(*_OF_TURN, _OF_NUMBER, _IS_MESSAGE).limit(1)
_LATEST = sa.bindparam("latest", type_=_T.created_at.type)
_WAS_TRIED = sa.or_(_T.attempts > 0, is_word(_T.message_class, "must"))
"""A safety text is said again after a kill, which uses up no attempt."""
_MAY_HAVE_BROUGHT = (
    _IS_MESSAGE,
    sa.or_(
        is_word(_T.state, "sent", "uncertain", "claimed"),
        sa.and_(is_word(_T.state, "queued"), _WAS_TRIED),
    ),
    sa.or_(_T.message_id.is_(None), _T.message_id == 0, _WAS_TRIED),
    _T.created_at <= _LATEST,
    # what waits for another attempt is not over yet
    sa.func.coalesce(_T.finished_at, _T.lease_until, _LATEST)
    >= sa.bindparam("earliest", type_=_T.created_at.type),
)
_TURN_IN_DOUBT = sa.select(_T.id, _T.state, _T.finished_at).where(*_OF_TURN, *_MAY_HAVE_BROUGHT)
IN_DOUBT = sa.union_all(
    sa.select(_T.id).where(_OF_PERSON, is_word(_T.state, "queued", "claimed"), *_MAY_HAVE_BROUGHT),
    sa.select(_T.id).where(_OF_PERSON, _OVER, *_MAY_HAVE_BROUGHT),
)
"""Public for the same reason; each half by an index of its own."""
_TAPPED = ARRIVED.values(message_id=sa.bindparam("message"))


@dataclass(frozen=True, slots=True)
class Span:
    """The time in which a message was sent, as far as two clocks may differ."""

    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A sending of a question of which nobody noted the message, or not of each attempt."""

    id: int
    is_uncertain: bool
    over_at: datetime | None
    """The time at which its outcome was written down; None: it is under way."""


def is_on_record(tx: Tx, person_id: int, message_id: int) -> bool:
    """True where the person's message of this number was sent, as far as the database knows."""
    params = {"person_id": person_id, "message_id": message_id}
    return tx.conn.execute(ON_RECORD, params).first() is not None


def may_have_brought(tx: Tx, person_id: int, span: Span) -> bool:
    """True where a message for the person that was sent in this time can be one of ours, though
    nobody noted its number: it is under way, its outcome is not known or uncertain, it was sent in
    several attempts, or it stands in a chat that the person has left.
    """
    params = {"person_id": person_id, "earliest": span.earliest, "latest": span.latest}
    return tx.conn.execute(IN_DOUBT, params).first() is not None


def is_asked_in(tx: Tx, check_in_id: int, turn_no: int, message_id: int) -> bool:
    """True where the message of this number was recorded for this turn: the question itself, asked
    for the first time or once more, or a reminder of it.
    """
    params = {"check_in_id": check_in_id, "turn_no": turn_no, "message_id": message_id}
    return tx.conn.execute(_ASKED_IN, params).first() is not None


def list_doubtful(tx: Tx, check_in_id: int, turn_no: int, span: Span) -> list[Doubtful]:
    """The same as ``may_have_brought`` for the question of one turn."""
    params = {
        "check_in_id": check_in_id,
        "turn_no": turn_no,
        "earliest": span.earliest,
        "latest": span.latest,
    }
    rows = tx.conn.execute(_TURN_IN_DOUBT, params)
    return [Doubtful(row.id, row.state == "uncertain", row.finished_at) for row in rows]


def confirm(tx: Tx, row_id: int, message_id: int, now: datetime) -> bool:
    """A tap proves that the uncertain row arrived as this message: it is sent. False: it was not
    uncertain.
    """
    params = {"row_id": row_id, "message": message_id, "now": now}
    return tx.conn.execute(_TAPPED, params).rowcount > 0
