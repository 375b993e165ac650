"""Signs of life come from the work itself, and each part is missed when it gives none."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Fault
from tests.support.house import House


async def lacking(house: House, *, ticks: bool = True) -> tuple[str, ...]:
    """The parts that are missed, after a tick unless told otherwise."""
    signs = house.app.signs
    if ticks:
        signs.ticked_at = house.clock.monotonic()
    return await signs.lacking()


async def later(house: House, seconds: float) -> None:
    """Let seconds go by in which nothing is done."""
    await house.live_until(house.clock.now() + timedelta(seconds=seconds))


async def test_a_start_has_as_long_as_a_poll_takes(house: House) -> None:
    await house.therapist()
    assert await lacking(house, ticks=False) == ()
    await later(house, 90)
    assert await lacking(house) == ()
    await later(house, 1)
    assert await lacking(house) == ("poll",)
    await house.settle()
    assert await lacking(house) == () and house.app.signs.is_in_touch()


async def test_a_tick_is_missed_after_a_minute(house: House) -> None:
    await house.therapist()
    assert await lacking(house) == ()
    await later(house, 60)
    assert await lacking(house, ticks=False) == ()
    await later(house, 1)
    assert await lacking(house, ticks=False) == ("tick",)


async def test_telegram_refusing_is_a_sign_of_life_but_no_touch(house: House) -> None:
    await house.therapist()
    await house.settle()
    house.sandbox.faults.add(Fault("getUpdates", 502, count=None))
    await later(house, 600)
    assert await lacking(house) == ("poll",)
    await house.settle()
    assert await lacking(house) == () and not house.app.signs.is_in_touch()


async def test_while_nobody_is_here_nothing_is_missed(house: House) -> None:
    await later(house, 600)
    await house.app.receiver.tick()
    assert await lacking(house) == ()


async def test_a_database_that_takes_no_commit_is_missed(house: House) -> None:
    await house.therapist()
    assert await lacking(house) == ()
    path = house.folder / "interlude.db"
    path.rename(house.folder / "elsewhere.db")
    assert await lacking(house) == ("commit",)
    (house.folder / "elsewhere.db").rename(path)
