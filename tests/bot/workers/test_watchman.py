"""The watchman notices what the machine lacks, and that it has it again; the admin reads of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.machine import Room, room_of
from bot.sandbox import Fault, Person
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from storage import alarms
from storage.store import Tx
from tests.support.house import MONDAY, House, texts

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)


async def open_kinds(house: House) -> list[str]:
    """The kinds of the alarms that are open after a look."""
    await house.app.watchman.tick()
    return [each.kind for each in await house.work(lambda work: alarms.list_open(work.tx))]


def heard(person: Person, mark: int) -> list[str]:
    """The beginnings of what somebody heard."""
    return [text.split(",")[0].split(".")[0] for text in texts(person.heard(mark))]


@pytest.mark.parametrize("what", ["gone", "another", "open to others"])
async def test_a_key_file_that_no_start_would_open_is_alarmed_while_the_key_is_in_memory(
    house: House, what: str
) -> None:
    weber = await house.admin()
    key = house.app.settings.database.key_file
    assert await open_kinds(house) == []
    text, mark = key.read_text(), weber.mark
    if what == "gone":
        key.unlink()
    elif what == "another":
        key.write_text("1 " + "A" * 43 + "=\n")
    else:
        key.chmod(0o644)
    with capture_logs() as logs:
        assert await open_kinds(house) == await open_kinds(house) == ["key_file_lost"]
    (line,) = [line for line in logs if line["event"] == "alarm"]
    assert "while the bot runs" in line["advice"] and text.split()[-1] not in str(line)
    await house.settle()
    assert heard(weber, mark) == ["The file with the master key is missing"]
    key.unlink(missing_ok=True)
    key.touch(0o600)
    key.write_text(text)
    assert await open_kinds(house) == []
    await house.settle()
    assert heard(weber, mark)[1:] == ["The file with the master key is in its place again"]


async def test_a_disk_is_low_below_what_is_wanted_and_until_there_is_a_tenth_more(
    house: House,
) -> None:
    watchman, practice = house.app.watchman, house.app.practice
    room = room_of(house.app.settings)
    assert room is not None and room.free > 10 and room.wanted == 500

    def wants(megabytes: int) -> None:
        health = practice.settings.health.model_copy(update={"disk_free_mb": megabytes})
        settings = practice.settings.model_copy(update={"health": health})
        watchman.practice = replace(practice, settings=settings)

    wants(room.free // 2)
    assert await open_kinds(house) == []
    wants(2 * room.free)
    assert await open_kinds(house) == ["disk_low"]
    (low,) = await house.work(lambda work: alarms.list_open(work.tx))
    assert low.facts["wanted"] == 2 * room.free
    wants(int(room.free / 1.05))
    assert await open_kinds(house) == ["disk_low"], "five hundredths more than enough"
    wants(int(room.free / 1.2))
    assert await open_kinds(house) == []


async def test_room_is_wanted_for_twice_the_database(house: House) -> None:
    found = room_of(house.app.settings)
    path = house.folder / "interlude.db"
    with path.open("r+b") as file:
        file.truncate(400_000_000)  # sparse: it takes no room
    assert isinstance(found, Room) and found.wanted == 500
    assert room_of(house.app.settings) == Room(pytest.approx(found.free, abs=50), 800)  # type: ignore[arg-type]


async def test_messages_that_do_not_leave_are_told_of_once_they_do(house: House) -> None:
    weber = await house.admin()
    client = await house.client(weber, "A.B.")
    mark = weber.mark
    house.sandbox.faults.add(Fault("sendMessage", 409, count=None))
    await house.say(client, "/help")
    for minutes, kinds in ((14, []), (2, ["outbox_stuck"])):
        await house.live_until(house.clock.now() + timedelta(minutes=minutes))
        await house.settle()
        assert await open_kinds(house) == kinds
    await house.settle()
    assert heard(weber, mark) == []
    house.sandbox.faults.clear()
    await house.travel(by=HOUR)
    assert await open_kinds(house) == []
    await house.settle()
    told = texts(weber.heard(mark))
    assert "waiting 1, the oldest since Mon 23 Nov, 09:00." in told[0]
    assert told[1].startswith("Messages leave again") and len(told) == 2


async def test_what_is_tried_in_vain_for_a_moment_is_not_stuck(house: House) -> None:
    """It was decided long ago, to leave at its hour, and that has just come."""
    person = await house.stored(await house.admin())
    began = house.clock.now()

    def queue(tx: Tx) -> None:
        work, later = Work(tx, house.app.practice, began, "test"), began + 20 * MINUTE
        speak.notify(work, person.id, "words", key="one", not_before=later)

    await house.app.store.write(queue)
    await house.live_until(began + 20 * MINUTE)
    house.sandbox.faults.add(Fault("sendMessage", 409, count=None))
    await house.settle()
    assert house.app.sender.failing_since is not None
    assert await open_kinds(house) == []


async def test_one_chat_that_telegram_slows_down_is_no_alarm(house: House) -> None:
    weber = await house.admin()
    client = await house.client(weber, "A.B.")
    house.sandbox.faults.flood(3600, client.chat_id)
    await house.say(client, "/help")
    await house.say(weber, "/help")
    await house.live_until(house.clock.now() + 20 * MINUTE)
    assert await open_kinds(house) == []


async def test_what_nobody_tries_to_send_is_stuck_too(house: House) -> None:
    client = await house.client(await house.admin(), "A.B.")
    client.say("/help")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    await house.live_until(house.clock.now() + 15 * MINUTE)
    assert await open_kinds(house) == []
    await house.live_until(house.clock.now() + MINUTE)
    assert await open_kinds(house) == ["outbox_stuck"]


async def test_a_webhook_that_somebody_set_is_told_at_once(house: House) -> None:
    weber = await house.admin()
    mark = weber.mark
    account = house.sandbox.world.account()
    account.webhook.url = "https://elsewhere.example/hook"
    for _ in range(2):
        await house.settle()
    assert await open_kinds(house) == [], "two refusals may be a blip"
    await house.settle()
    assert await open_kinds(house) == ["foreign_webhook"]
    await house.settle()
    assert heard(weber, mark) == ["Telegram sends what people write to this bot to another address"]
    account.webhook.url = ""
    await house.settle()
    await house.live_until(house.clock.now() + 3 * MINUTE)
    assert await open_kinds(house) == []
    await house.settle()
    assert heard(weber, mark)[1:] == ["What people write to this bot arrives here again"]


async def test_another_program_that_polls_is_told_though_polls_succeed_in_between(
    house: House,
) -> None:
    weber = await house.admin()
    mark = weber.mark
    for _ in range(3):
        house.sandbox.faults.add(Fault("getUpdates", 409, count=1))
        await house.settle()
        await house.live_until(house.clock.now() + MINUTE)
        await house.settle()
    assert await open_kinds(house) == ["second_poller"]
    await house.settle()
    assert [text[:15] for text in heard(weber, mark)] == ["Another program"]


async def test_a_token_that_was_refused_is_told_of_once_it_works_again(house: House) -> None:
    weber = await house.admin()
    mark = weber.mark
    house.sandbox.faults.add(Fault("getUpdates", 401, count=None))
    for _ in range(3):
        await house.settle()
    assert await open_kinds(house) == []
    await house.live_until(MONDAY + HOUR)
    await house.settle()
    assert await open_kinds(house) == []
    house.sandbox.faults.clear()
    for _ in range(2):
        await house.settle()
        await house.app.watchman.tick()
    await house.settle()
    told = [text for text in texts(weber.heard(mark)) if "token" in text]
    assert [text.split(", nothing")[0] for text in told] and len(told) == 1
    assert told[0].startswith("From Mon 23 Nov, 09:00 to Mon 23 Nov, 10:00 Telegram did not accept")


async def test_a_database_on_a_server_has_no_disk_here(house: House) -> None:
    database = house.app.settings.database.model_copy(
        update={"url": "postgresql+asyncpg://somewhere/interlude"}
    )
    assert room_of(house.app.settings.model_copy(update={"database": database})) is None


@pytest.mark.parametrize(
    ("down", "late"),
    [
        (timedelta(minutes=59), None),
        (HOUR, "No check-in was late by it"),
        (timedelta(hours=23), "One check-in was late by it"),
    ],
)
async def test_an_outage_is_told_with_what_it_made_late(
    house: House, down: timedelta, late: str | None
) -> None:
    weber = await house.admin()
    await house.client(weber, "A.B.")
    ends_at = WEDNESDAY + (HOUR if late and late[:3] == "One" else -HOUR)
    await house.travel(to=ends_at - down)
    mark = weber.mark
    house.jump(by=down)
    await house.settle()
    await house.travel(to=WEDNESDAY + 16 * HOUR)
    was = "The bot could not be reached"
    told = [text for text in texts(weber.heard(mark)) if text.startswith(was)]
    assert [text.split(". ")[1] for text in told] == ([late] if late else [])


async def test_a_therapist_who_is_admin_reads_of_a_long_outage_once(house: House) -> None:
    weber = await house.admin()
    other = await house.admin("Dr. Adler")
    await house.client(weber, "A.B.")
    marks = weber.mark, other.mark
    house.jump(by=timedelta(hours=30))
    await house.settle()
    await house.travel(by=24 * HOUR)
    for person, mark in zip((weber, other), marks, strict=True):
        told = [text for text in texts(person.heard(mark)) if "Mon 23 Nov, 09:00 to" in text]
        assert [text[:29] for text in told] == ["This bot could not be reached"]


@asynccontextmanager
async def damaged(house: House, table: str) -> AsyncIterator[None]:
    """The page in which a table begins holds something else."""
    assert await house.app.store.checkpoint()
    ((page,),) = await house.rows(f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")
    with (house.folder / "interlude.db").open("r+b", buffering=0) as file:
        file.seek((page - 1) * 4096)
        sound = file.read(4096)
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
        yield
        file.seek((page - 1) * 4096)
        file.write(sound)


async def test_damage_that_somebodys_words_have_met_is_told_at_the_next_look(house: House) -> None:
    """Until the file was read through again, the words of a day would go into it."""
    weber = await house.admin()
    client = await house.client(weber, "A.B.")
    assert await open_kinds(house) == []
    mark = weber.mark
    async with damaged(house, "notes"):
        await house.say(client, "my father died on Monday")
        assert await open_kinds(house) == await open_kinds(house) == ["database_damaged"]
        await house.settle()
    assert heard(weber, mark) == ["The file in which everything is kept is damaged"]
    house.jump(by=timedelta(days=1))
    assert await open_kinds(house) == []


async def test_a_damaged_file_is_noticed_after_a_start_and_then_once_a_day(house: House) -> None:
    weber = await house.admin()
    assert await open_kinds(house) == []
    mark = weber.mark
    async with damaged(house, "supervisions"):
        house.jump(by=timedelta(hours=23))
        assert await open_kinds(house) == [], "it was read through less than a day ago"
        house.jump(by=timedelta(hours=1))
        with capture_logs() as logs:
            assert await open_kinds(house) == await open_kinds(house) == ["database_damaged"]
        (line,) = [line for line in logs if line["event"] == "alarm"]
        assert "interlude restore" in line["advice"]
        await house.settle()
    assert heard(weber, mark)[:1] == ["The file in which everything is kept is damaged"]
    house.jump(by=timedelta(days=1))
    assert await open_kinds(house) == []
    await house.settle()
    assert "The file in which everything is kept is sound again" in heard(weber, mark)
