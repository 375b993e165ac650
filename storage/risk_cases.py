"""Risk cases: what led to one, who was told, who saw it, how it ended. Every step is kept.

Used by the services. At most one case a care is open; a case is closed by a person, never by
time. No words of a client are here: a step knows the message in which they came, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa

from storage.statements import exactly_one, insert_new, new_id, words
from storage.store import Tx
from storage.tables_signals import risk_cases, risk_steps

State = Literal["open", "seen", "in_touch", "not_reached", "closed"]
Cause = Literal["likely", "explicit", "others", "flow", "tell"]
"""The thing heard: likely or explicit crisis wording, wording of danger to others, an answer that a
flow names, or a client who asked to have their therapist told."""
CAUSES: tuple[Cause, ...] = get_args(Cause)
Told = Literal["alerted", "told_again", "undelivered", "not_agreed", "unseen"]
Done = Literal["seen", "in_touch", "not_reached", "something_else", "closed"]
"""The deed of somebody in the practice."""
What = Cause | Told | Done


@dataclass(frozen=True, slots=True)
class RiskCase:
    """One case of a client; ``next_at`` is when somebody else is to be told, if nobody saw it."""

    id: int
    care_id: int
    client_id: int
    state: State
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step to be kept. Without a case: likely words open none, but the digest tells of them."""

    care_id: int
    case_id: int | None
    what: What
    at: datetime
    person_id: int | None = None
    """The one who did it, or who was told."""
    said_at: datetime | None = None
    message_id: int | None = None
    """The message in which words came."""
    detail: str = ""
    """Ids of rules, or of a step of a flow; never words."""


@dataclass(frozen=True, slots=True)
class RiskStep:
    """A step as it was kept."""

    id: int
    care_id: int
    case_id: int | None
    what: What
    person_id: int | None
    at: datetime
    said_at: datetime | None
    message_id: int | None
    detail: str
    reworded_at: datetime | None
    """The time when the words of the message were changed, or others put in their place."""


_C, _S = risk_cases.c, risk_steps.c
_CASE = sa.select(
    *(_C.id, _C.care_id, _C.client_id, _C.state),
    *(_C.opened_at, _C.changed_at, _C.closed_at, _C.next_at),
)
_STEP: sa.Select[Any] = sa.select(
    *(_S.id, _S.care_id, _S.case_id, _S.what, _S.person_id),
    *(_S.at, _S.said_at, _S.message_id, _S.detail, _S.reworded_at),
)
_OPEN = _CASE.where(_C.closed_at.is_(None))
DUE = _OPEN.where(_C.next_at <= sa.bindparam("now", type_=_C.next_at.type)).order_by(
    _C.next_at, _C.id
)
NEXT = sa.select(sa.func.min(_C.next_at)).where(_C.closed_at.is_(None))
_OPEN_OF_CARE = _OPEN.where(_C.care_id == sa.bindparam("care_id"))
_HEARD = _STEP.where(
    _S.care_id == sa.bindparam("care_id"),
    _S.what.in_(CAUSES),
    _S.at >= sa.bindparam("since"),
    _S.at < sa.bindparam("until"),
).order_by(_S.id)
_ADD_STEP = insert_new(risk_steps, _S.id)


def open_(tx: Tx, *, care_id: int, client_id: int, now: datetime) -> RiskCase:
    """A new case, open and unseen. IntegrityError: the care has an open one."""
    values = {
        "care_id": care_id,
        "client_id": client_id,
        "state": "open",
        "opened_at": now,
        "changed_at": now,
    }
    case_id = new_id(tx.conn, sa.insert(risk_cases), values)
    return RiskCase(case_id, care_id, client_id, "open", now, now, None, None)


def find(tx: Tx, case_id: int) -> RiskCase | None:
    """The case with this id."""
    row = tx.conn.execute(_CASE.where(_C.id == case_id)).one_or_none()
    return None if row is None else RiskCase(*row)


