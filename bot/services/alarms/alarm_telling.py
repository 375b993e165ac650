"""Tells whoever is admin that something ails the machine, that it still does, and that it is over.

Used by the ticker. Nobody is woken for what can wait until the day, and of what was over by then
nobody hears; it names no client. Where nobody is admin, only the log has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.services.alarms.wording import rows_below, text_of
from bot.services.work import notices
from bot.services.work.unit_of_work import Work
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import alarms, people
from storage.alarms import Alarm, Kind, Telling
from storage.people import Person

CANNOT_WAIT: frozenset[Kind] = frozenset({"foreign_webhook", "key_file_lost", "second_poller"})
"""Told at any hour: what clients write goes to somebody else, or is lost with the next restart."""
REMIND_AFTER = timedelta(hours=24)
NOT_AGAIN_FOR = {True: timedelta(hours=1), False: timedelta(hours=6)}
"""So long a kind is not told anew that comes and goes; shorter where it cannot wait."""
EVENTS_FOR = timedelta(days=7)
"""An event that could not be told for so long is told no more."""


@dataclass(frozen=True, slots=True)
class _Owed:
    """One admin, an alarm of which they are to hear now, and how often they have heard of it."""

    person: Person
    alarm: Alarm
    times: int

    @property
    def is_end(self) -> bool:
        return self.alarm.ended_at is not None


def is_owed(work: Work) -> bool:
    """True where some admin is to hear something now."""
    return next(_owed(work), None) is not None


def tell(work: Work) -> None:
    """Every admin has been told what they are to hear now."""
    for owed in list(_owed(work)):
        _tell(work, owed)


def _owed(work: Work) -> Iterator[_Owed]:
    since = work.now - EVENTS_FOR
    found = {alarm.id: alarm for alarm in alarms.list_since(work.tx, since)}
    found |= {alarm.id: alarm for alarm in alarms.list_open(work.tx)}
    told = alarms.list_tellings(work.tx, since)
    found |= {each.alarm.id: each.alarm for each in told}
    if not found:
        return
    for person in people.list_admins(work.tx):
        if person.unreachable_at is None and people.chat_of(work.tx, person.id) is not None:
            own = {each.alarm.id: each for each in told if each.person_id == person.id}
            for alarm in found.values():
                if _is_to_hear(work, person, alarm, own):
                    yield _Owed(person, alarm, own[alarm.id].times if alarm.id in own else 0)


def _is_to_hear(work: Work, person: Person, alarm: Alarm, own: dict[int, Telling]) -> bool:
    if alarm.facts.get("therapist") == person.code:
        return False  # it is about themselves, and each digest of theirs says it
    telling = own.get(alarm.id)
    is_open = alarm.ended_at is None
    if telling is None:
        is_new = is_open or _is_news(person, alarm)
        return is_new and _is_time(work, person, alarm) and not _is_too_soon(work, alarm, own)
    if telling.over_at is not None:
        return False
    is_late = work.now - telling.told_at >= REMIND_AFTER
    return (is_late or not is_open) and _is_time(work, person, alarm)


def _is_news(person: Person, alarm: Alarm) -> bool:
    """True for an event since the person is admin: what went before is none of theirs."""
    return (
        alarm.kind in alarms.EVENTS
        and person.admin_since is not None
        and person.admin_since <= alarm.begun_at
    )


def _is_time(work: Work, person: Person, alarm: Alarm) -> bool:
    if alarm.kind in CANNOT_WAIT and alarm.ended_at is None:
        return True
    return next_allowed(work.now, zone(person.zone), work.practice.quiet) <= work.now


def _is_too_soon(work: Work, alarm: Alarm, own: dict[int, Telling]) -> bool:
    """True for a state that comes and goes: its kind was told a moment ago."""
    gap = NOT_AGAIN_FOR[alarm.kind in CANNOT_WAIT]
    return alarm.kind not in alarms.EVENTS and any(
        each.alarm.kind == alarm.kind and work.now - each.told_at < gap for each in own.values()
    )


def _tell(work: Work, owed: _Owed) -> None:
    alarm, person, times = owed.alarm, owed.person, owed.times + 1
    kind: notices.Kind = "alarm_over" if owed.is_end else "alarm"
    if alarm.kind in CANNOT_WAIT and not owed.is_end:
        kind = "alarm_at_once"
    text = text_of(work, person, alarm, is_again=owed.times > 0)
    key, rows = f"alarm{alarm.id}:{person.id}:{times}", rows_below(work, person, [alarm])
    notices.tell(work, person, kind, text, key=key, rows=rows)
    alarms.mark_told(work.tx, alarm, person.id, times=times, now=work.now, is_end=owed.is_end)
