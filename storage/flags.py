"""Flags: possible strains, their reasons with evidence, and what the therapist made of them.

Used by assessing and the digest. Evidence is sealed under the client's key. Acknowledgements are
kept, never overwritten: the newest one wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage.errors import NotFound, StaleState
from storage.statements import exactly_one, insert_new, new_id
from storage.store import Tx
from storage.tables_signals import acknowledgements, flags, reasons

State = Literal[
    "open",
    "will_raise",
    "not_this_time",
    "talked_settled",
    "talked_open",
    "something_else",
    "closed",
    "stale",
]


@dataclass(frozen=True, slots=True)
class Flag:
    """A possible strain in a care: an episode."""

    id: int
    care_id: int
    state: State
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reason:
    """The words of a rule about a check-in, and the evidence (JSON)."""

    id: int
    flag_id: int
    care_id: int
    rule: str
    rule_version: int
    check_in_id: int
    evidence: str
    raised_at: datetime

    def __repr__(self) -> str:
        return f"Reason({self.id}, flag {self.flag_id}, {self.rule!r})"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The words of a therapist about a flag."""

    id: int
    flag_id: int
    therapist_id: int
    what: str
    given_at: datetime


_F, _R, _A = flags.c, reasons.c, acknowledgements.c
_FLAG = sa.select(_F.id, _F.care_id, _F.state, _F.opened_at, _F.changed_at, _F.closed_at)
_OF_CARE = _FLAG.where(_F.care_id == sa.bindparam("care_id")).order_by(_F.opened_at, _F.id)
_FIND_OPEN = _FLAG.where(_F.care_id == sa.bindparam("care_id"), _F.closed_at.is_(None))
_ADD = insert_new(flags, _F.id)
_ADD_REASON = insert_new(reasons, _R.id)
_ALL_REASONS = sa.select(
    _R.client_id,
    _R.evidence_sealed,
    _R.id,
    _R.flag_id,
    _R.care_id,
    _R.rule,
    _R.rule_version,
    _R.check_in_id,
    _R.raised_at,
)
_ABOUT = _ALL_REASONS.where(_R.check_in_id == sa.bindparam("check_in_id")).order_by(_R.id)
_SAID_ABOUT = (
    sa.select(_A.id, _A.flag_id, _A.therapist_id, _A.what, _A.given_at)
    .where(_A.flag_id == sa.bindparam("flag_id"))
    .order_by(_A.id)
)
_REASONS = _ALL_REASONS.where(_R.flag_id == sa.bindparam("flag_id")).order_by(_R.id)


def find(tx: Tx, flag_id: int) -> Flag | None:
    """The flag with this id."""
    row = tx.conn.execute(_FLAG.where(_F.id == flag_id)).one_or_none()
    return None if row is None else Flag(*row)


def load(tx: Tx, flag_id: int) -> Flag:
    """The flag with this id. NotFound: there is none."""
    flag = find(tx, flag_id)
    if flag is None:
        raise NotFound(f"there is no flag {flag_id}")
    return flag


def find_open(tx: Tx, care_id: int) -> Flag | None:
    """The care's flag that is not closed, in whatever state."""
    row = tx.conn.execute(_FIND_OPEN, {"care_id": care_id}).one_or_none()
    return None if row is None else Flag(*row)


def open_(tx: Tx, care_id: int, now: datetime) -> Flag:
    """A new open flag. StaleState: the care has one that is not closed."""
    values = {"care_id": care_id, "state": "open", "opened_at": now, "changed_at": now}
    flag_id = tx.conn.execute(_ADD.on(tx.conn), values).scalar_one_or_none()
    if flag_id is None:
        raise StaleState(f"care {care_id} has a flag that is not closed")
    return Flag(flag_id, care_id, "open", now, now, None)


def add_reason(
    tx: Tx,
    *,
    flag: Flag,
    client_id: int,
    rule: str,
    rule_version: int,
    check_in_id: int,
    evidence: str,
    now: datetime,
) -> bool:
    """The flag has this reason. False: the rule had spoken about this check-in already."""
    place = _place(flag.care_id, rule, check_in_id)
    values = {
        "flag_id": flag.id,
        "care_id": flag.care_id,
        "client_id": client_id,
        "rule": rule,
        "rule_version": rule_version,
        "check_in_id": check_in_id,
        "evidence_sealed": tx.seal(client_id, evidence, place),
        "raised_at": now,
    }
    return tx.conn.execute(_ADD_REASON.on(tx.conn), values).scalar_one_or_none() is not None


