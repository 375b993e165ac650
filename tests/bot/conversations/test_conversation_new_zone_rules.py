"""An update of the time zones changes the rules of a place: what is to come keeps its wall time."""

from __future__ import annotations

import zoneinfo
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import open_app
from bot.ids import SeededIds
from bot.sandbox import Person
from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from tests.support.house import House, texts

HOUR = timedelta(hours=1)
DUE = "SELECT due_at FROM occurrences WHERE state = 'planned' ORDER BY due_at"
ENDS = "SELECT paused_until FROM cares WHERE paused_until IS NOT NULL ORDER BY id"
BEING_FOLLOWED = "SELECT becomes FROM zone_rules"
HELD = "SELECT starts_at, ends_at FROM therapy_sessions WHERE state = 'planned' ORDER BY starts_at"


def forget_rules() -> None:
    zone.cache_clear()
    ZoneInfo.clear_cache()


@pytest.fixture
def zones(tmp_path: Path) -> Iterator[Path]:
    """A zone database in which Berlin has the rules of Athens, an hour more."""
    folder = tmp_path / "zones"
    (folder / "Europe").mkdir(parents=True)
    let_berlin_be(folder, "Athens")
    yield folder
    zoneinfo.reset_tzpath(to=[])
    forget_rules()


def let_berlin_be(zones: Path, city: str) -> None:
    """In that zone database Berlin has the rules of this city."""
    rules = files("tzdata").joinpath("zoneinfo", "Europe", city).read_bytes()
    (zones / "Europe" / "Berlin").write_bytes(rules)


@asynccontextmanager
async def updated(house: House, zones: Path, *, settles: bool = True) -> AsyncIterator[None]:
    """The bot begins again with that zone database."""
    zoneinfo.reset_tzpath(to=[str(zones)])
    forget_rules()
    before = house.app
    async with open_app(before.settings, clock=house.machine, ids=SeededIds(8)) as app:
        house.app = app
        try:
            if settles:
                await house.settle()
            yield
        finally:
            house.app = before


def earlier(rows: list[tuple[str, ...]], by: timedelta = HOUR) -> list[tuple[str, ...]]:
    """The same instants an hour before."""
    shape = "%Y-%m-%dT%H:%M:%S.%fZ"
    return [
        tuple((datetime.strptime(at, shape) - by).strftime(shape) for at in row)  # noqa: DTZ007
        for row in rows
    ]


async def enter(house: House, weber: Person, when: str) -> None:
    await house.say(weber, f"/session A.B. {when}")
    if "No, it is a second one" in str(weber.labels):
        await house.tap(weber, "No, it is a second one")


