"""Therapy sessions as a therapist records them: just ended, ended earlier, or planned."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from bot.messages import Button
from bot.services import planning, speak
from bot.services.buttons import data
from bot.services.practice import Work
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone
from storage import cares, occurrences, therapy_sessions
from storage.cares import Care
from storage.people import Person
from storage.therapy_sessions import TherapySession

_MOMENT = re.compile(
    r"^(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})?)?"
    r"\s*(?P<h>\d{1,2})[:.](?P<min>\d{2})$"
)
"""``2026-11-25 15:00``, ``25.11. 15:00``, ``25.11.2026 15:00`` or ``15:00`` for today."""
LONGEST_AHEAD = timedelta(days=366)
LONGEST_AGO = timedelta(days=31)


def read_moment(text: str, today: date) -> datetime | None:
    """The naive local time that a therapist typed; None if it is not one.

    A date without a year is the one nearest to ``today``.
    """
    found = _MOMENT.match(text.strip())
    if found is None:
        return None
    part = found.groupdict()
    try:
        at = time(int(part["h"]), int(part["min"]))
        day = _day(part, today)
    except ValueError:
        return None
    return datetime.combine(day, at)


def _day(part: dict[str, str | None], today: date) -> date:
    day, month = part["d"] or part["d2"], part["m"] or part["m2"]
    year = part["y"] or part["y2"]
    if day is None or month is None:
        return today
    if year is not None:
        return date(int(year), int(month), int(day))
    near = [date(y, int(month), int(day)) for y in (today.year - 1, today.year, today.year + 1)]
    return min(near, key=lambda d: abs(d - today))


def command(work: Work, therapist: Person, rest: str) -> None:
    """/session, /session M.K., /session M.K. 25.11. 15:00."""
    words = rest.split()
    if not words:
        _choose(work, therapist)
        return
    care, moment = _read(work, therapist, words)
    if care is None:
        _say(work, therapist, "session_unknown", word=words[0])
    elif moment is None:
        just_ended(work, therapist, care)
    else:
        _at(work, therapist, care, moment)


def _read(work: Work, therapist: Person, words: list[str]) -> tuple[Care | None, str | None]:
    """The longest beginning that names a client, and what is left as the moment."""
    for count in range(len(words), 0, -1):
        care = cares.find_for_therapist(work.tx, therapist.id, " ".join(words[:count]))
        if care is not None:
            return care, " ".join(words[count:]) or None
    return None, None


def _choose(work: Work, therapist: Person) -> None:
    active = cares.list_for_therapist(work.tx, therapist.id, states=("active",))
    if not active:
        _say(work, therapist, "no_clients")
        return
    buttons = [Button(care.alias, data("session", care.id)) for care in active[:90]]
    rows = tuple(tuple(buttons[i : i + 3]) for i in range(0, len(buttons), 3))
    text = work.tell(therapist.language, "session_whose")
    speak.reply(work, therapist.id, text, key="session?", rows=rows)


def just_ended(work: Work, therapist: Person, care: Care) -> None:
    """Record a therapy session that ended a moment ago."""
    _record(work, therapist, care, work.now - work.practice.session_length, work.now)


def _at(work: Work, therapist: Person, care: Care, moment: str) -> None:
    local = zone(therapist.zone)
    wall = read_moment(moment, work.now.astimezone(local).date())
    if wall is None:
        _say(work, therapist, "session_moment", alias=care.alias)
        return
    starts_at = at_local(wall.date(), wall.time(), local)
    if not -LONGEST_AGO < starts_at - work.now < LONGEST_AHEAD:
        _say(work, therapist, "session_far")
        return
    _record(work, therapist, care, starts_at, starts_at + work.practice.session_length)


def _record(
    work: Work, therapist: Person, care: Care, starts_at: datetime, ends_at: datetime
) -> None:
    if care.state != "active":
        _say(work, therapist, "session_not_active", alias=care.alias)
        return
    twin = _overlapping(work, care, starts_at, ends_at)
    if twin is not None:
        _say(work, therapist, "session_known", alias=care.alias)
        return
    session = planning.record_session(work, care, starts_at=starts_at, ends_at=ends_at)
    due_at = planning.plan_for_session(work, care, session)
    local = zone(therapist.zone)
    values = {"alias": care.alias, "start": starts_at, "zone": local}
    undo = Button(work.tell(therapist.language, "button_undo"), data("undo_session", session.id))
    key = f"session_{session.state}" if due_at else f"session_{session.state}_quiet"
    text = work.tell(therapist.language, key, **values, **({"at": due_at} if due_at else {}))
    speak.reply(work, therapist.id, text, key="session", rows=speak.row(undo))


def _overlapping(
    work: Work, care: Care, starts_at: datetime, ends_at: datetime
) -> TherapySession | None:
    for session in therapy_sessions.list_for_care(work.tx, care.id):
        counts = session.state in ("planned", "happened")
        if counts and session.starts_at < ends_at and starts_at < session.ends_at:
            return session
    return None


def undo(work: Work, therapist: Person, session_id: int, message_id: int | None) -> str | None:
    """Take a recorded therapy session back, with the check-in that was to follow; the toast."""
    session = therapy_sessions.find(work.tx, session_id)
    care = cares.load(work.tx, session.care_id) if session else None
    if session is None or care is None or care.therapist_id != therapist.id:
        return work.tell(therapist.language, "toast_stale")
    if session.state not in ("planned", "happened"):
        return work.tell(therapist.language, "toast_stale")
    therapy_sessions.mark(work.tx, session.id, was=session.state, state="cancelled", now=work.now)
    occurrences.cancel_slot(
        work.tx, care.id, f"session-{session.id}", "session_cancelled", work.now
    )
    if message_id is not None:
        text = work.tell(
            therapist.language,
            "session_undone",
            alias=care.alias,
            zone=zone(therapist.zone),
            start=session.starts_at,
        )
        speak.edit(work, therapist.id, message_id, text, key="undone")
    return None


def _say(work: Work, therapist: Person, key: str, **values: object) -> None:
    text = work.tell(therapist.language, key, **values)
    speak.reply(work, therapist.id, text, key=key)
