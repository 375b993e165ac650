"""Consents: which text a client agreed to, by which update, and when it was taken back.

Used by onboarding. A consent is revoked, never deleted or rewritten: it must stay provable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from flows.languages import Language
from storage.statements import new_id
from storage.store import Tx
from storage.tables import consents


@dataclass(frozen=True, slots=True)
class Consent:
    """A client's agreement to one version of the text."""

    id: int
    care_id: int
    version: str
    text_hash: str
    language: Language
    update_id: int | None
    given_at: datetime
    revoked_at: datetime | None


_COLUMNS = (
    consents.c.id,
    consents.c.care_id,
    consents.c.version,
    consents.c.text_hash,
    consents.c.language,
    consents.c.update_id,
    consents.c.given_at,
    consents.c.revoked_at,
)
_CURRENT = sa.select(*_COLUMNS).where(
    consents.c.care_id == sa.bindparam("care_id"), consents.c.revoked_at.is_(None)
)


def add(
    tx: Tx,
    *,
    care_id: int,
    version: str,
    text_hash: str,
    language: Language,
    update_id: int | None,
    now: datetime,
) -> Consent:
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
    consent_id = new_id(tx.conn, sa.insert(consents), values)
    return Consent(consent_id, care_id, version, text_hash, language, update_id, now, None)


def find_current(tx: Tx, care_id: int) -> Consent | None:
    """The consent that is in force."""
    row = tx.conn.execute(_CURRENT, {"care_id": care_id}).one_or_none()
    return None if row is None else Consent(*row)


def revoke(tx: Tx, care_id: int, now: datetime) -> bool:
    """No consent is in force; True if one was."""
    in_force = sa.update(consents).where(
        consents.c.care_id == care_id, consents.c.revoked_at.is_(None)
    )
    return tx.conn.execute(in_force.values(revoked_at=now)).rowcount > 0