def find_open(tx: Tx, care_id: int) -> RiskCase | None:
    """The care's case that is not closed."""
    row = tx.conn.execute(_OPEN_OF_CARE, {"care_id": care_id}).one_or_none()
    return None if row is None else RiskCase(*row)


def list_open(tx: Tx) -> list[RiskCase]:
    """Every case that is not closed, oldest first."""
    return [RiskCase(*row) for row in tx.conn.execute(_OPEN.order_by(_C.id))]


def list_for_client(tx: Tx, client_id: int) -> list[RiskCase]:
    """Every case of the client, closed ones too, in whichever care, oldest first."""
    of_client = _CASE.where(_C.client_id == client_id).order_by(_C.id)
    return [RiskCase(*row) for row in tx.conn.execute(of_client)]


def list_due(tx: Tx, now: datetime) -> list[RiskCase]:
    """The cases of which somebody else is to be told by ``now``."""
    return [RiskCase(*row) for row in tx.conn.execute(DUE, {"now": now})]


def mark(
    tx: Tx,
    case_id: int,
    *,
    was: State | Sequence[State],
    state: State,
    now: datetime,
    next_at: datetime | None,
) -> None:
    """The case is in ``state``; becoming closed is dated. StaleState: it was not in ``was``."""
    values = {
        "state": state,
        "changed_at": now,
        "next_at": next_at,
        "closed_at": now if state == "closed" else None,
    }
    guarded = sa.update(risk_cases).where(_C.id == case_id, _C.state.in_(words(was)))
    exactly_one(tx.conn.execute(guarded.values(**values)), f"risk case {case_id}")


def add_step(tx: Tx, step: NewStep) -> int | None:
    """The id of the step. None: that person was alerted of this case already."""
    values = {
        "care_id": step.care_id,
        "case_id": step.case_id,
        "what": step.what,
        "person_id": step.person_id,
        "at": step.at,
        "said_at": step.said_at,
        "message_id": step.message_id,
        "detail": step.detail,
    }
    added: int | None = tx.conn.execute(_ADD_STEP.on(tx.conn), values).scalar_one_or_none()
    return added


def mark_reworded(tx: Tx, care_id: int, message_ids: Sequence[int], now: datetime) -> None:
    """Mark what was heard before ``now`` in these messages: it does not stand in them any more."""
    tx.conn.execute(
        sa.update(risk_steps)
        .where(
            _S.care_id == care_id,
            _S.message_id.in_(message_ids),
            _S.what.in_(CAUSES),
            _S.at < now,
            _S.reworded_at.is_(None),
        )
        .values(reworded_at=now)
    )


def list_steps(tx: Tx, case_id: int) -> list[RiskStep]:
    """All that happened in the case, oldest first."""
    rows = tx.conn.execute(_STEP.where(_S.case_id == case_id).order_by(_S.id))
    return [RiskStep(*row) for row in rows]


def told_since(steps: Sequence[RiskStep], since: datetime | None = None) -> tuple[int, ...]:
    """The people to whom a message about the case of these steps has gone since then, as far as is
    known, in order; None: ever.
    """
    found: dict[int, None] = {}
    for step in steps:
        if step.person_id is None:
            continue
        if step.what in ("alerted", "told_again") and (since is None or step.at > since):
            found[step.person_id] = None
        elif step.what == "undelivered":
            found.pop(step.person_id, None)
    return tuple(found)


def newest_step(tx: Tx, case_id: int) -> int | None:
    """The id of the newest step of the case."""
    found: int | None = tx.conn.execute(
        sa.select(sa.func.max(_S.id)).where(_S.case_id == case_id)
    ).scalar()
    return found


def list_heard(tx: Tx, care_id: int, *, since: datetime, until: datetime) -> list[RiskStep]:
    """List what was heard from the client at ``since`` <= t < ``until``, oldest first."""
    params = {"care_id": care_id, "since": since, "until": until}
    return [RiskStep(*row) for row in tx.conn.execute(_HEARD, params)]
