"""Moves: a client goes on in another chat, by a link that their therapist made for them.

    offered -> opened -> settled: recognised, or undone where it was somebody else

Used by the services and the sender. The address of the chat before is sealed under the client's key
and kept no longer than it may be needed; nobody may be found by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage import holds, people
from storage.statements import exactly_one, new_id
from storage.store import Tx
from storage.tables_check_ins import answer_messages, check_ins
from storage.tables_messages import outbox
from storage.tables_people import cares, moves
from storage.tables_signals import risk_steps

End = Literal["recognised", "undone"]


@dataclass(frozen=True, slots=True)
class Move:
    """A link to another chat, and what became of it."""

    id: int
    person_id: int
    care_id: int
    """The care whose therapist made the link, and says whether the right person came."""
    invite_id: int
    opened_at: datetime | None
    introduced_at: datetime | None
    """The time when both sides were told the word."""
    stop_asked_at: datetime | None
    """The time when whoever is there asked to be asked nothing more."""
    settled_at: datetime | None
    ended: End | None


_T = moves.c
_SELECT = sa.select(
    *(_T.id, _T.person_id, _T.care_id, _T.invite_id, _T.opened_at),
    *(_T.introduced_at, _T.stop_asked_at, _T.settled_at, _T.ended),
)
_OPEN = (_T.opened_at.is_not(None), _T.settled_at.is_(None))
_PERSON = _T.person_id == sa.bindparam("who")
_UNSETTLED = _SELECT.where(_PERSON, *_OPEN)
_OFFERED = _SELECT.where(_T.invite_id == sa.bindparam("invite"), _T.opened_at.is_(None))
_NEWEST = _SELECT.where(_PERSON, _T.opened_at.is_not(None)).order_by(_T.id.desc()).limit(1)
_FORMER = (
    sa.select(_T.id, _T.former_chat_sealed)
    .where(_PERSON, _T.former_chat_sealed.is_not(None))
    .order_by(_T.id.desc())
    .limit(1)
)
OF_ANOTHER_CHAT = 0
"""Stands for the number of a message that is in a chat which is the person's no more: below every
number of a message in the chat where they are now.
"""


def add(tx: Tx, *, person_id: int, care_id: int, invite_id: int, now: datetime) -> Move:
    """A move is on offer behind this invite."""
    values = {"person_id": person_id, "care_id": care_id, "invite_id": invite_id, "made_at": now}
    move_id = new_id(tx.conn, sa.insert(moves), values)
    return Move(move_id, person_id, care_id, invite_id, None, None, None, None, None)


def find(tx: Tx, move_id: int) -> Move | None:
    """The move with this id."""
    return _one(tx, _SELECT.where(_T.id == move_id))


def find_offered(tx: Tx, invite_id: int) -> Move | None:
    """The move on offer behind this invite; None where the invite is one of another kind."""
    return _one(tx, _OFFERED, invite=invite_id)


def find_unsettled(tx: Tx, person_id: int) -> Move | None:
    """The person's move of which nobody has said yet whether the right person came."""
    return _one(tx, _UNSETTLED, who=person_id)


def find_newest(tx: Tx, person_id: int) -> Move | None:
    """The person's move that was opened last."""
    return _one(tx, _NEWEST, who=person_id)


def awaits_word(tx: Tx, care_id: int) -> bool:
    """True while the therapist of this care is to say whether the right person came."""
    open_ = sa.select(_T.id).where(_T.care_id == care_id, *_OPEN).limit(1)
    return tx.conn.execute(open_).first() is not None


def has_opened(tx: Tx, care_id: int) -> bool:
    """True where a link that this care's therapist made has brought the person to another chat."""
    opened = sa.select(_T.id).where(_T.care_id == care_id, _T.opened_at.is_not(None)).limit(1)
    return tx.conn.execute(opened).first() is not None


def open_(tx: Tx, move: Move, chat_id: int, now: datetime) -> None:
    """The person is reached in this chat; the address of the one before is kept, and what referred
    to messages there refers to none any more. StaleState: it was opened already.
    """
    former = people.chat_of(tx, move.person_id)
    sealed = None if former is None else tx.seal(move.person_id, str(former), _place(move.id))
    guarded = sa.update(moves).where(_T.id == move.id, _T.opened_at.is_(None))
    opened = guarded.values(opened_at=now, former_chat_sealed=sealed)
    exactly_one(tx.conn.execute(opened), f"move {move.id}")
    people.bind_chat(tx, move.person_id, chat_id, now)
    people.mark_reachable(tx, move.person_id)
    leave_chat(tx, move.person_id)


