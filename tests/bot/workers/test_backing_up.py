"""The backup of each day, and the log beside it: whoever is admin reads where one of them fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.workers.backing_up import SIGN_OF_LIFE, BackingUp
from storage import alarms, backups
from storage.age_files import new_identity
from tests.support.house import House, open_house, texts

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def kept(furnished: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A house with a folder for backups."""
    _, public = new_identity()
    (tmp_path / "elsewhere").mkdir()
    backup = {"folder": str(tmp_path / "elsewhere"), "key": public}
    async with open_house(tmp_path, furnished, backup=backup) as house:
        yield house


async def log_for(house: House, minutes: int) -> None:
    """So many minutes go by, each with a try to write the log."""
    for _ in range(minutes):
        house.jump(by=MINUTE)
        await house.app.backing_up.keep_log()


async def told(house: House) -> list[str]:
    """The kinds of alarms that go on."""
    return [each.kind for each in await house.app.store.read(alarms.list_open)]


async def lose_folder(house: House) -> None:
    """The folder is away, and the log's next line has just failed."""
    (house.folder / "elsewhere").rename(house.folder / "away")
    house.jump(by=SIGN_OF_LIFE)
    await house.app.backing_up.keep_log()


def bring_folder_back(house: House) -> None:
    (house.folder / "away").rename(house.folder / "elsewhere")


async def test_after_a_quarter_of_an_hour_it_is_told_and_so_is_its_end(kept: House) -> None:
    weber = await kept.admin()
    await lose_folder(kept)
    await log_for(kept, 14)
    assert await told(kept) == []
    await log_for(kept, 1)
    assert await told(kept) == ["log_not_written"]
    mark = weber.mark
    await kept.settle()
    (said,) = texts(weber.heard(mark))
    assert said.startswith("For a quarter of an hour now, the log beside the backups could not be")
    bring_folder_back(kept)
    mark = weber.mark
    await log_for(kept, 1)
    assert await told(kept) == []
    await kept.settle()
    (said,) = texts(weber.heard(mark))
    assert said.startswith("The log beside the backups is written again")


async def test_a_folder_that_comes_and_goes_is_not_told(kept: House) -> None:
    await kept.admin()
    for _ in range(2):
        await lose_folder(kept)
        await log_for(kept, 14)
        assert await told(kept) == []
        bring_folder_back(kept)
        await log_for(kept, 1)


async def test_a_second_loss_is_told_again(kept: House) -> None:
    await kept.admin()
    for _ in range(2):
        await lose_folder(kept)
        await log_for(kept, 15)
        assert await told(kept) == ["log_not_written"]
        bring_folder_back(kept)
        await log_for(kept, 1)
        assert await told(kept) == []


async def test_an_alarm_from_before_a_restart_ends_with_the_first_line(kept: House) -> None:
    now = kept.clock.now()
    await kept.app.store.write(lambda tx: alarms.begin(tx, "log_not_written", now=now))
    await BackingUp(kept.app.store, kept.app.settings, kept.clock).keep_log()
    assert await told(kept) == []


async def test_what_is_in_the_log_is_noted_no_more_from_the_first_note_on(kept: House) -> None:
    note = sa.text("INSERT INTO unlogged (place, key) VALUES ('people', '[1]')")
    await kept.app.store.write(lambda tx: tx.conn.execute(note))
    assert await kept.rows("SELECT id FROM unlogged") == [(1,)]
    await kept.app.backing_up.keep_log()
    assert await kept.rows("SELECT id FROM unlogged") == []


async def at_hour(house: House, day: int, hour: str) -> int:
    """Look at that moment of November whether a backup is owed; how many there are then."""
    moment = datetime.fromisoformat(f"2026-11-{day}T{hour}+01:00")
    house.jump(by=moment - house.clock.now())
    await house.app.backing_up.tick()
    return len(backups.list_in(house.folder / "elsewhere"))


async def test_a_day_has_one_backup_from_its_hour_on(kept: House) -> None:
    assert await at_hour(kept, 23, "10:00:00") == 1, "there was none"
    assert await at_hour(kept, 24, "03:29:59") == 1
    assert await at_hour(kept, 24, "03:30:00") == 2
    assert await at_hour(kept, 24, "03:30:01") == 2
    assert await at_hour(kept, 25, "03:29:59") == 2
    assert await at_hour(kept, 27, "01:00:00") == 3, "the bot was away at the hour, and for a day"
    assert await at_hour(kept, 27, "03:30:00") == 4


async def test_a_backup_that_fails_is_told_and_tried_again_after_an_hour(kept: House) -> None:
    assert await at_hour(kept, 23, "10:00:00") == 1
    (kept.folder / "elsewhere").rename(kept.folder / "away")
    assert await at_hour(kept, 24, "03:30:00") == 0
    assert await told(kept) == ["backup_overdue"]
    bring_folder_back(kept)
    assert await at_hour(kept, 24, "04:29:59") == 1
    assert await told(kept) == ["backup_overdue"]
    assert await at_hour(kept, 24, "04:30:00") == 2
    assert await told(kept) == []
