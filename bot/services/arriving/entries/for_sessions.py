"""The buttons of therapists about therapy sessions: regular times, single ones, days off, and the
list in the evening.

Part of the table of therapists' entries.
"""

from __future__ import annotations

from bot.services.arriving.entries.entry import Tap, Touched, to_message
from bot.services.arriving.entries.ownership import (
    CALENDAR,
    CARE,
    CARE_OR_ALL,
    COVER,
    DAYS_OFF,
    LEAVE,
    LENT,
    LENT_PART,
    OWN,
    SESSION,
)
from bot.services.digest import deputy_digest
from bot.services.digest.deputy_digest import Lent, Part
from bot.services.therapy_sessions import (
    calendar_files,
    days_off_setting,
    evening,
    leave_screen,
    leave_telling,
    listing,
    regular_setting,
    session_command,
    session_screen,
)
from bot.services.therapy_sessions.days_off_setting import Whom
from bot.services.work.buttons import Toast
from bot.services.work.unit_of_work import Work
from storage.calendar_imports import CalendarImport
from storage.cares import Care
from storage.days_off import DaysOff
from storage.leaves import Leave
from storage.people import Person
from storage.therapy_sessions import TherapySession

Of = tuple[Care, TherapySession]


def _just_ended(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    session_command.just_ended(work, person, care)
    return None


def _move(work: Work, person: Person, of: Of, tapped: Touched) -> Toast:
    minute = tapped.press.number("minute")
    return session_command.move(work, person, *of, minute, tapped.message_id)


def _second(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    minute = tapped.press.number("minute")
    return session_command.add_second(work, person, care, minute, tapped.message_id)


def _undo(work: Work, person: Person, of: Of, tapped: Touched) -> Toast:
    return session_command.undo(work, person, *of, tapped.message_id)


def _regular(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return regular_setting.ask_day(work, person, care, tapped.message_id)


def _regular_hour(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    weekday = tapped.press.number("place")
    return regular_setting.ask_hour(work, person, care, weekday, tapped.message_id)


def _regular_show(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    minute, place = tapped.press.number("minute"), tapped.press.number("place")
    return regular_setting.show(work, person, care, minute, place, tapped.message_id)


def _regular_keep(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    minute, place = tapped.press.number("minute"), tapped.press.number("place")
    return regular_setting.keep(work, person, care, minute, place, tapped.message_id)


def _regular_holds(work: Work, person: Person, of: Of, tapped: Touched) -> Toast:
    return regular_setting.hold_instead(work, person, *of, tapped.message_id)


def _regular_end(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return regular_setting.ask_end(work, person, care, tapped.message_id)


def _regular_end_now(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return regular_setting.end(work, person, care, tapped.message_id)


def _page(work: Work, person: Person, who: Person, tapped: Touched) -> Toast:
    return listing.show(work, person, tapped.press.number("place"), tapped.message_id)


def _open(work: Work, person: Person, of: Of, tapped: Touched) -> Toast:
    place = tapped.press.number("place")
    return session_screen.open_(work, person, *of, place, tapped.message_id)


def _mark(work: Work, person: Person, of: Of, tapped: Touched) -> Toast:
    word, place = tapped.press.word, tapped.press.number("place")
    return session_screen.mark(work, person, *of, word, place, tapped.message_id)


def _which_day(work: Work, person: Person, of: Of, tapped: Touched) -> Toast:
    place = tapped.press.number("place")
    return session_screen.ask_day(work, person, *of, place, tapped.message_id)


def _which_hour(work: Work, person: Person, of: Of, tapped: Touched) -> Toast:
    minute, place = tapped.press.number("minute"), tapped.press.number("place")
    return session_screen.ask_hour(work, person, *of, minute, place, tapped.message_id)


def _move_there(work: Work, person: Person, of: Of, tapped: Touched) -> Toast:
    minute, place = tapped.press.number("minute"), tapped.press.number("place")
    return session_screen.move(work, person, *of, minute, place, tapped.message_id)


def _off(work: Work, person: Person, whom: Whom, tapped: Touched) -> Toast:
    return days_off_setting.ask_first(work, person, whom, tapped.message_id)


def _off_from(work: Work, person: Person, whom: Whom, tapped: Touched) -> Toast:
    first = tapped.press.number("place")
    return days_off_setting.ask_last(work, person, whom, first, tapped.message_id)


def _off_until(work: Work, person: Person, whom: Whom, tapped: Touched) -> Toast:
    first, days = tapped.press.number("place"), tapped.press.number("days")
    return days_off_setting.ask_sure(work, person, whom, first, days, tapped.message_id)


def _off_keep(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    first, days = tapped.press.number("place"), tapped.press.number("days")
    return days_off_setting.keep(work, person, Whom(care), first, days, tapped.message_id)


def _leave_keep(work: Work, person: Person, who: Person, tapped: Touched) -> Toast:
    first, days = tapped.press.number("place"), tapped.press.number("days")
    word = tapped.press.word
    return days_off_setting.keep_leave(work, person, first, days, word, tapped.message_id)


def _off_undo(work: Work, person: Person, off: DaysOff, tapped: Touched) -> Toast:
    return days_off_setting.undo(work, person, off, tapped.message_id)


def _cover_ask(work: Work, person: Person, leave: Leave, tapped: Touched) -> Toast:
    whom = tapped.press.number("place")
    return leave_screen.ask(work, person, leave, whom, tapped.message_id)


def _cover_say(work: Work, person: Person, leave: Leave, tapped: Touched) -> Toast:
    return leave_screen.answer(work, person, leave, tapped.press.word, tapped.message_id)


def _leave_digests(work: Work, person: Person, leave: Leave, tapped: Touched) -> Toast:
    return leave_screen.choose_digests(work, person, leave, tapped.press.word, tapped.message_id)


def _deputy_digest(work: Work, person: Person, lent: Lent, tapped: Touched) -> Toast:
    return deputy_digest.show(work, person, lent)


def _deputy_client(work: Work, person: Person, of: Part, tapped: Touched) -> Toast:
    return deputy_digest.show_one(work, person, *of)


def _leave_tell(work: Work, person: Person, leave: Leave, tapped: Touched) -> Toast:
    toast = leave_telling.begin(work, person, leave)
    if toast is None:
        leave_screen.open_again(work, person, leave, tapped.message_id)
    return toast


def _evening(work: Work, person: Person, who: Person, tapped: Touched) -> Toast:
    return evening.ask_hour(work, person, tapped.message_id)


def _evening_set(work: Work, person: Person, who: Person, tapped: Touched) -> Toast:
    return evening.set_hour(work, person, tapped.press.number("minute"), tapped.message_id)


def _calendar(work: Work, person: Person, of: CalendarImport, tapped: Touched) -> Toast:
    return calendar_files.decide(work, person, of, tapped.press.word, tapped.message_id)


SESSION_TAPS = (
    Tap("session", CARE, _just_ended),
    Tap("move_session", SESSION, _move),
    Tap("add_session", CARE, _second),
    Tap("undo_session", SESSION, _undo),
    Tap("regular", CARE, _regular),
    Tap("regular_hour", CARE, _regular_hour),
    Tap("regular_show", CARE, _regular_show),
    Tap("regular_keep", CARE, _regular_keep),
    Tap("regular_holds", SESSION, _regular_holds),
    Tap("regular_end", CARE, _regular_end),
    Tap("regular_end_now", CARE, _regular_end_now),
    Tap("session_page", OWN, _page),
    Tap("session_open", SESSION, _open),
    Tap("session_mark", SESSION, _mark),
    Tap("session_day", SESSION, _which_day),
    Tap("session_when", SESSION, _which_hour),
    Tap("session_move", SESSION, _move_there),
    Tap("days_off", CARE_OR_ALL, _off),
    Tap("days_off_from", CARE_OR_ALL, _off_from),
    Tap("days_off_until", CARE_OR_ALL, _off_until),
    Tap("days_off_keep", CARE, _off_keep),
    Tap("leave_keep", OWN, _leave_keep),
    Tap("days_off_undo", DAYS_OFF, _off_undo),
    Tap("leave", LEAVE, to_message(leave_screen.open_)),
    Tap("leave_tell_ask", LEAVE, to_message(leave_telling.ask)),
    Tap("leave_tell", LEAVE, _leave_tell),
    Tap("cover_ask", LEAVE, _cover_ask),
    Tap("cover_say", COVER, _cover_say),
    Tap("leave_digests", LEAVE, _leave_digests),
    Tap("deputy_digest", LENT, _deputy_digest),
    Tap("deputy_client", LENT_PART, _deputy_client),
    Tap("evening_ask", OWN, _evening),
    Tap("evening_set", OWN, _evening_set),
    Tap("calendar", CALENDAR, _calendar),
)
"""The buttons about therapy sessions."""
