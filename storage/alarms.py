"""Alarms: states of the machine that need somebody's hand, and which admin has been told of them.

Whoever notices one begins it, and ends it once it is over; to a state that goes on both may be said
again and again. ``bot.services.alarms`` tells whoever is admin: once as it begins, at most daily
while it lasts, once as it ends. A new kind is a line in ``Kind``, its texts ``alarm.<kind>`` and
``alarm_over.<kind>`` (of an event: the first alone), and a test. The facts of an alarm fill in its
text; they must never hold a name, a word or an id of a client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa

from storage.statements import insert_new, upsert
from storage.store import Tx
from storage.tables_messages import alarm_tellings, alarms

Kind = Literal[
    "backup_overdue",
    "clock_off",
    "database_damaged",
    "digest_unread",
    "disk_low",
    "foreign_webhook",
    "key_file_lost",
    "log_not_written",
    "outbox_stuck",
    "second_poller",
    "token_refused",
    "trail_head",
    "was_down",
    "webhook_failing",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
EVENTS: frozenset[Kind] = frozenset({"digest_unread", "token_refused", "trail_head", "was_down"})
"""The kinds that are over as soon as they have begun: they are told once, and each time anew."""
Fact = str | int | datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm, from when to when; one that goes on has no end yet."""

    id: int
    kind: Kind
    begun_at: datetime
    ended_at: datetime | None
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Telling:
    """The telling of an alarm to one admin: how often, when last, and whether its end, too."""

    alarm: Alarm
    person_id: int
    times: int
    told_at: datetime
    over_at: datetime | None


_T, _TOLD = alarms.c, alarm_tellings.c
_COLUMNS = (_T.id, _T.kind, _T.begun_at, _T.ended_at, _T.facts)
OPEN = sa.select(*_COLUMNS).where(_T.ended_at.is_(None)).order_by(_T.id)
_OPEN_OF_KIND = OPEN.where(_T.kind == sa.bindparam("kind"))
SINCE = (
    sa.select(*_COLUMNS)
    .where(_T.begun_at >= sa.bindparam("since", type_=_T.begun_at.type))
    .order_by(_T.id)
)
_BEGUN_LAST = (
    sa.select(_T.begun_at).where(_T.kind == sa.bindparam("kind")).order_by(_T.id.desc()).limit(1)
)
UNDER_WAY = (
    sa.select(*_COLUMNS, _TOLD.person_id, _TOLD.times, _TOLD.told_at, _TOLD.over_at)
    .join_from(alarm_tellings, alarms)
    .where(
        sa.or_(
            _TOLD.over_at.is_(None),
            _TOLD.told_at >= sa.bindparam("since", type_=_TOLD.told_at.type),
        )
    )
    .order_by(_TOLD.alarm_id, _TOLD.person_id)
)
_BEGIN = insert_new(alarms, _T.id)
_CHANGE = sa.update(alarms).where(_T.id == sa.bindparam("row_id"))
_END = (
    sa.update(alarms)
    .where(_T.kind == sa.bindparam("of"), _T.ended_at.is_(None))
    .values(ended_at=sa.bindparam("at", type_=_T.ended_at.type))
)
_TELL = upsert(alarm_tellings, ("alarm_id", "person_id"), ("times", "told_at", "over_at"))


def begin(tx: Tx, kind: Kind, *, now: datetime, facts: Mapping[str, Fact] | None = None) -> bool:
    """The alarm is open, with these facts; True where it was not open yet. An event is noted each
    time, and is over at once.
    """
    written = _to_json(facts or {})
    is_event = kind in EVENTS
    values = {
        "kind": kind,
        "begun_at": now,
        "ended_at": now if is_event else None,
        "facts": written,
    }
    if tx.conn.execute(_BEGIN.on(tx.conn), values).first() is not None:
        return True
    found = tx.conn.execute(_OPEN_OF_KIND, {"kind": kind}).one()
    if found.facts != written:
        tx.conn.execute(_CHANGE.values(facts=written), {"row_id": found.id})
    return False


def end(tx: Tx, kind: Kind, *, now: datetime) -> bool:
    """The alarm is over; True where it was open."""
    return tx.conn.execute(_END, {"of": kind, "at": now}).rowcount > 0


def list_open(tx: Tx) -> list[Alarm]:
    """List what goes on, oldest first."""
    return [_alarm(row) for row in tx.conn.execute(OPEN)]


def list_since(tx: Tx, since: datetime) -> list[Alarm]:
    """List what began then or later, oldest first, events among it."""
    return [_alarm(row) for row in tx.conn.execute(SINCE, {"since": since})]


def begun_last(tx: Tx, kind: Kind) -> datetime | None:
    """The time at which one of this kind began last; None: there was none yet."""
    begun: datetime | None = tx.conn.execute(_BEGUN_LAST, {"kind": kind}).scalar()
    return begun


def list_tellings(tx: Tx, since: datetime) -> list[Telling]:
    """List what admins were told since then, or of which they have not been told the end yet."""
    rows = tx.conn.execute(UNDER_WAY, {"since": since})
    return [Telling(_alarm(row[:5]), *row[5:]) for row in rows]


def mark_told(
    tx: Tx, alarm: Alarm, person_id: int, *, times: int, now: datetime, is_end: bool
) -> None:
    """The admin has been told of the alarm so many times; ``is_end``: there is nothing more to
    tell.
    """
    values = {
        "alarm_id": alarm.id,
        "person_id": person_id,
        "times": times,
        "told_at": now,
        "over_at": now if is_end else None,
    }
    tx.conn.execute(_TELL.on(tx.conn), values)


def _alarm(row: Any) -> Alarm:
    alarm_id, kind, begun_at, ended_at, facts = row
    return Alarm(alarm_id, kind, begun_at, ended_at, _from_json(facts))


def _to_json(facts: Mapping[str, Fact]) -> str:
    plain = {
        name: {"at": fact.isoformat()} if isinstance(fact, datetime) else fact
        for name, fact in facts.items()
    }
    return json.dumps(plain, sort_keys=True)


def _from_json(written: str) -> dict[str, Fact]:
    return {
        name: datetime.fromisoformat(fact["at"]) if isinstance(fact, dict) else fact
        for name, fact in json.loads(written).items()
    }
