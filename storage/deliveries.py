"""Deliveries: what became of outbox rows. Used by the services and the sender.

Reads, and what Telegram's answer brings that reached a run after it had been given up: the proof
that an uncertain message arrived.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from storage.column_types import Id
from storage.outbox import LEASE
from storage.statements import is_word
from storage.store import Tx
from storage.tables_check_ins import check_ins
from storage.tables_messages import outbox

NUDGE = ":nudge"
"""Ends the key of a reminder that refers to the message with the question and has it not itself."""
_LARGEST = 1 << 62
"""Above every number of a message."""
_T = outbox.c
_SENT = is_word(_T.state, "sent")
_MESSAGE = (
    sa.select(_T.message_id)
    .where(
        _T.check_in_id == sa.bindparam("check_in_id"),
        _T.turn_no == sa.bindparam("turn_no"),
        _T.message_id > 0,  # 0: it stands in a chat that was left
        is_word(_T.kind, "message"),
        _SENT,
        sa.not_(_T.dedupe_key.endswith(NUDGE)),
    )
    .order_by(_T.id.desc())
    .limit(1)
)
_QUESTIONS = (
    sa.select(_T.turn_no, _T.message_id)
    .where(
        _T.check_in_id == sa.bindparam("check_in_id"),
        _T.turn_no.is_not(None),
        _T.message_id.is_not(None),
        is_word(_T.kind, "message"),
        _SENT,
        sa.not_(_T.dedupe_key.endswith(NUDGE)),
    )
    .order_by(_T.id)
)
_ASKED_ANEW = (
    sa.select(sa.func.max(_T.id))
    .where(
        _T.check_in_id == sa.bindparam("check_in_id"),
        _T.turn_no == sa.bindparam("turn_no"),
        _T.dedupe_key.endswith(sa.bindparam("key_ends")),
    )
    .scalar_subquery()
)
_ASKED = sa.select(_SENT).where(
    _T.check_in_id == sa.bindparam("check_in_id"),
    _T.turn_no == sa.bindparam("turn_no"),
    _T.id >= sa.func.coalesce(_ASKED_ANEW, 0),
    sa.or_(
        is_word(_T.state, "sent", "uncertain"),
        sa.and_(
            is_word(_T.state, "claimed"),
            _T.lease_until < sa.bindparam("lease_below", type_=_T.lease_until.type),
        ),
    ),
    sa.or_(
        _T.message_id.is_(None), _T.message_id < sa.bindparam("below", type_=_T.message_id.type)
    ),
)
_UNREAD = (
    sa.select(_T.state)
    .where(
        _T.check_in_id == sa.bindparam("check_in_id"),
        _T.turn_no.is_(None),
        is_word(_T.state, "queued", "claimed", "sent"),
        sa.or_(
            _T.message_id.is_(None), _T.message_id > sa.bindparam("above", type_=_T.message_id.type)
        ),
    )
    .limit(1)
)
_HELD = (
    sa.select(_T.id)
    .where(
        _T.person_id == sa.bindparam("person_id"),
        _T.check_in_id.is_not(None),
        is_word(_T.lane, "reply"),
        is_word(_T.state, "queued"),
        _T.not_before > sa.bindparam("now", type_=_T.not_before.type),
    )
    .limit(1)
)
_AWAITED = (
    sa.select(_T.id)
    .where(
        _T.check_in_id == sa.bindparam("check_in_id"),
        _T.turn_no == sa.bindparam("turn_no"),
        is_word(_T.lane, "reply"),
        _T.created_at >= sa.bindparam("since"),
    )
    .limit(1)
)
_FATE = (
    sa.select(_T.state, _T.reason)
    .where(
        _T.check_in_id == sa.bindparam("check_in_id"),
        _T.turn_no == sa.bindparam("turn_no"),
        is_word(_T.kind, "message"),
    )
    .order_by(_T.id.desc())
    .limit(1)
)
_LOST = sa.select(_T.id).where(
    _T.dedupe_key == sa.bindparam("key"), is_word(_T.state, "refused", "dropped")
)
_DIGEST = (
    sa.select(_T.message_id)
    .where(
        _T.digest_id == sa.bindparam("digest_id"),
        _T.message_id.is_not(None),
        is_word(_T.kind, "message"),  # its picture is a document
        _SENT,
    )
    .order_by(_T.id)
)
ARRIVED = (
    sa.update(outbox)
    .where(_T.id == sa.bindparam("row_id"), is_word(_T.state, "uncertain"))
    .values(state="sent", reason=sa.null(), finished_at=sa.bindparam("now"))
)
"""Something has proved that an uncertain message arrived; as which one, the proof adds."""
_ANSWERED = ARRIVED.where(_T.token == sa.bindparam("holder")).values(
    message_id=sa.func.coalesce(_T.message_id, sa.bindparam("message", type_=Id))
)
_QUEUED = is_word(_T.state, "queued")
_FIRST_OF_LANE = [
    sa.select(sa.func.min(_T.not_before).label("at")).where(_QUEUED, is_word(_T.lane, lane))
    for lane in ("reply", "notice")
]
_SOON = (
    sa.select(sa.literal(1))
    .where(_QUEUED, is_word(_T.lane, "reply", "notice"), _T.not_before <= sa.bindparam("until"))
    .limit(sa.bindparam("most"))
)
DUE_SOON = sa.select(sa.func.count()).select_from(_SOON.subquery())
_LANES = sa.union_all(*_FIRST_OF_LANE).subquery()
_NEXT = sa.select(sa.func.min(_LANES.c.at))


def find_message_id(tx: Tx, check_in_id: int, turn_no: int) -> int | None:
    """Telegram's id of the newest message that shows the question of this turn."""
    params = {"check_in_id": check_in_id, "turn_no": turn_no}
    return tx.conn.execute(_MESSAGE, params).scalar_one_or_none()


