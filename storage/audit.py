"""The audit trail: who did what, to what, when. Used by services and commands.

Append-only: triggers refuse UPDATE and DELETE. It must never hold client text or a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.store import Tx
from storage.tables_people import audit


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that was done."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


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


def add(tx: Tx, *, now: datetime, actor: str, action: str, subject: str, detail: str = "") -> None:
    """It is written down; ids and codes only, never names or words."""
    values = {"at": now, "actor": actor, "action": action, "subject": subject, "detail": detail}
    tx.conn.execute(_ADD, values)


def list_(tx: Tx, limit: int) -> list[AuditRow]:
    """The newest rows, newest first."""
    query = sa.select(*_COLUMNS).order_by(audit.c.id.desc()).limit(limit)
    return [AuditRow(*row) for row in tx.conn.execute(query)]


def list_about(tx: Tx, code: str, *, since: datetime) -> list[AuditRow]:
    """List what was done about the person with this code since then, oldest first."""
    rows = tx.conn.execute(_ABOUT, {"code": code, "since": since})
    return [AuditRow(*row) for row in rows]
