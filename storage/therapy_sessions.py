"""Therapy sessions: when client and therapist meet, and whether they did.

Used by /session and the schedules. The word never means a database transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage.cares import LIVING
from storage.errors import NotFound
from storage.statements import exactly_one, insert_new, new_id, words
from storage.store import Tx
from storage.tables_people import cares, people
from storage.tables_planning import therapy_sessions

Source = Literal["file", "address"]
"""The way a calendar came: as a file that was sent, or from an address in the settings."""
State = Literal["planned", "happened", "cancelled", "no_show"]
Unmet = Literal["moved", "no_show"]
"""A client's word of a therapy session at which they did not meet."""
_SAYS: dict[Unmet, State] = {"moved": "cancelled", "no_show": "no_show"}


@dataclass(frozen=True, slots=True)
class TherapySession:
    """One meeting of a care."""

    id: int
    care_id: int
    starts_at: datetime
    ends_at: datetime
    state: State
    recorded_at: datetime
    unmet: Unmet | None = None
    """The client's word that there was no meeting."""
    regular_id: int | None = None
    """The regular time that made it; None: somebody entered it."""
    regular_on: date | None = None
    """The date for which the regular time made it, wherever it has moved since."""
    by_hand_at: datetime | None = None
    """The time when the therapist last said in the chat what becomes of it."""
    days_off_id: int | None = None
    """The days off that called it off."""
    calendar_mark: str | None = None
    """An HMAC of what names it in a calendar; None: it comes from none."""
    calendar_from: Source | None = None

    @property
    def counts(self) -> bool:
        """True where it takes place or took place, as far as anybody said."""
        return self.state in ("planned", "happened")

    @property
    def was_not_held(self) -> bool:
        """True where somebody said of it, when its time had come, that it was not held."""
        said_then = self.by_hand_at is not None and self.by_hand_at >= self.starts_at
        return self.state == "no_show" or (self.state == "cancelled" and said_then)


_T = therapy_sessions.c
_COLUMNS = (
    _T.id,
    _T.care_id,
    _T.starts_at,
    _T.ends_at,
    _T.state,
    _T.recorded_at,
    _T.unmet,
    _T.regular_id,
    _T.regular_on,
    _T.by_hand_at,
    _T.days_off_id,
    _T.calendar_mark,
    _T.calendar_from,
)
_OF_CARE = (
    sa.select(*_COLUMNS).where(_T.care_id == sa.bindparam("care_id")).order_by(_T.starts_at, _T.id)
)
_OF_CARE_SINCE = _OF_CARE.where(_T.starts_at >= sa.bindparam("since"))
_UNMET = _OF_CARE.where(
    _T.unmet_said_at >= sa.bindparam("since"), _T.unmet_said_at < sa.bindparam("until")
)
_OF_THERAPIST = (
    sa.select(*_COLUMNS)
    .join(cares, cares.c.id == _T.care_id)
    .where(cares.c.therapist_id == sa.bindparam("therapist_id"), cares.c.state.in_(LIVING))
    .where(_T.starts_at >= sa.bindparam("since"), _T.starts_at < sa.bindparam("until"))
    .order_by(_T.starts_at, _T.id)
)
_FIND = sa.select(*_COLUMNS).where(_T.id == sa.bindparam("row_id"))
_PUT = insert_new(therapy_sessions, _T.id)


def add(
    tx: Tx,
    *,
    care_id: int,
    starts_at: datetime,
    ends_at: datetime,
    state: State,
    now: datetime,
) -> TherapySession:
    """A therapy session, recorded at ``now``."""
    values = {
        "care_id": care_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "state": state,
        "recorded_at": now,
    }
    added = new_id(tx.conn, sa.insert(therapy_sessions), values)
    return TherapySession(added, care_id, starts_at, ends_at, state, now)


def put_regular(
    tx: Tx,
    *,
    care_id: int,
    regular: tuple[int, date],
    starts_at: datetime,
    ends_at: datetime,
    state: State,
    days_off_id: int | None,
    now: datetime,
) -> TherapySession | None:
    """The therapy session of that date of a regular time; None: there is one, whatever became of
    it.
    """
    regular_id, regular_on = regular
    values = {
        "care_id": care_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "state": state,
        "recorded_at": now,
        "regular_id": regular_id,
        "regular_on": regular_on,
        "days_off_id": days_off_id,
    }
    added = tx.conn.execute(_PUT.on(tx.conn), values).scalar_one_or_none()
    return None if added is None else load(tx, added)


def find(tx: Tx, therapy_session_id: int) -> TherapySession | None:
    """The therapy session with this id."""
    row = tx.conn.execute(_FIND, {"row_id": therapy_session_id}).one_or_none()
    return None if row is None else _session(row)


def load(tx: Tx, therapy_session_id: int) -> TherapySession:
    """The therapy session with this id. NotFound: there is none."""
    found = find(tx, therapy_session_id)
    if found is None:
        raise NotFound(f"there is no therapy session {therapy_session_id}")
    return found


def list_for_care(tx: Tx, care_id: int, *, since: datetime | None = None) -> list[TherapySession]:
    """The care's therapy sessions that start at ``since`` or later, by time."""
    params = {"care_id": care_id, "since": since}
    query = _OF_CARE if since is None else _OF_CARE_SINCE
    return [_session(row) for row in tx.conn.execute(query, params)]


def list_for_therapist(
    tx: Tx, therapist_id: int, *, since: datetime, until: datetime
) -> list[TherapySession]:
    """The therapy sessions of the therapist's living cares that start from ``since`` to before
    ``until``, whatever became of them, by time.
    """
    params = {"therapist_id": therapist_id, "since": since, "until": until}
    return [_session(row) for row in tx.conn.execute(_OF_THERAPIST, params)]


