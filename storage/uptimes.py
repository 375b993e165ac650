"""Uptimes: from when to when the bot was up, so that nobody is blamed for its being away.

Used by the services of outages and by the digest. One row a stretch, drawn out as time goes by: a
write a minute, and nothing at all about people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa

from flows.signals.gaps import BotAway
from storage.statements import exactly_one, new_id
from storage.store import Tx
from storage.tables_messages import uptimes


@dataclass(frozen=True, slots=True)
class ToTell:
    """People who are still to learn of an outage: those whose id is above ``after_id``."""

    uptime_id: int
    away: BotAway
    after_id: int


_T = uptimes.c
_LAST = sa.select(_T.id, _T.until_at).order_by(_T.id.desc()).limit(1)
_LATEST = sa.select(_T.from_at, _T.until_at).order_by(_T.id.desc()).limit(2)
_DRAW_OUT = (
    sa.update(uptimes)
    .where(_T.id == sa.bindparam("row_id"))
    .values(until_at=sa.bindparam("to", type_=_T.until_at.type))
)
_ADD = sa.insert(uptimes)
_SINCE = (
    sa.select(_T.from_at, _T.until_at)
    .where(_T.until_at > sa.bindparam("since", type_=_T.until_at.type))
    .order_by(_T.id)
)
_BEFORE = (
    sa.select(_T.from_at, _T.until_at)
    .where(_T.until_at <= sa.bindparam("since", type_=_T.until_at.type))
    .order_by(_T.id.desc())
    .limit(1)
)
_TO_TELL = (
    sa.select(_T.id, _T.from_at, _T.told_after)
    .where(_T.told_after.is_not(None))
    .order_by(_T.id)
    .limit(1)
)
_ENDED_BEFORE = sa.select(sa.func.max(_T.until_at)).where(_T.id < sa.bindparam("row_id"))
_TOLD = (
    sa.update(uptimes)
    .where(_T.id == sa.bindparam("row_id"))
    .values(told_after=sa.bindparam("told", type_=sa.Integer))
)


def go_on(tx: Tx, now: datetime, *, silence: timedelta) -> BotAway | None:
    """The bot is up as of ``now``. After a longer ``silence`` that begins a new stretch, and the
    time in between is returned; its people are still to be told.
    """
    last = tx.conn.execute(_LAST).first()
    if last is not None and now - last.until_at <= silence:
        if now > last.until_at:
            tx.conn.execute(_DRAW_OUT, {"row_id": last.id, "to": now})
        return None
    new_id(
        tx.conn,
        _ADD,
        {"from_at": now, "until_at": now, "told_after": None if last is None else 0},
    )
    return None if last is None else BotAway(last.until_at, now)


def list_away(tx: Tx, since: datetime, until: datetime) -> list[BotAway]:
    """List when the bot was away between these moments, oldest first, with the true ends."""
    rows = [*tx.conn.execute(_BEFORE, {"since": since}), *tx.conn.execute(_SINCE, {"since": since})]
    return [
        BotAway(before.until_at, after.from_at)
        for before, after in pairwise(rows)
        if before.until_at < until and after.from_at > since
    ]


def find_latest_away(tx: Tx) -> BotAway | None:
    """The last time that the bot was away."""
    newest = tx.conn.execute(_LATEST).all()
    return BotAway(newest[1].until_at, newest[0].from_at) if len(newest) > 1 else None


def find_up_since(tx: Tx) -> datetime | None:
    """The time since which the bot is up without a break; None: it was never up."""
    newest = tx.conn.execute(_LATEST).first()
    return None if newest is None else newest.from_at


def find_to_tell(tx: Tx) -> ToTell | None:
    """The oldest outage of which not everybody has been told."""
    found = tx.conn.execute(_TO_TELL).first()
    if found is None:
        return None
    ended: datetime = tx.conn.execute(_ENDED_BEFORE, {"row_id": found.id}).scalar_one()
    return ToTell(found.id, BotAway(ended, found.from_at), found.told_after)


def mark_told(tx: Tx, uptime_id: int, after_id: int | None) -> None:
    """People up to ``after_id`` have been told; None: everybody who is to be told."""
    told = tx.conn.execute(_TOLD, {"row_id": uptime_id, "told": after_id})
    exactly_one(told, f"uptime {uptime_id}")