def find_asked_in(tx: Tx, client_id: int, message_id: int) -> int | None:
    """The check-in to which a message in the client's chat belongs; None: to none, or no longer."""
    own = sa.select(check_ins.c.id).where(check_ins.c.client_id == client_id)
    asked = sa.select(outbox.c.check_in_id).where(
        outbox.c.check_in_id.in_(own), outbox.c.message_id == message_id
    )
    return tx.conn.execute(asked.order_by(outbox.c.id.desc()).limit(1)).scalar_one_or_none()


def list_questions(tx: Tx, check_in_id: int) -> list[tuple[int, int]]:
    """The messages that show a question of the check-in, oldest first: turn and Telegram's id."""
    rows = tx.conn.execute(_QUESTIONS, {"check_in_id": check_in_id})
    return [(row.turn_no, row.message_id) for row in rows]


def how_asked(
    tx: Tx,
    check_in_id: int,
    turn_no: int,
    *,
    before: int | None,
    let_go_before: datetime,
    key_ends: str,
) -> Literal["shown", "in_doubt"] | None:
    """``shown``: the question of this turn stands in the chat. ``in_doubt``: it may stand there,
    for its sending is uncertain, or was let go before ``let_go_before`` and nothing is known of it
    yet. None: it was not asked.

    ``before`` is the number of a message in the chat: its writer had not seen a question that is
    known to stand below it. ``key_ends``: how the keys end of those askings that follow an answer;
    what was shown before the newest of them came before that answer, and counts no more.
    """
    params = {
        "check_in_id": check_in_id,
        "turn_no": turn_no,
        "below": _LARGEST if before is None else before,
        "lease_below": let_go_before + LEASE,
        "key_ends": key_ends,
    }
    were_sent = [bool(sent) for (sent,) in tx.conn.execute(_ASKED, params)]
    if not were_sent:
        return None
    return "shown" if any(were_sent) else "in_doubt"


def find_unread_end(tx: Tx, check_in_id: int, *, above: int | None) -> str | None:
    """The state of the last words of a check-in where the writer of message ``above`` had not read
    them: they wait to leave, or stand below it. None: they had.
    """
    params = {"check_in_id": check_in_id, "above": _LARGEST if above is None else above}
    state: str | None = tx.conn.execute(_UNREAD, params).scalar_one_or_none()
    return state


def waits_for_more(tx: Tx, person_id: int, now: datetime) -> bool:
    """True if a question, or an end, waits for more words of this person."""
    return tx.conn.execute(_HELD, {"person_id": person_id, "now": now}).first() is not None


def was_awaited(tx: Tx, check_in_id: int, turn_no: int, *, since: datetime) -> bool:
    """True if the question of this turn was put in the outbox since then for somebody who waits."""
    params = {"check_in_id": check_in_id, "turn_no": turn_no, "since": since}
    return tx.conn.execute(_AWAITED, params).first() is not None


def find_fate(tx: Tx, check_in_id: int, turn_no: int) -> tuple[str, str | None] | None:
    """Find the fate of the newest message with the question of this turn: its state, and why it
    was refused or dropped.
    """
    found = tx.conn.execute(_FATE, {"check_in_id": check_in_id, "turn_no": turn_no}).first()
    return None if found is None else (found.state, found.reason)


def is_lost(tx: Tx, dedupe_key: str) -> bool:
    """True where the message under this key will surely not arrive: it was refused or dropped."""
    return tx.conn.execute(_LOST, {"key": dedupe_key}).first() is not None


def find_digest_message_ids(tx: Tx, digest_id: int) -> list[int]:
    """Telegram's ids of the messages with the pages of this digest, in order."""
    found = tx.conn.execute(_DIGEST, {"digest_id": digest_id}).scalars()
    return [message_id for message_id in found if message_id is not None]


def confirm_sent(tx: Tx, row_id: int, token: str, message_id: int | None, now: datetime) -> bool:
    """Telegram took the message from the holder of ``token``, who was given up before that could be
    written down: the uncertain row is sent. False: it is not uncertain, or not by that claim.
    """
    params = {"row_id": row_id, "holder": token, "message": message_id, "now": now}
    return tx.conn.execute(_ANSWERED, params).rowcount > 0


def count_due(tx: Tx, *, until: datetime, most: int) -> int:
    """Count the rows that may be sent before ``until``, as far as ``most``."""
    return int(tx.conn.execute(DUE_SOON, {"until": until, "most": most}).scalar_one())


def next_due_at(tx: Tx) -> datetime | None:
    """From when on the earliest queued row may be sent."""
    due_at: datetime | None = tx.conn.execute(_NEXT).scalar_one()
    return due_at
