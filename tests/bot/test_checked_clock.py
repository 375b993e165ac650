"""What is known of the machine's clock after each thing that Telegram, or nobody, says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checked_clock import CheckedClock
from bot.clock import TravelClock
from tests.support.house import MachineClock

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Scene:
    """A machine, and what it is told."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.time = TravelClock(NOW)
        self.machine = MachineClock(self.time, ahead)
        self.clock = CheckedClock(self.machine)

    def told(self, took: timedelta = timedelta(), said: str | None = "") -> None:
        """An answer that took so long; its time is the true one unless something else is said."""
        asked = self.clock.reading()
        self.passes(took)
        at = self.time.now()
        self.clock.compare(asked, format_datetime(at, usegmt=True) if said == "" else said)

    def passes(self, by: timedelta) -> None:
        self.time.jump(self.time.now() + by)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("ahead", "standing"), [(5 * MINUTE, "right"), (5 * MINUTE + MINUTE / 60, "wrong")]
)
def test_five_minutes_are_borne(sign: int, ahead: timedelta, standing: str) -> None:
    scene = Scene(sign * ahead)
    assert scene.clock.standing == "unchecked"
    scene.told()
    assert scene.clock.standing == standing
    assert (scene.clock.now() == NOW) == (standing == "wrong")


def test_a_long_poll_says_when_it_was_answered() -> None:
    scene = Scene()
    scene.told(took=50 * MINUTE)
    assert scene.clock.standing == "right"


def test_an_answer_whose_time_is_that_of_the_question_is_right_too() -> None:
    scene = Scene()
    scene.told(took=50 * MINUTE, said=format_datetime(NOW, usegmt=True))
    assert scene.clock.standing == "right"


def test_an_answer_from_before_the_machine_slept_tells_nothing() -> None:
    scene = Scene()
    scene.told()
    asked, said = scene.clock.reading(), format_datetime(NOW, usegmt=True)
    scene.machine.slept = 8 * HOUR
    scene.passes(8 * HOUR)
    scene.clock.compare(asked, said)
    assert scene.clock.standing == "unchecked"
    assert scene.clock.now() == NOW, "nothing seems past that may not be"
    scene.told()
    assert (scene.clock.standing, scene.clock.now()) == ("right", NOW + 8 * HOUR)


@pytest.mark.parametrize(("leap", "standing"), [(MINUTE, "right"), (2 * MINUTE, "unchecked")])
def test_a_clock_that_was_set_is_to_be_compared_again(leap: timedelta, standing: str) -> None:
    for ahead in (leap, -leap):
        scene = Scene()
        scene.told()
        scene.passes(3 * HOUR)
        scene.machine.ahead = ahead
        assert scene.clock.standing == standing


@pytest.mark.parametrize("said", [None, "yesterday", "Mon, 23 Nov 2026 08:00:00 -0000"])
def test_where_no_time_is_said_the_clock_is_taken_at_its_word_after_two_minutes(
    said: str | None,
) -> None:
    scene = Scene()
    scene.told(said=said)
    scene.passes(2 * MINUTE - MINUTE / 60)
    scene.told(said=said)
    assert scene.clock.standing == "unchecked"
    scene.passes(MINUTE / 60)
    scene.told(said=said)
    assert scene.clock.standing == "right"


def test_the_two_minutes_begin_anew_where_the_clock_is_set_meanwhile() -> None:
    scene = Scene(ahead=DAY)
    scene.told(said=None)
    scene.passes(MINUTE)
    scene.machine.ahead = timedelta()
    scene.told(said=None)
    scene.passes(MINUTE + MINUTE / 2)
    scene.told(said=None)
    assert scene.clock.standing == "unchecked"


def test_a_message_from_the_future_outweighs_a_server_with_the_same_wrong_clock() -> None:
    scene = Scene(ahead=-DAY)
    scene.clock.hear(NOW)
    assert (scene.clock.standing, scene.clock.now()) == ("wrong", NOW)
    scene.passes(HOUR)
    scene.told(said=format_datetime(scene.machine.now(), usegmt=True))
    assert (scene.clock.standing, scene.clock.now()) == ("wrong", NOW + HOUR)


def test_an_old_message_says_nothing() -> None:
    scene = Scene()
    scene.told()
    scene.clock.hear(NOW - 3 * DAY)
    assert (scene.clock.standing, scene.clock.now()) == ("right", NOW)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("passes"), st.integers(0, 90_000)),
            st.tuples(st.just("told"), st.integers(0, 60)),
            st.tuples(st.just("set"), st.integers(-30_000_000, 30_000_000)),
            st.tuples(st.just("sleeps"), st.integers(0, 90_000)),
        ),
        max_size=12,
    )
)
def test_once_compared_no_moment_seems_past_that_is_not(
    life: list[tuple[str, int]],
) -> None:
    scene = Scene()
    scene.told()
    for what, number in life:
        by = timedelta(seconds=number)
        if what == "set":
            scene.machine.ahead = by
        elif what == "told":
            scene.told(took=by)
        else:
            scene.passes(by)
            if what == "sleeps":
                scene.machine.slept += by
        early = scene.clock.now() - scene.time.now()
        assert early <= 5 * MINUTE + 12 * MINUTE  # what is borne, and a small leap after each
        if what == "told" and scene.clock.standing == "right":
            assert abs(early) <= 5 * MINUTE + by  # how long an answer took is not held against it
