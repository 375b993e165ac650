"""Goals of a period beside the time before, by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.digest.goals import Goal, goal_from, goal_to, of_goals
from flows.digest.reported import ByLanguage

FROM_AT = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)
INSIDE = FROM_AT + timedelta(days=3)
BEFORE = FROM_AT - timedelta(days=3)
LONG_AGO = FROM_AT - timedelta(days=10)
NEARER: ByLanguage = (("en", "closer"),)
SAME: ByLanguage = (("en", "same"),)
FARTHER: ByLanguage = (("en", "further"),)


def test_the_newest_answer_stands_beside_the_one_before_it_whatever_their_order() -> None:
    told = [(INSIDE, "Sleep", NEARER), (LONG_AGO, "sleep", FARTHER), (BEFORE, " sleep ", SAME)]
    assert of_goals(told, (), from_at=FROM_AT) == (Goal("Sleep", NEARER, SAME, BEFORE),)


def test_the_first_answer_of_a_goal_has_none_before() -> None:
    assert of_goals([(FROM_AT, "Sleep", SAME)], (), from_at=FROM_AT) == (Goal("Sleep", SAME),)


def test_a_goal_that_was_not_asked_about_in_the_period_is_not_told() -> None:
    just_before = FROM_AT - timedelta(microseconds=1)
    assert of_goals([(just_before, "Sleep", SAME)], (), from_at=FROM_AT) == ()


def test_one_goal_never_takes_the_answer_of_another() -> None:
    told = [(BEFORE, "Sleep", SAME), (INSIDE, "Work", NEARER)]
    assert of_goals(told, (), from_at=FROM_AT) == (Goal("Work", NEARER),)


def test_new_goals_come_last_once_and_three_are_told() -> None:
    told = [(INSIDE, "a", SAME), (INSIDE, "b", NEARER)]
    found = of_goals(told, ("A", "c", "c", "  ", "d"), from_at=FROM_AT)
    assert found == (Goal("a", SAME), Goal("b", NEARER), Goal("c"))


def test_a_goal_is_kept_as_it_is() -> None:
    for goal in (Goal("a"), Goal("a", NEARER, SAME, BEFORE)):
        assert goal_from(goal_to(goal)) == goal
