"""The end of what is kept: a client who is with nobody any more is told of it, and then erased.

Used by the keeper and by ``interlude retention``. Where the practice keeps things for ever, which
is the default, nothing happens here. It must never erase anybody who was not told a month before,
nor while a risk case of theirs is open, nor anybody who takes part with somebody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.own_data import erasing
from bot.services.work import notices, speak
from bot.services.work.unit_of_work import Work
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import alarms, audit, cares, people, retention_times
from storage.people import Person
from storage.retention_times import Over

NOTICE = timedelta(days=30)
"""So long before, a client and their therapists are told."""
AT_ONCE = 10
"""Clients who are told in one transaction."""


def time_of(work: Work, over: Over) -> datetime | None:
    """The earliest time at which this client is erased; None: things are kept for ever."""
    days = work.practice.settings.retention.after_care_days
    if days == 0:
        return None
    return over.erase_at or max(over.over_since + timedelta(days=days), work.now + NOTICE)


def list_over(work: Work) -> list[tuple[Over, datetime | None]]:
    """Every client who is with nobody any more, and when they are erased."""
    return [(each, time_of(work, each)) for each in retention_times.list_over(work.tx)]


def tell_some(work: Work) -> int:
    """A few whose time comes within a month, and their therapists, are told of it; how many.

    Times that the practice took back, or that a client left behind by coming back, are set no more.
    """
    days = work.practice.settings.retention.after_care_days
    if _is_held(work):
        return 0
    if days == 0:
        retention_times.forget(work.tx)
        return 0
    kept = timedelta(days=days)
    before = work.now - kept + NOTICE
    retention_times.forget_of_those_who_stay(work.tx, over_after=before)
    untold = retention_times.list_untold(work.tx, over_before=before, most=AT_ONCE)
    for each in untold:
        erase_at = max(each.over_since + kept, work.now + NOTICE)
        retention_times.set_(work.tx, each.person_id, erase_at)
        _tell(work, people.load(work.tx, each.person_id), erase_at)
    return len(untold)


def erase_one(work: Work) -> bool:
    """One client whose time has come is erased, as ``interlude erase`` does it; False: there is
    none.
    """
    if work.practice.settings.retention.after_care_days == 0 or _is_held(work):
        return False
    for each in retention_times.list_due(work.tx, work.now, most=1):
        erasing.erase(work, people.load(work.tx, each.person_id), by="practice")
        return True
    return False


def _is_held(work: Work) -> bool:
    """While the clock of this machine is off nobody is told a date or erased by it."""
    return any(each.kind == "clock_off" for each in alarms.list_open(work.tx))


def _tell(work: Work, client: Person, erase_at: datetime) -> None:
    """Nobody is told anything that says who else is here."""
    local = zone(client.zone)
    opening = work.say(client.language, "erased_opening")
    said = work.say(client.language, "kept_until", on=erase_at, zone=local)
    at = next_allowed(work.now, local, work.practice.quiet)
    key = f"kept_until{client.id}"
    speak.notify(work, client.id, f"{opening}\n\n{said}", key=key, not_before=at, silent=True)
    for care in cares.list_for_client(work.tx, client.id):
        therapist = people.load(work.tx, care.therapist_id)
        text = work.tell(
            therapist.language,
            "kept_until",
            alias=care.alias,
            on=erase_at,
            zone=zone(therapist.zone),
        )
        notices.tell(work, therapist, "kept_until", text, key=f"kept_until{care.id}")
    audit.add(work.tx, now=work.now, actor="keeper", action="retention.told", subject=client.code)
