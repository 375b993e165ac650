"""Laws of planning that hold in every zone, over every clock change."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.schedule.happenings import SessionHeld
from flows.schedule.local_time import at_local, next_wall, wall_at
from flows.schedule.occurrences import Slot, plan, plan_event
from flows.schedule.quiet import QuietHours, next_allowed, only_quiet
from flows.schedule.regular import RegularTime, first_after
from flows.schedule.timing import Schedule
from flows.schedule.zones import zone
from flows.triggers.before_therapy_session import BeforeTherapySession
from flows.triggers.daily import Daily
from flows.triggers.every import Every
from flows.triggers.random import RandomTimes
from flows.triggers.therapy_session_end import AfterTherapySession
from flows.triggers.weekly import Weekly

few = settings(max_examples=80, deadline=None)

zones = st.sampled_from(
    [
        *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"),
        *("America/Santiago", "Africa/Cairo", "Pacific/Apia", "America/Nuuk", "Asia/Kathmandu"),
    ]
).map(zone)
# The Apia of 2011 skipped a date; the others change their clocks in 2026.
starts = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001
    st.datetimes(datetime(2011, 12, 20), datetime(2012, 1, 5)),  # noqa: DTZ001
).map(lambda naive: naive.replace(tzinfo=UTC))
walls = st.one_of(
    st.times().map(lambda wall: wall.replace(second=0, microsecond=0)),
    st.sampled_from([time(0), time(0, 30), time(1, 45), time(2, 15), time(2, 30), time(23, 30)]),
)
quiets = st.one_of(st.none(), st.builds(QuietHours, walls, walls))
spans = st.timedeltas(timedelta(), timedelta(days=21))
days_sets = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
weeklies = st.builds(lambda days, wall: Schedule(Weekly(days, wall)), days_sets, walls)
once_a_date = st.one_of(
    weeklies,
    st.builds(lambda wall: Schedule(Daily(wall)), walls),
    st.builds(lambda days, wall: Schedule(Every(days, wall)), st.integers(1, 9), walls),
)
randoms = st.builds(
    lambda first, last, count, gap, days: Schedule(RandomTimes(first, last, count, gap, days)),
    walls,
    walls,
    st.integers(1, 5),
    st.integers(0, 600).map(lambda minutes: timedelta(minutes=minutes)),
    days_sets,
)
ENROLLED_AT = datetime(2011, 12, 1, 12, tzinfo=UTC)


def planned(
    schedule: Schedule,
    place: ZoneInfo,
    after: datetime,
    until: datetime,
    quiet: QuietHours | None = None,
    seed: int = 7,
) -> tuple[Slot, ...]:
    return plan(
        schedule,
        zone=place,
        enrolled_at=ENROLLED_AT,
        enrolled_on=ENROLLED_AT.date(),
        after=after,
        until=until,
        quiet=quiet,
        seed=seed,
    )


def allowed_or_never_sent(slot: Slot, place: ZoneInfo, quiet: QuietHours | None) -> bool:
    """It is due outside of quiet hours, or they fill its whole window."""
    if quiet is None or not quiet.hold(wall_at(slot.due_at, place).time()):
        return True
    return only_quiet(slot.due_at, slot.until_at, place, quiet)


@few
@given(st.one_of(once_a_date, randoms), zones, starts, spans, spans, quiets)
def test_planning_in_two_pieces_equals_planning_at_once(
    schedule: Schedule,
    place: ZoneInfo,
    after: datetime,
    one: timedelta,
    two: timedelta,
    quiet: QuietHours | None,
) -> None:
    middle, end = after + one, after + one + two
    pieces = planned(schedule, place, after, middle, quiet) + planned(
        schedule, place, middle, end, quiet
    )
    assert pieces == planned(schedule, place, after, end, quiet)


@few
@given(once_a_date, zones, starts, spans, quiets)
def test_slots_lie_in_the_span_one_a_date_and_never_in_quiet_hours(
    schedule: Schedule, place: ZoneInfo, after: datetime, span: timedelta, quiet: QuietHours | None
) -> None:
    slots = planned(schedule, place, after, after + span, quiet)
    assert len({slot.local_on for slot in slots}) == len(slots)
    assert [slot.due_at for slot in slots] == sorted({slot.due_at for slot in slots})
    for slot in slots:
        assert after < slot.due_at <= after + span
        assert slot.until_at - slot.due_at <= schedule.window
        if isinstance(schedule.trigger, Weekly):
            assert slot.local_on.weekday() in schedule.trigger.days
        if isinstance(schedule.trigger, Every):
            assert (slot.local_on - ENROLLED_AT.date()).days % schedule.trigger.days == 0
        assert allowed_or_never_sent(slot, place, quiet)


@pytest.mark.promise("P3d")
@few
@given(weeklies, zones, starts)
def test_a_week_has_a_slot_for_each_of_its_days_at_its_wall_time(
    schedule: Schedule, place: ZoneInfo, after: datetime
) -> None:
    trigger = schedule.trigger
    assert isinstance(trigger, Weekly)
    until = after + timedelta(days=8, hours=3)
    slots = planned(schedule, place, after, until)
    assert len(slots) >= len(trigger.days) - 1  # a date may be left out
    moved = [s for s in slots if wall_at(s.due_at, place).time() != trigger.at_wall]
    assert len(moved) <= 1  # in a gap of the clock only


@few
@given(once_a_date, zones, zones, starts)
def test_a_change_of_zone_moves_and_doubles_nothing(
    schedule: Schedule, old: ZoneInfo, new: ZoneInfo, at: datetime
) -> None:
    until = at + timedelta(days=14)
    before = {slot.local_on for slot in planned(schedule, old, at, until)}
    after = {slot.local_on for slot in planned(schedule, new, at, until)}
    # the same dates but for the edges of the span, and a date that a zone skips
    shifted = sorted(before ^ after)
    edges = (wall_at(at, old).date(), wall_at(at, new).date())
    ends = (wall_at(until, old).date(), wall_at(until, new).date())
    skipped = {datetime(2011, 12, day).date() for day in (30, 31)}  # noqa: DTZ001
    for day in shifted:
        assert min(edges) <= day <= max(edges) or min(ends) <= day <= max(ends) or day in skipped


@few
@given(randoms, zones, starts, spans, quiets, st.integers(-(2**63), 2**63 - 1))
def test_random_times_keep_their_gap_window_and_days(
    schedule: Schedule,
    place: ZoneInfo,
    after: datetime,
    span: timedelta,
    quiet: QuietHours | None,
    seed: int,
) -> None:
    trigger = schedule.trigger
    assert isinstance(trigger, RandomTimes)
    slots = planned(schedule, place, after, after + span, quiet, seed)
    dues = [slot.due_at for slot in slots]
    assert all(later - earlier >= trigger.gap for earlier, later in itertools.pairwise(dues))
    assert len({(slot.local_on, slot.slot) for slot in slots}) == len(slots)
    for slot in slots:
        assert slot.local_on.weekday() in trigger.days
        assert slot.due_at >= at_local(slot.local_on, trigger.from_wall, place)
        past_midnight = trigger.until_wall <= trigger.from_wall
        end_on = slot.local_on + timedelta(days=past_midnight)
        assert slot.due_at < at_local(end_on, trigger.until_wall, place)
        assert quiet is None or not quiet.hold(wall_at(slot.due_at, place).time())


@pytest.mark.promise("P3a")
@few
@given(zones, starts, st.timedeltas(timedelta(), timedelta(days=2)), quiets)
def test_the_slot_after_a_session_is_never_early_or_in_quiet_hours(
    place: ZoneInfo, ended_at: datetime, delay: timedelta, quiet: QuietHours | None
) -> None:
    slot = plan_event(
        Schedule(AfterTherapySession(delay)),
        SessionHeld(ended_at - timedelta(hours=1), ended_at),
        zone=place,
        enrolled_at=ENROLLED_AT,
        quiet=quiet,
        slot="s",
    )
    assert slot is not None
    assert slot.due_at >= ended_at + delay
    assert slot.until_at == ended_at + delay + Schedule(AfterTherapySession(delay)).window
    assert allowed_or_never_sent(slot, place, quiet)


@few
@given(zones, starts, st.timedeltas(timedelta(minutes=5), timedelta(days=2)), quiets)
def test_the_slot_before_a_session_is_never_early_and_over_when_it_begins(
    place: ZoneInfo, begins_at: datetime, lead: timedelta, quiet: QuietHours | None
) -> None:
    slot = plan_event(
        Schedule(BeforeTherapySession(lead)),
        SessionHeld(begins_at, begins_at + timedelta(hours=1)),
        zone=place,
        enrolled_at=ENROLLED_AT,
        quiet=quiet,
        slot="s",
    )
    assert slot is not None
    assert begins_at - lead <= slot.due_at < slot.until_at <= begins_at
    assert allowed_or_never_sent(slot, place, quiet)


@few
@given(zones, starts, quiets)
def test_the_next_allowed_moment_is_the_first_and_stays_allowed(
    place: ZoneInfo, at: datetime, quiet: QuietHours | None
) -> None:
    allowed = next_allowed(at, place, quiet)
    assert allowed >= at
    assert next_allowed(allowed, place, quiet) == allowed
    if quiet is not None and allowed > at:
        assert quiet.hold(wall_at(at, place).time())


@few
@given(zones, starts, walls)
def test_a_wall_time_is_found_at_its_date_unless_it_does_not_exist(
    place: ZoneInfo, at: datetime, wall: time
) -> None:
    day = wall_at(at, place).date()
    found = wall_at(at_local(day, wall, place), place)
    assert found >= datetime.combine(day, wall)
    if found != datetime.combine(day, wall):
        gap = found - datetime.combine(day, wall)
        assert gap in (timedelta(minutes=30), timedelta(hours=1), timedelta(days=1))
    assert next_wall(at, wall, place) > at


@few
@given(starts, st.integers(0, 6), walls, st.sampled_from([1, 2]), zones, spans, spans)
def test_a_regular_time_comes_once_a_date_at_its_wall_time_in_pieces_or_at_once(
    at: datetime,
    weekday: int,
    wall: time,
    weeks: int,
    local: ZoneInfo,
    before: timedelta,
    length: timedelta,
) -> None:
    first_on = first_after(at, weekday, wall, local)
    assert first_on.weekday() == weekday
    assert at_local(first_on, wall, local) > at
    regular = RegularTime(first_on, wall, weeks, 50)
    begin = first_on - before
    middle, end = begin + length, begin + 3 * length
    days = list(regular.dates(begin, end))
    assert days == [
        *regular.dates(begin, middle),
        *regular.dates(middle + timedelta(days=1), end),
    ]
    assert all(regular.falls_on(day) and day >= first_on for day in days)
    assert all(b - a == timedelta(weeks=weeks) for a, b in itertools.pairwise(days))
    for day in days:
        held = regular.held_on(day, local)
        assert held.ends_at - held.starts_at == timedelta(minutes=50)
        shown = wall_at(held.starts_at, local)
        # a wall time that does not exist is shifted forward, one that exists twice is the first
        assert shown >= datetime.combine(day, wall)
        assert held.starts_at == at_local(day, wall, local)
    ahead = regular.next_dates(at, local, 3)
    assert ahead == tuple(first_on + n * timedelta(weeks=weeks) for n in range(3))
