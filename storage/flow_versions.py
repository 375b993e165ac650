"""Flow versions: published texts under their fingerprints, and which one is current.

Used by publishing and by every check-in, which finishes in the version in which it began. A text is
never changed or removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import audit
from storage.errors import NotFound
from storage.statements import insert_new, upsert
from storage.store import Tx
from storage.tables import current_flows, flow_versions


@dataclass(frozen=True, slots=True)
class Current:
    """The version in which new check-ins of a flow begin."""

    flow_id: str
    fingerprint: str


_KEEP = insert_new(flow_versions, flow_versions.c.fingerprint)
_MAKE_CURRENT = upsert(current_flows, ("flow_id",), ("fingerprint", "published_at"))
_CURRENT = sa.select(current_flows.c.flow_id, current_flows.c.fingerprint).order_by(
    current_flows.c.flow_id
)
_TEXT = sa.select(flow_versions.c.text).where(
    flow_versions.c.fingerprint == sa.bindparam("fingerprint")
)


def publish(
    tx: Tx, *, flow_id: str, fingerprint: str, text: str, now: datetime, who: str, why: str
) -> bool:
    """The version is kept and current; True, with an audit row, if it was not current before."""
    if Current(flow_id, fingerprint) in list_current(tx):
        return False
    kept = {"flow_id": flow_id, "fingerprint": fingerprint, "text": text, "added_at": now}
    tx.conn.execute(_KEEP.on(tx.conn), kept)
    current = {"flow_id": flow_id, "fingerprint": fingerprint, "published_at": now}
    tx.conn.execute(_MAKE_CURRENT.on(tx.conn), current)
    audit.add(
        tx, now=now, actor=who, action="publish", subject=flow_id, detail=f"{fingerprint}: {why}"
    )
    return True


def list_current(tx: Tx) -> list[Current]:
    """The current version of every flow, by flow id."""
    return [Current(*row) for row in tx.conn.execute(_CURRENT)]


def load_text(tx: Tx, fingerprint: str) -> str:
    """The text as published. NotFound: no such version."""
    text = tx.conn.execute(_TEXT, {"fingerprint": fingerprint}).scalar_one_or_none()
    if text is None:
        raise NotFound(f"there is no flow version {fingerprint}")
    return str(text)
