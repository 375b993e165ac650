"""Whoever is admin reads that the machine needs a hand: once, by day, and that it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.sandbox import Person
from bot.services.alarms import admins
from bot.services.alarms.wording import text_of
from bot.services.work.unit_of_work import Work
from bot.texts import shipped
from flows.languages import tongues
from storage import alarms, audit, people
from storage.alarms import EVENTS, KINDS, Alarm, Fact, Kind
from storage.store import Tx
from tests.support.house import MONDAY, House, texts

NIGHT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
"""02:30 on a Tuesday in Berlin."""
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OVERDUE, BACKED_UP = "The backup is overdue.", "There is a backup again."
STILL = "This still goes on, since Mon 23 Nov, 09:00:"
SAMPLE: dict[str, Fact] = {
    "start": MONDAY - DAY,
    "end": MONDAY,
    "oldest": MONDAY,
    "count": 2,
    "free": 90,
    "wanted": 500,
    "waiting": 3,
    "therapist": "Dr. Weber",
    "head": "120-0123456789ab",
}
"""The facts of every kind."""


async def begin(house: House, kind: Kind, **facts: Fact) -> bool:
    """The alarm begins now, as whoever notices it says."""
    now = house.clock.now()
    return await house.app.store.write(lambda tx: alarms.begin(tx, kind, now=now, facts=facts))


async def end(house: House, kind: Kind) -> bool:
    """The alarm ends now."""
    now = house.clock.now()
    return await house.app.store.write(lambda tx: alarms.end(tx, kind, now=now))


def heard(person: Person, mark: int = 0) -> list[str]:
    """The first sentences of what somebody heard, without what an earlier test step said."""
    return texts(person.heard(mark))


async def test_an_alarm_is_told_once_and_so_is_its_end(house: House) -> None:
    weber = await house.admin()
    mark = weber.mark
    assert await begin(house, "backup_overdue")
    await house.settle()
    assert not await begin(house, "backup_overdue"), "it is open already"
    await house.travel(by=5 * HOUR)
    (told,) = heard(weber, mark)
    assert told.startswith(OVERDUE)
    mark = weber.mark
    assert await end(house, "backup_overdue")
    assert not await end(house, "backup_overdue"), "it is over already"
    await house.travel(by=5 * HOUR)
    (told,) = heard(weber, mark)
    assert told.startswith(BACKED_UP)


async def test_nobody_but_the_admin_hears_of_it(house: House) -> None:
    weber, adler = await house.admin(), await house.therapist("Dr. Adler")
    client = await house.client(weber, "A.B.")
    marks = adler.mark, client.mark
    await begin(house, "backup_overdue")
    await house.travel(by=HOUR)
    assert heard(adler, marks[0]) == heard(client, marks[1]) == []


async def test_two_admins_hear_each_in_their_language(house: House) -> None:
    weber, adler = await house.admin(), await house.admin("Dr. Adler", language="de")
    marks = weber.mark, adler.mark
    await begin(house, "backup_overdue")
    await house.travel(by=HOUR)
    (english,), (german,) = heard(weber, marks[0]), heard(adler, marks[1])
    assert english.startswith(OVERDUE) and german.startswith("Die Sicherung ist überfällig.")


async def test_what_lasts_is_recalled_once_a_day(house: House) -> None:
    weber = await house.admin()
    await begin(house, "backup_overdue")
    await house.settle()
    mark = weber.mark
    await house.travel(by=DAY - timedelta(seconds=1))
    assert heard(weber, mark) == []
    await house.travel(by=timedelta(seconds=1))
    await house.travel(by=5 * HOUR)
    (told,) = heard(weber, mark)
    assert told.startswith(f"{STILL}\n\n{OVERDUE}")
    mark = weber.mark
    await house.travel(by=DAY)
    assert len(heard(weber, mark)) == 1


async def test_nobody_is_woken_for_a_backup(house: House) -> None:
    weber = await house.admin()
    await house.live_until(NIGHT)
    await house.settle()
    mark = weber.mark
    await begin(house, "backup_overdue")
    await begin(house, "disk_low", free=90, wanted=500)
    await end(house, "disk_low")
    await house.settle()
    assert heard(weber, mark) == []
    await house.travel(to=MORNING)
    (told,) = heard(weber, mark)
    assert told.startswith(OVERDUE), "of what was over by the morning nobody hears"


@pytest.mark.parametrize("kind", ["foreign_webhook", "key_file_lost", "second_poller"])
async def test_what_cannot_wait_is_told_at_night_and_its_end_by_day(
    house: House, kind: Kind
) -> None:
    weber = await house.admin()
    await house.live_until(NIGHT)
    await house.settle()
    mark = weber.mark
    await begin(house, kind)
    await house.settle()
    assert len(heard(weber, mark)) == 1
    await end(house, kind)
    await house.settle()
    assert len(heard(weber, mark)) == 1
    await house.travel(to=MORNING)
    assert len(heard(weber, mark)) == 2


async def test_what_comes_and_goes_is_told_seldom(house: House) -> None:
    weber = await house.admin()
    mark = weber.mark
    for _ in range(5):
        await begin(house, "backup_overdue")
        await house.travel(by=timedelta(minutes=10))
        await end(house, "backup_overdue")
        await house.travel(by=timedelta(minutes=10))
    assert [text[:12] for text in heard(weber, mark)] == [OVERDUE[:12], BACKED_UP[:12]]
    await begin(house, "backup_overdue")
    await house.travel(by=6 * HOUR)
    assert len(heard(weber, mark)) == 3


async def test_whoever_is_named_later_hears_what_goes_on_but_no_old_event(house: House) -> None:
    weber = await house.therapist()
    await begin(house, "backup_overdue")
    await begin(house, "was_down", start=MONDAY - DAY, end=MONDAY, count=0)
    await house.travel(by=HOUR)
    mark, person, now = weber.mark, await house.stored(weber), house.clock.now()

    def name(tx: Tx) -> bool:
        return admins.name(Work(tx, house.app.practice, now, "cli"), person)

    assert await house.app.store.write(name)
    await house.travel(by=HOUR)
    (told,) = heard(weber, mark)
    assert told.startswith(OVERDUE)


async def test_whoever_is_admin_no_more_hears_nothing(house: House) -> None:
    weber = await house.admin()
    await begin(house, "backup_overdue")
    await house.settle()
    mark, now = weber.mark, house.clock.now()

    async def take_back() -> bool:
        person = await house.stored(weber)
        return await house.app.store.write(
            lambda tx: admins.end(Work(tx, house.app.practice, now, "cli"), person)
        )

    assert [await take_back(), await take_back()] == [True, False]
    await end(house, "backup_overdue")
    await house.travel(by=2 * DAY)
    assert [text for text in heard(weber, mark) if "backup" in text] == []


async def test_an_event_is_told_each_time_and_has_no_end(house: House) -> None:
    weber = await house.admin()
    mark = weber.mark
    for late in (1, 0):
        assert await begin(house, "was_down", start=MONDAY - DAY, end=MONDAY, count=late)
    await house.travel(by=2 * DAY)
    told = [text for text in heard(weber, mark) if text.startswith("The bot could not be")]
    assert [text.split(". ")[1] for text in told] == [
        "One check-in was late by it",
        "No check-in was late by it",
    ]
    assert told[0].startswith(
        "The bot could not be reached from Sun 22 Nov, 09:00 to Mon 23 Nov, 09:00."
    )
    assert not await end(house, "was_down")


async def test_an_admin_who_cannot_be_reached_hears_of_it_afterwards(house: House) -> None:
    weber = await house.admin()
    weber.block()
    await house.settle()
    await begin(house, "backup_overdue")
    await house.travel(by=HOUR)
    assert await house.rows("SELECT count(*) FROM alarm_tellings") == [(0,)]
    mark = weber.mark
    weber.unblock()
    await house.travel(by=HOUR)
    assert [text for text in heard(weber, mark) if text.startswith(OVERDUE)]


async def test_no_client_is_admin(house: House) -> None:
    weber = await house.therapist()
    client = await house.stored(await house.client(weber, "A.B."))
    now = house.clock.now()
    assert not await house.app.store.write(
        lambda tx: admins.name(Work(tx, house.app.practice, now, "cli"), client)
    )
    assert await house.work(lambda work: people.list_admins(work.tx)) == []


async def test_every_kind_has_its_texts(house: House) -> None:
    person = await house.stored(await house.admin())
    begun = [Alarm(1, kind, MONDAY, None, SAMPLE) for kind in KINDS]
    over = [replace(each, ended_at=MONDAY + HOUR) for each in begun if each.kind not in EVENTS]
    for alarm in (*begun, *over):
        assert await house.work(partial(text_of, person=person, alarm=alarm)), alarm


def test_no_text_is_there_without_its_kind() -> None:
    for tongue in tongues():
        written = shipped().written(tongue.plain)
        for area, kinds in (("alarm", set(KINDS)), ("alarm_over", set(KINDS) - EVENTS)):
            begins = f"staff.{area}."
            assert {key.removeprefix(begins) for key in written if key.startswith(begins)} == kinds


async def test_once_a_month_the_admin_reads_where_the_trail_ends(house: House) -> None:
    weber = await house.admin()
    mark = weber.mark

    async def told() -> list[str]:
        await house.app.keeper.tick()
        await house.settle()
        return [text for text in heard(weber, mark) if text.startswith("Once a month, to keep")]

    await house.travel(by=30 * DAY - HOUR)
    assert await told() == []
    await house.travel(by=2 * HOUR)
    (first,) = await told()
    head = await house.app.store.read(audit.head)
    assert head is not None and f"--head {head}”" in first
    await house.travel(by=29 * DAY)
    assert await told() == [first]
    await house.invite(weber, "A.B.")
    await house.travel(by=2 * DAY)
    _, second = await told()
    assert str(head) not in second
    found = await house.app.store.read(lambda tx: audit.verify(tx, [head]))
    assert found.is_whole
