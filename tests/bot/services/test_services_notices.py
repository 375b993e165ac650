"""All that a therapist is told unasked goes through one door, at its hour, with its sound."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot.services
from bot.services.work import notices
from bot.services.work.notices import KINDS, NOTICES, Kind
from bot.services.work.unit_of_work import Work
from storage.store import Tx
from tests.support.house import House

NIGHT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
"""02:30 on a Tuesday in Berlin."""
HAS_A_SOUND = {
    "left_in_danger",
    "came",
    "joined",
    "phone_opened",
    "digest",
    "alarm",
    "alarm_at_once",
}
AT_NIGHT = {"left_in_danger", "alarm_at_once"}
"""Of what leaves at no hour of the therapist's own."""
TO_CLIENTS = {
    "care/beginning_again.py",
    "care/ending.py",
    "care/pausing_for.py",
    "digest/receipts.py",
    "care/after_restore.py",
    "digest/unread.py",
    "handover/telling.py",
    "outages/outages.py",
    "own_data/retention.py",
    "therapy_sessions/leave_telling.py",
}
"""Modules that say something unasked to clients; to therapists it goes through ``notices``."""


def test_every_kind_has_its_way_and_a_reason() -> None:
    assert set(NOTICES) == set(KINDS)
    assert {kind for kind, each in NOTICES.items() if not each.silent} == HAS_A_SOUND
    assert {kind for kind, each in NOTICES.items() if each.when == "at_once"} == AT_NIGHT
    assert all(each.why for each in NOTICES.values())


def test_there_is_no_other_door() -> None:
    folder = Path(bot.services.__file__).parent
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr == "notify":
                found.add(path.relative_to(folder).as_posix())
    assert found == {*TO_CLIENTS, "work/notices.py"}


@pytest.mark.parametrize("kind", [k for k in KINDS if NOTICES[k].when != "own_hour"])
async def test_at_night_only_risk_is_told(house: House, kind: Kind) -> None:
    weber = await house.therapist()
    person = await house.stored(weber)
    await house.live_until(NIGHT)

    def decide(tx: Tx) -> None:
        work = Work(tx, house.app.practice, NIGHT, "night")
        notices.tell(work, person, kind, "words", key="one")

    await house.app.store.write(decide)
    mark = weber.mark
    await house.settle()
    heard = [entry.text for entry in weber.heard(mark)]
    assert heard == (["words"] if kind in AT_NIGHT else [])
    await house.travel(by=timedelta(hours=8))
    assert "words" in [entry.text for entry in weber.heard(mark)]


async def test_a_link_that_is_opened_at_night_is_told_in_the_morning(house: House) -> None:
    weber = await house.therapist()
    token = await house.invite(weber, "A.B.")
    await house.live_until(NIGHT)
    await house.settle()
    mark = weber.mark
    client = house.stranger("A.B.")
    client.start(token)
    await house.settle()
    await house.read_consent(client)
    await house.tap(client, "I agree")
    assert weber.heard(mark) == []
    await house.travel(to=datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert len(weber.heard(mark)) == 2
