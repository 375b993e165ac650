"""The slots that schedules plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from flows.schedule.happenings import CheckInFinished, FlagTurned, SessionHeld
from flows.schedule.occurrences import (
    Slot,
    is_asked_for,
    plan,
    plan_event,
    plan_request,
    request_slots,
)
from flows.schedule.quiet import QuietHours, only_quiet
from flows.schedule.timing import Schedule
from flows.schedule.trigger import Trigger
from flows.schedule.wishes import Wish
from flows.schedule.zones import zone
from flows.triggers.after_flag import AfterFlag
from flows.triggers.after_flow import AfterFlow
from flows.triggers.before_therapy_session import BeforeTherapySession
from flows.triggers.daily import Daily
from flows.triggers.every import Every
from flows.triggers.on_request import OnRequest
from flows.triggers.therapy_session_end import AfterTherapySession
from flows.triggers.weekly import Weekly

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NIGHT = QuietHours(time(22), time(8))
EVERY_DAY = tuple(range(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def weekly(days: tuple[int, ...], wall: str) -> Schedule:
    return Schedule(Weekly(days, time.fromisoformat(wall)), window=timedelta(hours=12))


def planned(
    schedule: Schedule,
    name: str,
    after: datetime,
    until: datetime,
    *,
    quiet: QuietHours | None = None,
    enrolled_at: datetime = LONG_AGO,
    wish: Wish | None = None,
) -> tuple[Slot, ...]:
    return plan(
        schedule,
        zone=zone(name),
        enrolled_at=enrolled_at,
        after=after,
        until=until,
        quiet=quiet,
        seed=1,
        wish=wish,
    )


def due(name: str, schedule: Schedule, after: str, until: str) -> list[str]:
    slots = planned(schedule, name, at(after), at(until))
    return [slot.due_at.strftime("%m-%dT%H:%M") for slot in slots]


WEEKS = [
    # 19:00 on the evenings around each clock change stays 19:00 on the wall
    ("Europe/Berlin", (5, 6), "19:00", "2026-03-28", ["03-28T18:00", "03-29T17:00"]),
    ("Europe/Berlin", (5, 6), "19:00", "2026-10-24", ["10-24T17:00", "10-25T18:00"]),
    ("America/New_York", (5, 6), "19:00", "2026-03-07", ["03-08T00:00", "03-08T23:00"]),
    ("America/New_York", (5, 6), "19:00", "2026-10-31", ["10-31T23:00", "11-02T00:00"]),
    ("Australia/Lord_Howe", (5, 6), "19:00", "2026-04-04", ["04-04T08:00", "04-05T08:30"]),
    ("Australia/Lord_Howe", (5, 6), "19:00", "2026-10-03", ["10-03T08:30", "10-04T08:00"]),
    ("Africa/Casablanca", (5, 6), "19:00", "2026-02-14", ["02-14T18:00", "02-15T19:00"]),
    ("Africa/Casablanca", (5, 6), "19:00", "2026-03-21", ["03-21T19:00", "03-22T18:00"]),
    ("America/Santiago", (5, 6), "19:00", "2026-04-04", ["04-04T22:00", "04-05T23:00"]),
    ("America/Santiago", (5, 6), "19:00", "2026-09-05", ["09-05T23:00", "09-06T22:00"]),
    ("Africa/Cairo", (3, 4), "19:00", "2026-04-23", ["04-23T17:00", "04-24T16:00"]),
    ("Africa/Cairo", (3, 4), "19:00", "2026-10-29", ["10-29T16:00", "10-30T17:00"]),
    # a time that does not exist, and one that exists twice: once each
    ("Europe/Berlin", EVERY_DAY, "02:30", "2026-03-29", ["03-29T01:30", "03-30T00:30"]),
    ("Europe/Berlin", EVERY_DAY, "02:30", "2026-10-25", ["10-25T00:30", "10-26T01:30"]),
    # a date that does not exist moves to the next one, unless that has a slot of its own
    ("Pacific/Apia", (4,), "10:00", "2011-12-30", ["12-30T20:00"]),
    ("Pacific/Apia", EVERY_DAY, "10:00", "2011-12-30", ["12-30T20:00", "12-31T20:00"]),
]


@pytest.mark.parametrize(("name", "days", "wall", "first", "expected"), WEEKS)
def test_weekly_slots(
    name: str, days: tuple[int, ...], wall: str, first: str, expected: list[str]
) -> None:
    start = datetime.combine(date.fromisoformat(first), time(), zone(name)).astimezone(UTC)
    slots = planned(weekly(days, wall), name, start, start + timedelta(hours=49))
    assert [slot.due_at.strftime("%m-%dT%H:%M") for slot in slots] == expected


def test_the_span_is_open_at_its_start_and_closed_at_its_end() -> None:
    schedule = weekly((2,), "18:00")
    assert due("Europe/Berlin", schedule, "2026-06-03T16:00", "2026-06-10T16:00") == ["06-10T16:00"]
    assert due("Europe/Berlin", schedule, "2026-06-03T15:59", "2026-06-10T15:59") == ["06-03T16:00"]
    assert due("Europe/Berlin", schedule, "2026-06-03T16:00", "2026-06-03T16:00") == []


def test_a_slot_keeps_its_date_when_quiet_hours_move_it() -> None:
    slots = planned(
        weekly((2,), "22:30"),
        "Europe/Berlin",
        at("2026-06-03T21:00"),  # the wall time has passed, the moved time has not
        at("2026-06-04T06:00"),
        quiet=NIGHT,
    )
    # the window counts from 22:30 in Berlin, the time that the flow names
    until_at = at("2026-06-03T20:30") + timedelta(hours=12)
    assert slots == (Slot(date(2026, 6, 3), "day", at("2026-06-04T06:00"), until_at),)


def test_a_slot_whose_window_quiet_hours_fill_stays_where_it_was_wanted() -> None:
    schedule = replace(weekly((2,), "22:30"), window=timedelta(hours=9, minutes=30))
    start, end = at("2026-06-03T12:00"), at("2026-06-04T12:00")
    [slot] = planned(schedule, "Europe/Berlin", start, end, quiet=NIGHT)
    assert (slot.due_at, slot.until_at) == (at("2026-06-03T20:30"), at("2026-06-04T06:00"))
    assert only_quiet(slot.due_at, slot.until_at, zone("Europe/Berlin"), NIGHT)
    longer = replace(schedule, window=timedelta(hours=9, minutes=31))
    [slot] = planned(longer, "Europe/Berlin", start, end, quiet=NIGHT)
    assert (slot.due_at, slot.until_at) == (at("2026-06-04T06:00"), at("2026-06-04T06:01"))


def test_every_day_and_every_three_days() -> None:
    daily = Schedule(Daily(time(20)))
    assert due("Europe/Berlin", daily, "2026-03-28T12:00", "2026-03-30T12:00") == [
        "03-28T19:00",
        "03-29T18:00",
    ]
    third = Schedule(Every(3, time(19)))
    slots = planned(
        third,
        "Europe/Berlin",
        at("2026-06-01T23:30"),
        at("2026-06-12T00:00"),
        enrolled_at=at("2026-06-01T23:30"),  # in Berlin it is the 2nd of June already
    )
    assert [slot.local_on.day for slot in slots] == [5, 8, 11]


def test_every_n_days_counts_on_from_the_date_of_enrolment_in_another_zone() -> None:
    enrolled_at = at("2026-06-01T23:30")
    slots = plan(
        Schedule(Every(3, time(19))),
        zone=zone("America/New_York"),
        enrolled_at=enrolled_at,
        enrolled_on=date(2026, 6, 2),
        after=enrolled_at,
        until=at("2026-06-12T12:00"),
        quiet=None,
        seed=1,
    )
    assert [slot.local_on.day for slot in slots] == [5, 8, 11]


def test_a_schedule_starts_and_ends_relative_to_the_enrolment() -> None:
    schedule = Schedule(Daily(time(20)), starts=timedelta(days=2), ends=timedelta(days=5))
    slots = planned(
        schedule,
        "Europe/Berlin",
        at("2026-06-01T12:00"),
        at("2026-06-20T12:00"),
        enrolled_at=at("2026-06-01T12:00"),
    )
    assert [slot.local_on.day for slot in slots] == [3, 4, 5]


def test_the_moments_at_which_a_flow_starts_and_ends_belong_to_it() -> None:
    edges = {"starts": timedelta(days=2), "ends": timedelta(days=5)}
    slots = planned(
        Schedule(Daily(time(20)), **edges),
        "Europe/Berlin",
        at("2026-06-01T12:00"),
        at("2026-06-20T12:00"),
        enrolled_at=at("2026-06-01T18:00"),  # 20:00 in Berlin
    )
    assert [slot.local_on.day for slot in slots] == [3, 4, 5, 6]


def test_a_client_s_own_time_moves_the_slot_and_keeps_its_name() -> None:
    start, end = at("2026-06-01T00:00"), at("2026-06-08T00:00")
    wish = Wish(at_wall=time(9), days=(4,))
    [slot] = planned(weekly((2,), "18:00"), "Europe/Berlin", start, end, wish=wish)
    assert (slot.local_on, slot.slot) == (date(2026, 6, 5), "day")
    assert slot.due_at == at("2026-06-05T07:00")


@pytest.mark.parametrize(
    "trigger", [OnRequest(), AfterTherapySession(timedelta(hours=2)), AfterFlow("x", timedelta(1))]
)
def test_what_follows_no_clock_is_not_planned_by_it(trigger: Trigger) -> None:
    start, end = at("2026-06-01T00:00"), at("2026-07-01T00:00")
    assert planned(Schedule(trigger), "Europe/Berlin", start, end) == ()


def event(
    trigger: Trigger, happened_at: str, *, enrolled_at: datetime = LONG_AGO, **more: timedelta
) -> Slot | None:
    happening = trigger.awaited(at(happened_at))
    assert happening is not None
    return plan_event(
        Schedule(trigger, window=timedelta(hours=24), **more),
        happening,
        zone=zone("Europe/Berlin"),
        enrolled_at=enrolled_at,
        quiet=NIGHT,
        slot="session-7",
    )


@pytest.mark.parametrize(
    ("ended_at", "due_at", "local_on"),
    [
        ("2026-06-03T10:00", "2026-06-03T12:00", date(2026, 6, 3)),
        ("2026-06-03T18:30", "2026-06-04T06:00", date(2026, 6, 3)),
        ("2026-06-03T22:30", "2026-06-04T06:00", date(2026, 6, 4)),
        ("2026-10-24T18:30", "2026-10-25T07:00", date(2026, 10, 24)),
    ],
)
def test_the_slot_after_a_therapy_session(ended_at: str, due_at: str, local_on: date) -> None:
    slot = event(AfterTherapySession(timedelta(hours=2)), ended_at)
    until_at = at(ended_at) + timedelta(hours=2 + 24)
    assert slot == Slot(local_on, "session-7", at(due_at), until_at)


@pytest.mark.parametrize(
    "trigger",
    [AfterFlow("goals", timedelta(days=7)), AfterFlag("talked", timedelta(days=7))],
)
def test_the_slot_after_a_flow_or_a_flag(trigger: Trigger) -> None:
    slot = event(trigger, "2026-06-03T10:00")
    assert slot is not None
    assert (slot.local_on, slot.due_at) == (date(2026, 6, 10), at("2026-06-10T10:00"))


@pytest.mark.parametrize(
    ("before", "begins_at", "due_at", "until_at"),
    [
        (24, "2026-06-03T10:00", "2026-06-02T10:00", "2026-06-03T10:00"),
        (48, "2026-06-03T10:00", "2026-06-01T10:00", "2026-06-02T10:00"),
        (2, "2026-06-03T07:30", "2026-06-03T06:00", "2026-06-03T07:30"),  # after quiet hours
    ],
)
def test_the_slot_before_a_therapy_session_is_over_when_it_begins(
    before: int, begins_at: str, due_at: str, until_at: str
) -> None:
    slot = event(BeforeTherapySession(timedelta(hours=before)), begins_at)
    assert slot is not None
    assert (slot.due_at, slot.until_at) == (at(due_at), at(until_at))


def test_quiet_hours_up_to_the_therapy_session_leave_no_room_before_it() -> None:
    slot = event(BeforeTherapySession(timedelta(hours=1)), "2026-06-03T06:00")
    assert slot is not None
    assert (slot.due_at, slot.until_at) == (at("2026-06-03T05:00"), at("2026-06-03T06:00"))
    assert only_quiet(slot.due_at, slot.until_at, zone("Europe/Berlin"), NIGHT)


def test_an_event_outside_of_the_flow_s_time_plans_nothing() -> None:
    after = AfterTherapySession(timedelta(hours=2))
    enrolled_at = at("2026-06-01T10:00")
    early = {"enrolled_at": enrolled_at, "starts": timedelta(days=3)}
    late = {"enrolled_at": enrolled_at, "ends": timedelta(days=1)}
    assert event(after, "2026-06-03T10:00", **early) is None  # type: ignore[arg-type]
    assert event(after, "2026-06-03T10:00", **late) is None  # type: ignore[arg-type]


def test_a_requested_slot_is_due_at_once() -> None:
    now = at("2026-06-03T22:30")
    slot = plan_request(now=now, zone=zone("Europe/Berlin"), slot="request-1")
    assert slot == Slot(date(2026, 6, 4), "request-1", now, now + timedelta(hours=12))


def test_five_check_ins_may_be_asked_for_on_a_day_and_are_told_from_planned_ones() -> None:
    names = ("request", "request:2", "request:3", "request:4", "request:5")
    assert request_slots() == names, "they are kept in the database"
    others = ("request:1", "request:6", "19:00", "")
    assert [is_asked_for(name) for name in (*names, *others)] == [True] * 5 + [False] * 4


def test_what_another_trigger_waits_for_plans_nothing() -> None:
    moment = at("2026-06-03T10:00")
    for trigger in (Weekly((0,), time(18)), AfterFlow("goals", timedelta()), OnRequest()):
        others = (CheckInFinished("other", moment), FlagTurned("talked", moment))
        for happening in (SessionHeld(moment, moment), *others):
            slot = plan_event(
                Schedule(trigger),
                happening,
                zone=zone("Europe/Berlin"),
                enrolled_at=LONG_AGO,
                quiet=None,
                slot="s",
            )
            assert slot is None
