"""Calendars on their way in: a file that is still to be fetched, or appointments that wait for the
therapist's yes or to be worked off.

Used by the worker that reads calendars. What is in one is sealed under the therapist's key; no
title or other text of a calendar is ever in it. A row goes once it is done with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage.statements import exactly_one, is_word, new_id
from storage.store import Tx
from storage.tables_planning import calendar_imports
from storage.therapy_sessions import Source

State = Literal["to_fetch", "shown", "wanted"]
"""to_fetch: a file whose content is still to be asked for. shown: its therapist is asked whether it
counts. wanted: it counts, and is being worked off."""


@dataclass(frozen=True, slots=True)
class CalendarImport:
    """One calendar of a therapist."""

    id: int
    therapist_id: int
    source: Source
    state: State
    made_at: datetime
    body: Any = field(repr=False)


_T = calendar_imports.c
_SELECT = sa.select(
    _T.id, _T.therapist_id, _T.source, _T.state, _T.made_at, _T.body_sealed
).order_by(_T.id)
_WAITING = sa.select(_T.id).where(is_word(_T.state, "to_fetch", "wanted")).limit(1)


def add(
    tx: Tx, *, therapist_id: int, source: Source, state: State, body: object, now: datetime
) -> int:
    """A calendar in this state; its id."""
    values = {
        "therapist_id": therapist_id,
        "source": source,
        "state": state,
        "made_at": now,
        "body_sealed": b"",  # sealed below: a cell is bound to its row's id
    }
    added = new_id(tx.conn, sa.insert(calendar_imports), values)
    _update(tx, added, therapist_id, body, state)
    return added


def find(tx: Tx, import_id: int) -> CalendarImport | None:
    """The calendar with this id."""
    row = tx.conn.execute(_SELECT.where(_T.id == import_id)).one_or_none()
    return None if row is None else _import(tx, row)


def find_first(tx: Tx, state: State) -> CalendarImport | None:
    """The oldest calendar in that state."""
    row = tx.conn.execute(_SELECT.where(_T.state == state).limit(1)).one_or_none()
    return None if row is None else _import(tx, row)


def is_any_waiting(tx: Tx) -> bool:
    """True where a file is to be fetched, or what was read of one is to be entered."""
    return tx.conn.execute(_WAITING).first() is not None


def change(tx: Tx, found: CalendarImport, *, state: State, body: object) -> None:
    """It is in that state, and holds this now."""
    _update(tx, found.id, found.therapist_id, body, state)


def discard(tx: Tx, import_id: int) -> None:
    """Nothing is left of it."""
    tx.conn.execute(sa.delete(calendar_imports).where(_T.id == import_id))


def purge(tx: Tx, before: datetime) -> None:
    """Nothing is left of what came before then: nobody has decided on it."""
    old = sa.delete(calendar_imports).where(_T.made_at < before)
    tx.conn.execute(old)


def _update(tx: Tx, import_id: int, therapist_id: int, body: object, state: State) -> None:
    sealed = tx.seal(therapist_id, json.dumps(body), _place(import_id))
    changed = sa.update(calendar_imports).where(_T.id == import_id)
    done = tx.conn.execute(changed.values(state=state, body_sealed=sealed))
    exactly_one(done, f"calendar {import_id}")


def _import(tx: Tx, row: Any) -> CalendarImport:
    body = json.loads(tx.unseal(row.therapist_id, row.body_sealed, _place(row.id)))
    return CalendarImport(row.id, row.therapist_id, row.source, row.state, row.made_at, body)


def _place(import_id: int) -> str:
    return f"calendar_imports.body:{import_id}"