def leave_chat(tx: Tx, person_id: int) -> None:
    """Nothing refers to messages of the chat in which the person has been, nor will to one that is
    on its way there: in another one the same numbers are other messages.
    """
    own_cares = sa.select(cares.c.id).where(cares.c.client_id == person_id)
    own = sa.select(check_ins.c.id).where(check_ins.c.client_id == person_id)
    tx.conn.execute(sa.delete(answer_messages).where(answer_messages.c.check_in_id.in_(own)))
    sent = sa.update(outbox).where(
        outbox.c.person_id == person_id,
        # an uncertain one may still turn out to have arrived there
        sa.or_(outbox.c.message_id.is_not(None), outbox.c.state.in_(("claimed", "uncertain"))),
        outbox.c.kind != "document",  # files are taken out of the chat first
    )
    tx.conn.execute(sent.values(message_id=OF_ANOTHER_CHAT))
    steps = sa.update(risk_steps).where(risk_steps.c.care_id.in_(own_cares))
    tx.conn.execute(steps.values(message_id=None))
    for care_id in tx.conn.execute(own_cares).scalars().all():
        holds.detach(tx, care_id)


def leave_files(tx: Tx, person_id: int) -> None:
    """Nothing refers any more to files in the chat in which the person has been."""
    files = sa.update(outbox).where(
        outbox.c.person_id == person_id,
        outbox.c.message_id.is_not(None),
        outbox.c.kind == "document",
    )
    tx.conn.execute(files.values(message_id=OF_ANOTHER_CHAT))


def mark_introduced(tx: Tx, move: Move, now: datetime) -> None:
    """Both sides were told the word. StaleState: they were before."""
    untold = sa.update(moves).where(_T.id == move.id, _T.introduced_at.is_(None))
    exactly_one(tx.conn.execute(untold.values(introduced_at=now)), f"move {move.id}")


def mark_stop_asked(tx: Tx, move: Move, now: datetime) -> None:
    """Nothing more is to be asked there: that was asked for."""
    change = sa.update(moves).where(_T.id == move.id, _T.settled_at.is_(None))
    exactly_one(tx.conn.execute(change.values(stop_asked_at=now)), f"move {move.id}")


def settle(tx: Tx, move: Move, ended: End, now: datetime) -> None:
    """It is known whether the right person came. StaleState: it was known before."""
    unsettled = sa.update(moves).where(_T.id == move.id, *_OPEN)
    exactly_one(tx.conn.execute(unsettled.values(settled_at=now, ended=ended)), f"move {move.id}")


def former_chat_of(tx: Tx, person_id: int) -> int | None:
    """Return the chat in which the person was before, as long as its address is kept."""
    row = tx.conn.execute(_FORMER, {"who": person_id}).one_or_none()
    if row is None:
        return None
    return int(tx.unseal(person_id, row.former_chat_sealed, _place(row.id)))


def keep_former(tx: Tx, move: Move, chat_id: int | None) -> None:
    """This is the chat before, for last words to it; None: its address is gone."""
    sealed = None if chat_id is None else tx.seal(move.person_id, str(chat_id), _place(move.id))
    change = sa.update(moves).where(_T.id == move.id).values(former_chat_sealed=sealed)
    exactly_one(tx.conn.execute(change), f"move {move.id}")


def forget_former(tx: Tx, *, opened_before: datetime, settled_before: datetime) -> int:
    """The addresses of chats before are gone where the move was opened, or settled, before then;
    how many.
    """
    late = sa.or_(_T.opened_at < opened_before, _T.settled_at < settled_before)
    gone = sa.update(moves).where(_T.former_chat_sealed.is_not(None), late)
    return tx.conn.execute(gone.values(former_chat_sealed=None)).rowcount


def as_before(tx: Tx, move: Move, *, begin: bool) -> None:
    """For what was written before the move and is handled after it, within one transaction: it
    counts as not opened from ``begin`` until the call without it.
    """
    opened_at = None if begin else move.opened_at
    change = sa.update(moves).where(_T.id == move.id).values(opened_at=opened_at)
    exactly_one(tx.conn.execute(change), f"move {move.id}")


def _one(tx: Tx, query: sa.Select[Any], **params: Any) -> Move | None:
    row = tx.conn.execute(query, params).one_or_none()
    return None if row is None else Move(*row)


def _place(move_id: int) -> str:
    return f"moves.former_chat:{move_id}"
