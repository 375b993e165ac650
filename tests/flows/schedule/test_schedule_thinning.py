"""The weekly cap: who gives way to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.schedule.thinning import Counted, thin, week_of
from flows.schedule.zones import zone

BERLIN = zone("Europe/Berlin")
MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)


def on(day: int, *, id_: int, priority: int = 5, opened: bool = False, asked: bool = False):
    return Counted(id_, MONDAY + timedelta(days=day), priority, opened, asked)


def test_what_fits_stays() -> None:
    assert thin([on(0, id_=1), on(1, id_=2)], zone=BERLIN, cap=2) == frozenset()


def test_of_equal_priority_the_later_one_gives_way() -> None:
    assert thin([on(3, id_=1), on(1, id_=2), on(2, id_=3)], zone=BERLIN, cap=2) == {1}


def test_an_earlier_one_gives_way_to_one_of_more_weight_later_in_the_week() -> None:
    planned = [on(0, id_=1, priority=9), on(4, id_=2, priority=1), on(2, id_=3)]
    assert thin(planned, zone=BERLIN, cap=2) == {1}


def test_what_was_opened_has_taken_its_room_whatever_its_priority() -> None:
    planned = [on(0, id_=1, priority=9, opened=True), on(1, id_=2, priority=1), on(2, id_=3)]
    assert thin(planned, zone=BERLIN, cap=2) == {3}
    assert thin(planned, zone=BERLIN, cap=1) == {2, 3}


def test_what_was_asked_for_takes_no_room_and_always_fits() -> None:
    asked = [on(0, id_=1, opened=True, asked=True), on(1, id_=2, asked=True)]
    assert thin([*asked, on(2, id_=3)], zone=BERLIN, cap=1) == frozenset()


def test_each_week_has_room_of_its_own_by_the_client_s_clock() -> None:
    sunday_night = Counted(1, datetime(2026, 6, 7, 21, 59, tzinfo=UTC), 5, is_opened=True)
    monday = Counted(2, datetime(2026, 6, 7, 22, 0, tzinfo=UTC), 5)
    assert thin([sunday_night, monday], zone=BERLIN, cap=1) == frozenset()
    assert thin([sunday_night, monday], zone=zone("UTC"), cap=1) == {2}


check_ins = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 9), st.booleans(), st.booleans()), max_size=25
)


@settings(max_examples=60, deadline=None)
@given(check_ins, st.integers(0, 6))
def test_no_week_gets_more_than_the_cap_unless_it_was_opened(
    drawn: list[tuple[int, int, bool, bool]], cap: int
) -> None:
    all_ = [
        on(day, id_=id_, priority=priority, opened=opened, asked=asked)
        for id_, (day, priority, opened, asked) in enumerate(drawn)
    ]
    left_out = thin(all_, zone=BERLIN, cap=cap)
    for week in {week_of(one.due_at, BERLIN) for one in all_}:
        counted = [o for o in all_ if week_of(o.due_at, BERLIN) == week and not o.is_asked_for]
        opened = [one for one in counted if one.is_opened]
        stays = [one for one in counted if one.id not in left_out]
        assert len(stays) <= max(cap, len(opened))
        gone = [one for one in counted if one.id in left_out]
        assert not gone or len(stays) >= cap
        if gone:
            waiting = [one.priority for one in stays if not one.is_opened]
            assert all(priority <= min(o.priority for o in gone) for priority in waiting)
