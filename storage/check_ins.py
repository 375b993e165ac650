"""Check-ins: the engine's state of each, sealed under the client's key, beside a few plain columns.

Used by the services between two turns. A state is saved only over the revision that was loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from flows.engine.check_in import CheckIn
from flows.engine.state import from_json, to_json
from storage.errors import NotFound
from storage.statements import exactly_one, is_word, new_id
from storage.store import Tx
from storage.tables_check_ins import check_ins


@dataclass(frozen=True, slots=True)
class StoredCheckIn:
    """A check-in as loaded."""

    id: int
    care_id: int
    client_id: int
    occurrence_id: int | None
    state: CheckIn
    revision: int
    """Counts the savings; guards the next one."""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """The question of an open check-in that is asked now."""

    care_id: int
    turn_no: int


_T = check_ins.c
_SELECT = sa.select(
    _T.id,
    _T.care_id,
    _T.client_id,
    _T.occurrence_id,
    _T.revision,
    _T.ended_at,
    _T.state_sealed,
)
_FIND = _SELECT.where(_T.id == sa.bindparam("check_in_id"))
_OPEN = is_word(_T.status, "open")
_FIND_OPEN = _SELECT.where(_T.care_id == sa.bindparam("care_id"), _OPEN)
_NEWEST = (
    _SELECT.where(_T.care_id == sa.bindparam("care_id"))
    .order_by(_T.opened_at.desc(), _T.id.desc())
    .limit(1)
)
_OPEN_OF_CLIENT = _SELECT.where(_T.client_id == sa.bindparam("client_id"), _OPEN)
_ASKING = sa.select(_T.care_id, _T.turn_no).where(_T.id == sa.bindparam("check_in_id"), _OPEN)
_CARE = sa.select(_T.care_id).where(_T.id == sa.bindparam("check_in_id"))
_ADD = sa.insert(check_ins)
_SEAL = sa.update(check_ins).where(_T.id == sa.bindparam("row_id"))
_SAVE = sa.update(check_ins).where(
    _T.id == sa.bindparam("row_id"),
    _T.revision == sa.bindparam("was_revision"),
    _T.turn_no == sa.bindparam("was_turn_no"),
    _T.status == sa.bindparam("was_status"),
)


def add(
    tx: Tx,
    *,
    care_id: int,
    client_id: int,
    occurrence_id: int | None,
    state: CheckIn,
    now: datetime,
) -> StoredCheckIn:
    """A new check-in. IntegrityError: the care has an open one, or the occurrence had one."""
    values = {
        "care_id": care_id,
        "client_id": client_id,
        "occurrence_id": occurrence_id,
        "flow_id": state.flow_id,
        "fingerprint": state.fingerprint,
        "revision": 0,
        "opened_at": state.opened_at,
        "state_sealed": b"",  # sealed below: a cell is bound to its row's id
        **_moving(state, now),
    }
    added = new_id(tx.conn, _ADD, values)
    sealed = tx.seal(client_id, to_json(state), _place(added))
    tx.conn.execute(_SEAL, {"row_id": added, "state_sealed": sealed})
    return StoredCheckIn(added, care_id, client_id, occurrence_id, state, 0)


def find(tx: Tx, check_in_id: int) -> StoredCheckIn | None:
    """The check-in with this id."""
    return _one(tx, _FIND, check_in_id=check_in_id)


def load(tx: Tx, check_in_id: int) -> StoredCheckIn:
    """The check-in with this id. NotFound: there is none."""
    stored = find(tx, check_in_id)
    if stored is None:
        raise NotFound(f"there is no check-in {check_in_id}")
    return stored


def find_open(tx: Tx, care_id: int) -> StoredCheckIn | None:
    """The care's open check-in."""
    return _one(tx, _FIND_OPEN, care_id=care_id)


def find_open_of(tx: Tx, client_id: int) -> StoredCheckIn | None:
    """The client's open check-in, in whichever care: there is one at most in a chat."""
    return _one(tx, _OPEN_OF_CLIENT, client_id=client_id)


def find_care(tx: Tx, check_in_id: int) -> int | None:
    """Return the care of a check-in, which stays closed."""
    found: int | None = tx.conn.execute(_CARE, {"check_in_id": check_in_id}).scalar_one_or_none()
    return found


