"""Handovers: a client is to go on with another therapist of the practice.

    proposed -> taken -> asked -> done, or first agreed, where something is to be looked at before
    closed otherwise: no_room, declined, withdrawn, unanswered, over

Used by the handover services and by whatever must know with whom a client is. A row holds no word
and no name. What is done stays: it says who may read what came before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage.errors import NotFound
from storage.statements import exactly_one, insert_new, words
from storage.store import Tx
from storage.tables_people import cares, handovers

By = Literal["therapist", "practice"]
Open = Literal["proposed", "taken", "asked", "agreed"]
"""The colleague is asked whether there is room; there is, and the client is to be asked; was asked;
has said yes."""
Closed = Literal["no_room", "declined", "withdrawn", "unanswered", "over"]
"""The colleague said no; the client did; whoever proposed it took it back; nobody answered; the
care ended on another way."""
State = Literal[Open, Closed, "done"]
BEFORE_THE_YES: tuple[Open, ...] = ("proposed", "taken", "asked")


@dataclass(frozen=True, slots=True)
class Handover:
    """One handing over of one care, and what became of it."""

    id: int
    care_id: int
    to_therapist_id: int
    proposed_by: By
    state: State
    proposed_at: datetime
    look_at: datetime | None
    """The next time at which something is to be done about it."""
    asked_at: datetime | None
    """The time when the client was asked last."""
    lets_read_at: datetime | None
    """Since when the client lets the colleague read what came before; None: they do not."""
    closed_at: datetime | None
    new_care_id: int | None
    """The care with the colleague, once it is done."""

    @property
    def is_before_the_client(self) -> bool:
        """True while the client may answer, also where they wanted to be asked again later."""
        return self.state in ("taken", "asked") and self.asked_at is not None


_T = handovers.c
_SELECT = sa.select(
    *(_T.id, _T.care_id, _T.to_therapist_id, _T.proposed_by, _T.state, _T.proposed_at),
    *(_T.look_at, _T.asked_at, _T.lets_read_at, _T.closed_at, _T.new_care_id),
)
_IS_OPEN = _T.closed_at.is_(None)
DUE = (
    _SELECT.where(_T.look_at <= sa.bindparam("now", type_=_T.look_at.type))
    .order_by(_T.look_at, _T.id)
    .limit(sa.bindparam("most"))
)
NEXT = sa.select(sa.func.min(_T.look_at)).where(_T.look_at.is_not(None))
_OPEN_OF = _SELECT.where(_T.care_id == sa.bindparam("of_care"), _IS_OPEN)
_DONE_OF = _SELECT.where(_T.care_id == sa.bindparam("of_care"), _T.state == "done")
_LED_TO = _SELECT.where(_T.new_care_id == sa.bindparam("of_care"), _T.state == "done")
_ADD = insert_new(handovers, _T.id)


def add(
    tx: Tx, *, care_id: int, to_therapist_id: int, by: By, now: datetime, look_at: datetime
) -> Handover | None:
    """The colleague is to be asked; None where another handover of the care is open."""
    values = {
        "care_id": care_id,
        "to_therapist_id": to_therapist_id,
        "proposed_by": by,
        "state": "proposed",
        "proposed_at": now,
        "look_at": look_at,
    }
    added = tx.conn.execute(_ADD.on(tx.conn), values).scalar_one_or_none()
    return None if added is None else find(tx, added)


def find(tx: Tx, handover_id: int) -> Handover | None:
    """The handover with this id."""
    return _one(tx, _SELECT.where(_T.id == handover_id))


def load(tx: Tx, handover_id: int) -> Handover:
    """The handover with this id. NotFound: there is none."""
    handover = find(tx, handover_id)
    if handover is None:
        raise NotFound(f"there is no handover {handover_id}")
    return handover


def find_open(tx: Tx, care_id: int) -> Handover | None:
    """The handover of this care that has not come to an end."""
    return _one(tx, _OPEN_OF, of_care=care_id)


def find_done(tx: Tx, care_id: int) -> Handover | None:
    """The handover by which this care ended."""
    return _one(tx, _DONE_OF, of_care=care_id)


def list_before(tx: Tx, care_id: int) -> list[Handover]:
    """The handovers by which a client came into this care, oldest first: one, or a second one from
    another colleague.
    """
    return _all(tx, _LED_TO.order_by(_T.id), of_care=care_id)


def list_proposed(tx: Tx, *, from_therapist_id: int, like: Handover) -> list[Handover]:
    """Those that the same colleague was asked about in one go with this one, and still is."""
    own = sa.select(cares.c.id).where(cares.c.therapist_id == from_therapist_id)
    together = _SELECT.where(
        _T.care_id.in_(own),
        _T.to_therapist_id == like.to_therapist_id,
        _T.proposed_at == like.proposed_at,
        _T.state == "proposed",
    )
    return _all(tx, together.order_by(_T.id))


def list_open_of(tx: Tx, therapist_id: int) -> list[Handover]:
    """The handovers of this therapist's clients that have not come to an end, oldest first."""
    own = sa.select(cares.c.id).where(cares.c.therapist_id == therapist_id)
    return _all(tx, _SELECT.where(_T.care_id.in_(own), _IS_OPEN).order_by(_T.id))


