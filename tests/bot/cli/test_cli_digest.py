"""``interlude digest``: a week as files; nothing is sent, and that it was read is noted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa

from bot.app import open_store, practice_of
from bot.ids import SeededIds
from bot.services.digest import digests
from bot.services.work.unit_of_work import Work
from storage import audit, people
from storage.store import Tx
from tests.bot.cli.test_cli_commands import interlude
from tests.bot.cli.test_cli_schedule import NOW, code
from tests.support.house import settings_for

__all__ = ["code"]

T = TypeVar("T")


def within(folder: Path, decide: Callable[[Work], T]) -> T:
    """The outcome of a piece of work on the practice's database."""
    settings = settings_for(folder)
    practice = practice_of(settings, SeededIds(5), "interlude_bot")

    async def work() -> T:
        async with open_store(settings) as store:
            return await store.write(lambda tx: decide(Work(tx, practice, NOW, "test")))

    return asyncio.run(work())


def count(tx: Tx, table: str) -> int:
    return int(tx.conn.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


@pytest.fixture
def therapist(code: str, tmp_path: Path) -> str:
    """The code of a therapist with one client and a digest of last week."""

    def decide(work: Work) -> str:
        (person,) = people.list_therapists(work.tx)
        people.bind_chat(work.tx, person.id, 77, work.now - timedelta(days=20))
        digests.freeze(work, digests.compose(work, person.id))
        return person.code

    return within(tmp_path, decide)


def week_of(folder: Path) -> str:
    def decide(work: Work) -> str:
        found = work.tx.conn.execute(sa.text("SELECT week FROM digests")).scalar_one()
        return str(found)

    return within(folder, decide)


def test_a_stored_week_is_written_for_its_owner_only_and_noted(
    therapist: str, code: str, tmp_path: Path
) -> None:
    week = week_of(tmp_path)
    before = within(tmp_path, lambda work: (count(work.tx, "outbox"), count(work.tx, "digests")))
    done = interlude(
        tmp_path, "digest", "--therapist", therapist.lower(), "--week", week, "--out", "d"
    )
    assert done.returncode == 0, done.stderr
    paths = [tmp_path / line for line in done.stdout.splitlines()]
    assert [path.name for path in paths] == [f"{week}.txt", f"{week}.pdf"], "nobody has rated"
    assert paths[0].read_text("utf-8").startswith(("Your week", "Ihre Woche"))
    assert paths[1].read_bytes().startswith(b"%PDF")
    assert {path.stat().st_mode & 0o077 for path in paths} == {0}
    after = within(tmp_path, lambda work: (count(work.tx, "outbox"), count(work.tx, "digests")))
    assert after == before
    rows = within(tmp_path, lambda work: audit.list_(work.tx, 50))
    noted = [(row.actor, row.subject) for row in rows if row.action == "client.written"]
    assert noted == [("admin", code)]
    again = interlude(tmp_path, "digest", "--therapist", therapist, "--week", week, "--out", "d")
    assert again.returncode == 2 and "not written over" in again.stderr


def test_without_a_week_it_is_the_week_so_far(therapist: str, tmp_path: Path) -> None:
    done = interlude(tmp_path, "digest", "--therapist", therapist, "--out", "d")
    assert done.returncode == 0, done.stderr
    assert all("-so-far." in line for line in done.stdout.splitlines())
    assert within(tmp_path, lambda work: count(work.tx, "digests")) == 1


def test_who_or_what_is_not_there_is_said(therapist: str, code: str, tmp_path: Path) -> None:
    for who in ("ZZZZ", code):
        done = interlude(tmp_path, "digest", "--therapist", who, "--out", "d")
        assert done.returncode == 2 and "no therapist with this code" in done.stderr
    done = interlude(
        tmp_path, "digest", "--therapist", therapist, "--week", "1999-W01", "--out", "d"
    )
    assert done.returncode == 2 and f"there are: {week_of(tmp_path)}" in done.stderr
    assert not (tmp_path / "d").exists()
    rows = within(tmp_path, lambda work: audit.list_(work.tx, 50))
    assert "client.written" not in {row.action for row in rows}
