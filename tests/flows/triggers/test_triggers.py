"""Laws that every trigger keeps; they lead the author of a new one to what is still missing."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import get_args

import pytest

import flows.triggers
from bot.services.planning.own_times import told
from bot.texts import shipped
from flows.authoring.keys import Key
from flows.languages import languages
from flows.schedule.dates import Almanac
from flows.schedule.happenings import Awaited, Happening
from flows.schedule.quiet import QuietHours
from flows.schedule.trigger import Family, Trigger
from flows.schedule.wishes import Wish, refusal_of, with_wish
from flows.schedule.zones import zone
from flows.script import parse
from flows.triggers.registry import BY_NAME, KEYS, TRIGGERS, owners

AT = datetime(2026, 6, 3, 12, tzinfo=UTC)
FLOW = """language = 1
id = "sample"
title.en = "Sample"
[schedule]
{schedule}
[[step]]
id = "one"
kind = "yes_no"
ask.en = "Is it so?"
"""
every_trigger = pytest.mark.parametrize("trigger", TRIGGERS, ids=[one.name for one in TRIGGERS])


def sample(trigger: type[Trigger], more: str = "") -> Trigger:
    """The trigger of its own sample; it must be without a problem."""
    parsed = parse(FLOW.format(schedule=trigger.sample() + more), "sample.toml")
    assert [str(problem) for problem in parsed.problems] == []
    assert parsed.flow is not None
    return parsed.flow.schedule.trigger


def almanac(first: date, days: int, quiet: QuietHours | None = None) -> Almanac:
    last = first + timedelta(days=days)
    return Almanac(first, last, zone("Europe/Berlin"), quiet, date(2026, 1, 1), seed=7)


def test_what_is_counted_from_therapy_sessions_moves_with_them() -> None:
    found = {one.name for one in TRIGGERS if sample(one).moves_with_sessions()}
    assert found >= {"before_therapy_session", "therapy_session_end"}
    assert found.isdisjoint({"daily", "weekly", "on_request", "after_flow"})


def test_every_trigger_of_the_package_is_listed_under_the_name_of_its_module() -> None:
    found = {
        module: {
            one.name
            for one in vars(importlib.import_module(f"flows.triggers.{module}")).values()
            if isinstance(one, type)
            and issubclass(one, Trigger)
            and one.__module__ == f"flows.triggers.{module}"
        }
        for _, module, _ in pkgutil.iter_modules(flows.triggers.__path__)
    }
    assert {module for module, names in found.items() if names} == set(BY_NAME)
    assert all(names <= {module} for module, names in found.items())
    assert len(BY_NAME) == len(TRIGGERS)


def test_keys_of_one_name_mean_the_same_to_an_editor() -> None:
    for trigger in TRIGGERS:
        for key in trigger.keys:
            same = KEYS[key.name]
            assert (key.sort, key.form, key.says) == (same.sort, same.form, same.says)
    assert owners("after") == ("therapy_session_end", "after_flow", "after_flag")


@every_trigger
def test_its_sample_is_sound_and_builds_it(trigger: type[Trigger]) -> None:
    built = sample(trigger)
    assert type(built) is trigger
    assert built.in_words()
    hash(built)


@every_trigger
def test_each_key_that_it_may_have_is_taken(trigger: type[Trigger]) -> None:
    for key in trigger.keys:
        if not key.needed:
            assert type(sample(trigger, key.line + "\n")) is trigger


@every_trigger
def test_a_key_that_it_needs_is_missed_and_one_of_another_refused(trigger: type[Trigger]) -> None:
    own = {key.name for key in trigger.keys}
    for key in trigger.keys:
        if key.needed:
            without = trigger.sample().replace(key.line + "\n", "")
            problems = parse(FLOW.format(schedule=without), "x").problems
            assert [one.code for one in problems] == ["F011"], key.name
    for key in _others(own):
        problems = parse(FLOW.format(schedule=trigger.sample() + key.line), "x").problems
        assert [one.code for one in problems] == ["F016"], key.name


def _others(own: set[str]) -> list[Key[object]]:
    return [key for name, key in KEYS.items() if name not in own]


@every_trigger
def test_it_plans_by_its_family(trigger: type[Trigger]) -> None:
    built, family = sample(trigger), trigger.family
    moments = list(built.moments(almanac(date(2026, 6, 1), 120)))
    happening: Happening | None = built.awaited(AT)
    assert family in get_args(Family)
    assert bool(moments) == bool(built.week()) == (family == "clock")
    assert (trigger.awaits in get_args(Awaited)) == (happening is not None) == (family == "event")
    assert family != "clock" or built.per_week() > 0
    if happening is not None:
        wanted = built.wanted(happening)
        assert wanted is not None
        assert wanted.before is None or wanted.at < wanted.before


@every_trigger
def test_its_moments_come_in_order_and_the_same_in_pieces(trigger: type[Trigger]) -> None:
    built = sample(trigger)
    quiet = QuietHours(time(21, 30), time(8))
    whole = list(built.moments(almanac(date(2026, 6, 1), 59, quiet)))
    pieces = [
        moment
        for start in (date(2026, 6, 1), date(2026, 7, 1))
        for moment in built.moments(almanac(start, 29, quiet))
    ]
    assert pieces == whole
    assert all(one.due_at < other.due_at for one, other in pairwise(whole))
    assert len({(one.day, one.slot) for one in whole}) == len(whole)


@every_trigger
def test_own_times_are_what_they_were_and_may_be_another_hour(trigger: type[Trigger]) -> None:
    built = sample(trigger)
    own = built.own_times()
    if own is None:
        assert refusal_of(built, Wish(AT.time()), None) == "no_own_times"
        assert with_wish(built, Wish(AT.time())) == built
        return
    assert built.at_own_times(own) == built
    moved = with_wish(built, Wish(AT.time())).own_times()
    assert moved is not None
    assert (moved.at_wall, moved.days) == (AT.time(), own.days)
    assert all(
        m.due_at.hour == 10
        for m in with_wish(built, Wish(AT.time())).moments(almanac(date(2026, 6, 1), 30))
    )


@every_trigger
def test_it_is_told_in_every_language(trigger: type[Trigger]) -> None:
    built = sample(trigger)
    for language in languages():
        values = told(built, language)
        assert shipped().say(language, f"schedule.rule.{trigger.name}", **values)
        if built.own_times() is not None:
            text = shipped().say(language, f"client.when_{trigger.name}", title="T", **values)
            assert "T" in text
