"""The therapist's lists of therapy sessions: those of the coming days, and those of one day.

Used by /session, by the list in the evening and by the screen of one session, which leads back. It
changes nothing. ``place`` is which list: a page of the coming days, or a day as its ordinal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from bot.messages import Button, Rows
from bot.services.work import pages_of_people, speak
from bot.services.work.buttons import Toast, data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone
from storage import cares, days_off, leaves, therapy_sessions
from storage.cares import Care
from storage.days_off import DaysOff
from storage.people import Person
from storage.therapy_sessions import TherapySession

COMING = timedelta(days=8)
"""Today and a week more."""
PAGE = 10
"""Therapy sessions on a page."""
FIRST_DAY = 100_000
"""A place from here on is a day: its ordinal, which is the year 274 and later."""
_LAST_DAY = date.max.toordinal() - 1
ALL_CLIENTS = 0
"""In place of a care in a button: every client of the therapist."""


def of_day(work: Work, therapist: Person, day: date) -> list[tuple[Care, TherapySession]]:
    """The day's therapy sessions with clients who take part, by time: those that count, and those
    of which somebody said that they were not held.
    """
    local = zone(therapist.zone)
    since, until = (at_local(day + timedelta(days=n), time(), local) for n in (0, 1))
    found = therapy_sessions.list_for_therapist(work.tx, therapist.id, since=since, until=until)
    active = {
        each.id: each
        for each in cares.list_for_therapist(work.tx, therapist.id, states=("active",))
    }
    return [
        (active[each.care_id], each)
        for each in found
        if each.care_id in active and (each.counts or each.was_not_held)
    ]


def coming(work: Work, therapist: Person) -> list[tuple[Care, TherapySession]]:
    """The therapy sessions of today and of the week from now on that count, by time."""
    local = zone(therapist.zone)
    since = at_local(work.now.astimezone(local).date(), time(), local)
    found = therapy_sessions.list_for_therapist(
        work.tx, therapist.id, since=since, until=since + COMING
    )
    living = {each.id: each for each in cares.list_for_therapist(work.tx, therapist.id)}
    return [(living[each.care_id], each) for each in found if each.counts]


def away(work: Work, therapist: Person) -> list[DaysOff]:
    """The days off that are still to end."""
    today = work.now.astimezone(zone(therapist.zone)).date()
    return days_off.list_running(work.tx, therapist.id, since=today)


def show(work: Work, therapist: Person, place: int, message_id: int) -> Toast:
    """Show the list in place of a message."""
    text, rows = listed(work, therapist, place)
    speak.edit(work, therapist.id, message_id, text, key="sessions", rows=rows)
    return None


def listed(work: Work, therapist: Person, place: int) -> tuple[str, Rows]:
    """The list of this place, as it stands now."""
    if FIRST_DAY <= place <= _LAST_DAY:
        return day_list(work, therapist, date.fromordinal(place))
    return _coming_list(work, therapist, place)


def day_list(work: Work, therapist: Person, day: date) -> tuple[str, Rows]:
    """The day's therapy sessions, each with what is known of it, and a button for each."""
    language = therapist.language
    found = of_day(work, therapist, day)
    lines = [_line(work, therapist, care, session) for care, session in found]
    said = [work.tell(language, "day_title", on=day), "\n".join(lines)]
    if not lines:
        said = [work.tell(language, "day_none", on=day)]
    hour = Button(work.tell(language, "button_evening_hour"), data("evening_ask"))
    rows = (*_buttons(work, therapist, found, day.toordinal()), *speak.row(hour))
    return "\n\n".join(said), rows


def _coming_list(work: Work, therapist: Person, page: int) -> tuple[str, Rows]:
    language = therapist.language
    every = coming(work, therapist)
    shown, page = pages_of_people.page_of(every, page, PAGE)
    of = pages_of_people.pages(len(every), PAGE)
    said = [
        work.tell(language, "sessions_title" if every else "sessions_none"),
        "\n".join(_by_day(work, therapist, shown)),
        "\n".join(_away_line(work, therapist, off) for off in away(work, therapist)),
        pages_of_people.line(work, language, page, of),
    ]
    ended = Button(work.tell(language, "button_just_ended"), data("people_page", 0, word="session"))
    off = Button(work.tell(language, "button_days_off"), data("days_off", ALL_CLIENTS))
    rows = (
        *_buttons(work, therapist, shown, page),
        *pages_of_people.turning(
            work, language, page, of, lambda number: data("session_page", number)
        ),
        *speak.row(ended, off),
        *_opening(work, therapist),
    )
    return "\n\n".join(filter(None, said)), rows


def _by_day(
    work: Work, therapist: Person, shown: Sequence[tuple[Care, TherapySession]]
) -> list[str]:
    """The lines, with each day above its own."""
    local, lines, before = zone(therapist.zone), list[str](), None
    for care, session in shown:
        day = session.starts_at.astimezone(local).date()
        if day != before:
            lines.append(work.tell(therapist.language, "sessions_day", on=day))
        lines.append(_line(work, therapist, care, session))
        before = day
    return lines


def _line(work: Work, therapist: Person, care: Care, session: TherapySession) -> str:
    key: StaffKey = "session_line"
    if session.unmet is not None:
        key = "session_line_moved" if session.unmet == "moved" else "session_line_unmet"
    elif not session.counts:
        key = "session_line_not_held"
    elif session.ends_at > work.now:
        key = "session_line_ahead"
    return work.tell(
        therapist.language,
        key,
        start=session.starts_at,
        zone=zone(therapist.zone),
        alias=care.alias,
    )


def _buttons(
    work: Work,
    therapist: Person,
    shown: Sequence[tuple[Care, TherapySession]],
    place: int,
) -> Rows:
    key: StaffKey = "button_session" if place >= FIRST_DAY else "button_session_on"
    buttons = [
        Button(
            work.tell(
                therapist.language,
                key,
                start=session.starts_at,
                zone=zone(therapist.zone),
                alias=care.alias,
            ),
            data("session_open", session.id, place),
        )
        for care, session in shown
    ]
    return speak.grid(buttons, 2)


def _away_line(work: Work, therapist: Person, off: DaysOff) -> str:
    values: dict[str, object] = {"first": off.first_on, "last": off.last_on}
    if off.care_id is None:
        return work.tell(therapist.language, "away_line", **values)
    alias = cares.load(work.tx, off.care_id).alias
    return work.tell(therapist.language, "away_line_of", alias=alias, **values)


def _opening(work: Work, therapist: Person) -> Rows:
    """A button for each of the days off: one client's are taken back by it, a leave is opened."""
    buttons = []
    for off in away(work, therapist):
        is_leave = leaves.find(work.tx, off.id) is not None
        label = work.tell(
            therapist.language,
            "button_leave_of" if is_leave else "button_days_on",
            first=off.first_on,
            last=off.last_on,
        )
        buttons.append(Button(label, data("leave" if is_leave else "days_off_undo", off.id)))
    return speak.column(*buttons)