def list_by_hand_in(
    tx: Tx, zone: str, *, after: datetime, behind: int, limit: int
) -> list[TherapySession]:
    """Planned therapy sessions of therapists in this zone that start after a moment and that no
    regular time plans, or that somebody has moved; by id, those ``behind`` one.
    """
    query = (
        sa.select(*_COLUMNS)
        .join(cares, cares.c.id == _T.care_id)
        .join(people, people.c.id == cares.c.therapist_id)
        .where(people.c.zone == zone, _T.state == "planned", _T.starts_at > after, _T.id > behind)
        .where(sa.or_(_T.regular_id.is_(None), _T.by_hand_at.is_not(None)))
        .order_by(_T.id)
        .limit(limit)
    )
    return [_session(row) for row in tx.conn.execute(query)]


def find_marked(tx: Tx, mark: str) -> TherapySession | None:
    """The therapy session that is this appointment of a calendar."""
    row = tx.conn.execute(sa.select(*_COLUMNS).where(_T.calendar_mark == mark)).one_or_none()
    return None if row is None else _session(row)


def put_marked(
    tx: Tx,
    *,
    care_id: int,
    mark: str,
    source: Source,
    starts_at: datetime,
    ends_at: datetime,
    days_off_id: int | None,
    now: datetime,
) -> TherapySession:
    """A new therapy session that is this appointment of a calendar; off where days off are."""
    values = {
        "care_id": care_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "state": "planned" if days_off_id is None else "cancelled",
        "recorded_at": now,
        "days_off_id": days_off_id,
        "calendar_mark": mark,
        "calendar_from": source,
    }
    return load(tx, new_id(tx.conn, sa.insert(therapy_sessions), values))


def set_mark(tx: Tx, therapy_session_id: int, *, mark: str, source: Source) -> None:
    """The therapy session is this appointment of a calendar of that source."""
    same = sa.update(therapy_sessions).where(_T.id == therapy_session_id)
    values = {"calendar_mark": mark, "calendar_from": source}
    exactly_one(tx.conn.execute(same.values(**values)), f"therapy session {therapy_session_id}")


def list_off_by(tx: Tx, days_off_id: int, *, since: datetime) -> list[TherapySession]:
    """The therapy sessions that these days off called off and that start later, by time."""
    query = (
        sa.select(*_COLUMNS)
        .where(_T.days_off_id == days_off_id, _T.state == "cancelled", _T.starts_at > since)
        .order_by(_T.starts_at, _T.id)
    )
    return [_session(row) for row in tx.conn.execute(query)]


def release(tx: Tx, regular_id: int) -> None:
    """The therapy sessions of this regular time that days off called off stay so."""
    off = sa.update(therapy_sessions).where(
        _T.regular_id == regular_id, _T.days_off_id.is_not(None), _T.state == "cancelled"
    )
    tx.conn.execute(off.values(days_off_id=None))


def set_off(tx: Tx, therapy_session_id: int, *, by: int | None, now: datetime) -> None:
    """The therapy session is off by these days off; None: it is planned again."""
    state: State = "planned" if by is None else "cancelled"
    guarded = sa.update(therapy_sessions).where(
        _T.id == therapy_session_id, _T.state.in_(("planned", "cancelled"))
    )
    changed = guarded.values(state=state, days_off_id=by, recorded_at=now)
    exactly_one(tx.conn.execute(changed), f"therapy session {therapy_session_id}")


def move(
    tx: Tx,
    therapy_session_id: int,
    *,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    by_hand: bool,
) -> TherapySession:
    """The planned therapy session takes place at another time, because the therapist said so in the
    chat (``by_hand``) or by a rule. StaleState: it is not planned.
    """
    guarded = sa.update(therapy_sessions).where(_T.id == therapy_session_id, _T.state == "planned")
    said = {"by_hand_at": now} if by_hand else {}
    moved = guarded.values(starts_at=starts_at, ends_at=ends_at, recorded_at=now, **said)
    exactly_one(tx.conn.execute(moved), f"therapy session {therapy_session_id}")
    return load(tx, therapy_session_id)


def mark(
    tx: Tx,
    therapy_session_id: int,
    *,
    was: State | Sequence[State],
    state: State,
    now: datetime,
    by_hand: bool,
) -> None:
    """The therapy session is in ``state`` as of ``now``, because the therapist said so in the chat
    (``by_hand``) or by a rule. StaleState: it was not in ``was``.
    """
    guarded = sa.update(therapy_sessions).where(
        _T.id == therapy_session_id, _T.state.in_(words(was))
    )
    said = {"by_hand_at": now} if by_hand else {}
    changed = guarded.values(state=state, recorded_at=now, **said)
    exactly_one(tx.conn.execute(changed), f"therapy session {therapy_session_id}")


def mark_unmet(tx: Tx, therapy_session_id: int, unmet: Unmet, now: datetime) -> None:
    """The therapy session does not count, by the client's word. StaleState: it did not before."""
    guarded = sa.update(therapy_sessions).where(
        _T.id == therapy_session_id, _T.state.in_(("planned", "happened"))
    )
    changed = guarded.values(state=_SAYS[unmet], unmet=unmet, unmet_said_at=now, recorded_at=now)
    exactly_one(tx.conn.execute(changed), f"therapy session {therapy_session_id}")


def list_unmet(tx: Tx, care_id: int, *, since: datetime, until: datetime) -> list[TherapySession]:
    """The therapy sessions of which the client said in that time that there was no meeting."""
    params = {"care_id": care_id, "since": since, "until": until}
    return [_session(row) for row in tx.conn.execute(_UNMET, params)]


def _session(row: Any) -> TherapySession:
    return TherapySession(*row)
