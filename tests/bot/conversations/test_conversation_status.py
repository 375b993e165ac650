"""An admin asks how the machine is, and writes the key back with a tap; nobody else can."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from bot.machine import own_version
from bot.sandbox import Fault, Person
from bot.services.work.buttons import data
from storage.backups import path_in
from tests.bot.conversations.test_conversation_alarms import begin
from tests.support.house import MONDAY, House, texts

MINUTE = timedelta(minutes=1)
WELL = "Nothing needs a hand."
WRITTEN = "The file with the master key is in its place again."


def lines(said: list[str]) -> list[str]:
    """The lines of the one answer."""
    (text,) = said
    return [line for line in text.splitlines() if line]


async def test_all_is_well(house: House) -> None:
    weber = await house.admin()
    version, up, heard, clock, taken, out, backup, disk, well = lines(
        await house.say(weber, "/status")
    )
    assert version == f"Interlude {own_version()}"
    assert up == "Up without a break since Mon 23 Nov, 09:00."
    assert heard == "Telegram answered a moment ago."
    assert clock == "The machine's clock is right."
    assert (taken, out) == ("Nothing waits to be taken in.", "Nothing waits to leave.")
    assert backup == "No backups are made: backup.folder in the settings is empty."
    assert disk.startswith("Free on the disk: ") and disk.endswith("500 MB should be.")
    assert well == WELL


async def test_it_says_when_telegram_was_heard(house: House) -> None:
    weber = await house.admin()
    for seconds, said in ((3, "3 seconds ago"), (1, "1 second ago")):
        mark = weber.mark
        weber.say("/status")
        await house.app.receiver.tick()
        await house.live_until(house.clock.now() + timedelta(seconds=seconds))
        await house.app.handler.tick()
        await house.settle()
        assert f"Telegram last answered {said}." in texts(weber.heard(mark))[0]


@pytest.mark.parametrize(
    ("ahead", "says_date", "said"),
    [
        (20, True, "The machine's clock is 20 minutes ahead of Telegram's."),
        (-20, True, "The machine's clock is 20 minutes behind Telegram's."),
        (20, False, "It is not known yet whether the machine's clock is right."),
        (4, True, "The machine's clock is right."),
    ],
)
async def test_it_says_how_the_clock_is(
    house: House, ahead: int, says_date: bool, said: str
) -> None:
    weber = await house.admin()
    house.sandbox.faults.says_date = says_date
    house.machine.ahead = ahead * MINUTE
    assert said in lines(await house.say(weber, "/status"))


async def test_the_newest_backup_is_named(house: House) -> None:
    weber = await house.admin()
    folder = house.folder / "backups"
    folder.mkdir()
    practice = house.app.practice.settings
    backup = practice.backup.model_copy(update={"folder": folder})
    object.__setattr__(
        house.app.practice, "settings", practice.model_copy(update={"backup": backup})
    )
    assert "There is no backup yet." in lines(await house.say(weber, "/status"))
    for hours in (30, 4):
        path_in(folder, MONDAY - timedelta(hours=hours)).touch()
    assert "Newest backup: Mon 23 Nov, 05:00." in lines(await house.say(weber, "/status"))


async def test_what_waits_is_counted_and_what_is_wrong_is_said(house: House) -> None:
    weber = await house.admin()
    client = await house.client(weber, "A.B.")
    house.sandbox.faults.add(Fault("sendMessage", 409, count=2, chat_id=client.chat_id))
    client.say("/help")
    client.say("/privacy")
    await house.app.receiver.tick()
    weber.say("/status")
    await house.app.receiver.tick()
    await begin(house, "backup_overdue")
    mark = weber.mark
    await house.settle()
    (told,) = [text for text in texts(weber.heard(mark)) if text.startswith("Interlude")]
    assert "One thing needs a hand:\n\n• Since Mon 23 Nov, 09:00: The backup is overdue." in told
    assert WELL not in told and "A.B." not in told


async def test_it_fits_two_screens_also_when_much_is_wrong(house: House) -> None:
    weber = await house.admin()
    await begin(house, "key_file_lost")
    await begin(house, "foreign_webhook")
    await begin(house, "backup_overdue")
    await begin(house, "clock_off")
    await begin(house, "second_poller")
    said = await house.say(weber, "/status")
    (told,) = [text for text in said if text.startswith("Interlude")]
    assert len(told) < 2000 and told.endswith("2 more things: “interlude doctor” on the machine.")
    assert "5 things need a hand:" in told


@pytest.mark.parametrize("language", ["en", "de"])
async def test_only_an_admin_has_it_and_reads_of_it(house: House, language: str) -> None:
    weber = await house.admin(language=language)
    adler = await house.therapist("Dr. Adler", language=language)
    client = await house.client(adler, "A.B.", "de" if language == "de" else "en")
    assert "/status" in str(await house.say(weber, "/help"))
    for person in (adler, client):
        assert "/status" not in str(await house.say(person, "/help"))
        assert "Interlude" not in str(await house.say(person, "/status"))


# -- the key


async def lose_key(house: House) -> tuple[Person, Path, str]:
    """An admin who has read that the key file is gone; its path, and what it held."""
    weber = await house.admin()
    path = house.app.settings.database.key_file
    held = path.read_text()
    path.unlink()
    await house.app.watchman.tick()
    await house.settle()
    return weber, path, held


async def test_a_tap_writes_the_key_back_and_a_second_one_is_harmless(house: House) -> None:
    weber, path, held = await lose_key(house)
    asked = weber.newest
    assert weber.labels == [["Write it back"]]
    (told,) = await house.tap(weber, "Write it back")
    assert told.startswith(WRITTEN)
    assert path.read_text() == held and stat.S_IMODE(path.stat().st_mode) == 0o600
    mark = weber.mark
    weber.tap_data(asked, data("key_back"))
    await house.settle()
    (told,) = texts(weber.heard(mark))
    assert told == "The file with the master key is in its place. There is nothing to do."
    await house.app.watchman.tick()
    await house.travel(by=timedelta(days=2))
    assert not [text for text in texts(weber.heard(mark)) if "That is settled" in text]
    actions = await house.rows("SELECT action FROM audit WHERE action LIKE 'key.%'")
    assert actions == [("key.written_back",)]


async def test_another_key_is_never_written_over(house: House) -> None:
    weber, path, _ = await lose_key(house)
    other = "1 " + "A" * 43 + "=\n"
    path.touch(0o600)
    path.write_text(other)
    (told,) = await house.tap(weber, "Write it back")
    assert told.startswith("In the place of the key there is a file") and path.read_text() == other


async def test_a_folder_that_is_gone_is_said(house: House) -> None:
    weber, path, _ = await lose_key(house)
    database = house.app.practice.settings.database
    gone = database.model_copy(update={"key_file": path.parent / "gone" / path.name})
    settings = house.app.practice.settings.model_copy(update={"database": gone})
    object.__setattr__(house.app.practice, "settings", settings)
    (told,) = await house.tap(weber, "Write it back")
    assert told.startswith("The key could not be written:")
    assert not path.exists()


async def test_only_an_admin_may_write_it(house: House) -> None:
    _, path, _ = await lose_key(house)
    adler = await house.therapist("Dr. Adler")
    client = await house.client(adler, "A.B.")
    for person in (adler, client):
        await house.say(person, "/help")
        await house.forge(person, data("key_back"))
    assert not path.exists()


async def test_the_button_stands_below_the_status_too(house: House) -> None:
    weber, path, held = await lose_key(house)
    await house.say(weber, "/status")
    await house.tap(weber, "Write it back")
    assert path.read_text() == held
