"""Lets a therapist choose the day and the hour of their digest, by buttons.

Used behind a button under the draft. What clients read about when a summary comes follows at once.
"""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.messages import Button
from bot.services.digest import morning
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.periods import WEEKDAYS, hour_of, next_cut_off
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import audit, people
from storage.people import Person

HOURS = range(6, 22)
A_MONDAY = date(2024, 1, 1)
"""Any Monday: names of weekdays are taken from its week."""


def ask_day(work: Work, person: Person) -> None:
    """Say when the digest comes, and ask for the day."""
    text = work.tell(person.language, "digest_day", **_now(work, person))
    days = (
        Button(
            work.tell(person.language, "button_weekday", on=A_MONDAY + timedelta(days=number)),
            data("digest_day", number),
        )
        for number in range(len(WEEKDAYS))
    )
    rows = (*speak.grid(list(days), 4), (_mornings(work, person),))
    speak.reply(work, person.id, text, key="digest_day", rows=rows)


def switch_mornings(work: Work, person: Person, message_id: int) -> Toast:
    """The card on the morning of sessions comes from now on, or does not; say which."""
    now = morning.switch(work, person)
    is_on = now.mornings_since is not None
    text = work.tell(person.language, "toast_mornings_on" if is_on else "toast_mornings_off")
    rows = ((_mornings(work, now),),)
    speak.edit(work, person.id, message_id, text, key="digest_day", rows=rows)
    return work.tell(person.language, "toast_noted")


def _mornings(work: Work, person: Person) -> Button:
    is_on = person.mornings_since is not None
    label = work.tell(person.language, "button_mornings_off" if is_on else "button_mornings_on")
    return Button(label, data("mornings"))


def ask_hour(work: Work, person: Person, day: int, message_id: int) -> Toast:
    """Ask for the hour on that day, 0 for Monday."""
    if day >= len(WEEKDAYS):
        return STALE
    on = A_MONDAY + timedelta(days=day)
    text = work.tell(person.language, "digest_hour", on=on)
    hours = [Button(f"{hour:02d}:00", data("digest_hour", day, hour * 60)) for hour in HOURS]
    speak.edit(work, person.id, message_id, text, key="digest_day", rows=speak.grid(hours, 4))
    return None


def choose(work: Work, person: Person, day: int, minute: int, message_id: int) -> Toast:
    """The digest comes then from now on; say which one is the first."""
    if day >= len(WEEKDAYS) or minute >= 24 * 60:
        return STALE
    wall = time(*divmod(minute, 60)).strftime("%H:%M")
    people.set_digest(work.tx, person.id, weekday=WEEKDAYS[day], wall=wall, now=work.now)
    audit.add(work.tx, now=work.now, actor=person.code, action="digest.hour", subject=person.code)
    chosen = people.load(work.tx, person.id)
    at, local = next_cut_off(work, chosen), zone(chosen.zone)
    text = work.tell(person.language, "digest_from", at=at, zone=local, **_now(work, chosen))
    speak.edit(work, person.id, message_id, text, key="digest_day")
    return work.tell(person.language, "toast_noted")


def _now(work: Work, person: Person) -> dict[str, object]:
    weekday, wall = hour_of(work.practice.settings.digest, person)
    return {"on": A_MONDAY + timedelta(days=WEEKDAYS.index(weekday)), "wall": f"{wall:%H:%M}"}
