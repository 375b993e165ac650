"""Leave: days off for all clients of a therapist, with what becomes of digests and alerts in them.

Used by the therapist's screens, by the therapist's week, by safety and by the ticker. The days
themselves are a row of ``days_off``: this one says what else holds in them. A leave that is over
stays, for the cut-offs in it were none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage.errors import NotFound
from storage.statements import exactly_one
from storage.store import Tx
from storage.tables_planning import days_off, leaves

Digests = Literal["waits", "comes", "deputy"]
"""The weekly digest waits: one after the leave covers the whole time. Or it comes as ever; or it
comes as ever, and whoever covers reads the part of the clients who agreed to that.
"""
Word = Literal["yes", "no"]
Telling = Literal["away", "changed"]
"""The thing that clients are being told: that the therapist is away, or that this has changed."""


@dataclass(frozen=True, slots=True)
class Leave:
    """From ``first_on`` to ``last_on``, both included, by the therapist's calendar."""

    id: int
    """That of the days off."""
    therapist_id: int
    first_on: date
    last_on: date
    made_at: datetime
    undone_at: datetime | None
    digests: Digests
    stand_in_id: int | None
    """The colleague who was asked to look at alerts meanwhile."""
    stand_in_said: Word | None
    told_at: datetime | None
    """The time at which the therapist wanted clients to be told of it."""
    telling: Telling | None
    """The thing that some clients are still to be told."""
    told_to: int
    """The last care, by id, that was told it."""
    back_told_at: datetime | None
    """The time at which the therapist was told what waits, at the return."""

    def is_on(self, day: date) -> bool:
        """True where it holds on this date."""
        return self.undone_at is None and self.first_on <= day <= self.last_on


_D, _L = days_off.c, leaves.c
_SELECT = sa.select(
    *(_D.id, _D.therapist_id, _D.first_on, _D.last_on, _D.made_at, _D.undone_at),
    *(_L.digests, _L.stand_in_id, _L.stand_in_said),
    *(_L.told_at, _L.telling, _L.told_to, _L.back_told_at),
).join_from(days_off, leaves, _L.days_off_id == _D.id)
_MINE = sa.and_(_D.therapist_id == sa.bindparam("therapist_id"), _D.undone_at.is_(None))
_IN_ORDER = (_D.first_on, _D.id)
_STANDING = _SELECT.where(_MINE).order_by(*_IN_ORDER)
_WAITING = _SELECT.where(_MINE, _L.digests == "waits").order_by(*_IN_ORDER)
_ON = sa.bindparam("day", type_=_D.first_on.type)
_ON_DAY = _STANDING.where(_D.first_on <= _ON, _D.last_on >= _ON)
_ENDED = (
    _SELECT.where(
        *(_MINE, _D.last_on < _ON, _L.back_told_at.is_(None)),
        sa.or_(_L.digests == "waits", _L.stand_in_id.is_not(None)),
    )
    .order_by(_D.last_on.desc())
    .limit(1)
)
TELLING = _SELECT.where(_L.telling.is_not(None)).order_by(_D.id).limit(1)


def add(tx: Tx, days_off_id: int, *, digests: Digests) -> None:
    """These days off are a leave, and the digests in them do this."""
    tx.conn.execute(sa.insert(leaves), {"days_off_id": days_off_id, "digests": digests})


def find(tx: Tx, days_off_id: int) -> Leave | None:
    """The leave of these days off; None: there are none, or they are no leave."""
    return _one(tx, _SELECT.where(_D.id == days_off_id))


def load(tx: Tx, days_off_id: int) -> Leave:
    """The leave of these days off. NotFound: there is none."""
    leave = find(tx, days_off_id)
    if leave is None:
        raise NotFound(f"days off {days_off_id} are no leave")
    return leave


def list_standing(tx: Tx, therapist_id: int) -> list[Leave]:
    """The therapist's leaves that were not taken back, over or not, by their first day."""
    return _list(tx, _STANDING, therapist_id=therapist_id)


def list_waiting(tx: Tx, therapist_id: int) -> list[Leave]:
    """Those of them in which the digest waits."""
    return _list(tx, _WAITING, therapist_id=therapist_id)


def list_on(tx: Tx, therapist_id: int, day: date) -> list[Leave]:
    """Those of them that hold on this date."""
    return _list(tx, _ON_DAY, therapist_id=therapist_id, day=day)


def find_ended(tx: Tx, therapist_id: int, before: date) -> Leave | None:
    """The latest that ended before this date and of whose end the therapist was not told; one in
    which digests waited, or for which somebody was asked to cover.
    """
    return _one(tx, _ENDED, therapist_id=therapist_id, day=before)


def ask_stand_in(tx: Tx, leave_id: int, person_id: int | None) -> None:
    """This colleague is asked to look at alerts meanwhile, and has not answered; None: nobody."""
    _change(tx, leave_id, stand_in_id=person_id, stand_in_said=None)


def answer(tx: Tx, leave_id: int, said: Word) -> None:
    """The colleague who was asked said so."""
    _change(tx, leave_id, stand_in_said=said)


def choose_digests(tx: Tx, leave_id: int, digests: Digests) -> None:
    """The digests in the leave do this from now on."""
    _change(tx, leave_id, digests=digests)


def begin_telling(tx: Tx, leave_id: int, what: Telling, now: datetime) -> None:
    """The clients are to be told it, from the first on."""
    values: dict[str, Any] = {"telling": what, "told_to": 0}
    if what == "away":
        values["told_at"] = now
    _change(tx, leave_id, **values)


def find_telling(tx: Tx) -> Leave | None:
    """A leave of which some clients are still to be told."""
    return _one(tx, TELLING)


def mark_told(tx: Tx, leave_id: int, *, to: int, is_all: bool) -> None:
    """The cares up to this id were told; ``is_all``: nobody is left to be told."""
    values: dict[str, Any] = {"told_to": to}
    if is_all:
        values["telling"] = None
    _change(tx, leave_id, **values)


def mark_back(tx: Tx, therapist_id: int, before: date, now: datetime) -> None:
    """The therapist was told what waits, of every leave that ended before this date."""
    ended = sa.select(_D.id).where(_D.therapist_id == therapist_id, _D.last_on < before)
    mine = sa.update(leaves).where(_L.days_off_id.in_(ended), _L.back_told_at.is_(None))
    tx.conn.execute(mine.values(back_told_at=now))


def go_on_as(tx: Tx, leave_id: int, days_off_id: int) -> None:
    """The leave is that of other days off from now on: it was shortened."""
    _change(tx, leave_id, days_off_id=days_off_id)


def _change(tx: Tx, leave_id: int, **values: Any) -> None:
    changed = sa.update(leaves).where(_L.days_off_id == leave_id).values(**values)
    exactly_one(tx.conn.execute(changed), f"leave {leave_id}")


def _list(tx: Tx, query: sa.Select[Any], **params: Any) -> list[Leave]:
    return [Leave(*row) for row in tx.conn.execute(query, params)]


def _one(tx: Tx, query: sa.Select[Any], **params: Any) -> Leave | None:
    row: Any = tx.conn.execute(query, params).one_or_none()
    return None if row is None else Leave(*row)