def list_due(tx: Tx, now: datetime, limit: int) -> list[Handover]:
    """Those about which something is to be done by now, the most overdue first."""
    return _all(tx, DUE, now=now, most=limit)


def put_off(tx: Tx, handover: Handover, look_at: datetime) -> None:
    """It is as it was, and is looked at again then. StaleState: it is over."""
    _change(tx, handover, handover.state, look_at=look_at)


def mark_taken(tx: Tx, handover: Handover, look_at: datetime) -> None:
    """The client is to be asked then. StaleState: it was not as ``handover`` says."""
    _change(tx, handover, handover.state, state="taken", look_at=look_at)


def mark_asked(tx: Tx, handover: Handover, now: datetime, look_at: datetime) -> None:
    """The client was asked now; without an answer it ends then."""
    _change(tx, handover, "taken", state="asked", asked_at=now, look_at=look_at)


def mark_agreed(
    tx: Tx, handover: Handover, *, lets_read_at: datetime | None, look_at: datetime
) -> None:
    """The client has said yes, and lets the colleague read what came before, or not."""
    state = {"state": "agreed", "lets_read_at": lets_read_at, "look_at": look_at}
    _change(tx, handover, handover.state, **state)


def mark_done(tx: Tx, handover: Handover, new_care_id: int, now: datetime) -> None:
    """The client is with the colleague, in this care."""
    _change(tx, handover, "agreed", state="done", new_care_id=new_care_id, **_closed(now))


def close(tx: Tx, handover: Handover, state: Closed, now: datetime) -> None:
    """It came to nothing. StaleState: it was not as ``handover`` says."""
    _change(tx, handover, handover.state, state=state, **_closed(now))


def stop_reading(tx: Tx, handover: Handover) -> None:
    """The colleague may not read any more what came before."""
    _change(tx, handover, "done", lets_read_at=None)


def _closed(now: datetime) -> dict[str, Any]:
    return {"closed_at": now, "look_at": None}


def _change(tx: Tx, handover: Handover, was: State, **values: Any) -> None:
    guarded = sa.update(handovers).where(_T.id == handover.id, _T.state.in_(words(was)))
    exactly_one(tx.conn.execute(guarded.values(**values)), f"handover {handover.id}")


def _one(tx: Tx, query: sa.Select[Any], **params: Any) -> Handover | None:
    row = tx.conn.execute(query, params).one_or_none()
    return None if row is None else Handover(*row)


def _all(tx: Tx, query: sa.Select[Any], **params: Any) -> list[Handover]:
    return [Handover(*row) for row in tx.conn.execute(query, params)]
