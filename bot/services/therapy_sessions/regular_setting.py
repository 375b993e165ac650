"""The regular time of a client, set from the card or in words: weekday, hour, how often, and a look
at the next three before it counts.

Used by the entries of therapists and by /session. What is shown is carried by the buttons: nothing
is kept before the therapist says that it is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Literal

from bot.messages import Button, Rows
from bot.services.care import session_lines
from bot.services.planning import sessions_ahead
from bot.services.planning.spoken_rhythms import read_rhythm
from bot.services.therapy_sessions import recording
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from flows.schedule.regular import LONGEST, RHYTHMS, SHORTEST, RegularTime, first_after
from flows.schedule.zones import zone
from storage import regular_times, therapy_sessions
from storage.cares import Care
from storage.people import Person
from storage.regular_times import StoredRegularTime
from storage.therapy_sessions import TherapySession

HOURS = range(7, 22)
"""The full hours that can be tapped; any other time can be typed, or reached by steps."""
STEP = timedelta(minutes=15)
LENGTHS = (25, 50, 90)
"""Minutes that can be tapped, beside the practice's own."""
SHOWN = 3
"""So many therapy sessions are shown before a regular time counts."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time: no zone changes what the button says
_LATEST = timedelta(days=366 * 80)
_WEEK = range(7)


def ask_day(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Ask on which weekday the client comes, in place of the card."""
    if care.state not in recording.MAY_MEET:
        return STALE
    language = therapist.language
    running = regular_times.find_running(work.tx, care.id)
    said = [work.tell(language, "regular_day", alias=care.alias)]
    monday = work.now.date() - timedelta(days=work.now.weekday())
    buttons = [
        Button(
            work.tell(language, "button_weekday", on=monday + timedelta(days=day)),
            data("regular_hour", care.id, day),
        )
        for day in _WEEK
    ]
    end: Rows = ()
    if running is not None:
        so_far = session_lines.in_words(work, language, running.time)
        said.insert(0, work.tell(language, "card_regular", time=so_far))
        end = speak.row(
            Button(work.tell(language, "button_regular_end"), data("regular_end", care.id))
        )
    off = Button(work.tell(language, "button_days_off"), data("days_off", care.id))
    rows = (*speak.grid(buttons, 4), *end, *speak.row(off), *_back(work, therapist, care))
    speak.edit(work, therapist.id, message_id, "\n\n".join(said), key="regular", rows=rows)
    return None


def ask_hour(work: Work, therapist: Person, care: Care, weekday: int, message_id: int) -> Toast:
    """Ask at which hour."""
    if care.state not in recording.MAY_MEET or weekday not in _WEEK:
        return STALE
    local, minutes = zone(therapist.zone), int(work.practice.session_length.total_seconds()) // 60
    buttons = []
    for hour in HOURS:
        first_on = first_after(work.now, weekday, time(hour), local)
        regular = RegularTime(first_on, time(hour), 1, minutes)
        buttons.append(Button(f"{hour:02}:00", _data("regular_show", care, regular)))
    on = first_after(work.now, weekday, time(12), local)
    text = work.tell(therapist.language, "regular_hour", alias=care.alias, on=on)
    back = Button(work.tell(therapist.language, "button_back"), data("regular", care.id))
    rows = (*speak.grid(buttons, 5), *speak.row(back))
    speak.edit(work, therapist.id, message_id, text, key="regular", rows=rows)
    return None


def by_words(work: Work, therapist: Person, care: Care, words: str) -> None:
    """/session M.K. every tue 15:00 shows what it would be, as the taps do."""
    local = zone(therapist.zone)
    today = work.said_at.astimezone(local).date()
    spoken = read_rhythm(words, today, therapist.language)
    if care.state not in recording.MAY_MEET:
        speak.to_therapist(work, therapist, "session_not_active", alias=care.alias)
        return
    minutes = int(work.practice.session_length.total_seconds()) // 60
    if spoken is not None:
        minutes = spoken.minutes or minutes
    if spoken is None or not SHORTEST <= minutes <= LONGEST:
        speak.to_therapist(work, therapist, "regular_unread", alias=care.alias)
        return
    first_on = first_after(work.said_at, spoken.weekday, spoken.at_wall, local)
    if spoken.from_on is not None and spoken.from_on > first_on:
        ahead = (spoken.weekday - spoken.from_on.weekday()) % 7
        first_on = spoken.from_on + timedelta(days=ahead)
    regular = RegularTime(first_on, spoken.at_wall, spoken.weeks, minutes)
    text, rows = _preview(work, therapist, care, regular)
    speak.reply(work, therapist.id, text, key="regular", rows=rows)


