"""Cares: one client with one therapist. All about a treatment hangs on the care, not the client.

Used by the services. The alias is sealed under the client's key. A verb for a therapist sees that
therapist's own cares only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa

from flows.languages import Language
from storage import invites
from storage import people as people_rows
from storage.aliases import core
from storage.errors import NotFound
from storage.statements import exactly_one, is_word, new_id, words
from storage.store import Tx
from storage.tables_people import cares, moves, people

State = Literal["draft", "invited", "asked", "active", "declined", "ended"]
EndedBy = Literal["client", "therapist", "handover"]
Ending = Literal["asks", "silent", "begun"]
"""An ending to come, with last questions or without, or one that has begun."""
STATES: tuple[State, ...] = get_args(State)
LIVING: tuple[State, ...] = ("draft", "invited", "asked", "active")
OVER: tuple[State, ...] = ("declined", "ended")


@dataclass(frozen=True, slots=True)
class Care:
    """One client with one therapist; language, zone and reachability are the client's."""

    id: int
    client_id: int
    client_code: str
    """The code of the client, or of a second care its own: nobody can tell that they are one."""
    therapist_id: int
    alias: str
    """Chosen at the invite; the client's code once the client was erased."""
    state: State
    language: Language
    zone: str
    paused_at: datetime | None
    unreachable_at: datetime | None
    created_at: datetime
    active_since: datetime | None
    paused_until: datetime | None = None
    """The time when the pause ends by itself; None: when the client goes on."""
    ended_at: datetime | None = None
    """The time when the client declined, or the care ended; None also where nobody knows it."""
    ended_by: EndedBy | None = None
    consent_asked: str | None = None
    """The version of the changed consent text that was shown last; None: none was."""
    unrecognised_since: datetime | None = None
    """Since when the client is in another chat of which nobody has said yet that the right person
    came; None: they are known.
    """
    ending_at: datetime | None = None
    """From when on the therapist has it end, or since when it ends; None: not by them."""
    ending: Ending | None = None
    joined_at: datetime | None = None
    """The time when a client who takes part with somebody else opened its link; else None."""
    again_at: datetime | None = None
    """The time when a client whose therapy had ended was asked whether to begin again, or since
    when they are to be; None: not so, or it was answered.
    """
    again_look_at: datetime | None = None
    """The time when they are to be asked; None: they were, or are not to be."""

    def __repr__(self) -> str:
        return f"Care({self.id}, {self.client_code}, {self.state!r})"


_SELECT = sa.select(
    cares.c.id,
    cares.c.client_id,
    sa.func.coalesce(cares.c.code, people.c.code).label("code"),
    cares.c.therapist_id,
    cares.c.alias_sealed,
    cares.c.state,
    people.c.language,
    people.c.zone,
    cares.c.paused_at,
    people.c.unreachable_at,
    cares.c.created_at,
    cares.c.active_since,
    cares.c.paused_until,
    cares.c.ended_at,
    cares.c.ended_by,
    cares.c.consent_asked,
    sa.select(moves.c.opened_at)
    .where(
        moves.c.person_id == cares.c.client_id,
        moves.c.opened_at.is_not(None),
        moves.c.settled_at.is_(None),
    )
    .correlate(cares)
    .scalar_subquery()
    .label("unrecognised_since"),
    cares.c.ending_at,
    cares.c.ending,
    cares.c.joined_at,
    cares.c.again_at,
    cares.c.again_look_at,
).join(people, people.c.id == cares.c.client_id)
_LOAD = _SELECT.where(cares.c.id == sa.bindparam("care_id"))
_ALL_OF_CLIENT = _SELECT.where(cares.c.client_id == sa.bindparam("client_id")).order_by(cares.c.id)
_BY_CODE = (
    _SELECT.where(sa.func.coalesce(cares.c.code, people.c.code) == sa.bindparam("code"))
    .order_by(cares.c.id.desc())
    .limit(1)
)
_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=cares.c.ending_at.type)
_PAUSE_IS_OVER = cares.c.paused_until <= _NOW
RESUMING = sa.select(cares.c.id).where(_PAUSE_IS_OVER)
NEXT_RESUMING = sa.select(sa.func.min(cares.c.paused_until))
ENDING = _SELECT.where(cares.c.state == "active", cares.c.ending_at <= _NOW).order_by(cares.c.id)
NEXT_ENDING = sa.select(sa.func.min(cares.c.ending_at)).where(
    cares.c.state == "active", is_word(cares.c.ending, "asks", "silent")
)
_TIDY_SINCE = sa.select(cares.c.tidy_since).where(cares.c.id == sa.bindparam("care_id"))
_ANSWERED = {"again_at": None, "again_look_at": None}
_OF_THERAPIST = _SELECT.where(
    cares.c.therapist_id == sa.bindparam("therapist_id"),
    cares.c.state.in_(sa.bindparam("states", expanding=True)),
).order_by(cares.c.id)


