"""Days off, for one client or for all: from which day, how long, and what falls away, before it
counts; and taking them back.

Used by the entries of therapists and by /session. Nothing is kept before the therapist says yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.messages import Button, Rows
from bot.services.planning.spoken_days import read_span
from bot.services.therapy_sessions import days_away, leave_screen
from bot.services.therapy_sessions.listing import ALL_CLIENTS
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.periods import cut_offs_in, first_after, next_cut_off
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.zones import zone
from storage import audit, cares, days_off, leaves
from storage.cares import Care
from storage.days_off import DaysOff
from storage.leaves import Digests, Leave
from storage.people import Person

FIRST_DAYS = 21
"""So many days from today on can be tapped as the first; any other can be typed."""
LENGTHS = (1, 2, 3, 5, 7, 14, 21, 28)
"""Days that can be tapped as the length."""
LONGEST = 366
ENTERED: tuple[Digests, ...] = ("waits", "comes")
"""The things that digests may do as a leave is entered; nobody has said yet that they cover."""


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
    """The days are off for one client: what is planned in them is called off, what a regular time
    would bring does not come.
    """
    kept = _keep(work, therapist, whom, first, days)
    if kept is None:
        return STALE
    off, text = kept
    undo = Button(work.tell(therapist.language, "button_undo"), data("days_off_undo", off.id))
    rows = (*speak.row(undo), *_back(work, therapist, whom))
    speak.edit(work, therapist.id, message_id, text, key="days_off", rows=rows)
    return None


def keep_leave(
    work: Work, therapist: Person, first: int, days: int, word: str, message_id: int
) -> Toast:
    """The days are off for all clients, which is a leave: in it the digest does what the ``word``
    says.
    """
    becomes = next((each for each in ENTERED if each == word), None)
    kept = None if becomes is None else _keep(work, therapist, Whom(None), first, days)
    if becomes is None or kept is None:
        return STALE
    off, said = kept
    leaves.add(work.tx, off.id, digests=becomes)
    text, rows = leave_screen.screen(work, therapist, leaves.load(work.tx, off.id), said=said)
    speak.edit(work, therapist.id, message_id, text, key="days_off", rows=rows)
    return None


def _keep(
    work: Work, therapist: Person, whom: Whom, first: int, days: int
) -> tuple[DaysOff, str] | None:
    """The days off as they are kept, and the sentence that says so; None where they are off
    already, or a button is out of date.
    """
    begin = _day(work, therapist, first)
    if begin is None or not 1 <= days <= LONGEST:
        return None
    wanted = _of(work, therapist, whom, begin, days)
    running = days_off.list_running(work.tx, therapist.id, since=begin)
    if any(
        (each.care_id, each.first_on, each.last_on)
        == (wanted.care_id, wanted.first_on, wanted.last_on)
        for each in running
    ):
        return None
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
    values = {"first": off.first_on, "last": off.last_on, "count": count}
    return off, work.tell(therapist.language, "off_kept", **values)


def undo(work: Work, therapist: Person, off: DaysOff, message_id: int) -> Toast:
    """The days are none off: what was called off for them and is still to come takes place. A leave
    that has begun ends with yesterday.
    """
    leave = leaves.find(work.tx, off.id)
    is_over = leave is not None and leave.last_on < _today(work, therapist)
    if off.undone_at is not None or is_over:
        return STALE
    days_off.undo(work.tx, off.id, work.now)
    care = None if off.care_id is None else cares.load(work.tx, off.care_id)
    _record(work, therapist, Whom(care), "days_off_taken_back")
    text = work.tell(therapist.language, "off_undone", first=off.first_on, last=off.last_on)
    if leave is not None:
        text = f"{text} {_end(work, therapist, leave)}".rstrip()
    rows = _back(work, therapist, Whom(care))
    speak.edit(work, therapist.id, message_id, text, key="days_off", rows=rows)
    return None


def _end(work: Work, therapist: Person, leave: Leave) -> str:
    """Nobody covers any more. What has passed of a leave was one; of one that had not begun clients
    who were told are told that it has changed.
    """
    leave_screen.dismiss(work, leave)
    today = _today(work, therapist)
    if leave.first_on < today:
        past = days_off.add(
            work.tx,
            therapist_id=therapist.id,
            care_id=None,
            first_on=leave.first_on,
            last_on=min(leave.last_on, today - timedelta(days=1)),
            now=leave.made_at,  # the cut-offs since then were none
        )
        leaves.go_on_as(work.tx, leave.id, past.id)
        return _next_digest(work, therapist, leave)
    if leave.told_at is None:
        return _next_digest(work, therapist, leave)
    leaves.begin_telling(work.tx, leave.id, "changed", work.now)
    told = work.tell(therapist.language, "leave_changed_told")
    return f"{told} {_next_digest(work, therapist, leave)}".rstrip()


def _next_digest(work: Work, therapist: Person, leave: Leave) -> str:
    if leave.digests != "waits":
        return ""
    at, local = next_cut_off(work, therapist), zone(therapist.zone)
    return work.tell(therapist.language, "leave_digest_next", at=at, zone=local)


def _sure(work: Work, therapist: Person, whom: Whom, begin: date, days: int) -> tuple[str, Rows]:
    language = therapist.language
    off = _of(work, therapist, whom, begin, days)
    values = {"first": off.first_on, "last": off.last_on}
    if whom.care is None:
        said = [work.tell(language, "off_sure_all", **values)]
    else:
        said = [work.tell(language, "off_sure_one", alias=whom.care.alias, **values)]
    said.append(work.tell(language, "off_count", count=days_away.count(work, therapist, off)))
    if whom.care is not None:
        keep = data("days_off_keep", whom.care.id, begin.toordinal(), days)
        yes = [Button(work.tell(language, "button_off_keep"), keep)]
    else:
        yes = _as_leave(work, therapist, off, said)
    return "\n\n".join(said), (*speak.column(*yes), *_back(work, therapist, whom))


def _as_leave(work: Work, therapist: Person, off: DaysOff, said: list[str]) -> list[Button]:
    """One button, or two where a digest could wait, which is ``said`` then."""
    keys: dict[Digests, StaffKey] = {"comes": "button_off_keep"}
    made = cut_offs_in(work, therapist, off.first_on, off.last_on)
    if made:
        said.append(_wait(work, therapist, off, made))
        keys = {"waits": "button_leave_waits", "comes": "button_leave_comes"}
    first, days = off.first_on.toordinal(), (off.last_on - off.first_on).days + 1
    return [
        Button(work.tell(therapist.language, key), data("leave_keep", first, days, word=word))
        for word, key in keys.items()
    ]


def _wait(work: Work, therapist: Person, off: DaysOff, made: Sequence[datetime]) -> str:
    """Say which digests could wait, and for which one."""
    return work.tell(
        therapist.language,
        "leave_wait",
        count=len(made),
        first=made[0],
        at=first_after(work, therapist, off.last_on),
        zone=zone(therapist.zone),
    )


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