def show(
    work: Work, therapist: Person, care: Care, minute: int, place: int, message_id: int
) -> Toast:
    """Show what the regular time would be, with buttons that change it."""
    regular = _read(minute, place)
    if regular is None or care.state not in recording.MAY_MEET:
        return STALE
    text, rows = _preview(work, therapist, care, regular)
    speak.edit(work, therapist.id, message_id, text, key="regular", rows=rows)
    return None


def keep(
    work: Work, therapist: Person, care: Care, minute: int, place: int, message_id: int
) -> Toast:
    """The client comes at this regular time from now on; the one before, if any, has ended."""
    regular = _read(minute, place)
    if regular is None or care.state not in recording.MAY_MEET:
        return STALE
    running = regular_times.find_running(work.tx, care.id)
    if running is not None and running.time == regular:
        return STALE
    if running is not None:
        _end(work, care, running)
    kept = regular_times.add(work.tx, care_id=care.id, regular=regular, now=work.now)
    sessions_ahead.plan(work, kept)
    language = therapist.language
    said = [
        work.tell(
            language,
            "regular_kept",
            alias=care.alias,
            time=session_lines.in_words(work, language, regular),
        ),
        *_next(work, therapist, regular),
        *_still_to_agree(work, therapist, care),
    ]
    clashes = _clashes(work, therapist, care, regular)
    rows = (*_instead(work, therapist, care, clashes), *_back(work, therapist, care))
    said += _other_days(work, therapist, clashes)
    speak.edit(work, therapist.id, message_id, "\n\n".join(said), key="regular", rows=rows)
    return None


