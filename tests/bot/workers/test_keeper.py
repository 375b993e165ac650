"""Housekeeping: update ids go once Telegram can no longer repeat them, never before."""

from __future__ import annotations

from datetime import timedelta

from tests.support.house import House


async def test_finished_updates_are_forgotten_after_two_days(house: House) -> None:
    await house.therapist()
    assert await house.rows("SELECT count(*) FROM inbox") == [(1,)]
    house.jump(by=timedelta(hours=47))
    assert await house.app.keeper.tick() == 0
    house.jump(by=timedelta(hours=2))
    assert await house.app.keeper.tick() == 1
    assert await house.rows("SELECT count(*) FROM inbox") == [(0,)]


async def test_what_waits_is_never_forgotten(house: House) -> None:
    therapist = await house.therapist()
    therapist.say("/help")
    await house.app.receiver.tick()
    house.jump(by=timedelta(days=30))
    await house.app.keeper.tick()
    mark = therapist.mark
    await house.settle()
    assert ["/invite" in e.text for e in therapist.heard(mark)].count(True) == 1
