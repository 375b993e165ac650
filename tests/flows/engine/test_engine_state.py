"""The state as JSON and back."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone

import pytest
from engine_sample import NAMES, NOW, asked, lead, opened

from flows.engine.check_in import STATE_VERSION, CheckIn, Names
from flows.engine.inputs import Recalled, Skipped, Typed, Unconfirmed, Withdrawn
from flows.engine.state import (
    NO_TURN,
    UPGRADES,
    UnreadableStateError,
    from_json,
    to_json,
    upgraded,
)

FULL = lead(
    opened().check_in, Typed("7"), Typed("6.0"), Skipped(2), Typed("no"), Unconfirmed(4)
).check_in


@pytest.mark.parametrize("check_in", [opened().check_in, FULL, lead(FULL, Withdrawn()).check_in])
def test_nothing_is_lost_on_the_way_through_json(check_in: CheckIn) -> None:
    reloaded = from_json(to_json(check_in))
    assert reloaded == check_in
    kinds = [type(answer.value) for answer in check_in.answers]
    assert [type(answer.value) for answer in reloaded.answers] == kinds


def test_every_field_is_written() -> None:
    assert set(json.loads(to_json(FULL))) - {"names"} == {f.name for f in fields(CheckIn)} - {
        "names"
    }


def test_times_are_kept_in_utc() -> None:
    local = replace(FULL, opened_at=NOW.astimezone(timezone(timedelta(hours=2))))
    assert to_json(local) == to_json(FULL)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        to_json(replace(FULL, opened_at=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        *("", "canary", "[]", "null", "{}", '{"version": 999}', '{"version": 1}'),
        to_json(FULL).replace('"opened_at":"', '"opened_at":"canary'),
    ],
)
def test_what_is_not_a_state_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(UnreadableStateError) as refused:
        from_json(text)
    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


# A check-in half-way, as version 1 wrote it.
FIRST_VERSION = (
    '{"version":1,"flow_id":"sample","fingerprint":"' + "ab" * 32 + '","language":"en","names":'
    '[["therapist","Frau Weber"],["therapist_dative","Frau Weber"],["day","Fr"]],"seed":1,'
    '"opened_at":"2026-11-25T17:00:00+00:00","status":"open","turn_no":6,"at":"kind","answers":'
    '[["mood",7,"2026-11-25T17:00:00+00:00",false],["slept",6.5,"2026-11-25T17:00:00+00:00",false],'
    '["count",null,"2026-11-25T17:00:00+00:00",false],'
    '["hard",true,"2026-11-25T17:00:00+00:00",false],'
    '["kind","home","2026-11-25T17:00:00+00:00",false]],'
    '"first_sent_at":"2026-11-25T17:00:00+00:00","last_answered_at":"2026-11-25T17:00:00+00:00",'
    '"reminders":0,"re_asked":false,"uncertain_turn":null,"said":["hello","sorry"]}'
)


def test_a_state_of_the_first_version_goes_on() -> None:
    check_in = from_json(FIRST_VERSION)
    assert check_in.names == NAMES
    assert (check_in.at, check_in.turn_no) == ("kind", 6)
    assert asked(lead(check_in, Recalled())).prompt.given == "At home"
    turn = lead(check_in, Typed("work"))
    assert asked(turn).prompt.text == "Work: what was it?"
    assert [a.value for a in turn.check_in.answers] == [7, 6.5, None, True, "work"]


@pytest.mark.parametrize("before, turns", [("false", ()), ("true", (NO_TURN,))])
def test_a_state_of_the_second_version_goes_on(before: str, turns: tuple[int, ...]) -> None:
    """There a question was asked once more at most once a check-in; now the next one may be."""
    written = to_json(replace(FULL, re_asked=())).replace('"version":5', '"version":2')
    check_in = from_json(written.replace('"re_asked":[]', f'"re_asked":{before}'))
    assert check_in == replace(FULL, re_asked=turns)


def test_what_is_known_from_outside_survives() -> None:
    names = Names(
        (), (("week.last", 4), ("felt.last", ("calm",))), ("Sleep",), ("Mum",), "Asia/Tokyo"
    )
    check_in = opened(names=names).check_in
    reloaded = from_json(to_json(replace(check_in, picked=(0, 2), drawn=(("block:b", (1, 0)),))))
    assert reloaded.names == names
    assert (reloaded.picked, reloaded.drawn) == ((0, 2), (("block:b", (1, 0)),))


def test_older_states_are_led_through_every_upgrade() -> None:
    upgrades = {
        1: lambda raw: raw | {"b": raw["a"] + 1},
        2: lambda raw: raw | {"c": raw["b"] + 1},
    }
    assert upgraded({"version": 1, "a": 1}, upgrades, 3) == {"version": 3, "a": 1, "b": 2, "c": 3}


def test_every_older_version_has_its_upgrade() -> None:
    assert set(UPGRADES) == set(range(1, STATE_VERSION))