def ask_end(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """Ask whether the regular time is to end: a slip would call off weeks of sessions."""
    running = regular_times.find_running(work.tx, care.id)
    if running is None:
        return STALE
    time = session_lines.in_words(work, therapist.language, running.time)
    text = work.tell(therapist.language, "regular_end_sure", alias=care.alias, time=time)
    now = Button(
        work.tell(therapist.language, "button_regular_end_now"), data("regular_end_now", care.id)
    )
    rows = (*speak.row(now), *_back(work, therapist, care))
    speak.edit(work, therapist.id, message_id, text, key="regular", rows=rows)
    return None


def end(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """No more therapy sessions are planned for the client, and those that nobody moved are off."""
    running = regular_times.find_running(work.tx, care.id)
    if running is None:
        return STALE
    count = _end(work, care, running)
    text = work.tell(therapist.language, "regular_ended", alias=care.alias, count=count)
    rows = _back(work, therapist, care)
    speak.edit(work, therapist.id, message_id, text, key="regular", rows=rows)
    return None


def hold_instead(
    work: Work, therapist: Person, care: Care, session: TherapySession, message_id: int
) -> Toast:
    """On that day the regular time holds, and the other therapy session of the day is off."""
    if session.state != "cancelled" or session.regular_on is None or session.starts_at <= work.now:
        return STALE
    local = zone(therapist.zone)
    known = therapy_sessions.list_for_care(work.tx, care.id, since=work.now)
    for other in sessions_ahead.others_on(session.regular_on, known, local):
        recording.cancel(work, care, other)
    recording.revive(work, session)
    values = {"alias": care.alias, "start": session.starts_at, "zone": local}
    text = work.tell(therapist.language, "regular_holds", **values)
    rows = _back(work, therapist, care)
    speak.edit(work, therapist.id, message_id, text, key="regular", rows=rows)
    return None


def _end(work: Work, care: Care, running: StoredRegularTime) -> int:
    """Return the number of planned therapy sessions that are off by it."""
    regular_times.end(work.tx, running.id, work.now)
    therapy_sessions.release(work.tx, running.id)
    known = therapy_sessions.list_for_care(work.tx, care.id, since=work.now)
    untouched = [
        each
        for each in known
        if each.regular_id == running.id and each.state == "planned" and each.by_hand_at is None
    ]
    for session in untouched:
        recording.cancel(work, care, session)
    return len(untouched)


def _preview(work: Work, therapist: Person, care: Care, regular: RegularTime) -> tuple[str, Rows]:
    language = therapist.language
    running = regular_times.find_running(work.tx, care.id)
    said = [
        work.tell(
            language,
            "regular_preview",
            alias=care.alias,
            time=session_lines.in_words(work, language, regular),
        ),
        *_next(work, therapist, regular),
    ]
    if running is not None:
        so_far = session_lines.in_words(work, language, running.time)
        said.append(work.tell(language, "regular_instead", time=so_far))
    said += _other_days(work, therapist, _clashes(work, therapist, care, regular))
    said += _still_to_agree(work, therapist, care)
    return "\n\n".join(said), _changes(work, therapist, care, regular)


def _next(work: Work, therapist: Person, regular: RegularTime) -> Iterator[str]:
    days = regular.next_dates(work.now, zone(therapist.zone), SHOWN)
    listed = (session_lines.moment(work, therapist, regular, day) for day in days)
    yield work.tell(therapist.language, "regular_next", moments="\n".join(listed))


def _still_to_agree(work: Work, therapist: Person, care: Care) -> Iterator[str]:
    if care.state != "active":
        yield work.tell(therapist.language, "session_not_agreed", alias=care.alias)


def _changes(work: Work, therapist: Person, care: Care, regular: RegularTime) -> Rows:
    """The buttons that change it a little, and the one by which it counts."""
    language, tell = therapist.language, work.tell

    def to(label: str, changed: RegularTime) -> Button:
        if changed == regular:
            return Button(f"✓ {label}", data("chosen"))
        return Button(label, _data("regular_show", care, changed))

    at = datetime.combine(regular.first_on, regular.at_wall)
    sooner, later = (replace(regular, at_wall=(at + step).time()) for step in (-STEP, STEP))
    weekly = replace(regular, weeks=1)
    fortnightly = replace(regular, weeks=2)
    own = int(work.practice.session_length.total_seconds()) // 60
    lengths = sorted({*LENGTHS, own, regular.minutes})
    rows = [
        (to(tell(language, "button_sooner"), sooner), to(tell(language, "button_later"), later)),
        (
            to(tell(language, "button_weekly"), weekly),
            to(tell(language, "button_fortnightly"), fortnightly),
        ),
        tuple(
            to(tell(language, "button_minutes", minutes=each), replace(regular, minutes=each))
            for each in lengths
        ),
    ]
    local, weekday = zone(therapist.zone), regular.first_on.weekday()
    soonest = first_after(work.now, weekday, regular.at_wall, local)
    begins = [soonest, soonest + timedelta(weeks=1)]
    if regular.first_on not in begins:
        begins.append(regular.first_on)
    rows.append(
        tuple(
            to(tell(language, "button_first_on", on=day), replace(regular, first_on=day))
            for day in begins
        )
    )
    keep_ = Button(tell(language, "button_regular_keep"), _data("regular_keep", care, regular))
    return (*rows, (keep_,), *_back(work, therapist, care))


def _back(work: Work, therapist: Person, care: Care) -> Rows:
    return speak.row(Button(work.tell(therapist.language, "button_back"), data("card", care.id)))


def _clashes(
    work: Work, therapist: Person, care: Care, regular: RegularTime
) -> list[TherapySession]:
    """Other therapy sessions of the client on days of the regular time: those hold, unless the
    therapist says otherwise.
    """
    local = zone(therapist.zone)
    running = regular_times.find_running(work.tx, care.id)
    own = None if running is None else running.id
    return [
        each
        for each in therapy_sessions.list_for_care(work.tx, care.id, since=work.now)
        if each.counts
        and (each.regular_id is None or each.regular_id != own)
        and regular.falls_on(each.starts_at.astimezone(local).date())
    ]


def _other_days(work: Work, therapist: Person, clashes: list[TherapySession]) -> Iterator[str]:
    for each in clashes:
        yield work.tell(
            therapist.language,
            "regular_other_day",
            start=each.starts_at,
            zone=zone(therapist.zone),
        )


def _instead(work: Work, therapist: Person, care: Care, clashes: list[TherapySession]) -> Rows:
    """A button for each day on which another one stands, by which the regular time holds."""
    local = zone(therapist.zone)
    days = {each.starts_at.astimezone(local).date() for each in clashes}
    off = [
        each
        for each in therapy_sessions.list_for_care(work.tx, care.id, since=work.now)
        if each.state == "cancelled" and each.by_hand_at is None and each.regular_on in days
    ]
    return speak.column(
        *(
            Button(
                work.tell(
                    therapist.language, "button_regular_holds", start=each.starts_at, zone=local
                ),
                data("regular_holds", each.id),
            )
            for each in off
        )
    )


def _data(name: Literal["regular_show", "regular_keep"], care: Care, regular: RegularTime) -> str:
    """Button data that holds all of it: minutes from 1970 to the first one's wall time, and its
    length with the rhythm.
    """
    begin = datetime.combine(regular.first_on, regular.at_wall) - _EPOCH
    place = regular.minutes * 10 + regular.weeks
    return data(name, care.id, int(begin.total_seconds()) // 60, place)


def _read(minute: int, place: int) -> RegularTime | None:
    """The regular time that a button carries; None: no button of ours did."""
    minutes, weeks = divmod(place, 10)
    begin = timedelta(minutes=min(minute, int(_LATEST.total_seconds()) // 60))
    if weeks not in RHYTHMS or not SHORTEST <= minutes <= LONGEST:
        return None
    first = _EPOCH + begin
    return RegularTime(first.date(), first.time(), weeks, minutes)
