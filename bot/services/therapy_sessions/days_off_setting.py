"""Days off, for one client or for all: from which day, how long, and what falls away, before it
counts; and taking them back.

Used by the entries of therapists and by /session. Nothing is kept before the therapist says yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.messages import Button, Rows
from bot.services.planning.spoken_days import read_span
from bot.services.therapy_sessions import days_away
from bot.services.therapy_sessions.listing import ALL_CLIENTS
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import audit, cares, days_off
from storage.cares import Care
from storage.days_off import DaysOff
from storage.people import Person

FIRST_DAYS = 21
"""So many days from today on can be tapped as the first; any other can be typed."""
LENGTHS = (1, 2, 3, 5, 7, 14, 21, 28)
"""Days that can be tapped as the length."""
LONGEST = 366


@dataclass(frozen=True, slots=True)
class Whom:
    """The clients whom days off are about: one, or None for all."""

    care: Care | None

    @property
    def number(self) -> int:
        """The number that stands for them in a button."""
        return ALL_CLIENTS if self.care is None else self.care.id


def ask_first(work: Work, therapist: Person, whom: Whom, message_id: int) -> Toast:
    """Ask for the first day."""
    today = _today(work, therapist)
    buttons = [
        Button(
            work.tell(therapist.language, "button_day", on=day),
            data("days_off_from", whom.number, day.toordinal()),
        )
        for day in (today + timedelta(days=n) for n in range(FIRST_DAYS))
    ]
    rows = (*speak.grid(buttons, 3), *_back(work, therapist, whom))
    if whom.care is None:
        text = work.tell(therapist.language, "off_from_all")
    else:
        text = work.tell(therapist.language, "off_from_one", alias=whom.care.alias)
    speak.edit(work, therapist.id, message_id, text, key="days_off", rows=rows)
    return None


def ask_last(work: Work, therapist: Person, whom: Whom, first: int, message_id: int) -> Toast:
    """Ask for the last day, by how long it is until then."""
    begin = _day(work, therapist, first)
    if begin is None:
        return STALE
    language = therapist.language
    lasts = ((days, begin + timedelta(days=days - 1)) for days in LENGTHS)
    buttons = [
        Button(
            work.tell(language, "button_off_until", on=last, count=days),
            data("days_off_until", whom.number, first, days),
        )
        for days, last in lasts
    ]
    text = work.tell(therapist.language, "off_until", on=begin)
    rows = (*speak.grid(buttons, 2), *_back(work, therapist, whom))
    speak.edit(work, therapist.id, message_id, text, key="days_off", rows=rows)
    return None


def ask_sure(
    work: Work, therapist: Person, whom: Whom, first: int, days: int, message_id: int
) -> Toast:
    """Say how many therapy sessions fall away, before they do."""
    begin = _day(work, therapist, first)
    if begin is None or not 1 <= days <= LONGEST:
        return STALE
    text, rows = _sure(work, therapist, whom, begin, days)
    speak.edit(work, therapist.id, message_id, text, key="days_off", rows=rows)
    return None


def by_words(work: Work, therapist: Person, whom: Whom, words: str) -> None:
    """/session holiday 21.12.-3.1. shows what it would be, as the taps do."""
    today = work.said_at.astimezone(zone(therapist.zone)).date()
    span = read_span(words, today, therapist.language)
    if span is None or (span[1] - span[0]).days >= LONGEST or span[1] < today:
        speak.to_therapist(work, therapist, "off_unread")
        return
    begin = max(span[0], today)
    text, rows = _sure(work, therapist, whom, begin, (span[1] - begin).days + 1)
    speak.reply(work, therapist.id, text, key="days_off", rows=rows)


def keep(
    work: Work, therapist: Person, whom: Whom, first: int, days: int, message_id: int
) -> Toast:
    """The days are off: what is planned in them is called off, what a regular time would bring does
    not come.
    """
    begin = _day(work, therapist, first)
    if begin is None or not 1 <= days <= LONGEST:
        return STALE
    wanted = _of(work, therapist, whom, begin, days)
    running = days_off.list_running(work.tx, therapist.id, since=begin)
    if any(
        (each.care_id, each.first_on, each.last_on)
        == (wanted.care_id, wanted.first_on, wanted.last_on)
        for each in running
    ):
        return STALE
    count = days_away.count(work, therapist, wanted)
    off = days_off.add(
        work.tx,
        therapist_id=therapist.id,
        care_id=wanted.care_id,
        first_on=wanted.first_on,
        last_on=wanted.last_on,
        now=work.now,
    )
    _record(work, therapist, whom, "days_off")
    language = therapist.language
    text = work.tell(language, "off_kept", first=off.first_on, last=off.last_on, count=count)
    undo = Button(work.tell(language, "button_undo"), data("days_off_undo", off.id))
    rows = (*speak.row(undo), *_back(work, therapist, whom))
    speak.edit(work, therapist.id, message_id, text, key="days_off", rows=rows)
    return None


def undo(work: Work, therapist: Person, off: DaysOff, message_id: int) -> Toast:
    """The days are none off: what was called off for them and is still to come takes place."""
    if off.undone_at is not None:
        return STALE
    days_off.undo(work.tx, off.id, work.now)
    care = None if off.care_id is None else cares.load(work.tx, off.care_id)
    _record(work, therapist, Whom(care), "days_off_taken_back")
    text = work.tell(therapist.language, "off_undone", first=off.first_on, last=off.last_on)
    rows = _back(work, therapist, Whom(care))
    speak.edit(work, therapist.id, message_id, text, key="days_off", rows=rows)
    return None


def _sure(work: Work, therapist: Person, whom: Whom, begin: date, days: int) -> tuple[str, Rows]:
    language = therapist.language
    off = _of(work, therapist, whom, begin, days)
    values = {"first": off.first_on, "last": off.last_on}
    if whom.care is None:
        said = [work.tell(language, "off_sure_all", **values)]
    else:
        said = [work.tell(language, "off_sure_one", alias=whom.care.alias, **values)]
    said.append(work.tell(language, "off_count", count=days_away.count(work, therapist, off)))
    yes = Button(
        work.tell(language, "button_off_keep"),
        data("days_off_keep", whom.number, begin.toordinal(), days),
    )
    return "\n\n".join(said), (*speak.row(yes), *_back(work, therapist, whom))


def _of(work: Work, therapist: Person, whom: Whom, begin: date, days: int) -> DaysOff:
    """The days off as they would be."""
    care_id = None if whom.care is None else whom.care.id
    last = begin + timedelta(days=days - 1)
    return DaysOff(0, therapist.id, care_id, begin, last, work.now, None)


def _back(work: Work, therapist: Person, whom: Whom) -> Rows:
    to = data("session_page", 0) if whom.care is None else data("card", whom.care.id)
    return speak.row(Button(work.tell(therapist.language, "button_back"), to))


def _today(work: Work, therapist: Person) -> date:
    return work.now.astimezone(zone(therapist.zone)).date()


def _day(work: Work, therapist: Person, ordinal: int) -> date | None:
    """The day that a button carries; None where it has passed, or is too far off."""
    today = _today(work, therapist)
    if not today.toordinal() <= ordinal <= today.toordinal() + LONGEST:
        return None
    return date.fromordinal(ordinal)


def _record(work: Work, therapist: Person, whom: Whom, action: str) -> None:
    subject = therapist.code if whom.care is None else whom.care.client_code
    audit.add(work.tx, now=work.now, actor=therapist.code, action=action, subject=subject)
