"""Counts what waits and what is in doubt, without anybody's id.

Used by the page of figures that a monitoring program reads. It must never name a person or a chat.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.statements import is_word
from storage.store import Tx
from storage.tables_messages import alarms, inbox, outbox


@dataclass(frozen=True, slots=True)
class Gauges:
    """Everything that there is at one moment."""

    inbox: dict[str, int]
    """Updates that came in, by state: new ones and those set aside."""
    inbox_oldest_at: datetime | None
    """The time at which the oldest new update came."""
    outbox: dict[tuple[str, str], int]
    """Messages that wait or did not arrive for sure, by class and state."""
    outbox_oldest_at: datetime | None
    """The time at which the oldest waiting message was to leave."""
    alarms: tuple[str, ...]
    """The kinds of alarms that go on."""


_IN, _OUT = inbox.c, outbox.c
_WAITS = is_word(_OUT.state, "queued", "claimed")
_INBOX = sa.select(sa.func.count(), sa.func.min(_IN.received_at)).where(is_word(_IN.state, "new"))
_ASIDE = sa.select(sa.func.count()).where(is_word(_IN.state, "quarantined"))
_OUTBOX = (
    sa.select(_OUT.message_class, _OUT.state, sa.func.count())
    .where(sa.or_(_WAITS, is_word(_OUT.state, "refused", "uncertain", "dropped")))
    .group_by(_OUT.message_class, _OUT.state)
)
_OLDEST = sa.select(sa.func.min(_OUT.not_before)).where(_WAITS)
_ALARMS = sa.select(alarms.c.kind).where(alarms.c.ended_at.is_(None)).order_by(alarms.c.kind)


def count(tx: Tx) -> Gauges:
    """Count all of it now."""
    new, oldest_at = tx.conn.execute(_INBOX).one()
    aside = tx.conn.execute(_ASIDE).scalar_one()
    return Gauges(
        inbox={"new": new, "quarantined": aside},
        inbox_oldest_at=oldest_at,
        outbox={(word, state): each for word, state, each in tx.conn.execute(_OUTBOX)},
        outbox_oldest_at=tx.conn.execute(_OLDEST).scalar_one(),
        alarms=tuple(tx.conn.execute(_ALARMS).scalars()),
    )
