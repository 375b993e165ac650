"""Consents: which text a client agreed to, by which update, and when it was taken back.

Used by onboarding. A consent is revoked, never deleted or rewritten: it must stay provable.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from flows.languages import Language
from storage.store import Tx
from storage.tables import consents


def add(
    tx: Tx,
    *,
    care_id: int,
    version: str,
    text_hash: str,
    language: Language,
    update_id: int | None,
    now: datetime,
) -> None:
    """A consent in force since ``now``; an earlier one of this care has ended."""
    revoke(tx, care_id, now)
    values = {
        "care_id": care_id,
        "version": version,
        "text_hash": text_hash,
        "language": language,
        "update_id": update_id,
        "given_at": now,
    }
    tx.conn.execute(sa.insert(consents), values)


def revoke(tx: Tx, care_id: int, now: datetime) -> bool:
    """No consent is in force; True if one was."""
    in_force = sa.update(consents).where(
        consents.c.care_id == care_id, consents.c.revoked_at.is_(None)
    )
    return tx.conn.execute(in_force.values(revoked_at=now)).rowcount > 0
