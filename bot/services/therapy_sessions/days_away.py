"""Calls off the therapy sessions of days off, and brings them back where those are taken back.

Used by the ticker, a few at a time: a caseload of 300 has 300 of them in a week. Which days are off
is a row; this only lets the therapy sessions say the same. One that was entered after the days off
were is meant, and stays.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services.check_in import withdrawing
from bot.services.planning import following
from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone
from storage import cares, days_off, people, regular_times, therapy_sessions
from storage.days_off import DaysOff
from storage.people import Person

CHUNK = 6
"""Therapy sessions a transaction: some milliseconds for each."""


def span(off: DaysOff, local: ZoneInfo) -> tuple[datetime, datetime]:
    """The moments from which on, and before which, they are off."""
    begin = at_local(off.first_on, time(), local)
    return begin, at_local(off.last_on + timedelta(days=1), time(), local)


def count(work: Work, therapist: Person, off: DaysOff) -> int:
    """Count the therapy sessions that are off by them: those that are planned, and those that a
    regular time would bring later on.
    """
    local = zone(therapist.zone)
    since, until = span(off, local)
    planned = therapy_sessions.list_for_therapist(
        work.tx, therapist.id, since=max(since, work.now), until=until
    )
    known = [each for each in planned if off.covers(each.care_id, off.first_on) and each.counts]
    return len(known) + sum(_later(work, therapist, off))


def _later(work: Work, therapist: Person, off: DaysOff) -> list[int]:
    """Count the dates of each regular time in them for which nothing is planned yet."""
    found = []
    for care in cares.list_for_therapist(work.tx, therapist.id):
        regular = regular_times.find_running(work.tx, care.id)
        if regular is not None and off.covers(care.id, off.first_on):
            done = regular.sessions_until or date.min
            first = max(off.first_on, done + timedelta(days=1))
            found.append(len(list(regular.time.dates(first, off.last_on))))
    return found


def settle(work: Work) -> bool:
    """Let some therapy sessions say what one span of days off asks for; True if there may be
    more.
    """
    off = days_off.find_unsettled(work.tx)
    if off is None:
        return False
    done = _call_off(work, off) if off.undone_at is None else _bring_back(work, off)
    if done < CHUNK:
        days_off.mark_settled(work.tx, off.id, work.now)
    return True


def _call_off(work: Work, off: DaysOff) -> int:
    since, until = span(off, zone(people.load(work.tx, off.therapist_id).zone))
    planned = therapy_sessions.list_for_therapist(
        work.tx, off.therapist_id, since=max(since, work.now), until=until
    )
    mine = [
        each
        for each in planned
        if each.state == "planned"
        and off.covers(each.care_id, off.first_on)
        and each.recorded_at <= off.made_at
    ][:CHUNK]
    for session in mine:
        therapy_sessions.set_off(work.tx, session.id, by=off.id, now=work.now)
        withdrawing.withdraw(work, cares.load(work.tx, session.care_id), session)
    return len(mine)


def _bring_back(work: Work, off: DaysOff) -> int:
    local = zone(people.load(work.tx, off.therapist_id).zone)
    called_off = therapy_sessions.list_off_by(work.tx, off.id, since=work.now)[:CHUNK]
    others = days_off.list_running(work.tx, off.therapist_id, since=off.first_on)
    for session in called_off:
        day = session.starts_at.astimezone(local).date()
        other = next((each.id for each in others if each.covers(session.care_id, day)), None)
        therapy_sessions.set_off(work.tx, session.id, by=other, now=work.now)
        if other is None:
            following.plan_for_session(work, therapy_sessions.load(work.tx, session.id))
    return len(called_off)
