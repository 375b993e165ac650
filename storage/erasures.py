"""Erases a person: every row of theirs and their data key, or one care of theirs; and keeps the
log of it.

Used by the services and, to finish, by the workers. What is kept of an erasing holds no name and no
word: a restore can replay it, and a receipt can be found again. Between the erasing and its receipt
one thing is left: the address of the chat, under a fresh key that goes with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage import people as people_rows
from storage import zone_rules
from storage.cares import Care
from storage.people import Person
from storage.statements import is_word, new_id
from storage.store import Tx
from storage.tables_backup import lost_words
from storage.tables_check_ins import answer_messages, answers, check_ins, held_back, notes, timers
from storage.tables_messages import inbox, outbox
from storage.tables_people import (
    cares,
    chats,
    consent_questions,
    consents,
    erasure_notices,
    erasures,
    handovers,
    invites,
    memos,
    moves,
    people,
    person_keys,
    supervised_clients,
)
from storage.tables_planning import (
    days_off,
    enrolments,
    occurrences,
    regular_times,
    therapy_sessions,
)
from storage.tables_signals import (
    acknowledgements,
    digest_sections,
    flag_words,
    flags,
    holds,
    quiet_lines,
    reasons,
    risk_cases,
    risk_steps,
)

By = Literal["client", "practice"]


@dataclass(frozen=True, slots=True)
class Erasure:
    """One person who was erased, or one care of somebody's who is still there."""

    id: int
    person_id: int
    code: str
    by: By
    receipt: str
    erased_at: datetime
    left_at: datetime | None
    """The time when the last message to them was done with, and their address gone."""
    care_id: int | None = None
    """The care that alone was erased; None: everything of the person."""


_WHO: sa.BindParameter[int] = sa.bindparam("who")
_CARE: sa.BindParameter[int] = sa.bindparam("care")
Order = tuple[tuple[sa.Table, sa.ColumnElement[bool]], ...]


def _hanging_on(own: sa.Select[int]) -> Order:
    """The tables with rows that hang on these cares, and which those are."""
    rounds = sa.select(check_ins.c.id).where(check_ins.c.care_id.in_(own))
    raised = sa.select(flags.c.id).where(flags.c.care_id.in_(own))
    return (
        (timers, timers.c.check_in_id.in_(rounds)),
        (answers, answers.c.check_in_id.in_(rounds)),
        (held_back, held_back.c.check_in_id.in_(rounds)),
        (answer_messages, answer_messages.c.check_in_id.in_(rounds)),
        (
            flag_words,
            sa.or_(flag_words.c.check_in_id.in_(rounds), flag_words.c.flag_id.in_(raised)),
        ),
        (acknowledgements, acknowledgements.c.flag_id.in_(raised)),
        (reasons, reasons.c.care_id.in_(own)),
        (risk_steps, risk_steps.c.care_id.in_(own)),
        (risk_cases, risk_cases.c.care_id.in_(own)),
        (flags, flags.c.care_id.in_(own)),
        (holds, holds.c.care_id.in_(own)),
        (quiet_lines, quiet_lines.c.care_id.in_(own)),
        (memos, memos.c.care_id.in_(own)),
        (notes, notes.c.care_id.in_(own)),
        (digest_sections, digest_sections.c.care_id.in_(own)),
        (outbox, outbox.c.check_in_id.in_(rounds)),
        (check_ins, check_ins.c.care_id.in_(own)),
        (occurrences, occurrences.c.care_id.in_(own)),
        (therapy_sessions, therapy_sessions.c.care_id.in_(own)),
        (regular_times, regular_times.c.care_id.in_(own)),
        (days_off, days_off.c.care_id.in_(own)),
        (enrolments, enrolments.c.care_id.in_(own)),
        (supervised_clients, supervised_clients.c.care_id.in_(own)),
        (consent_questions, consent_questions.c.care_id.in_(own)),
        (consents, consents.c.care_id.in_(own)),
        (moves, moves.c.care_id.in_(own)),
        (lost_words, lost_words.c.care_id.in_(own)),
        (
            handovers,
            sa.or_(handovers.c.care_id.in_(own), handovers.c.new_care_id.in_(own)),
        ),
        (cares, cares.c.id.in_(own)),
    )