def find_newest(tx: Tx, care_id: int) -> StoredCheckIn | None:
    """The care's check-in that was opened last, open or not."""
    return _one(tx, _NEWEST, care_id=care_id)


def find_asking(tx: Tx, check_in_id: int) -> Asking | None:
    """Find where the check-in stands, without its answers; None: it is not open."""
    row = tx.conn.execute(_ASKING, {"check_in_id": check_in_id}).one_or_none()
    return None if row is None else Asking(*row)


def save(tx: Tx, stored: StoredCheckIn, state: CheckIn, *, now: datetime) -> StoredCheckIn:
    """The check-in is in ``state``; go on with what is returned.

    StaleState: somebody saved it since it was loaded.
    """
    values = {
        "row_id": stored.id,
        "was_revision": stored.revision,
        "was_turn_no": stored.state.turn_no,
        "was_status": stored.state.status,
        "revision": stored.revision + 1,
        "state_sealed": tx.seal(stored.client_id, to_json(state), _place(stored.id)),
        **_moving(state, now),
    }
    exactly_one(tx.conn.execute(_SAVE, values), f"check-in {stored.id}")
    return StoredCheckIn(
        stored.id,
        stored.care_id,
        stored.client_id,
        stored.occurrence_id,
        state,
        stored.revision + 1,
    )


def find_in_slot(tx: Tx, occurrence_id: int) -> StoredCheckIn | None:
    """The check-in that was opened for this occurrence."""
    return _one(tx, _SELECT.where(_T.occurrence_id == occurrence_id))


def leave_slot(tx: Tx, check_in_id: int) -> None:
    """The check-in, which was stopped, is of no occurrence any more. StaleState: it is not over."""
    stopped = sa.update(check_ins).where(_T.id == check_in_id, _T.status == "stopped")
    exactly_one(tx.conn.execute(stopped.values(occurrence_id=None)), f"check-in {check_in_id}")


def list_for_care(
    tx: Tx,
    care_id: int,
    *,
    opened_since: datetime | None = None,
    lasted_until: datetime | None = None,
    flow_id: str | None = None,
) -> list[StoredCheckIn]:
    """The care's check-ins, oldest first: those opened since, those that are open or were until
    then, those of one flow, if asked for.
    """
    asked = {"opened_since": opened_since, "lasted_until": lasted_until, "flow_id": flow_id}
    given = {name: value for name, value in asked.items() if value is not None}
    rows = tx.conn.execute(_of_care(frozenset(given)), {"care_id": care_id, **given}).all()
    return [_stored(tx, row) for row in rows]


@lru_cache
def _of_care(asked: frozenset[str]) -> sa.Select[Any]:
    """The statement for what is asked for: it is built once, as a digest asks it of each client."""
    query = _SELECT.where(_T.care_id == sa.bindparam("care_id")).order_by(_T.opened_at, _T.id)
    if "opened_since" in asked:
        query = query.where(_T.opened_at >= sa.bindparam("opened_since"))
    if "lasted_until" in asked:
        query = query.where(_T.ended_at.is_(None) | (_T.ended_at >= sa.bindparam("lasted_until")))
    if "flow_id" in asked:
        query = query.where(_T.flow_id == sa.bindparam("flow_id"))
    return query


def _moving(state: CheckIn, now: datetime) -> dict[str, Any]:
    """The plain columns that move with the state."""
    ended_at = None if state.status == "open" else now
    return {"status": state.status, "turn_no": state.turn_no, "ended_at": ended_at}


def _one(tx: Tx, query: sa.Select[Any], **params: Any) -> StoredCheckIn | None:
    row = tx.conn.execute(query, params).one_or_none()
    return None if row is None else _stored(tx, row)


def _stored(tx: Tx, row: Any) -> StoredCheckIn:
    *head, revision, ended_at, sealed = row
    check_in_id, care_id, client_id, occurrence_id = head
    state = from_json(tx.unseal(client_id, sealed, _place(check_in_id)))
    return StoredCheckIn(check_in_id, care_id, client_id, occurrence_id, state, revision, ended_at)


def _place(check_in_id: int) -> str:
    return f"check_ins.state:{check_in_id}"