def add(tx: Tx, *, client_id: int, therapist_id: int, alias: str, now: datetime) -> Care:
    """A new care in state ``draft``."""
    values = {
        "client_id": client_id,
        "therapist_id": therapist_id,
        "alias_sealed": b"",  # sealed below: a cell is bound to its row's id
        "state": "draft",
        "created_at": now,
    }
    care_id = new_id(tx.conn, sa.insert(cares), values)
    sealed = tx.seal(client_id, alias, _place(care_id))
    tx.conn.execute(sa.update(cares).where(cares.c.id == care_id).values(alias_sealed=sealed))
    return load(tx, care_id)


def find(tx: Tx, care_id: int) -> Care | None:
    """The care with this id."""
    row = tx.conn.execute(_LOAD, {"care_id": care_id}).one_or_none()
    return None if row is None else _care(tx, row)


def load(tx: Tx, care_id: int) -> Care:
    """The care with this id. NotFound: there is none."""
    care = find(tx, care_id)
    if care is None:
        raise NotFound(f"there is no care {care_id}")
    return care


def find_by_code(tx: Tx, code: str) -> Care | None:
    """The newest care of this code, in any case; a second care of a client has one of its own."""
    row = tx.conn.execute(_BY_CODE, {"code": code.strip().upper()}).one_or_none()
    return None if row is None else _care(tx, row)


def list_ids(tx: Tx) -> list[int]:
    """The ids of all cares, in whatever state."""
    return list(tx.conn.execute(sa.select(cares.c.id).order_by(cares.c.id)).scalars())


def list_for_client(tx: Tx, client_id: int) -> list[Care]:
    """Every care of the client, ended ones too, oldest first."""
    return [_care(tx, row) for row in tx.conn.execute(_ALL_OF_CLIENT, {"client_id": client_id})]


def list_for_therapist(tx: Tx, therapist_id: int, states: Sequence[State] = LIVING) -> list[Care]:
    """The therapist's cares in these states, oldest first."""
    params = {"therapist_id": therapist_id, "states": list(states)}
    rows = tx.conn.execute(_OF_THERAPIST, params).all()
    tx.fetch_keys(row.client_id for row in rows)
    return [_care(tx, row) for row in rows]


def list_told_of(
    tx: Tx, therapist_id: int, states: Sequence[State] = ("active", "ended")
) -> list[Care]:
    """The therapist's cares in these states, and those over once whose client is asked whether to
    begin again, oldest first: of what was before nothing is lost meanwhile.
    """
    listed = list_for_therapist(tx, therapist_id, (*states, "asked"))
    return [each for each in listed if each.state != "asked" or each.again_at is not None]


def list_unread_untold(tx: Tx, therapist_id: int, *, of: datetime) -> list[Care]:
    """The therapist's running cares whose client has not been told yet that no digest was read
    since the one of that cut-off, oldest first.
    """
    untold = cares.c.unread_told_at.is_(None) | (cares.c.unread_told_at < of)
    params = {"therapist_id": therapist_id, "states": ["active"]}
    rows = tx.conn.execute(_OF_THERAPIST.where(untold), params).all()
    tx.fetch_keys(row.client_id for row in rows)
    return [_care(tx, row) for row in rows]


