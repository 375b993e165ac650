"""Inbox: updates that Telegram handed over, on disk before Telegram is told so.

Used by the receiver and the keeper. Bodies are sealed under the sender's key and erased when the
row is done. A stranger's update must never get here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.errors import StaleState
from storage.statements import exactly_one, insert_new, is_word
from storage.store import Tx
from storage.tables_messages import inbox


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update of a known person, as received; ``fingerprint`` tells repeats from re-used ids."""

    update_id: int
    fingerprint: str
    person_id: int
    body: str

    def __repr__(self) -> str:
        return f"NewUpdate({self.update_id}, …)"


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An update that waits to be handled."""

    id: int
    update_id: int
    person_id: int | None
    body: str
    attempts: int
    received_at: datetime

    def __repr__(self) -> str:
        return f"InboxRow({self.id}, update {self.update_id}, attempts {self.attempts})"


_T = inbox.c
_NEW = is_word(_T.state, "new")
_ADD = insert_new(inbox, _T.id)
_earlier = inbox.alias("earlier")
_HELD_BACK = sa.exists().where(
    _earlier.c.person_id == _T.person_id,
    _earlier.c.id < _T.id,
    is_word(_earlier.c.state, "new"),
    _earlier.c.not_before > sa.bindparam("now"),
)
_LIST = (
    sa.select(
        _T.id,
        _T.update_id,
        _T.fingerprint,
        _T.person_id,
        _T.body_sealed,
        _T.attempts,
        _T.received_at,
    )
    .where(
        _NEW, _T.not_before <= sa.bindparam("now"), _T.id > sa.bindparam("after_id"), ~_HELD_BACK
    )
    .order_by(_T.id)
    .limit(sa.bindparam("most"))
)
_THIS_NEW = (_T.id == sa.bindparam("row_id"), _NEW)
_DONE = sa.update(inbox).where(*_THIS_NEW).values(state="done", body_sealed=sa.null())
_FAILED = (
    sa.update(inbox)
    .where(*_THIS_NEW)
    .values(
        attempts=_T.attempts + 1,
        not_before=sa.bindparam("retry_at"),
        error=sa.bindparam("what"),
    )
    .returning(_T.attempts)
)
_QUARANTINE = (
    sa.update(inbox)
    .where(*_THIS_NEW)
    .values(state="quarantined", error=sa.bindparam("what"), attempts=_T.attempts + 1)
)
_COUNT = sa.select(sa.func.count()).select_from(inbox).where(_NEW)
_NEWEST = sa.select(sa.func.max(_T.id))
_PURGE = sa.delete(inbox).where(is_word(_T.state, "done"), _T.received_at < sa.bindparam("before"))


def add_many(tx: Tx, rows: Sequence[NewUpdate], now: datetime) -> int:
    """The updates are kept, each once; how many were new. Shredded: a sender was erased."""
    if not rows:
        return 0
    tx.fetch_keys(row.person_id for row in rows)
    values = [
        {
            "update_id": row.update_id,
            "fingerprint": row.fingerprint,
            "person_id": row.person_id,
            "body_sealed": tx.seal(row.person_id, row.body, _place(row.update_id, row.fingerprint)),
            "state": "new",
            "received_at": now,
            "not_before": now,
        }
        for row in rows
    ]
    return len(tx.conn.execute(_ADD.on(tx.conn), values).all())


def add_unparsable(
    tx: Tx,
    *,
    update_id: int,
    fingerprint: str,
    person_id: int | None,
    body: str | None,
    error: str,
    now: datetime,
) -> None:
    """The update is kept in quarantine, once. ValueError: a body that nobody's key could seal."""
    if person_id is None and body is not None:
        raise ValueError("the body of a stranger's update is never kept")
    sealed = None
    if person_id is not None and body is not None:
        sealed = tx.seal(person_id, body, _place(update_id, fingerprint))
    values = {
        "update_id": update_id,
        "fingerprint": fingerprint,
        "person_id": person_id,
        "body_sealed": sealed,
        "state": "quarantined",
        "error": error,
        "received_at": now,
        "not_before": now,
    }
    tx.conn.execute(_ADD.on(tx.conn), values)


def list_new(tx: Tx, *, now: datetime, limit: int, after_id: int = 0) -> list[InboxRow]:
    """Rows to handle now, as received. A row waits while an earlier one of its person does."""
    params = {"now": now, "after_id": after_id, "most": limit}
    rows = tx.conn.execute(_LIST, params).all()
    tx.fetch_keys(row.person_id for row in rows)
    return [_row(tx, row) for row in rows if tx.has_key(row.person_id)]


def mark_done(tx: Tx, row_id: int) -> None:
    """The row is handled, its body gone. StaleState: it was not new any more."""
    exactly_one(tx.conn.execute(_DONE, {"row_id": row_id}), f"inbox row {row_id}")


def mark_failed(tx: Tx, row_id: int, *, now: datetime, retry_at: datetime, error: str) -> int:
    """The row waits until ``retry_at``; how often it has failed by now.

    ``error`` names the kind of failure, never what the client wrote. StaleState: the row was not
    new any more. ValueError: the retry lies in the past.
    """
    if retry_at < now:
        raise ValueError("a retry must not lie in the past")
    params = {"row_id": row_id, "retry_at": retry_at, "what": error}
    attempts: int | None = tx.conn.execute(_FAILED, params).scalar_one_or_none()
    if attempts is None:
        raise StaleState(f"inbox row {row_id} has changed in the meantime")
    return attempts


def quarantine(tx: Tx, row_id: int, *, error: str, now: datetime) -> None:
    """The row is set aside, its body kept, and holds nobody up. StaleState: it was not new."""
    params = {"row_id": row_id, "what": f"{now.isoformat()}: {error}"}
    exactly_one(tx.conn.execute(_QUARANTINE, params), f"inbox row {row_id}")


def count_new(tx: Tx) -> int:
    """How many rows wait, retries too."""
    return tx.conn.execute(_COUNT).scalar_one()


def newest_id(tx: Tx) -> int:
    """The id of the row that came in last; 0 where there is none."""
    return tx.conn.execute(_NEWEST).scalar_one() or 0


def purge(tx: Tx, before: datetime) -> int:
    """Done rows that were received before are forgotten with their update ids; how many."""
    return tx.conn.execute(_PURGE, {"before": before}).rowcount


def _row(tx: Tx, row: Any) -> InboxRow:
    body = tx.unseal(row.person_id, row.body_sealed, _place(row.update_id, row.fingerprint))
    return InboxRow(row.id, row.update_id, row.person_id, body, row.attempts, row.received_at)


def _place(update_id: int, fingerprint: str) -> str:
    return f"inbox.body:{update_id}:{fingerprint}"
