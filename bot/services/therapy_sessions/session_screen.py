"""One therapy session, opened from a list: moved, called off, not held, or held after all.

Used by the entries of therapists. What depends on it moves or goes along; what a client said of it
is told apart from what the therapist says.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.messages import Button, Rows
from bot.services.check_in.withdrawing import Fate
from bot.services.planning import following
from bot.services.therapy_sessions import recording
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.local_time import at_local, wall_at
from flows.schedule.zones import zone
from storage import therapy_sessions
from storage.cares import Care
from storage.people import Person
from storage.therapy_sessions import TherapySession

Said = Literal["cancelled", "no_show", "holds"]
SAYS: dict[Said, StaffKey] = {
    "cancelled": "button_says_cancelled",
    "no_show": "button_says_no_show",
    "holds": "button_says_holds",
}
DAYS = 14
"""So many days from today on can be tapped as the new one; any other can be typed."""
STEPS = (timedelta(hours=-1), timedelta(minutes=-15), timedelta(minutes=15), timedelta(hours=1))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MINUTE = 4_000_000_000
FARTHEST = timedelta(days=366)
FATES: dict[Fate, StaffKey | None] = {
    "nothing_asked": None,
    "withdrawn": "session_withdrawn",
    "answered": "session_answered",
}
"""The line that says what had become of the questions."""


def open_(
    work: Work, therapist: Person, care: Care, session: TherapySession, place: int, message_id: int
) -> Toast:
    """Show the therapy session in place of the list."""
    text, rows = _screen(work, therapist, care, session, place)
    speak.edit(work, therapist.id, message_id, text, key="session_open", rows=rows)
    return None


def mark(
    work: Work,
    therapist: Person,
    care: Care,
    session: TherapySession,
    word: str,
    place: int,
    message_id: int,
) -> Toast:
    """Keep what the therapist says of it."""
    line: StaffKey | None = None
    if word == "holds" and _may_hold(session):
        recording.revive(work, session)
    elif word in ("cancelled", "no_show") and session.counts:
        state: Literal["cancelled", "no_show"] = "no_show" if word == "no_show" else "cancelled"
        if state == "no_show" and session.starts_at > work.now:
            return STALE
        line = FATES[recording.call_off(work, care, session, state)]
    else:
        return STALE
    text, rows = _screen(work, therapist, care, therapy_sessions.load(work.tx, session.id), place)
    if line is not None:
        text += "\n\n" + work.tell(therapist.language, line, alias=care.alias)
    speak.edit(work, therapist.id, message_id, text, key="session_open", rows=rows)
    return None


def ask_day(
    work: Work, therapist: Person, care: Care, session: TherapySession, place: int, message_id: int
) -> Toast:
    """Ask to which day it has moved; its hour is asked next."""
    if session.state != "planned":
        return STALE
    local = zone(therapist.zone)
    wall = wall_at(session.starts_at, local)
    today = min(work.now, session.starts_at).astimezone(local).date()
    days = [today + timedelta(days=n) for n in range(DAYS)]
    buttons = [
        Button(
            work.tell(therapist.language, "button_day", on=day),
            data("session_when", session.id, _minute(at_local(day, wall.time(), local)), place),
        )
        for day in days
    ]
    text = work.tell(
        therapist.language,
        "session_which_day",
        alias=care.alias,
        start=session.starts_at,
        zone=local,
    )
    back = Button(
        work.tell(therapist.language, "button_back"), data("session_open", session.id, place)
    )
    rows = (*speak.grid(buttons, 3), *speak.row(back))
    speak.edit(work, therapist.id, message_id, text, key="session_open", rows=rows)
    return None


def ask_hour(
    work: Work,
    therapist: Person,
    care: Care,
    session: TherapySession,
    minute: int,
    place: int,
    message_id: int,
) -> Toast:
    """Show the new time, with steps to another hour, before it counts."""
    starts_at = _named(work, minute)
    if session.state != "planned" or starts_at is None:
        return STALE
    language, local = therapist.language, zone(therapist.zone)
    text = work.tell(
        language,
        "session_move_sure",
        alias=care.alias,
        was=session.starts_at,
        start=starts_at,
        zone=local,
    )
    labels: tuple[StaffKey, ...] = (
        *("button_hour_sooner", "button_quarter_sooner"),
        *("button_quarter_later", "button_hour_later"),
    )
    steps = tuple(
        Button(work.tell(language, key), data("session_when", session.id, to, place))
        for key, step in zip(labels, STEPS, strict=True)
        if (to := _minute(_by_the_wall(starts_at, step, therapist))) > 0
    )
    yes = Button(
        work.tell(language, "button_move_now"), data("session_move", session.id, minute, place)
    )
    back = Button(work.tell(language, "button_back"), data("session_day", session.id, place))
    rows = (steps, (yes,), (back,))
    speak.edit(work, therapist.id, message_id, text, key="session_open", rows=rows)
    return None


def move(
    work: Work,
    therapist: Person,
    care: Care,
    session: TherapySession,
    minute: int,
    place: int,
    message_id: int,
) -> Toast:
    """It takes place at that time, and what belongs to it moves along."""
    starts_at = _named(work, minute)
    if session.state != "planned" or starts_at is None:
        return STALE
    twin = recording.overlapping(
        work, care, starts_at, starts_at + (session.ends_at - session.starts_at), but=session.id
    )
    if twin is not None:
        return work.tell(therapist.language, "session_known", alias=care.alias)
    moved = recording.shift(work, care, session, starts_at)
    text, rows = _screen(work, therapist, care, moved, place)
    speak.edit(work, therapist.id, message_id, text, key="session_open", rows=rows)
    return work.tell(therapist.language, "toast_moved", start=starts_at, zone=zone(therapist.zone))


def _by_the_wall(at: datetime, step: timedelta, therapist: Person) -> datetime:
    """An hour later on the clock, also in the night in which the clock changes."""
    local = zone(therapist.zone)
    wall = wall_at(at, local) + step
    return at_local(wall.date(), wall.time(), local)


def _screen(
    work: Work, therapist: Person, care: Care, session: TherapySession, place: int
) -> tuple[str, Rows]:
    language = therapist.language
    minutes = int((session.ends_at - session.starts_at).total_seconds()) // 60
    said = [
        work.tell(
            language,
            "session_shown",
            alias=care.alias,
            start=session.starts_at,
            zone=zone(therapist.zone),
            minutes=minutes,
        ),
        *_what_is_known(work, therapist, care, session),
    ]
    found = [
        Button(
            work.tell(language, SAYS[word]),
            data("session_mark", session.id, place, word=word),
        )
        for word in _may_be_said(work, session)
    ]
    if session.state == "planned":
        moved = work.tell(language, "button_session_moved")
        found.insert(0, Button(moved, data("session_day", session.id, place)))
    back = Button(work.tell(language, "button_back"), data("session_page", place))
    return "\n\n".join(said), speak.column(*found, back)


def _may_be_said(work: Work, session: TherapySession) -> tuple[Said, ...]:
    if session.counts:
        return ("cancelled",) if session.starts_at > work.now else ("no_show", "cancelled")
    return ("holds",) if _may_hold(session) else ()


def _may_hold(session: TherapySession) -> bool:
    """False where it was the client who said that they did not meet: that word stands."""
    return not session.counts and session.unmet is None


def _what_is_known(work: Work, therapist: Person, care: Care, session: TherapySession) -> list[str]:
    language = therapist.language
    if session.unmet is not None:
        key: StaffKey = "session_says_moved" if session.unmet == "moved" else "session_says_unmet"
        return [work.tell(language, key, alias=care.alias)]
    if not session.counts:
        return [work.tell(language, "session_is_off")]
    due_at = following.next_due(work, session)
    if due_at is None:
        return []
    return [work.tell(language, "session_questions", at=due_at, zone=zone(therapist.zone))]


def _minute(at: datetime) -> int:
    return max(0, int(at.timestamp()) // 60)


def _named(work: Work, minute: int) -> datetime | None:
    """The moment that a button carries; None where it is too far off to be meant."""
    at = _EPOCH + timedelta(minutes=min(minute, _LAST_MINUTE))
    return at if abs(at - work.now) < FARTHEST else None
