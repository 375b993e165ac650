"""The stored facts of a day and what they say, in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from flows.schedule.explain import (
    LATE,
    NOT_SENT,
    Answered,
    DayFacts,
    Happened,
    Idle,
    Key,
    NotSent,
    State,
    explain,
    sentence_key,
)
from flows.schedule.zones import zone

DAY = date(2026, 6, 3)
DUE = datetime(2026, 6, 3, 16, tzinfo=UTC)
UNTIL = DUE + timedelta(hours=12)
LATER = DUE + timedelta(days=1)
WEEK = "The week so far"
BEFORE = DUE - timedelta(days=30)


def facts(*happened: Happened, now: datetime = LATER, **more: object) -> DayFacts:
    known = {"consented_at": BEFORE, "happened": happened, **more}
    return DayFacts(DAY, zone("Europe/Berlin"), now, **known)  # type: ignore[arg-type]


def keys(found: DayFacts) -> list[str]:
    return [one.key for one in explain(found)]


def opened(
    sent_after: timedelta | None = timedelta(seconds=3),
    answered: Answered = "all",
    *,
    asked: bool = False,
) -> Happened:
    sent_at = None if sent_after is None else DUE + sent_after
    return Happened(WEEK, DUE, UNTIL, "opened", None, asked, sent_at, answered)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (opened(), ["came", "answered_all"]),
        (opened(answered="some"), ["came", "answered_some"]),
        (opened(answered="none"), ["came", "answered_none"]),
        (opened(answered="none_yet"), ["came", "answered_none_yet"]),
        (opened(LATE), ["came", "answered_all"]),
        (opened(LATE + timedelta(seconds=1)), ["came_late", "answered_all"]),
        (opened(asked=True), ["asked_for", "answered_all"]),
        (replace(opened(None, "none_yet"), delivery="on_its_way"), ["on_its_way"]),
        (replace(opened(None, "none"), delivery="failed"), ["failed"]),
        (
            replace(opened(None, "none"), delivery="failed", not_sent="paused"),
            ["not_sent.paused"],
        ),
        (
            replace(opened(answered="none_yet"), delivery="uncertain"),
            ["uncertain", "answered_none_yet"],
        ),
        (
            replace(opened(answered="none"), was_asked_again=True),
            ["came", "asked_again", "answered_none"],
        ),
    ],
)
def test_what_came_is_said_with_how_it_went(one: Happened, said: list[str]) -> None:
    assert keys(facts(one)) == said


@pytest.mark.parametrize("state", ["missed", "paused", "thinned", "cancelled"])
@pytest.mark.parametrize("reason", NOT_SENT)
def test_what_did_not_come_says_its_stored_reason(state: State, reason: NotSent) -> None:
    [said] = explain(facts(Happened(WEEK, DUE, UNTIL, state, reason)))
    assert said.key == sentence_key(reason)
    assert said.values == {"title": WEEK, "at": DUE}


def test_what_is_planned_is_ahead_or_waits() -> None:
    planned = Happened(WEEK, DUE, UNTIL, "planned")
    assert keys(facts(planned, now=DUE - timedelta(hours=1))) == ["will_come"]
    assert keys(facts(planned, now=DUE)) == ["waiting"]
    assert keys(facts(planned, now=DUE - timedelta(days=2))) == ["day_ahead", "will_come"]


def test_the_client_s_state_comes_first() -> None:
    missed = Happened(WEEK, DUE, UNTIL, "paused", "paused")
    state = {"ended_at": LATER, "paused_at": BEFORE, "unreachable_at": BEFORE}
    assert keys(facts(missed, **state)) == [
        "ended",
        "paused_since",
        "unreachable_since",
        "not_sent.paused",
    ]
    assert keys(facts(consented_at=None)) == ["not_consented"]
    assert keys(facts(consented_at=LATER)) == ["before_consent"]


@pytest.mark.parametrize(("hours", "said"), [(21, ["came", "answered_all"]), (22, None)])
def test_the_day_of_the_consent_is_the_client_s_own(hours: int, said: list[str] | None) -> None:
    """At 22:00 by UTC it is the next day in Berlin."""
    consented_at = datetime(2026, 6, DAY.day, hours, tzinfo=UTC)
    found = keys(facts(opened(), consented_at=consented_at))
    assert found == (said or ["before_consent", "came", "answered_all"])


def test_check_ins_come_by_time_and_flows_without_one_at_the_end() -> None:
    early = Happened("Goals", DUE - timedelta(hours=1), UNTIL, "thinned", "weekly_cap")
    idle = (Idle("After", None), Idle("Sleep", LATER))
    found = explain(facts(opened(), early, idle=idle))
    assert [one.key for one in found] == [
        "not_sent.weekly_cap",
        "came",
        "answered_all",
        "by_rule_none",
        "by_rule_next",
    ]
    assert found[-1].values == {"title": "Sleep", "at": LATER}


def test_a_client_in_no_flow_is_told_so() -> None:
    assert keys(facts()) == ["in_no_flow"]


def test_every_reason_has_a_sentence_key_of_its_own() -> None:
    found = {sentence_key(reason) for reason in NOT_SENT}
    assert len(found) == len(NOT_SENT)
    assert found.isdisjoint(get_args(Key))
