"""Laws of planning that hold in every zone, over every clock change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.schedule.local_time import at_local, next_wall, wall_at
from flows.schedule.occurrences import plan_after_session, plan_weekly
from flows.schedule.quiet import QuietHours, next_allowed
from flows.schedule.zones import zone
from flows.script.flow import AfterTherapySession, Schedule, Weekly

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
weeklies = st.builds(
    lambda days, wall: Schedule(Weekly(tuple(sorted(days)), wall)),
    st.sets(st.integers(0, 6), min_size=1),
    walls,
)


@few
@given(weeklies, zones, starts, spans, spans, quiets)
def test_planning_in_two_pieces_equals_planning_at_once(
    schedule: Schedule,
    place: ZoneInfo,
    after: datetime,
    one: timedelta,
    two: timedelta,
    quiet: QuietHours | None,
) -> None:
    def planned(first: datetime, last: datetime):
        return plan_weekly(schedule, zone=place, after=first, until=last, quiet=quiet)

    middle, end = after + one, after + one + two
    assert planned(after, middle) + planned(middle, end) == planned(after, end)


@few
@given(weeklies, zones, starts, spans, quiets)
def test_slots_lie_in_the_span_one_a_date_and_never_in_quiet_hours(
    schedule: Schedule, place: ZoneInfo, after: datetime, span: timedelta, quiet: QuietHours | None
) -> None:
    slots = plan_weekly(schedule, zone=place, after=after, until=after + span, quiet=quiet)
    assert len({slot.local_on for slot in slots}) == len(slots)
    assert [slot.due_at for slot in slots] == sorted({slot.due_at for slot in slots})
    for slot in slots:
        assert after < slot.due_at <= after + span
        assert slot.until_at - slot.due_at == schedule.window
        assert isinstance(schedule.trigger, Weekly)
        assert slot.local_on.weekday() in schedule.trigger.days
        assert quiet is None or not quiet.hold(wall_at(slot.due_at, place).time())


@few
@given(weeklies, zones, starts)
def test_a_week_has_a_slot_for_each_of_its_days_at_its_wall_time(
    schedule: Schedule, place: ZoneInfo, after: datetime
) -> None:
    trigger = schedule.trigger
    assert isinstance(trigger, Weekly)
    until = after + timedelta(days=8, hours=3)
    slots = plan_weekly(schedule, zone=place, after=after, until=until, quiet=None)
    assert len(slots) >= len(trigger.days) - 1  # a date may be left out
    moved = [s for s in slots if wall_at(s.due_at, place).time() != trigger.at_wall]
    assert len(moved) <= 1  # in a gap of the clock only


@few
@given(zones, starts, st.timedeltas(timedelta(), timedelta(days=2)), quiets)
def test_the_slot_after_a_session_is_never_early_or_in_quiet_hours(
    place: ZoneInfo, ended_at: datetime, delay: timedelta, quiet: QuietHours | None
) -> None:
    schedule = Schedule(AfterTherapySession(delay))
    slot = plan_after_session(schedule, ended_at=ended_at, zone=place, quiet=quiet, slot="s")
    assert slot.due_at >= ended_at + delay
    assert quiet is None or not quiet.hold(wall_at(slot.due_at, place).time())


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
