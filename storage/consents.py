"""Consents: which text a client agreed to, by which update, and when it was taken back.

Used by onboarding. A consent is revoked, never deleted or rewritten: it must stay provable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from flows.languages import Language
from storage.store import Tx
from storage.tables_people import cares, consents

Item = Literal[
    "answers", "alerts", "deputy", "supervisor", "receipts", "supervisor_view", "deputy_view"
]
"""The matters agreed to: that answers are stored and shown to the therapist; that the therapist is
told at once of hard words; that a deputy is, too; that the therapist may talk about the answers
with a supervisor; that the client is told when they were read; that the therapist's supervisor may
look at them here, without name and words; that a deputy may read their part of the digests of a
leave, with alias and words."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent in force: to which text, in which language, since when."""

    item: Item
    version: str
    text_hash: str
    language: Language
    given_at: datetime


_CONSENT = sa.select(
    *(consents.c.item, consents.c.version, consents.c.text_hash),
    *(consents.c.language, consents.c.given_at),
)
_IN_FORCE = _CONSENT.where(
    consents.c.care_id == sa.bindparam("care_id"),
    consents.c.item == sa.bindparam("item"),
    consents.c.revoked_at.is_(None),
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
    item: Item = "answers",
) -> None:
    """A consent in force since ``now``; an earlier one of this care to the same has ended."""
    revoke(tx, care_id, now, item=item)
    values = {
        "care_id": care_id,
        "item": item,
        "version": version,
        "text_hash": text_hash,
        "language": language,
        "update_id": update_id,
        "given_at": now,
    }
    tx.conn.execute(sa.insert(consents), values)


def revoke(tx: Tx, care_id: int, now: datetime, *, item: Item | None = None) -> bool:
    """No consent to the item is in force, or to anything at all; True if one was."""
    in_force = sa.update(consents).where(*_in_force(care_id))
    if item is not None:
        in_force = in_force.where(consents.c.item == item)
    return tx.conn.execute(in_force.values(revoked_at=now)).rowcount > 0


def revoke_all(tx: Tx, therapist_id: int, item: Item, now: datetime) -> None:
    """No client of the therapist agrees to the item any more."""
    own = sa.select(cares.c.id).where(cares.c.therapist_id == therapist_id)
    in_force = sa.update(consents).where(
        consents.c.care_id.in_(own), consents.c.item == item, consents.c.revoked_at.is_(None)
    )
    tx.conn.execute(in_force.values(revoked_at=now))


def find_in_force(tx: Tx, care_id: int, item: Item) -> Consent | None:
    """The consent to the item that the client has given and not taken back."""
    row = tx.conn.execute(_IN_FORCE, {"care_id": care_id, "item": item}).one_or_none()
    return None if row is None else Consent(*row)


def list_in_force(tx: Tx, therapist_id: int, item: Item) -> dict[int, Consent]:
    """The consents to the item of the therapist's clients that are in force, by care."""
    own = sa.select(cares.c.id).where(cares.c.therapist_id == therapist_id)
    found = _CONSENT.add_columns(consents.c.care_id).where(
        consents.c.care_id.in_(own), consents.c.item == item, consents.c.revoked_at.is_(None)
    )
    return {row.care_id: Consent(*row[:5]) for row in tx.conn.execute(found)}


def is_in_force(tx: Tx, care_id: int, item: Item) -> bool:
    """True where the client has agreed to the item and has not taken it back."""
    found = sa.select(consents.c.id).where(*_in_force(care_id), consents.c.item == item)
    return tx.conn.execute(found).first() is not None


def _in_force(care_id: int) -> tuple[Any, ...]:
    return consents.c.care_id == care_id, consents.c.revoked_at.is_(None)