async def practice(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(weber, "/session A.B. every tue 15:00")
    await house.tap(weber, "Yes, that is right")
    for day in (3, 4, 5):
        await enter(house, weber, f"{day}.12. 10:00")
    return weber, client


async def test_check_ins_and_sessions_keep_their_hour(house: House, zones: Path) -> None:
    weber, client = await practice(house)
    due, held = await house.rows(DUE), await house.rows(HELD)
    assert len(held) >= 5
    said = (weber.mark, client.mark)
    async with updated(house, zones):
        assert await house.rows(HELD) == earlier(held)
        assert await house.rows(DUE) == earlier(due)
        heard = (texts(weber.heard(said[0])), texts(client.heard(said[1])))
        assert heard == ([], []), "everybody finds the hour that they were told"


async def test_once_followed_they_are_not_moved_again(house: House, zones: Path) -> None:
    await practice(house)
    held = await house.rows(HELD)
    async with updated(house, zones), updated(house, zones):
        assert await house.rows(HELD) == earlier(held)


async def half_followed(house: House, zones: Path) -> list[tuple[str, ...]]:
    """Some therapy sessions are moved when the process dies; where all of them were before."""
    weber, _ = await practice(house)
    for day in (9, 10, 11, 12):
        await enter(house, weber, f"{day}.12. 12:00")
    held = await house.rows(HELD)
    await house.app.store.write(
        lambda tx: tx.conn.exec_driver_sql(
            "CREATE TRIGGER dies BEFORE UPDATE ON therapy_sessions WHEN NEW.id > 9 "
            "BEGIN SELECT RAISE(ABORT, 'died'); END"
        )
    )
    with pytest.raises(Exception, match="died"):
        async with updated(house, zones):
            pass
    half = await house.rows(HELD)
    assert half != held
    assert half != earlier(held)
    return held


async def lives_again(house: House) -> None:
    await house.app.store.write(lambda tx: tx.conn.exec_driver_sql("DROP TRIGGER dies"))


async def test_a_process_that_dies_midway_goes_on_where_it_was(house: House, zones: Path) -> None:
    held = await half_followed(house, zones)
    async with updated(house, zones, settles=False):
        with pytest.raises(Exception, match="died"):
            await house.app.ticker.tick()
        await lives_again(house)
        await house.settle()
        assert await house.rows(HELD) == earlier(held)


async def test_another_update_before_the_first_is_followed_moves_nothing_twice(
    house: House, zones: Path
) -> None:
    held = await half_followed(house, zones)
    await lives_again(house)
    let_berlin_be(zones, "Moscow")
    async with updated(house, zones):
        assert await house.rows(HELD) == earlier(held, 2 * HOUR)
        assert await house.rows(BEING_FOLLOWED) == [(None,)]


async def test_an_update_taken_back_before_it_is_followed_leaves_all_as_it_was(
    house: House, zones: Path
) -> None:
    held = await half_followed(house, zones)
    await lives_again(house)
    let_berlin_be(zones, "Berlin")
    async with updated(house, zones):
        assert await house.rows(HELD) == held


async def test_a_process_goes_by_the_rules_that_it_began_with(house: House, zones: Path) -> None:
    await practice(house)
    held = await house.rows(HELD)
    async with updated(house, zones):
        let_berlin_be(zones, "Moscow")
        await house.travel(by=timedelta(minutes=5))
        assert await house.rows(HELD) == earlier(held)
    async with updated(house, zones):
        assert await house.rows(HELD) == earlier(held, 2 * HOUR)


async def test_who_came_after_the_start_keeps_their_hour_at_the_next_update(
    house: House, zones: Path
) -> None:
    await house.settle()
    await practice(house)
    held = await house.rows(HELD)
    assert await house.rows(BEING_FOLLOWED) == []
    await house.app.keeper.tick()
    async with updated(house, zones):
        assert await house.rows(HELD) == earlier(held)


async def test_a_question_put_off_and_the_end_of_a_pause_keep_what_was_told(
    house: House, zones: Path
) -> None:
    weber = await house.therapist()
    client, resting = await house.client(weber), await house.client(weber, "B.C.")
    await house.say(resting, "/pause until 1.12.")
    await house.travel(to=datetime(2026, 11, 24, 11, 0, tzinfo=UTC))
    await house.say(client, "/checkin")
    await house.tap(client, "Later")
    said = await house.tap(client, "Tomorrow")
    assert "Wednesday, 25 November, 12:00" in said[-1]
    (ends,) = await house.rows(ENDS)
    mark = client.mark
    async with updated(house, zones):
        assert await house.rows(ENDS) == earlier([ends])
        assert await house.rows(BEING_FOLLOWED) == [(None,)]
        await house.travel(to=datetime(2026, 11, 25, 9, 59, tzinfo=UTC))
        assert texts(client.heard(mark)) == []
        await house.travel(by=timedelta(minutes=2))
        (back,) = texts(client.heard(mark))
        assert back.startswith("You wanted to come back here now.")


async def test_many_who_wait_are_moved_once_each(house: House, zones: Path) -> None:
    """More than one transaction takes."""
    weber = await house.therapist()
    for number in range(7):
        await house.say(await house.client(weber, f"C{number}"), "/pause until 1.12.")
    ends = await house.rows(ENDS)
    assert len(ends) == 7
    async with updated(house, zones), updated(house, zones):
        assert await house.rows(ENDS) == earlier(ends)


async def test_a_client_who_lives_elsewhere_rests_to_the_day_that_was_told(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/pause until 1.12.")
    (ends,) = await house.rows(ENDS)
    person = await house.stored(client)
    now, shop = house.clock.now(), house.app.practice
    await house.app.store.write(
        lambda tx: plans.change_zone(Work(tx, shop, now, "zone"), person, "Europe/Athens")
    )
    assert await house.rows(ENDS) == earlier([ends])
