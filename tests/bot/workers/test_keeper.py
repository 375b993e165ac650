"""Housekeeping: update ids go once Telegram can no longer repeat them, never before."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

from structlog.testing import capture_logs

from tests.support.house import House


async def test_finished_updates_are_forgotten_after_two_days(house: House) -> None:
    await house.therapist()
    assert await house.rows("SELECT count(*) FROM inbox") == [(1,)]
    house.jump(by=timedelta(hours=47))
    with capture_logs() as lines:
        assert await house.app.keeper.tick() == 0
        house.jump(by=timedelta(hours=2))
        assert await house.app.keeper.tick() == 1
    purged = [line for line in lines if line["event"].endswith("_purged")]
    assert purged == [{"event": "inbox_purged", "log_level": "info", "rows": 1}], "only what was"
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


async def test_within_the_hour_a_plain_copy_of_the_file_is_whole(
    house: House, tmp_path: Path
) -> None:
    await house.therapist()
    database = tmp_path / "interlude.db"
    assert _people(database, tmp_path / "before.db") == 0, "all of it lies in the log until then"
    await house.app.keeper.tick()
    assert _people(database, tmp_path / "after.db") == 1


async def test_only_a_log_that_cannot_be_cut_is_spoken_of(house: House, tmp_path: Path) -> None:
    await house.therapist()
    with capture_logs() as lines:
        await house.app.keeper.tick()
    assert "checkpoint_not_possible" not in [line["event"] for line in lines]
    with sqlite3.connect(tmp_path / "interlude.db") as reader, capture_logs() as lines:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM people").fetchone()
        await house.client(await house.therapist("Dr. Brandt"))
        await house.app.keeper.tick()
    assert [line["event"] for line in lines].count("checkpoint_not_possible") == 1


def _people(database: Path, copy: Path) -> int:
    """Count the people in a copy of the database file alone."""
    shutil.copy(database, copy)
    with sqlite3.connect(copy) as conn:
        return int(conn.execute("SELECT count(*) FROM people").fetchone()[0])
