"""Finds what waits to leave to the people of the practice, so that what it says of somebody who is
erased, or has taken back a yes, does not leave any more. Used by the eraser and by consent.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from storage.outbox_rows import Kind, MessageClass, place
from storage.statements import is_word
from storage.store import Tx
from storage.tables_messages import outbox
from storage.tables_people import people


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued message to somebody of the practice."""

    id: int
    person_id: int
    message_class: MessageClass
    kind: Kind
    dedupe_key: str
    digest_id: int | None
    body: str = field(repr=False)


_T = outbox.c
_QUEUED = (
    sa.select(
        _T.id,
        _T.person_id,
        _T.message_class,
        _T.kind,
        _T.dedupe_key,
        _T.digest_id,
        _T.body_sealed,
        _T.sealed_for,
    )
    .join(people, people.c.id == _T.person_id)
    # every lane is named so that the index of what is due serves
    .where(
        is_word(_T.state, "queued"),
        is_word(_T.lane, "reply", "notice"),
        people.c.role != "client",
    )
    .order_by(_T.id)
)


def list_waiting(tx: Tx) -> list[Waiting]:
    """List what is queued for therapists and admins, in order, opened."""
    rows = tx.conn.execute(_QUEUED).all()
    tx.fetch_keys(row.sealed_for for row in rows)
    return [
        Waiting(*row[:6], tx.unseal(row.sealed_for, row.body_sealed, place(row.dedupe_key)))
        for row in rows
        if tx.has_key(row.sealed_for)
    ]


def say_instead(tx: Tx, waiting: Waiting, body: str) -> None:
    """The message says this, when it leaves."""
    owner = tx.conn.execute(sa.select(_T.sealed_for).where(_T.id == waiting.id)).scalar_one()
    sealed = tx.seal(owner, body, place(waiting.dedupe_key))
    tx.conn.execute(sa.update(outbox).where(_T.id == waiting.id).values(body_sealed=sealed))
