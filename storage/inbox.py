"""Inbox: updates that Telegram handed over, on disk before Telegram is told so.

Used by the receiver, the handler, the keeper and the command line. Bodies are sealed under the
sender's key and erased when the row is done. A stranger's update must never get here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.errors import StaleState
from storage.runs import WHOLE, Share, bound, is_in_share
from storage.statements import exactly_one, insert_new, is_word
from storage.store import Tx
from storage.tables_messages import inbox
from storage.tables_people import people


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
    is_clients: bool = False
    """True where a client sent it: what follows from it is about that client."""

    def __repr__(self) -> str:
        return f"InboxRow({self.id}, update {self.update_id}, attempts {self.attempts})"


@dataclass(frozen=True, slots=True)
class SetAside:
    """An update whose handling was given up; ``body`` None where its sender was erased."""

    id: int
    person_id: int | None
    received_at: datetime
    attempts: int
    error: str | None
    body: str | None

    def __repr__(self) -> str:
        return f"SetAside({self.id}, …)"


_T = inbox.c
_NEW = is_word(_T.state, "new")
_ADD = insert_new(inbox, _T.id)
_IS_KEPT = sa.select(_T.id).where(_T.id == sa.bindparam("row_id"))
_earlier = inbox.alias("earlier")
_HELD_BACK = sa.exists().where(
    _earlier.c.person_id == _T.person_id,
    _earlier.c.id < _T.id,
    is_word(_earlier.c.state, "new"),
    _earlier.c.not_before > sa.bindparam("now"),
)
_TO_HANDLE = (_NEW, _T.not_before <= sa.bindparam("now"), ~_HELD_BACK)
_LIST = (
    sa.select(
        _T.id,
        _T.update_id,
        _T.fingerprint,
        _T.person_id,
        _T.body_sealed,
        _T.attempts,
        _T.received_at,
        people.c.role,
    )
    .select_from(inbox.outerjoin(people, people.c.id == _T.person_id))
    .where(
        *_TO_HANDLE,
        _T.id > sa.bindparam("after_id"),
        is_in_share(_T.person_id, _T.not_before),
    )
    .order_by(_T.id)
    .limit(sa.bindparam("most"))
)
_STILL_NEW = sa.select(_T.id).where(*_TO_HANDLE, _T.id.in_(sa.bindparam("ids", expanding=True)))
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
_ASIDE = is_word(_T.state, "quarantined")
_LIST_ASIDE = (
    sa.select(
        _T.id,
        _T.update_id,
        _T.fingerprint,
        _T.person_id,
        _T.body_sealed,
        _T.received_at,
        _T.attempts,
        _T.error,
    )
    .where(_ASIDE)
    .order_by(_T.id)
)
_THIS_ASIDE = (_T.id == sa.bindparam("row_id"), _ASIDE)
_ANEW = (
    sa.update(inbox)
    .where(*_THIS_ASIDE)
    .values(state="new", attempts=0, error=sa.null(), not_before=sa.bindparam("at"))
)
_REMOVE = sa.update(inbox).where(*_THIS_ASIDE).values(state="done", body_sealed=sa.null())
_SENDERS = (
    sa.select(_T.person_id)
    .where(_NEW, _T.person_id.in_(sa.bindparam("people", expanding=True)))
    .distinct()
)
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


def list_new(
    tx: Tx, *, now: datetime, limit: int, after_id: int = 0, share: Share = WHOLE
) -> list[InboxRow]:
    """Rows to handle now, as received. A row waits while an earlier one of its person does. Of
    ``share``, and those that are late.
    """
    params = {"now": now, "after_id": after_id, "most": limit} | bound(share, now)
    rows = tx.conn.execute(_LIST, params).all()
    tx.fetch_keys(row.person_id for row in rows)
    return [_row(tx, row) for row in rows if tx.has_key(row.person_id)]


def still_new(tx: Tx, row_ids: Iterable[int], now: datetime) -> set[int]:
    """Those of these rows that are still to be handled now: another run may have been there."""
    return set(tx.conn.execute(_STILL_NEW, {"ids": list(row_ids), "now": now}).scalars())


def mark_done(tx: Tx, row_id: int) -> None:
    """The row is handled, its body gone. StaleState: it was not new any more."""
    exactly_one(tx.conn.execute(_DONE, {"row_id": row_id}), f"inbox row {row_id}")


def is_kept(tx: Tx, row_id: int) -> bool:
    """False for a row that went with its sender, who was erased."""
    return tx.conn.execute(_IS_KEPT, {"row_id": row_id}).first() is not None


def has_others(tx: Tx, person_id: int, *, update_id: int) -> bool:
    """True if something else than this update of the person waits to be handled."""
    others = sa.select(_T.id).where(_NEW, _T.person_id == person_id, _T.update_id != update_id)
    return tx.conn.execute(others.limit(1)).first() is not None


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


def list_set_aside(tx: Tx) -> list[SetAside]:
    """List what was set aside and not removed since, oldest first."""
    rows = tx.conn.execute(_LIST_ASIDE).all()
    tx.fetch_keys(row.person_id for row in rows if row.person_id is not None)
    return [
        SetAside(row.id, row.person_id, row.received_at, row.attempts, row.error, _body(tx, row))
        for row in rows
    ]


def retry(tx: Tx, row_id: int, now: datetime) -> None:
    """The row waits to be handled as if it had just come in. StaleState: it was not set aside."""
    exactly_one(tx.conn.execute(_ANEW, {"row_id": row_id, "at": now}), f"inbox row {row_id}")


def remove(tx: Tx, row_id: int) -> None:
    """The row is done with and its body gone. StaleState: it was not set aside."""
    exactly_one(tx.conn.execute(_REMOVE, {"row_id": row_id}), f"inbox row {row_id}")


def count_new(tx: Tx) -> int:
    """Count the rows that wait, retries too."""
    return tx.conn.execute(_COUNT).scalar_one()


def list_senders(tx: Tx, person_ids: Iterable[int]) -> set[int]:
    """Those of these people of whom something waits to be handled."""
    return set(tx.conn.execute(_SENDERS, {"people": list(person_ids)}).scalars())


def newest_id(tx: Tx) -> int:
    """The id of the row that came in last; 0 where there is none."""
    return tx.conn.execute(_NEWEST).scalar_one() or 0


def purge(tx: Tx, before: datetime) -> int:
    """Done rows that were received before are forgotten with their update ids; how many."""
    return tx.conn.execute(_PURGE, {"before": before}).rowcount


def _body(tx: Tx, row: Any) -> str | None:
    if row.body_sealed is None or not tx.has_key(row.person_id):
        return None
    return tx.unseal(row.person_id, row.body_sealed, _place(row.update_id, row.fingerprint))


def _row(tx: Tx, row: Any) -> InboxRow:
    body = tx.unseal(row.person_id, row.body_sealed, _place(row.update_id, row.fingerprint))
    values = (row.id, row.update_id, row.person_id, body, row.attempts, row.received_at)
    return InboxRow(*values, is_clients=row.role == "client")


def _place(update_id: int, fingerprint: str) -> str:
    return f"inbox.body:{update_id}:{fingerprint}"
