"""The state as JSON and back."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone

import pytest
from engine_sample import NOW, lead, opened

from flows.engine.check_in import STATE_VERSION, CheckIn
from flows.engine.inputs import Skipped, Typed, Unconfirmed, Withdrawn
from flows.engine.state import UPGRADES, UnreadableStateError, from_json, to_json, upgraded

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


def test_older_states_are_led_through_every_upgrade() -> None:
    upgrades = {
        1: lambda raw: raw | {"b": raw["a"] + 1},
        2: lambda raw: raw | {"c": raw["b"] + 1},
    }
    assert upgraded({"version": 1, "a": 1}, upgrades, 3) == {"version": 3, "a": 1, "b": 2, "c": 3}


def test_every_older_version_has_its_upgrade() -> None:
    assert set(UPGRADES) == set(range(1, STATE_VERSION))
