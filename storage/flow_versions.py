"""Flow versions: published texts under their fingerprints, and which one is current.

Used by publishing and by every check-in, which finishes in the version in which it began. A text is
never changed or removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from storage import audit, enrolments
from storage.errors import NotFound
from storage.statements import insert_new, upsert
from storage.store import Tx
from storage.tables_check_ins import check_ins
from storage.tables_people import audit as audit_rows
from storage.tables_planning import current_flows, flow_versions

Action = Literal["publish", "rollback"]
"""The way in which a version became current, as the audit log has it."""
RETIRE = "retire"
"""The way in which it ceased to be."""


@dataclass(frozen=True, slots=True)
class Current:
    """The version in which new check-ins of a flow begin."""

    flow_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One time at which a version became current, or was retired: when, by whom and why."""

    flow_id: str
    fingerprint: str
    at: datetime
    who: str
    why: str
    action: Literal["publish", "rollback", "retire"]
    is_current: bool
    """True for the newest row of each flow, unless it was retired."""


_KEEP = insert_new(flow_versions, flow_versions.c.fingerprint)
_MAKE_CURRENT = upsert(current_flows, ("flow_id",), ("fingerprint", "published_at"))
_CURRENT = sa.select(current_flows.c.flow_id, current_flows.c.fingerprint).order_by(
    current_flows.c.flow_id
)
_TEXT = sa.select(flow_versions.c.text).where(
    flow_versions.c.fingerprint == sa.bindparam("fingerprint")
)


def publish(
    tx: Tx,
    *,
    flow_id: str,
    fingerprint: str,
    text: str,
    now: datetime,
    who: str,
    why: str,
    action: Action = "publish",
) -> bool:
    """The version is kept and current; True, with an audit row, if it was not current before."""
    if Current(flow_id, fingerprint) in list_current(tx):
        return False
    kept = {"flow_id": flow_id, "fingerprint": fingerprint, "text": text, "added_at": now}
    tx.conn.execute(_KEEP.on(tx.conn), kept)
    current = {"flow_id": flow_id, "fingerprint": fingerprint, "published_at": now}
    tx.conn.execute(_MAKE_CURRENT.on(tx.conn), current)
    enrolments.mark_unplanned(tx, flow_id)
    audit.add(
        tx, now=now, actor=who, action=action, subject=flow_id, detail=f"{fingerprint}: {why}"
    )
    return True


def retire(tx: Tx, flow_id: str, *, now: datetime, who: str, why: str) -> str | None:
    """The flow has no current version any more; the one that it had, or None if there was none.

    No new check-in begins in it; what is under way finishes, and its versions are kept.
    """
    fingerprint = next((c.fingerprint for c in list_current(tx) if c.flow_id == flow_id), None)
    if fingerprint is not None:
        tx.conn.execute(sa.delete(current_flows).where(current_flows.c.flow_id == flow_id))
        detail = f"{fingerprint}: {why}"
        audit.add(tx, now=now, actor=who, action=RETIRE, subject=flow_id, detail=detail)
    return fingerprint


def list_current(tx: Tx) -> list[Current]:
    """The current version of every flow, by flow id."""
    return [Current(*row) for row in tx.conn.execute(_CURRENT)]


def list_fingerprints(tx: Tx) -> list[str]:
    """Every version that was ever published, the oldest first."""
    query = sa.select(flow_versions.c.fingerprint).order_by(
        flow_versions.c.added_at, flow_versions.c.fingerprint
    )
    return list(tx.conn.execute(query).scalars())


def load_text(tx: Tx, fingerprint: str) -> str:
    """The text as published. NotFound: no such version."""
    text = tx.conn.execute(_TEXT, {"fingerprint": fingerprint}).scalar_one_or_none()
    if text is None:
        raise NotFound(f"there is no flow version {fingerprint}")
    return str(text)


def list_history(tx: Tx, flow_id: str | None = None) -> list[Publication]:
    """Every publication, rollback and retirement, of one flow or of all, newest first, from the
    audit log.
    """
    query = (
        sa.select(
            audit_rows.c.subject,
            audit_rows.c.detail,
            audit_rows.c.at,
            audit_rows.c.actor,
            audit_rows.c.action,
        )
        .where(audit_rows.c.action.in_(("publish", "rollback", RETIRE)))
        .order_by(audit_rows.c.id.desc())
    )
    if flow_id is not None:
        query = query.where(audit_rows.c.subject == flow_id)
    seen: set[str] = set()
    found = []
    for subject, detail, at, actor, action in tx.conn.execute(query):
        fingerprint, _, why = detail.partition(": ")
        is_current = subject not in seen and action != RETIRE
        seen.add(subject)
        found.append(Publication(subject, fingerprint, at, actor, why, action, is_current))
    return found


def count_under_way(tx: Tx, flow_id: str) -> dict[str, int]:
    """Count the open check-ins of the flow by the version in which they began."""
    query = (
        sa.select(check_ins.c.fingerprint, sa.func.count())
        .where(check_ins.c.flow_id == flow_id, check_ins.c.status == "open")
        .group_by(check_ins.c.fingerprint)
    )
    return {str(version): int(count) for version, count in tx.conn.execute(query)}
