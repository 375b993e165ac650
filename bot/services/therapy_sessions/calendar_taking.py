"""Appointments of a calendar become therapy sessions, move them and call them off.

Used by the worker that reads calendars, a few at a time. What the therapist said in the chat wins:
no calendar touches a session that was moved or called off there, nor one that was typed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, assert_never

from bot.services.check_in import withdrawing
from bot.services.planning import following, sessions_ahead
from bot.services.therapy_sessions.calendar_matching import Names
from bot.services.therapy_sessions.ical_reading import AHEAD, Appointment
from bot.services.therapy_sessions.recording import MAY_MEET
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import calendar_imports, cares, days_off, people, therapy_sessions
from storage.calendar_imports import CalendarImport
from storage.cares import Care
from storage.people import Person
from storage.therapy_sessions import Source, TherapySession

CHUNK = 5
"""Appointments a transaction: some milliseconds for each."""
PIECE = 50
"""Appointments a row: what is left of it is sealed anew after each few."""

Becomes = Literal["new", "adopted", "moved", "off", "back", "same", "by_hand", "holds"]
"""new: a therapy session. adopted: the one of the regular time is this appointment. moved, off,
back: the one that it became changes. same: nothing changes. by_hand: the therapist has said
something else in the chat. holds: another one of that day was typed."""
CHANGES: frozenset[Becomes] = frozenset({"new", "adopted", "moved", "off", "back"})


@dataclass(frozen=True, slots=True)
class Item:
    """An appointment with a client, without a word of the calendar."""

    care_id: int
    mark: str
    """An HMAC of what names it in its calendar."""
    starts_at: datetime
    ends_at: datetime
    is_off: bool

    def to_json(self) -> list[Any]:
        """As it is kept until it is worked off."""
        times = (self.starts_at.isoformat(), self.ends_at.isoformat())
        return [self.care_id, self.mark, *times, self.is_off]


def item_from_json(kept: Sequence[Any]) -> Item:
    """The item kept by ``Item.to_json``."""
    care_id, mark, starts_at, ends_at, is_off = kept
    begin, end = datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at)
    return Item(care_id, mark, begin, end, is_off)


@dataclass(frozen=True, slots=True)
class Matched:
    """The appointments of the therapist's clients, what would become of each, and how many name no
    client, or several.
    """

    items: tuple[tuple[Item, Becomes], ...]
    unmatched: int


def match(work: Work, therapist: Person, found: Sequence[Appointment]) -> Matched:
    """Find whose the appointments are and what would become of them; it reads much, so call it in a
    read.
    """
    may_meet = cares.list_for_therapist(work.tx, therapist.id, states=MAY_MEET)
    until = work.now + AHEAD + timedelta(days=1)
    sessions = therapy_sessions.list_for_therapist(
        work.tx, therapist.id, since=work.now - timedelta(days=1), until=until
    )
    marked = {each.calendar_mark: each for each in sessions if each.calendar_mark is not None}
    of_care: dict[int, list[TherapySession]] = defaultdict(list)
    for session in sessions:
        of_care[session.care_id].append(session)
    items, unmatched, names = [], 0, Names(may_meet)
    for each in found:
        care = names.whose(each.title)
        if care is None:
            unmatched += 1
            continue
        mark = work.tx.event_mark(therapist.id, each.key)
        item = Item(care.id, mark, each.starts_at, each.ends_at, each.is_off)
        items.append((item, _becomes(work, therapist, item, marked, of_care[care.id])))
    return Matched(tuple(items), unmatched)


def gone(work: Work, therapist: Person, marks: set[str]) -> list[TherapySession]:
    """The planned therapy sessions to come that a calendar at an address had made and has no more;
    not those that were touched by hand.
    """
    sessions = therapy_sessions.list_for_therapist(
        work.tx, therapist.id, since=work.now, until=work.now + AHEAD
    )
    return [
        each
        for each in sessions
        if each.calendar_from == "address"
        and each.state == "planned"
        and each.by_hand_at is None
        and each.calendar_mark not in marks
    ]


def _becomes(
    work: Work,
    therapist: Person,
    item: Item,
    marked: Mapping[str, TherapySession],
    own: Sequence[TherapySession],
) -> Becomes:
    session = marked.get(item.mark)
    if session is not None:
        return _becomes_again(work, item, session)
    if item.is_off:
        return "same"
    local = zone(therapist.zone)
    day = item.starts_at.astimezone(local).date()
    others = [
        each for each in sessions_ahead.others_on(day, own, local) if each.calendar_mark is None
    ]
    if any(_may_adopt(each) for each in others):
        return "adopted"
    return "holds" if others else "new"


def _becomes_again(work: Work, item: Item, session: TherapySession) -> Becomes:
    if session.starts_at <= work.now:
        return "same"  # it was held where nobody says otherwise
    if session.by_hand_at is not None or session.unmet is not None:
        return "by_hand"
    if item.is_off or not session.counts:
        if item.is_off:
            return "off" if session.counts else "same"
        return "same" if session.days_off_id is not None else "back"
    times = (session.starts_at, session.ends_at)
    return "same" if times == (item.starts_at, item.ends_at) else "moved"


def _may_adopt(session: TherapySession) -> bool:
    return (
        session.regular_id is not None and session.by_hand_at is None and session.state == "planned"
    )


def want(
    work: Work,
    therapist_id: int,
    items: Sequence[Item],
    *,
    source: Source,
    marks: set[str] | None = None,
) -> None:
    """These count and are worked off soon. ``marks``: every appointment that the calendar has,
    where it is the whole of it; what it has no more is called off in the end.
    """
    for first in range(0, max(1, len(items)), PIECE):
        kept = [item.to_json() for item in items[first : first + PIECE]]
        is_last = first + PIECE >= len(items)
        whole = sorted(marks) if marks is not None and is_last else None
        calendar_imports.add(
            work.tx,
            therapist_id=therapist_id,
            source=source,
            state="wanted",
            body={"items": kept, "marks": whole},
            now=work.now,
        )


def carry_on(work: Work) -> None:
    """Work off some appointments of the oldest calendar that counts, if there is one."""
    found = calendar_imports.find_first(work.tx, "wanted")
    if found is None:
        return
    therapist = people.load(work.tx, found.therapist_id)
    items, marks = found.body["items"], found.body["marks"]
    for kept in items[:CHUNK]:
        _take(work, therapist, item_from_json(kept), found.source)
    if items[CHUNK:]:
        left = {"items": items[CHUNK:], "marks": marks}
        calendar_imports.change(work.tx, found, state="wanted", body=left)
    elif marks is None or not _call_off_gone(work, therapist, set(marks), found):
        calendar_imports.discard(work.tx, found.id)


def _call_off_gone(work: Work, therapist: Person, marks: set[str], found: CalendarImport) -> bool:
    """Call off some of what the calendar has no more; True where there may be more of it."""
    missing = gone(work, therapist, marks)
    for session in missing[:CHUNK]:
        _call_off(work, cares.load(work.tx, session.care_id), session)
    if missing[CHUNK:]:
        left = {"items": [], "marks": sorted(marks)}
        calendar_imports.change(work.tx, found, state="wanted", body=left)
        return True
    return False


def _take(work: Work, therapist: Person, item: Item, source: Source) -> None:
    """Do what is to become of one appointment, as things stand now."""
    care = cares.find(work.tx, item.care_id)
    if care is None or care.therapist_id != therapist.id or care.state not in MAY_MEET:
        return
    if item.starts_at <= work.now:
        return
    own = therapy_sessions.list_for_care(work.tx, care.id, since=work.now - timedelta(days=1))
    session = therapy_sessions.find_marked(work.tx, item.mark)
    if session is not None and session.care_id != care.id:
        return  # the calendar names somebody else now: what was said of the one stays
    marked = {} if session is None else {item.mark: session}
    becomes = _becomes(work, therapist, item, marked, own)
    match becomes:
        case "new":
            _add(work, therapist, care, item, source)
        case "adopted":
            local = zone(therapist.zone)
            day = item.starts_at.astimezone(local).date()
            regular = next(
                each for each in sessions_ahead.others_on(day, own, local) if _may_adopt(each)
            )
            therapy_sessions.set_mark(work.tx, regular.id, mark=item.mark, source=source)
            _move(work, regular, item)
        case "moved":
            if session is not None:
                _move(work, session, item)
        case "off":
            if session is not None and session.state == "planned":
                _call_off(work, care, session)
        case "back":
            if session is not None:
                _bring_back(work, session, item)
        case "same" | "by_hand" | "holds":
            pass
        case _:
            assert_never(becomes)
    if session is not None:
        therapy_sessions.set_mark(work.tx, session.id, mark=item.mark, source=source)


def _add(work: Work, therapist: Person, care: Care, item: Item, source: Source) -> None:
    day = item.starts_at.astimezone(zone(therapist.zone)).date()
    off = days_off.list_running(work.tx, therapist.id, since=day)
    session = therapy_sessions.put_marked(
        work.tx,
        care_id=care.id,
        mark=item.mark,
        source=source,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        days_off_id=next((each.id for each in off if each.covers(care.id, day)), None),
        now=work.now,
    )
    if session.counts:
        following.plan_for_session(work, session)


def _move(work: Work, session: TherapySession, item: Item) -> None:
    if (session.starts_at, session.ends_at) == (item.starts_at, item.ends_at):
        return
    if session.state != "planned":
        return
    moved = therapy_sessions.move(
        work.tx,
        session.id,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        now=work.now,
        by_hand=False,
    )
    following.plan_for_session(work, moved)


def _call_off(work: Work, care: Care, session: TherapySession) -> None:
    therapy_sessions.mark(
        work.tx, session.id, was="planned", state="cancelled", now=work.now, by_hand=False
    )
    withdrawing.withdraw(work, care, session)


def _bring_back(work: Work, session: TherapySession, item: Item) -> None:
    therapy_sessions.mark(
        work.tx, session.id, was="cancelled", state="planned", now=work.now, by_hand=False
    )
    back = therapy_sessions.load(work.tx, session.id)
    following.plan_for_session(work, back)
    _move(work, back, item)
