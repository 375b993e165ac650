"""Therapy sessions as a therapist records them: just ended, ended earlier, planned, moved or
cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.messages import Button, Rows
from bot.services.care import named_client
from bot.services.planning.spoken_days import read_moment
from bot.services.planning.spoken_rhythms import begins_a_rhythm
from bot.services.therapy_sessions import (
    days_off_setting,
    listing,
    recording,
    regular_setting,
)
from bot.services.therapy_sessions.days_off_setting import Whom
from bot.services.work import pages_of_people, speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.engine.cut import cut
from flows.languages import typed_words
from flows.schedule.local_time import at_local
from flows.schedule.zones import zone
from storage import cares
from storage.cares import Care
from storage.people import Person
from storage.therapy_sessions import TherapySession

LONGEST_WORD = 40
"""UTF-16 units of a word that is quoted back."""
LONGEST_AHEAD = timedelta(days=366)
LONGEST_AGO = timedelta(days=31)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MINUTE = 4_000_000_000
"""A forged button must not lead past the calendar: the year 9575."""


def command(work: Work, therapist: Person, rest: str) -> None:
    """/session, /session M.K., /session M.K. 25.11. 15:00, /session M.K. move 26.11. 16:00,
    /session M.K. cancel, /session M.K. every tue 15:00, /session holiday 21.12.-3.1.
    """
    words = rest.split()
    if not words:
        _show(work, therapist)
        return
    care, moment = named_client.read(work, therapist, rest)
    if care is None and _changes(words[0], "days_off"):
        days_off_setting.by_words(work, therapist, Whom(None), " ".join(words[1:]))
    elif care is None:
        _nobody(work, therapist, words)
    elif not moment:
        just_ended(work, therapist, care)
    elif begins_a_rhythm(moment):
        regular_setting.by_words(work, therapist, care, moment)
    elif _changes(moment, "days_off"):
        days_off_setting.by_words(work, therapist, Whom(care), moment.partition(" ")[2])
    elif _changes(moment, "cancel"):
        _cancel_next(work, therapist, care)
    elif _changes(moment, "move"):
        _move_next(work, therapist, care, moment.partition(" ")[2])
    else:
        _at(work, therapist, care, moment)


def _changes(moment: str, sort: str) -> bool:
    return moment.partition(" ")[0].casefold() in typed_words(sort)


def show_people(work: Work, therapist: Person, page: int, message_id: int) -> Toast:
    """Ask whose therapy session just ended, in place of a message, from that page on."""
    text, rows = _whose(work, therapist, _may_meet(work, therapist), page)
    speak.edit(work, therapist.id, message_id, text, key="session?", rows=rows)
    return None


def _may_meet(work: Work, therapist: Person) -> list[Care]:
    return cares.list_for_therapist(work.tx, therapist.id, states=recording.MAY_MEET)


def _show(work: Work, therapist: Person) -> None:
    """The therapy sessions of the coming days; where none is planned, whose just ended."""
    may_meet = _may_meet(work, therapist)
    if not may_meet:
        speak.to_therapist(work, therapist, "no_clients")
    elif listing.coming(work, therapist) or listing.away(work, therapist):
        text, rows = listing.listed(work, therapist, 0)
        speak.reply(work, therapist.id, text, key="sessions", rows=rows)
    else:
        text, rows = _whose(work, therapist, may_meet, 0)
        speak.reply(work, therapist.id, text, key="session?", rows=rows)


def _whose(work: Work, therapist: Person, among: Sequence[Care], page: int) -> tuple[str, Rows]:
    return pages_of_people.people(
        work,
        therapist.language,
        among,
        page,
        asks="session_whose",
        whose="session",
        leads_to=lambda care: data("session", care.id),
    )


def _nobody(work: Work, therapist: Person, words: list[str]) -> None:
    """Nobody is called so: where no more was written, show those whose alias or code begins so."""
    begins = pages_of_people.matching(_may_meet(work, therapist), words[0])
    if len(words) > 1 or not begins:
        speak.to_therapist(work, therapist, "session_unknown", word=cut(words[0], LONGEST_WORD))
        return
    text, rows = pages_of_people.found(
        work,
        therapist.language,
        begins,
        asks="session_whose",
        leads_to=lambda care: data("session", care.id),
    )
    speak.reply(work, therapist.id, text, key="session?", rows=rows)


def just_ended(work: Work, therapist: Person, care: Care) -> None:
    """Record a therapy session that ended a moment ago."""
    ended_at = work.said_at
    recording.record(work, therapist, care, ended_at - work.practice.session_length, ended_at)


def _at(work: Work, therapist: Person, care: Care, moment: str) -> None:
    starts_at = _moment(work, therapist, care, moment)
    if starts_at is None:
        return
    planned = recording.planned_beside(work, therapist, care, starts_at)
    if planned is not None and care.state in recording.MAY_MEET:
        _ask_whether_moved(work, therapist, care, planned, starts_at)
    else:
        recording.record(work, therapist, care, starts_at, starts_at + work.practice.session_length)


def _moment(
    work: Work, therapist: Person, care: Care, moment: str, *, example: StaffKey = "session_moment"
) -> datetime | None:
    """Read when a typed therapy session begins; None, and it is said why or how to write it, if
    that is not readable or too far off.
    """
    local = zone(therapist.zone)
    today = work.said_at.astimezone(local).date()
    wall = read_moment(moment, today, therapist.language)
    if wall is None:
        speak.to_therapist(work, therapist, example, alias=care.alias)
        return None
    # compared as dates first: the first and the last day of the calendar have no instant in UTC
    is_near = -LONGEST_AGO <= wall.date() - today <= LONGEST_AHEAD
    starts_at = at_local(wall.date(), wall.time(), local) if is_near else None
    if starts_at is None or not -LONGEST_AGO < starts_at - work.said_at < LONGEST_AHEAD:
        speak.to_therapist(work, therapist, "session_far")
        return None
    return starts_at


def _ask_whether_moved(
    work: Work, therapist: Person, care: Care, planned: TherapySession, starts_at: datetime
) -> None:
    minute = int(starts_at.timestamp()) // 60
    moved = work.tell(therapist.language, "button_moved")
    second = work.tell(therapist.language, "button_second")
    text = work.tell(
        therapist.language,
        "session_moved_question",
        alias=care.alias,
        planned=planned.starts_at,
        start=starts_at,
        zone=zone(therapist.zone),
    )
    rows = speak.column(
        Button(moved, data("move_session", planned.id, minute)),
        Button(second, data("add_session", care.id, minute)),
    )
    speak.reply(work, therapist.id, text, key="moved?", rows=rows)


def move(
    work: Work,
    therapist: Person,
    care: Care,
    session: TherapySession,
    minute: int,
    message_id: int,
) -> Toast:
    """The planned therapy session has moved to another that was named: that is its new time."""
    starts_at = _named(work, minute)
    if starts_at is None or session.state != "planned":
        return STALE
    speak.edit(work, therapist.id, message_id, None, key="moved")
    recording.move(work, therapist, care, session, starts_at)
    return None


def add_second(work: Work, therapist: Person, care: Care, minute: int, message_id: int) -> Toast:
    """The therapy session that was named is a second one in its week."""
    starts_at = _named(work, minute)
    if starts_at is None:
        return STALE
    speak.edit(work, therapist.id, message_id, None, key="moved")
    recording.record(work, therapist, care, starts_at, starts_at + work.practice.session_length)
    return None


def _named(work: Work, minute: int) -> datetime | None:
    """The moment that a button carries, in minutes since 1970; None where it is too far off."""
    starts_at = _EPOCH + timedelta(minutes=min(minute, _LAST_MINUTE))
    is_near = work.said_at - LONGEST_AGO < starts_at < work.said_at + LONGEST_AHEAD
    return starts_at if is_near else None


def _move_next(work: Work, therapist: Person, care: Care, moment: str) -> None:
    starts_at = _moment(work, therapist, care, moment, example="session_move_moment")
    ahead = recording.ahead(work, care)
    if starts_at is None:
        return
    if not ahead:
        speak.to_therapist(work, therapist, "session_none_ahead", alias=care.alias)
    elif starts_at <= work.said_at:
        speak.to_therapist(work, therapist, "session_moved_back", alias=care.alias)
    else:
        recording.move(work, therapist, care, ahead[0], starts_at)


def _cancel_next(work: Work, therapist: Person, care: Care) -> None:
    ahead = recording.ahead(work, care)
    if not ahead:
        speak.to_therapist(work, therapist, "session_none_ahead", alias=care.alias)
        return
    recording.cancel(work, care, ahead[0])
    values = {"alias": care.alias, "start": ahead[0].starts_at, "zone": zone(therapist.zone)}
    speak.to_therapist(work, therapist, "session_undone", **values)


def undo(
    work: Work, therapist: Person, care: Care, session: TherapySession, message_id: int
) -> Toast:
    """Take a recorded therapy session back, with the check-in that was to follow; the toast."""
    if session.state not in ("planned", "happened"):
        return STALE
    recording.cancel(work, care, session)
    values = {"alias": care.alias, "zone": zone(therapist.zone), "start": session.starts_at}
    text = work.tell(therapist.language, "session_undone", **values)
    speak.edit(work, therapist.id, message_id, text, key="undone")
    return None
