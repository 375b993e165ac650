"""The slots that schedules plan, and the reasons for those not sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from flows.schedule.explain import NOT_SENT, sentence_key
from flows.schedule.occurrences import Slot, plan_after_session, plan_request, plan_weekly
from flows.schedule.quiet import QuietHours
from flows.schedule.zones import zone
from flows.script.flow import AfterTherapySession, Schedule, Weekly

NIGHT = QuietHours(time(22), time(8))
EVERY_DAY = tuple(range(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def weekly(days: tuple[int, ...], wall: str) -> Schedule:
    return Schedule(Weekly(days, time.fromisoformat(wall)), window=timedelta(hours=12))


def due(name: str, schedule: Schedule, after: str, until: str) -> list[str]:
    slots = plan_weekly(schedule, zone=zone(name), after=at(after), until=at(until), quiet=None)
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
    slots = plan_weekly(
        weekly(days, wall),
        zone=zone(name),
        after=start,
        until=start + timedelta(hours=49),
        quiet=None,
    )
    assert [slot.due_at.strftime("%m-%dT%H:%M") for slot in slots] == expected


def test_the_span_is_open_at_its_start_and_closed_at_its_end() -> None:
    schedule = weekly((2,), "18:00")
    assert due("Europe/Berlin", schedule, "2026-06-03T16:00", "2026-06-10T16:00") == ["06-10T16:00"]
    assert due("Europe/Berlin", schedule, "2026-06-03T15:59", "2026-06-10T15:59") == ["06-03T16:00"]
    assert due("Europe/Berlin", schedule, "2026-06-03T16:00", "2026-06-03T16:00") == []


def test_a_slot_keeps_its_date_when_quiet_hours_move_it() -> None:
    slots = plan_weekly(
        weekly((2,), "22:30"),
        zone=zone("Europe/Berlin"),
        after=at("2026-06-03T21:00"),  # the wall time has passed, the moved time has not
        until=at("2026-06-04T06:00"),
        quiet=NIGHT,
    )
    due_at = at("2026-06-04T06:00")
    assert slots == (Slot(date(2026, 6, 3), "weekly", due_at, due_at + timedelta(hours=12)),)


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
    schedule = Schedule(AfterTherapySession(timedelta(hours=2)), window=timedelta(hours=24))
    slot = plan_after_session(
        schedule, ended_at=at(ended_at), zone=zone("Europe/Berlin"), quiet=NIGHT, slot="session-7"
    )
    assert slot == Slot(local_on, "session-7", at(due_at), at(due_at) + timedelta(hours=24))


def test_a_requested_slot_is_due_at_once() -> None:
    now = at("2026-06-03T22:30")
    slot = plan_request(now=now, zone=zone("Europe/Berlin"), slot="request-1")
    assert slot == Slot(date(2026, 6, 4), "request-1", now, now + timedelta(hours=12))


def test_a_schedule_of_another_kind_is_refused() -> None:
    after = Schedule(AfterTherapySession(timedelta(hours=2)))
    berlin, now = zone("Europe/Berlin"), at("2026-06-03T10:00")
    with pytest.raises(TypeError, match="weekly"):
        plan_weekly(after, zone=berlin, after=now, until=now, quiet=None)
    with pytest.raises(TypeError, match="after therapy sessions"):
        plan_after_session(
            weekly((0,), "18:00"), ended_at=now, zone=berlin, quiet=None, slot="session-7"
        )


def test_every_reason_has_a_sentence_key_of_its_own() -> None:
    keys = [sentence_key(reason) for reason in NOT_SENT]
    assert len(set(keys)) == len(keys) == 8
    assert sentence_key("window_over") == "not_sent.window_over"
