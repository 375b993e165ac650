"""Therapy sessions: when client and therapist meet, and whether they did.

Used by /session and the schedules. The word never means a database transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from storage.errors import NotFound
from storage.statements import exactly_one, new_id, words
from storage.store import Tx
from storage.tables import therapy_sessions

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


_T = therapy_sessions.c
_COLUMNS = (_T.id, _T.care_id, _T.starts_at, _T.ends_at, _T.state, _T.recorded_at, _T.unmet)


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


def find(tx: Tx, therapy_session_id: int) -> TherapySession | None:
    """The therapy session with this id."""
    row = tx.conn.execute(sa.select(*_COLUMNS).where(_T.id == therapy_session_id)).one_or_none()
    return None if row is None else TherapySession(*row)


def load(tx: Tx, therapy_session_id: int) -> TherapySession:
    """The therapy session with this id. NotFound: there is none."""
    found = find(tx, therapy_session_id)
    if found is None:
        raise NotFound(f"there is no therapy session {therapy_session_id}")
    return found


def list_for_care(tx: Tx, care_id: int, *, since: datetime | None = None) -> list[TherapySession]:
    """The care's therapy sessions that start at ``since`` or later, by time."""
    query = sa.select(*_COLUMNS).where(_T.care_id == care_id).order_by(_T.starts_at, _T.id)
    if since is not None:
        query = query.where(_T.starts_at >= since)
    return [TherapySession(*row) for row in tx.conn.execute(query)]


def move(
    tx: Tx, therapy_session_id: int, *, starts_at: datetime, ends_at: datetime, now: datetime
) -> TherapySession:
    """The planned therapy session takes place at another time. StaleState: it is not planned."""
    guarded = sa.update(therapy_sessions).where(_T.id == therapy_session_id, _T.state == "planned")
    moved = guarded.values(starts_at=starts_at, ends_at=ends_at, recorded_at=now)
    exactly_one(tx.conn.execute(moved), f"therapy session {therapy_session_id}")
    return load(tx, therapy_session_id)


def mark(
    tx: Tx,
    therapy_session_id: int,
    *,
    was: State | Sequence[State],
    state: State,
    now: datetime,
) -> None:
    """The therapy session is in ``state`` as of ``now``. StaleState: it was not in ``was``."""
    guarded = sa.update(therapy_sessions).where(
        _T.id == therapy_session_id, _T.state.in_(words(was))
    )
    changed = guarded.values(state=state, recorded_at=now)
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
    query = (
        sa.select(*_COLUMNS)
        .where(_T.care_id == care_id, _T.unmet_said_at >= since, _T.unmet_said_at < until)
        .order_by(_T.starts_at, _T.id)
    )
    return [TherapySession(*row) for row in tx.conn.execute(query)]
