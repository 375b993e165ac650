"""Consent questions: which matter a care was last asked about, in which wording, and when.

Used by the consent services, so that nothing is asked twice by itself. What was answered stands in
``consents``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.consents import Item
from storage.statements import upsert
from storage.store import Tx
from storage.tables_people import cares, consent_questions


@dataclass(frozen=True, slots=True)
class Asked:
    """The newest asking about one matter."""

    item: Item
    version: str
    asked_at: datetime
    """One moment for all that were asked about in one round."""


_T = consent_questions.c
_SAVE = upsert(consent_questions, ("care_id", "item"), ("version", "asked_at"))
_LIST = sa.select(_T.item, _T.version, _T.asked_at).where(_T.care_id == sa.bindparam("of_care"))


def save(tx: Tx, care_id: int, asked: Asked) -> None:
    """This is the care's newest asking about the matter."""
    values = {
        "care_id": care_id,
        "item": asked.item,
        "version": asked.version,
        "asked_at": asked.asked_at,
    }
    tx.conn.execute(_SAVE.on(tx.conn), values)


def forget_all(tx: Tx, therapist_id: int, item: Item) -> None:
    """No client of the therapist was asked about the matter: it is another one from now on."""
    own = sa.select(cares.c.id).where(cares.c.therapist_id == therapist_id)
    tx.conn.execute(sa.delete(consent_questions).where(_T.care_id.in_(own), _T.item == item))


def list_(tx: Tx, care_id: int) -> list[Asked]:
    """The newest asking about each matter of which the care was asked."""
    return [Asked(*row) for row in tx.conn.execute(_LIST, {"of_care": care_id})]