_OWN = sa.select(cares.c.id).where(cares.c.client_id == _WHO)
OF_A_CARE: Order = _hanging_on(sa.select(cares.c.id).where(cares.c.id == _CARE))
"""Each table with rows that hang on one care, and which those are, as in ``ORDER``."""
_ALSO: dict[sa.Table, sa.ColumnElement[bool]] = {
    outbox: sa.or_(outbox.c.person_id == _WHO, outbox.c.sealed_for == _WHO),
    moves: moves.c.person_id == _WHO,
}
ORDER: Order = (
    *(
        (table, sa.or_(where, _ALSO[table]) if table in _ALSO else where)
        for table, where in _hanging_on(_OWN)
    ),
    (inbox, inbox.c.person_id == _WHO),
    (invites, invites.c.person_id == _WHO),
    (chats, chats.c.person_id == _WHO),
)
"""Each table with rows of a client, and which those are; rows that others refer to come last. The
person's key and their own row follow. A test walks all tables for one that is missing here.
"""
_DELETES = tuple(sa.delete(table).where(where) for table, where in ORDER)
_DELETES_OF_A_CARE = tuple(sa.delete(table).where(where) for table, where in OF_A_CARE)
_T = erasures.c
_SELECT = sa.select(
    *(_T.id, _T.person_id, _T.code, _T.by, _T.receipt, _T.erased_at, _T.left_at, _T.care_id)
).order_by(_T.id)
_ADDRESS = sa.select(_T.id, _T.chat_sealed).where(
    _T.person_id == sa.bindparam("who"), _T.chat_sealed.is_not(None)
)
_WAITS = sa.exists().where(
    outbox.c.person_id == _T.person_id, is_word(outbox.c.state, "queued", "claimed")
)
DONE_WITH = _SELECT.where(_T.left_at.is_(None), ~_WAITS)
_NEWEST = sa.select(sa.func.max(erasures.c.id))
UNSCRUBBED = sa.select(_T.id).where(_T.scrubbed_at.is_(None))
_COUNT_UNSCRUBBED = sa.select(sa.func.count()).select_from(UNSCRUBBED.subquery())
_N = erasure_notices.c
_UNTOLD = (
    sa.select(sa.func.count())
    .select_from(erasure_notices.join(erasures, _T.id == _N.erasure_id))
    .where(
        _N.therapist_id == sa.bindparam("therapist"),
        _N.digest_id.is_(None),
        _T.erased_at < sa.bindparam("before", type_=_T.erased_at.type),
    )
)
_TOLD = (
    sa.select(sa.func.count())
    .select_from(erasure_notices)
    .where(_N.digest_id == sa.bindparam("digest"))
)


def erase(
    tx: Tx,
    person: Person,
    *,
    by: By,
    receipt: str,
    now: datetime,
    told: Collection[int] = (),
) -> Erasure:
    """Nothing of the client is left but what brings them the receipt; see ``finish``.

    Their data key is destroyed and every row of theirs is deleted; each of their therapists, but
    for those in ``told``, is to read once that one client was erased. Until ``finish`` messages to
    the person are sealed under a fresh key and go to the chat that was theirs, a stranger's now.
    """
    chat_id = people_rows.chat_of(tx, person.id)
    therapists = [each for each in _therapists(tx, person.id) if each not in told]
    for delete in _DELETES:
        tx.conn.execute(delete, {"who": person.id})
    tx.drop_key(person.id)
    theirs = {"name_sealed": None, "earlier_id": None}
    tx.conn.execute(sa.update(people).where(people.c.id == person.id).values(**theirs))
    tx.add_key(person.id)
    values: dict[str, Any] = {
        "person_id": person.id,
        "code": person.code,
        "known_since": person.created_at,
        "by": by,
        "receipt": receipt,
        "erased_at": now,
    }
    erasure_id = new_id(tx.conn, sa.insert(erasures), values)
    if chat_id is not None:
        sealed = tx.seal(person.id, str(chat_id), _place(erasure_id))
        kept = sa.update(erasures).where(_T.id == erasure_id).values(chat_sealed=sealed)
        tx.conn.execute(kept)
    for therapist_id in therapists:
        notice = {"erasure_id": erasure_id, "therapist_id": therapist_id}
        tx.conn.execute(sa.insert(erasure_notices), notice)
    return Erasure(erasure_id, person.id, person.code, by, receipt, now, None)


def erase_care(tx: Tx, care: Care, *, by: By, receipt: str, now: datetime) -> Erasure:
    """Nothing is left of one care; the person, their key and their other cares are as they were.

    Its therapist is to read once that one client was erased. No link that was made for it is good
    any more, and its code names nobody: where it was the person's own, theirs is from now on that
    of another care. Nothing more is to be brought to an end.
    """
    made = sa.select(moves.c.invite_id).where(moves.c.care_id == care.id)
    links = list(tx.conn.execute(made).scalars())
    for delete in _DELETES_OF_A_CARE:
        tx.conn.execute(delete, {"care": care.id})
    of_others = sa.select(moves.c.invite_id)
    came_by = sa.and_(invites.c.person_id == care.client_id, invites.c.id.not_in(of_others))
    gone: sa.ColumnElement[bool] = invites.c.id.in_(links)
    if care.joined_at is None:
        gone = sa.or_(gone, came_by)
    tx.conn.execute(sa.delete(invites).where(gone))
    people_rows.leave_code(tx, care.client_id, care.client_code)
    values: dict[str, Any] = {
        "person_id": care.client_id,
        "care_id": care.id,
        "code": care.client_code,
        "known_since": care.joined_at or care.created_at,
        "by": by,
        "receipt": receipt,
        "erased_at": now,
        "left_at": now,
    }
    erasure_id = new_id(tx.conn, sa.insert(erasures), values)
    notice = {"erasure_id": erasure_id, "therapist_id": care.therapist_id}
    tx.conn.execute(sa.insert(erasure_notices), notice)
    return Erasure(erasure_id, care.client_id, care.client_code, by, receipt, now, now, care.id)


