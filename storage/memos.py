"""Memos: what a therapist notes about a client.

Used by /note and the copies of a client's data. Sealed under the client's key, so that erasing the
client takes them along.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from storage.statements import exactly_one, new_id
from storage.store import Tx
from storage.tables_people import memos


@dataclass(frozen=True, slots=True)
class Memo:
    """A therapist's own note about the client of a care."""

    id: int
    care_id: int
    noted_at: datetime
    words: str = field(repr=False)


_T = memos.c


def add(tx: Tx, *, care_id: int, client_id: int, words: str, now: datetime) -> None:
    """The memo is kept with the care, sealed under the client's key."""
    values = {
        "care_id": care_id,
        "client_id": client_id,
        "noted_at": now,
        "memo_sealed": b"",
    }
    added = new_id(tx.conn, sa.insert(memos), values)
    sealed = tx.seal(client_id, words, _place(added))
    tx.conn.execute(sa.update(memos).where(_T.id == added).values(memo_sealed=sealed))


def find(tx: Tx, memo_id: int) -> Memo | None:
    """The memo with this id."""
    found = _list(tx, _T.id == memo_id)
    return found[0] if found else None


def list_for_care(tx: Tx, care_id: int) -> list[Memo]:
    """The care's memos, oldest first."""
    return _list(tx, _T.care_id == care_id)


def remove(tx: Tx, memo_id: int) -> None:
    """The memo is gone. StaleState: it was."""
    gone = tx.conn.execute(sa.delete(memos).where(_T.id == memo_id))
    exactly_one(gone, f"memo {memo_id}")


def _list(tx: Tx, where: sa.ColumnElement[bool]) -> list[Memo]:
    query = sa.select(_T.id, _T.care_id, _T.noted_at, _T.client_id, _T.memo_sealed)
    found = []
    for row in tx.conn.execute(query.where(where).order_by(_T.id)):
        words = tx.unseal(row.client_id, row.memo_sealed, _place(row.id))
        found.append(Memo(row.id, row.care_id, row.noted_at, words))
    return found


def _place(memo_id: int) -> str:
    return f"memos.memo:{memo_id}"