def change_reason(
    tx: Tx, reason: Reason, *, client_id: int, evidence: str, raised_at: datetime
) -> None:
    """The reason rests on this evidence instead, and counts as raised at ``raised_at``."""
    place = _place(reason.care_id, reason.rule, reason.check_in_id)
    values = {"evidence_sealed": tx.seal(client_id, evidence, place), "raised_at": raised_at}
    tx.conn.execute(sa.update(reasons).where(_R.id == reason.id).values(**values))


def remove_reason(tx: Tx, reason_id: int) -> None:
    """The reason is gone: what it rested on was taken back."""
    tx.conn.execute(sa.delete(reasons).where(_R.id == reason_id))


def list_reasons_about(tx: Tx, check_in_id: int) -> list[Reason]:
    """List what the rules said about this check-in, of whichever flag."""
    rows = tx.conn.execute(_ABOUT, {"check_in_id": check_in_id}).all()
    return [_reason(tx, row) for row in rows]


def list_rules(tx: Tx) -> dict[int, frozenset[str]]:
    """The rules that have spoken in each flag that has a reason, by the flag's id."""
    found: dict[int, set[str]] = {}
    for flag_id, rule in tx.conn.execute(sa.select(_R.flag_id, _R.rule).order_by(_R.id)):
        found.setdefault(flag_id, set()).add(rule)
    return {flag_id: frozenset(rules) for flag_id, rules in found.items()}


def begin_at(tx: Tx, flag_id: int, opened_at: datetime) -> None:
    """The flag's episode begins then: the rating that opened it has got a further answer."""
    tx.conn.execute(sa.update(flags).where(_F.id == flag_id).values(opened_at=opened_at))


def list_reasons(tx: Tx, flag_id: int) -> list[Reason]:
    """The flag's reasons in the order in which they were raised."""
    return [_reason(tx, row) for row in tx.conn.execute(_REASONS, {"flag_id": flag_id}).all()]


def list_for_care(tx: Tx, care_id: int) -> list[Flag]:
    """Every flag that the care has had, oldest first."""
    return [Flag(*row) for row in tx.conn.execute(_OF_CARE, {"care_id": care_id})]


def mark(tx: Tx, flag_id: int, *, state: State, at: datetime, close: bool) -> None:
    """The flag is in ``state`` since ``at``, and closed if asked for. StaleState: it was closed
    already.
    """
    values: dict[str, Any] = {"state": state, "changed_at": at}
    if close:
        values["closed_at"] = at
    living = sa.update(flags).where(_F.id == flag_id, _F.closed_at.is_(None))
    exactly_one(tx.conn.execute(living.values(**values)), f"flag {flag_id}")


def reopen(tx: Tx, flag_id: int, *, state: State, at: datetime) -> None:
    """The flag is in ``state`` since ``at``, and not closed. StaleState: the care has another one
    by now.
    """
    care_id = load(tx, flag_id).care_id
    other = find_open(tx, care_id)
    if other is not None and other.id != flag_id:
        raise StaleState(f"care {care_id} has a flag that is not closed")
    values = {"state": state, "changed_at": at, "closed_at": None}
    tx.conn.execute(sa.update(flags).where(_F.id == flag_id).values(**values))


def acknowledge(
    tx: Tx, *, flag_id: int, therapist_id: int, what: str, now: datetime
) -> Acknowledgement:
    """The therapist's word is kept beside the earlier ones; the newest wins."""
    values = {"flag_id": flag_id, "therapist_id": therapist_id, "what": what, "given_at": now}
    added = new_id(tx.conn, sa.insert(acknowledgements), values)
    return Acknowledgement(added, flag_id, therapist_id, what, now)


def list_acknowledgements(tx: Tx, flag_id: int) -> list[Acknowledgement]:
    """List what was said about the flag, oldest first."""
    return [Acknowledgement(*row) for row in tx.conn.execute(_SAID_ABOUT, {"flag_id": flag_id})]


def list_words(tx: Tx) -> dict[int, list[str]]:
    """The words of therapists about each flag that has any, oldest first, by the flag's id."""
    given = acknowledgements.c
    found: dict[int, list[str]] = {}
    for flag_id, what in tx.conn.execute(sa.select(given.flag_id, given.what).order_by(given.id)):
        found.setdefault(flag_id, []).append(what)
    return found


def _reason(tx: Tx, row: Any) -> Reason:
    client_id, sealed, reason_id, flag_id, care_id, rule, version, check_in_id, raised_at = row
    evidence = tx.unseal(client_id, sealed, _place(care_id, rule, check_in_id))
    return Reason(reason_id, flag_id, care_id, rule, version, check_in_id, evidence, raised_at)


def _place(care_id: int, rule: str, check_in_id: int) -> str:
    return f"reasons.evidence:{care_id}:{rule}:{check_in_id}"