def _therapists(tx: Tx, client_id: int) -> list[int]:
    found = sa.select(cares.c.therapist_id).where(cares.c.client_id == client_id).distinct()
    return list(tx.conn.execute(found.order_by(cares.c.therapist_id)).scalars())


def address_of(tx: Tx, person_id: int) -> int | None:
    """Return the chat to which the receipt of an erased person goes; None once that is over."""
    row = tx.conn.execute(_ADDRESS, {"who": person_id}).one_or_none()
    return None if row is None else int(tx.unseal(person_id, row.chat_sealed, _place(row.id)))


def list_(tx: Tx) -> list[Erasure]:
    """Everybody who was erased, oldest first."""
    return [Erasure(*row) for row in tx.conn.execute(_SELECT)]


def list_done_with(tx: Tx) -> list[Erasure]:
    """List the erased people to whom nothing more is to be sent, and whose row is still there."""
    return [Erasure(*row) for row in tx.conn.execute(DONE_WITH)]


def finish(tx: Tx, erasure: Erasure, now: datetime) -> None:
    """The address, the fresh key, the receipt's message and the person's own row are gone."""
    tx.conn.execute(sa.delete(outbox).where(outbox.c.person_id == erasure.person_id))
    _drop_person(tx, erasure.person_id)
    gone = {"chat_sealed": None, "left_at": now, "scrubbed_at": None}
    tx.conn.execute(sa.update(erasures).where(_T.id == erasure.id).values(**gone))


def list_without_key(tx: Tx) -> list[int]:
    """The clients whose data key is gone: in a database from a backup, who was erased since."""
    keyless = sa.select(people.c.id).where(
        people.c.role == "client", people.c.id.not_in(sa.select(person_keys.c.person_id))
    )
    return list(tx.conn.execute(keyless.order_by(people.c.id)).scalars())


def forget(tx: Tx, person_id: int) -> None:
    """Nothing is left of a client who was erased before, and whom a backup brought back."""
    for delete in _DELETES:
        tx.conn.execute(delete, {"who": person_id})
    _drop_person(tx, person_id)


def _drop_person(tx: Tx, person_id: int) -> None:
    tx.drop_key(person_id)
    tx.conn.execute(sa.delete(people).where(people.c.id == person_id))
    zone_rules.drop_unused(tx)


def forget_care(tx: Tx, care_id: int) -> None:
    """Nothing is left of a care that was erased before, and which a backup brought back."""
    for delete in _DELETES_OF_A_CARE:
        tx.conn.execute(delete, {"care": care_id})


def newest(tx: Tx) -> int:
    """The number of the newest erasure; 0: nobody was erased yet."""
    return int(tx.conn.execute(_NEWEST).scalar() or 0)


def count_unscrubbed(tx: Tx) -> int:
    """Count the erasings of which the engine's own files may still hold what was there before."""
    return int(tx.conn.execute(_COUNT_UNSCRUBBED).scalar_one())


def mark_scrubbed(tx: Tx, *, before: datetime, now: datetime) -> None:
    """The files hold nothing more of what was erased by ``before``."""
    latest = sa.func.coalesce(_T.left_at, _T.erased_at)
    done = sa.update(erasures).where(_T.scrubbed_at.is_(None), latest <= before)
    tx.conn.execute(done.values(scrubbed_at=now))


def count_untold(tx: Tx, therapist_id: int, *, before: datetime) -> int:
    """Count the clients of the therapist who were erased by then, and of whom no digest told."""
    params = {"therapist": therapist_id, "before": before}
    return int(tx.conn.execute(_UNTOLD, params).scalar_one())


def count_told(tx: Tx, digest_id: int) -> int:
    """Count the erased clients of whom this digest tells."""
    return int(tx.conn.execute(_TOLD, {"digest": digest_id}).scalar_one())


def mark_told(tx: Tx, therapist_id: int, *, digest_id: int, before: datetime) -> None:
    """The digest tells of those of whom none told before."""
    erased = sa.select(_T.id).where(_T.erased_at < before)
    untold = sa.update(erasure_notices).where(
        _N.therapist_id == therapist_id, _N.digest_id.is_(None), _N.erasure_id.in_(erased)
    )
    tx.conn.execute(untold.values(digest_id=digest_id))


def _place(erasure_id: int) -> str:
    return f"erasures.chat:{erasure_id}"
