"""Plans the therapy sessions of regular times, some weeks ahead, and what belongs to each.

Used by the ticker and where a regular time is set. It never plans one in the past, nor a second one
on a day for which somebody entered another: that one holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.services.planning import following
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import cares, days_off, people, regular_times, therapy_sessions
from storage.regular_times import StoredRegularTime
from storage.therapy_sessions import TherapySession

AHEAD = timedelta(days=28)
"""The time ahead for which therapy sessions are planned."""
REPLAN = timedelta(days=21)
"""A plan that reaches less far than this is continued."""
CHUNK = 2
"""Regular times a transaction: four therapy sessions each, some milliseconds for one."""


def plan_ahead(work: Work) -> bool:
    """Continue some plans that run short; True if there may be more."""
    short = _short(work, CHUNK)
    for each in short:
        plan(work, each)
    return len(short) == CHUNK


def planned_before(work: Work) -> date:
    """The day; sessions of a regular time that are planned less far run short."""
    return work.now.astimezone(work.practice.zone).date() + REPLAN


def _short(work: Work, limit: int) -> list[StoredRegularTime]:
    return regular_times.list_to_plan(work.tx, before=planned_before(work), limit=limit)


def plan(work: Work, regular: StoredRegularTime) -> None:
    """The therapy sessions of a regular time are planned as far as they are to be, at its wall time
    by the therapist's clock as it is now. Planning again adds nothing; what somebody moved or
    called off stays so.
    """
    care = cares.load(work.tx, regular.care_id)
    local = zone(people.load(work.tx, care.therapist_id).zone)
    today = work.now.astimezone(local).date()
    last = today + AHEAD
    done = regular.sessions_until
    known = therapy_sessions.list_for_care(work.tx, care.id, since=work.now - timedelta(days=1))
    off = days_off.list_running(work.tx, care.therapist_id, since=today)
    for day in regular.time.dates(today if done is None else done + timedelta(days=1), last):
        by = next((each.id for each in off if each.covers(care.id, day)), None)
        _plan_one(work, regular, day, local, known, by)
    regular_times.mark_planned(work.tx, [regular.id], max(last, done or last))


def _plan_one(
    work: Work,
    regular: StoredRegularTime,
    day: date,
    local: ZoneInfo,
    known: Sequence[TherapySession],
    off: int | None,
) -> None:
    """``off``: the days off in which it would be; it is kept as one that they call off, so that it
    comes when they are taken back.
    """
    held = regular.time.held_on(day, local)
    if held.starts_at <= work.now:
        return
    mine = [each for each in known if (each.regular_id, each.regular_on) == (regular.id, day)]
    if mine:
        _follow_clock(work, mine[0], held.starts_at, held.ends_at)
        return
    holds = others_on(day, known, local)
    session = therapy_sessions.put_regular(
        work.tx,
        care_id=regular.care_id,
        regular=(regular.id, day),
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        state="cancelled" if holds or off is not None else "planned",
        days_off_id=None if holds else off,
        now=work.now,
    )
    if session is not None and session.counts:
        following.plan_for_session(work, session)


def others_on(day: date, known: Sequence[TherapySession], local: ZoneInfo) -> list[TherapySession]:
    """Those that count and begin on that date by this clock."""
    return [
        each for each in known if each.counts and each.starts_at.astimezone(local).date() == day
    ]


def _follow_clock(
    work: Work, session: TherapySession, starts_at: datetime, ends_at: datetime
) -> None:
    """The therapist lives by another clock now: what nobody has moved keeps its wall time."""
    is_same = (session.starts_at, session.ends_at) == (starts_at, ends_at)
    if session.state != "planned" or session.by_hand_at is not None or is_same:
        return
    moved = therapy_sessions.move(
        work.tx, session.id, starts_at=starts_at, ends_at=ends_at, now=work.now, by_hand=False
    )
    following.plan_for_session(work, moved)
