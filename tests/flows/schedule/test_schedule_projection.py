"""The outcome of planned check-ins, and that it is what comes when the clock gets there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.schedule.local_time import wall_at
from flows.schedule.projection import Expected, Verdict, project
from flows.schedule.quiet import QuietHours
from flows.schedule.zones import zone

BERLIN = zone("Europe/Berlin")
NIGHT = QuietHours(time(21, 30), time(8))
MONDAY = datetime(2026, 6, 1, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def on(day: float, flow_id: str = "a", **more: object) -> Expected:
    due_at = MONDAY + timedelta(days=day)
    expected = Expected(flow_id, wall_at(due_at, BERLIN).date(), "day", due_at, due_at + HOUR, 5)
    return replace(expected, **more)  # type: ignore[arg-type]


def verdicts(*expected: Expected, cap: int = 4) -> list[Verdict]:
    found = project(expected, zone=BERLIN, quiet=NIGHT, cap=cap)
    return [each.verdict for each in found]


def test_what_finds_no_room_is_left_out_and_what_was_opened_is_no_more_to_come() -> None:
    assert verdicts(on(0), on(1), on(2), cap=2) == ["comes", "comes", "weekly_cap"]
    assert verdicts(on(0, is_opened=True), on(1), on(2), cap=2) == ["comes", "weekly_cap"]
    assert verdicts(on(0), on(1, "b", priority=1), cap=1) == ["weekly_cap", "comes"]
    assert verdicts(on(6), on(7), cap=1) == ["comes", "comes"]


def test_what_is_never_sent_takes_no_room() -> None:
    night = datetime(2026, 6, 1, 20, tzinfo=UTC)  # 22:00 in Berlin
    late = on(0, "late", due_at=night, until_at=night + 2 * HOUR, priority=1)
    assert verdicts(on(0), late, cap=1) == ["comes", "quiet"]
    in_time = replace(late, due_at=night + 10 * HOUR, until_at=night + 11 * HOUR)
    assert verdicts(on(0), in_time, cap=1) == ["weekly_cap", "comes"]


def test_what_was_asked_for_makes_the_planned_one_superfluous_for_a_day() -> None:
    asked = on(0, is_opened=True, is_asked_for=True, takes_no_room=True, slot="request")
    assert verdicts(asked, on(0.2), on(1), on(1.1), cap=2) == [
        *("already_answered", "already_answered", "comes"),
    ]
    assert verdicts(asked, on(0.2, "other")) == ["comes"]
    assert verdicts(replace(asked, is_opened=False), on(0.2)) == ["comes", "comes"]


weeks = st.lists(
    st.builds(
        lambda minute, flow_id, wait: on(
            minute / 1440,
            flow_id,
            slot=f"s{minute}",
            priority={"a": 1, "b": 5, "c": 5, "d": 9}[flow_id],
            until_at=MONDAY + timedelta(minutes=minute) + wait,
        ),
        st.integers(0, 20 * 1440),
        st.sampled_from("abcd"),
        st.sampled_from([HOUR, 12 * HOUR]),
    ),
    max_size=25,
    unique_by=lambda one: (one.flow_id, one.slot),
)


@settings(max_examples=150, deadline=None)
@given(weeks, st.integers(1, 5))
def test_what_is_projected_now_is_decided_when_the_clock_gets_there(
    expected: list[Expected], cap: int
) -> None:
    def asked(given: list[Expected]) -> dict[tuple[str, date, str], Verdict]:
        return {
            (each.expected.flow_id, each.expected.local_on, each.expected.slot): each.verdict
            for each in project(given, zone=BERLIN, quiet=NIGHT, cap=cap)
        }

    before = asked(expected)
    left = sorted(expected, key=lambda one: (one.due_at, one.flow_id, one.slot))
    opened: list[Expected] = []
    while left:
        key = (left[0].flow_id, left[0].local_on, left[0].slot)
        verdict = asked([*opened, *left])[key]
        assert verdict == before[key]
        due = left.pop(0)
        if verdict == "comes":
            opened.append(replace(due, is_opened=True))