def find_for_therapist(
    tx: Tx, therapist_id: int, word: str, states: Sequence[State] = LIVING
) -> Care | None:
    """The therapist's care with this client code, or else this alias, however it is spelt.

    "M.K.", "mk" and "M K" are one alias. Where databases of before hold several such, the one that
    is spelt as typed is found. None where that is nobody, or several: guessing could open the
    wrong one.
    """
    wanted, alike = core(word), list_alike(tx, therapist_id, word, states)
    typed = word.strip().casefold()
    for named in (
        [care for care in alike if core(care.client_code) == wanted],
        [care for care in alike if care.alias.casefold() == typed],
    ):
        if named:
            return named[0] if len(named) == 1 else None
    return alike[0] if len(alike) == 1 else None


def list_alike(
    tx: Tx, therapist_id: int, word: str, states: Sequence[State] = STATES
) -> list[Care]:
    """The therapist's cares that this code or alias may mean, oldest first."""
    wanted = core(word)
    return [
        care
        for care in list_for_therapist(tx, therapist_id, states)
        if wanted and wanted in (core(care.client_code), core(care.alias))
    ]


def join(tx: Tx, care: Care, client_id: int, now: datetime) -> Care:
    """The care of somebody who was invited is a care of this client, who is here already. Nothing
    is left of the invited person but the code, which is the care's own. StaleState: its link was
    opened before.
    """
    values = {
        "client_id": client_id,
        "alias_sealed": tx.seal(client_id, care.alias, _place(care.id)),
        "code": care.client_code,
        "joined_at": now,
    }
    invited = sa.update(cares).where(cares.c.id == care.id, cares.c.state == "invited")
    exactly_one(tx.conn.execute(invited.values(**values)), f"care {care.id}")
    invites.discard_for(tx, care.client_id)
    people_rows.discard(tx, care.client_id)
    return load(tx, care.id)


def discard_draft(tx: Tx, care: Care) -> None:
    """Nothing is left of a client whom nobody has invited yet. StaleState: somebody has.

    The alias may be a name that was not meant to be kept, so its row and its key go, too.
    """
    of_draft = sa.delete(cares).where(cares.c.id == care.id, cares.c.state == "draft")
    exactly_one(tx.conn.execute(of_draft), f"care {care.id}")
    invites.discard_for(tx, care.client_id)
    people_rows.discard(tx, care.client_id)


def mark(
    tx: Tx, care_id: int, *, was: State | Sequence[State], state: State, now: datetime
) -> None:
    """The care is in ``state``; becoming active is dated, and whatever ended or rested before does
    so no more. StaleState: it was not in ``was``.
    """
    values: dict[str, Any] = {"state": state}
    if state == "active":
        of_before = ("ended_at", "ended_by", "ending_at", "ending", "paused_at", "paused_until")
        values = {**values, **dict.fromkeys(of_before), **_ANSWERED, "active_since": now}
    _mark(tx, care_id, was, values)


def end(tx: Tx, care_id: int, *, by: EndedBy, now: datetime) -> None:
    """The care is over: ``declined`` where the client had not agreed, otherwise ``ended``.
    StaleState: it was over before, or the client was never asked.
    """
    agreed = load(tx, care_id).state != "asked"
    was: State = "active" if agreed else "asked"
    values = {"state": "ended" if agreed else "declined", "ended_at": now, "ended_by": by}
    _mark(tx, care_id, was, {**values, **_ANSWERED})


def _mark(tx: Tx, care_id: int, was: State | Sequence[State], values: dict[str, Any]) -> None:
    guarded = sa.update(cares).where(cares.c.id == care_id, cares.c.state.in_(words(was)))
    exactly_one(tx.conn.execute(guarded.values(**values)), f"care {care_id}")


def plan_ending(tx: Tx, care_id: int, *, at: datetime, how: Ending) -> None:
    """The care is to end from then on. StaleState: it is ending already, or is not active."""
    guarded = sa.update(cares).where(
        cares.c.id == care_id, cares.c.state == "active", cares.c.ending.is_(None)
    )
    exactly_one(tx.conn.execute(guarded.values(ending_at=at, ending=how)), f"care {care_id}")


