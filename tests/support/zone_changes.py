"""Clock changes as people live through them, over HTTP: in each zone a therapist with their digest,
and clients who are asked by the clock, come to a therapy session, put a question off, or rest.

Used by the story of clock changes and by the sweep of all zones. What is promised is worked out
here, from the zone's own table alone, and never by the code that plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.sandbox import Person
from bot.services.care import pausing
from bot.services.care.invitations import add_person
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import cares, people
from storage.cares import Care
from storage.store import Tx
from tests.support.house import CRISIS, House, open_house

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
Quiet = tuple[time, time]
OPEN: Quiet = (time(12), time(12))
"""No quiet hours."""
AT_NIGHT: Quiet = (time(22), time(2, 30))
"""They end within the hour that is left out or comes twice."""
WALL, MIDNIGHT = time(2, 30), time(0)
REMINDED = MINUTE * 30
OPEN_FOR = timedelta(hours=84)
"""A question that can be put off holds up the next ones for so long."""
BEFORE, AFTER, LASTS = timedelta(hours=6), timedelta(hours=2), MINUTE * 50
FLOWS = {
    "midnight": 'trigger = "daily"\nat = "00:00"\nwindow = "6h"\nexpires.unstarted = "1h"',
    "night": 'trigger = "daily"\nat = "02:30"\nwindow = "2h"\nexpires.unstarted = "3h"\n'
    'remind = ["30m"]',
    "later": 'trigger = "daily"\nat = "02:30"\nwindow = "1h"\nexpires.unstarted = "84h"',
    "before": 'trigger = "before_therapy_session"\nbefore = "6h"\nwindow = "2h"\n'
    'expires.unstarted = "1h"',
    "after": 'trigger = "therapy_session_end"\nafter = "2h"\nwindow = "6h"\n'
    'expires.unstarted = "1h"',
}
FLOW = """language = 1
id = "{name}"
title.en = "A flow"
[schedule]
{schedule}
expires.idle = "1h"
[[step]]
id = "{name}_words"
kind = "text"
ask.en = "How is it, {name}?"
"""
OF_WHOM = {
    "midnight": ("midnight",),
    "night": ("night",),
    "later": ("later",),
    "met": ("before", "after"),
    "resting": ("night",),
}
"""The clients of a therapist, and the flows in which each is."""
REMINDER, BACK, DIGEST = "A reminder", "You wanted to come back here now", "Your week"
ASKED = "How is it,"
KINDS = (BACK, REMINDER, ASKED)
"""The things that come by the clock, by a part of their words."""


@dataclass(slots=True)
class Household:
    """A therapist and clients in one zone, who live through ``on``, the local day of a change."""

    zone: ZoneInfo
    on: date
    therapist: Person
    clients: dict[str, Person]


@dataclass(slots=True)
class Found:
    """The number of things that were promised, and each that did not come once, at its time."""

    promised: int
    wrong: list[str]


async def live_through(
    folder: Path,
    furnished: Path,
    changes: Mapping[str, datetime],
    quiet: Quiet = OPEN,
) -> Found:
    """Let households in these zones live through the two days before and after their changes, which
    lie within a day or so of each other.
    """
    first, last = min(changes.values()), max(changes.values())
    begins, ends = first - 2 * DAY, last + 2 * DAY
    practice = {
        "quiet_from": f"{quiet[0]:%H:%M}",
        "quiet_until": f"{quiet[1]:%H:%M}",
        "weekly_cap": 50,
        "name": "Practice",
        "zone": "UTC",
        "crisis": {"en": CRISIS, "de": CRISIS, "de_du": CRISIS},
    }
    digest = {"receipts": "off", "weekday": f"{last:%a}".lower(), "at": f"{WALL:%H:%M}"}
    async with open_house(
        folder, furnished, begins_at=begins, practice=practice, digest=digest
    ) as house:
        households = [_household(house, name, at) for name, at in changes.items()]
        await _move_in(house, households)
        found = Found(0, [])
        for at, some in _by_moment(households, time(4)):
            await house.travel(to=at)
            await _put_off(house, some)
        await house.travel(to=ends)
        for each in households:
            _judge(each, begins, ends, quiet, found)
            _judge_digest(each, begins, ends, last.weekday(), found)
        return found


def _household(house: House, name: str, change: datetime) -> Household:
    place = zone(name)
    clients = {role: house.stranger(role) for role in OF_WHOM}
    on = change.astimezone(place).date()
    return Household(place, on, house.stranger("Dr. Weber"), clients)


async def _move_in(house: House, households: Sequence[Household]) -> None:
    """Write them down as if they had long been here; the regular time is told in the chat."""
    for each in households:
        for person in (each.therapist, *each.clients.values()):
            person.start()
    await house.app.bot.delete_webhook(drop_pending_updates=True)
    now = house.clock.now()

    def begin(tx: Tx) -> None:
        texts = [FLOW.format(name=name, schedule=rule) for name, rule in FLOWS.items()]
        sources = [Source(f"{n}.toml", text) for n, text in enumerate(texts)]
        checked = check(sources)
        assert checked.is_good, checked.problems
        publish(tx, checked, now=now, who="t", why="zones")

    await house.app.store.write(begin)
    for each in households:
        await house.app.store.write(lambda tx, each=each: _write_down(house, tx, each))
    for words in (f"/session met every {{day:%a}} {WALL:%H:%M}", None):
        for each in households:
            if words is None:
                each.therapist.tap("Yes, that is right")
            else:
                each.therapist.say(words.format(day=each.on).lower())
        await house.settle()


def _write_down(house: House, tx: Tx, each: Household) -> None:
    work = Work(tx, house.app.practice, house.clock.now(), "zones")
    therapist = add_person(work, role="therapist", language="en", zone_name=each.zone.key)
    people.rename(tx, therapist.id, people.Name("Dr. Weber"))
    people.bind_chat(tx, therapist.id, each.therapist.chat_id, work.now)
    people.set_pictures(tx, therapist.id, off_at=work.now)
    for role, client in each.clients.items():
        person = add_person(work, role="client", language="en", zone_name=each.zone.key)
        people.bind_chat(tx, person.id, client.chat_id, work.now)
        care = cares.add(
            tx, client_id=person.id, therapist_id=therapist.id, alias=role, now=work.now
        )
        cares.mark(tx, care.id, was="draft", state="active", now=work.now)
        _begin(work, cares.load(tx, care.id), role, each.on)


def _begin(work: Work, care: Care, role: str, on: date) -> None:
    if role == "resting":
        pausing.begin(work, care, on)
    for name in OF_WHOM[role]:
        flow = work.practice.shelf.current(work.tx, name)
        assert flow is not None
        plans.enrol(work, cares.load(work.tx, care.id), flow)


def _by_moment(
    households: Sequence[Household], wall: time
) -> list[tuple[datetime, list[Household]]]:
    """The households by when their clocks show that on the day before the change, in order."""
    found: dict[datetime, list[Household]] = {}
    for each in households:
        found.setdefault(_instant(each.on - DAY, wall, each.zone), []).append(each)
    return sorted(found.items())


async def _put_off(house: House, households: Sequence[Household]) -> None:
    for label in ("Later", "Tomorrow"):
        for each in households:
            each.clients["later"].tap(label)
        await house.settle()


def _judge(each: Household, begins: datetime, ends: datetime, quiet: Quiet, found: Found) -> None:
    for role, client in each.clients.items():
        wanted = sorted(_promised(each, role, begins, ends, quiet))
        sent = [(e.at, e.text) for e in client.ledger if e.kind == "sent"]
        came = sorted((at, kind) for at, text in sent if (kind := _kind(text)))
        found.promised += len(wanted)
        if came != wanted:
            what = sorted(set(came) ^ set(wanted)) or "something twice"
            found.wrong.append(f"{each.zone.key} {role}: {what}, with {came}")
        for at, text in sent:
            if _kind(text) and _is_quiet(at, each.zone, quiet):
                found.wrong.append(f"{each.zone.key} {role}: {at} lies in quiet hours")


def _judge_digest(
    each: Household, begins: datetime, ends: datetime, weekday: int, found: Found
) -> None:
    days = [day for day in _days(begins, ends) if day.weekday() == weekday]
    moments = [at for day in days if begins < (at := _instant(day, WALL, each.zone)) <= ends]
    digests = [e.at for e in each.therapist.ledger if e.kind == "sent" and DIGEST in e.text]
    found.promised += len(moments)
    if digests != moments:
        found.wrong.append(f"{each.zone.key} digest: {digests} instead of {moments}")


def _kind(text: str) -> str:
    """The thing that it is; empty for what does not come by the clock."""
    return next((words for words in KINDS if words in text), "")


def _promised(
    each: Household, role: str, begins: datetime, ends: datetime, quiet: Quiet
) -> Iterator[tuple[datetime, str]]:
    """Each thing that must come to a client, with when."""
    place = each.zone

    def at_last(at: datetime) -> datetime:
        return _allowed(at, place, quiet)

    if role == "met":
        start = _instant(each.on, WALL, place)
        yield from ((at_last(start - BEFORE), ASKED), (at_last(start + LASTS + AFTER), ASKED))
        return
    wall = MIDNIGHT if role == "midnight" else WALL
    moments = [_instant(day, wall, place) for day in _days(begins, ends)]
    moments = [at for at in moments if begins < at_last(at)]
    if role == "later":
        yield from ((moments[0], ASKED), (_instant(each.on, wall, place), BACK))
        free = moments[0] + OPEN_FOR
        yield from [(at, ASKED) for at in moments if free < at <= ends][:1]
        return
    for at in map(at_last, moments):
        if role == "resting" and at < _instant(each.on, MIDNIGHT, place):
            continue
        if at <= ends:
            yield at, ASKED
        if role != "midnight" and (again := at_last(at + REMINDED)) <= ends:
            yield again, REMINDER


def _days(begins: datetime, ends: datetime) -> list[date]:
    first = begins.date() - DAY
    return [first + n * DAY for n in range((ends.date() - first).days + 2)]


def _instant(day: date, wall: time, place: ZoneInfo) -> datetime:
    """RFC 5545, 3.3.5: the first of two, and in a gap the offset of before it."""
    return datetime.combine(day, wall, place).astimezone(UTC)


def _is_quiet(at: datetime, place: ZoneInfo, quiet: Quiet) -> bool:
    (starts, stops), wall = quiet, at.astimezone(place).time()
    return starts != stops and (wall >= starts or wall < stops)


def _allowed(at: datetime, place: ZoneInfo, quiet: Quiet) -> datetime:
    """The first minute from ``at`` on that is not quiet; where their end is left out, it is moved
    as every time of day is.
    """
    if not _is_quiet(at, place, quiet):
        return at
    while _is_quiet(at, place, quiet):
        at += MINUTE
    wall = at.astimezone(place)
    return at if wall.time() == quiet[1] else _instant(wall.date(), quiet[1], place)
