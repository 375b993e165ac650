"""The audit trail: who did what, to what, when. Used by services and commands.

Append-only: triggers refuse UPDATE and DELETE, and each row carries a mark that covers the one
before, so that a row which was changed, removed, put in or moved is found. It must never hold
client text or a name: codes and ids only, so that an erasing leaves it whole.

    mark = HMAC-SHA256(audit key, mark before + row), the audit key being derived from the index
    key, which a new master key leaves as it is; rows from before there were marks are covered by
    the first mark.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from storage.store import Tx
from storage.tables_people import audit

MARK_SHOWN = 12
"""Hexadecimal digits of a mark in what is published: 48 bits, which nobody can aim at."""
_ONE_AT_A_TIME = 0xA0D17  # any constant: writers on PostgreSQL wait for each other
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that was done."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row of the trail: whoever knows it can tell that nothing was cut off behind it."""

    id: int
    mark: str
    """The first hexadecimal digits of its mark."""

    def __str__(self) -> str:
        return f"{self.id}-{self.mark}"


@dataclass(frozen=True, slots=True)
class Verified:
    """The state in which the trail was found."""

    rows: int
    unmarked: int
    """Rows from before there were marks; the first mark covers them."""
    broken_at: int | None
    """The first row that does not follow from those before it; None: all do."""
    head_is_there: bool
    """False where the published head that was asked for is not in the trail."""

    @property
    def is_whole(self) -> bool:
        """True where nothing was changed, removed, put in, moved or cut off."""
        return self.broken_at is None and self.head_is_there


_COLUMNS = (
    audit.c.id,
    audit.c.at,
    audit.c.actor,
    audit.c.action,
    audit.c.subject,
    audit.c.detail,
)
_ADD = sa.insert(audit)
_ABOUT = (
    sa.select(*_COLUMNS)
    .where(audit.c.subject == sa.bindparam("code"), audit.c.at >= sa.bindparam("since"))
    .order_by(audit.c.id)
)
_NEWEST = sa.select(audit.c.id, audit.c.mark).order_by(audit.c.id.desc()).limit(1)
_AFTER = (
    sa.select(*_COLUMNS, audit.c.mark)
    .where(audit.c.id > sa.bindparam("after"))
    .order_by(audit.c.id)
    .limit(_PAGE)
)


def add(tx: Tx, *, now: datetime, actor: str, action: str, subject: str, detail: str = "") -> None:
    """It is written down when the transaction ends; ids and codes only, never names or words."""
    values = {"at": now, "actor": actor, "action": action, "subject": subject, "detail": detail}
    tx.at_end(_append, values)


def list_(tx: Tx, limit: int) -> list[AuditRow]:
    """The newest rows, newest first."""
    tx.settle()
    query = sa.select(*_COLUMNS).order_by(audit.c.id.desc()).limit(limit)
    return [AuditRow(*row) for row in tx.conn.execute(query)]


def list_about(tx: Tx, code: str, *, since: datetime) -> list[AuditRow]:
    """List what was done about the person with this code since then, oldest first."""
    tx.settle()
    rows = tx.conn.execute(_ABOUT, {"code": code, "since": since})
    return [AuditRow(*row) for row in rows]


def head(tx: Tx) -> Head | None:
    """The newest row, to be published where nobody who could cut the trail can change it; None: it
    is empty, or nothing was added since there are marks.
    """
    tx.settle()
    newest = tx.conn.execute(_NEWEST).one_or_none()
    if newest is None or newest.mark is None:
        return None
    return Head(newest.id, bytes(newest.mark).hex()[:MARK_SHOWN])


def read_head(text: str) -> Head | None:
    """A head as it was published; None: that is none."""
    number, _, mark = text.strip().lower().partition("-")
    is_one = number.isdecimal() and len(mark) == MARK_SHOWN and set(mark) <= set("0123456789abcdef")
    return Head(int(number), mark) if is_one else None


def verify(tx: Tx, published: Iterable[Head] = ()) -> Verified:
    """Compute every mark anew, a page of rows at a time, and look for the published heads."""
    unmarked, digest, mark = 0, hashlib.sha256(), b""
    rows, after, broken = 0, 0, None
    missing = {each.id: each.mark for each in published}
    while page := tx.conn.execute(_AFTER, {"after": after}).all():
        for row in page:
            rows, after = rows + 1, row.id
            if row.mark is None and not mark:
                unmarked += 1
                digest.update(_spelt(row[1:6]))
                continue
            mark = mark or digest.digest()
            expected = _mark(tx, mark, row[1:6])
            is_right = row.mark is not None and hmac.compare_digest(expected, bytes(row.mark))
            if not is_right and broken is None:
                broken = row.id
            if missing.get(row.id) == expected.hex()[:MARK_SHOWN] and is_right:
                del missing[row.id]
            mark = expected
    return Verified(rows, unmarked, broken, not missing)


def _append(tx: Tx, added: list[dict[str, Any]]) -> None:
    """Add the rows of this transaction behind the newest. It comes last in the transaction, so that
    whoever waits for the lock holds nobody else up.
    """
    if tx.conn.dialect.name == "postgresql":
        lock = sa.text("SELECT pg_advisory_xact_lock(:number)")
        tx.conn.execute(lock, {"number": _ONE_AT_A_TIME})
    newest = tx.conn.execute(_NEWEST).one_or_none()
    mark = bytes(newest.mark) if newest is not None and newest.mark is not None else _first(tx)
    for values in added:
        mark = _mark(tx, mark, tuple(values.values()))
        tx.conn.execute(_ADD, {**values, "mark": mark})


def _first(tx: Tx) -> bytes:
    """Return what the first mark covers: all rows from before there were marks."""
    digest, after = hashlib.sha256(), 0
    while page := tx.conn.execute(_AFTER, {"after": after}).all():
        for row in page:
            digest.update(_spelt(row[1:6]))
        after = page[-1].id
    return digest.digest()


def _mark(tx: Tx, before: bytes, row: Sequence[Any]) -> bytes:
    return hmac.digest(tx.audit_key, before + _spelt(row), "sha256")


def _spelt(row: Sequence[Any]) -> bytes:
    """At, actor, action, subject and detail as JSON, so that no field runs over into the next."""
    at, *rest = row
    return json.dumps([at.astimezone(UTC).isoformat(), *rest]).encode() + b"\n"