def begin_ending(tx: Tx, care_id: int, now: datetime) -> None:
    """The ending has begun. StaleState: none was to come."""
    guarded = sa.update(cares).where(
        cares.c.id == care_id, cares.c.ending.in_(words(("asks", "silent")))
    )
    exactly_one(tx.conn.execute(guarded.values(ending_at=now, ending="begun")), f"care {care_id}")


def take_ending_back(tx: Tx, care_id: int) -> None:
    """The care is active and does not end. StaleState: no therapist was ending it."""
    guarded = sa.update(cares).where(
        cares.c.id == care_id,
        cares.c.ending.is_not(None),
        sa.or_(cares.c.state == "active", cares.c.ended_by == "therapist"),
    )
    values = {"state": "active", "ended_at": None, "ended_by": None}
    done = guarded.values(ending_at=None, ending=None, **values)
    exactly_one(tx.conn.execute(done), f"care {care_id}")


def list_ending(tx: Tx, now: datetime) -> list[Care]:
    """The active cares whose ending has come, oldest first."""
    return [_care(tx, row) for row in tx.conn.execute(ENDING, {"now": now}).all()]


def mark_consent_asked(tx: Tx, care_id: int, version: str) -> None:
    """The client was shown this version of the consent text."""
    asked = sa.update(cares).where(cares.c.id == care_id).values(consent_asked=version)
    exactly_one(tx.conn.execute(asked), f"care {care_id}")


def mark_unread_told(tx: Tx, care_id: int, now: datetime) -> None:
    """The client is told that no digest was read. Reading ends it: one that is unread after that
    has a later cut-off.
    """
    told = sa.update(cares).where(cares.c.id == care_id).values(unread_told_at=now)
    exactly_one(tx.conn.execute(told), f"care {care_id}")


def set_tidy(tx: Tx, care_id: int, since: datetime | None) -> None:
    """The client's chat is kept tidy since then; None: not any more."""
    tidied = sa.update(cares).where(cares.c.id == care_id).values(tidy_since=since)
    exactly_one(tx.conn.execute(tidied), f"care {care_id}")


def is_tidy(tx: Tx, care_id: int) -> bool:
    """True where the client chose that their chat is kept tidy."""
    return tx.conn.execute(_TIDY_SINCE, {"care_id": care_id}).scalar_one_or_none() is not None


def pause(tx: Tx, care_id: int, now: datetime, *, until: datetime | None = None) -> None:
    """Nothing is asked in this care since ``now``; paused again, only its end is another one."""
    begin = sa.func.coalesce(cares.c.paused_at, sa.literal(now, cares.c.paused_at.type))
    paused = sa.update(cares).where(cares.c.id == care_id)
    values = {"paused_at": begin, "paused_until": until}
    exactly_one(tx.conn.execute(paused.values(**values)), f"care {care_id}")


def resume(tx: Tx, care_id: int) -> None:
    """The care is asked again. StaleState: it was not paused."""
    paused = sa.update(cares).where(cares.c.id == care_id, cares.c.paused_at.is_not(None))
    values = {"paused_at": None, "paused_until": None}
    exactly_one(tx.conn.execute(paused.values(**values)), f"care {care_id}")


def resume_due(tx: Tx, now: datetime) -> int:
    """Every care whose pause was to end by ``now`` is asked again; how many those are."""
    over = sa.update(cares).where(_PAUSE_IS_OVER)
    done = over.values(paused_at=None, paused_until=None)
    return tx.conn.execute(done, {"now": now}).rowcount


def _care(tx: Tx, row: Any) -> Care:
    head = (row.id, row.client_id, row.code, row.therapist_id)
    alias = row.code
    if tx.has_key(row.client_id):
        alias = tx.unseal(row.client_id, row.alias_sealed, _place(row.id))
    return Care(*head, alias, *row[5:])


def _place(care_id: int) -> str:
    return f"cares.alias:{care_id}"
