"""A practice that an earlier version left: its buttons and words still count."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import stat
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.sandbox import Person
from storage import answers, cares, check_ins, flags
from storage.locks import instance_lock, run_lock_path
from storage.migrate import drift, revision, upgrade
from tests.support.house import House, open_house, texts

HERE = Path(__file__).parent
FACTS: dict[str, Any] = json.loads((HERE / "facts.json").read_text("utf-8"))
HARD = "And what is one thing that was hard?"


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[House]:
    """Today's Interlude on the database from before, an hour after its process died."""
    found, folder = tmp_path / "found", tmp_path / "house"
    found.mkdir()
    folder.mkdir()
    (found / "interlude.db").write_bytes(gzip.decompress((HERE / "database.gz").read_bytes()))
    shutil.copy(HERE / "key", found / "interlude.key")
    (found / "interlude.key").chmod(0o600)
    await upgrade(f"sqlite+aiosqlite:///{found / 'interlude.db'}")
    now = datetime.fromisoformat(FACTS["now"]) + timedelta(hours=1)
    async with open_house(folder, found, begins_at=now) as house:
        house.sandbox.jump_update_id(FACTS["next_update_id"])
        yield house


def chat(house: House, name: str) -> Person:
    """A person in the chat that the database knows, after its newest message from before."""
    facts = FACTS["chats"][name]
    person = house.sandbox.person(facts["chat_id"], name.title())
    person.go_on_from(facts["newest_message_id"])
    return person


async def tap(house: House, person: Person, name: str, label: str) -> list[str]:
    """Return what the bot shows after a tap on a button that the earlier version sent."""
    facts, mark = FACTS["chats"][name], person.mark
    person.tap_data(facts["newest_message_id"], facts["buttons"][label])
    await house.travel(by=timedelta(minutes=1))
    return texts(person.heard(mark))


@pytest.mark.promise("P8b")
async def test_the_schema_is_todays(old: House) -> None:
    assert await drift(old.app.settings.database.url) is None


async def test_words_that_waited_in_the_inbox_are_the_answer(old: House) -> None:
    anna = chat(old, "anna")
    await old.travel(by=timedelta(minutes=1))
    kept = await old.work(lambda work: answers.list_for_check_in(work.tx, 5))
    assert {each.step_id: each.value for each in kept}["hard"] == "Rent went up"
    assert anna.last != HARD  # the next question has come


@pytest.mark.promise("P8b")
async def test_a_button_under_an_old_question_answers_it(old: House) -> None:
    said = await tap(old, chat(old, "dora"), "dora", "7")
    kept = await old.work(lambda work: answers.list_for_check_in(work.tx, 6))
    assert [each.value for each in kept if each.step_id == "week"] == [7]
    assert said[-1].startswith("Was ist gut gelaufen")


async def test_a_button_of_a_check_in_that_lapsed_changes_no_answer(old: House) -> None:
    assert await tap(old, chat(old, "bert"), "bert", "7")
    kept = await old.work(lambda work: answers.list_for_check_in(work.tx, 3))
    assert [each.value for each in kept if each.step_id == "week"] == []


async def test_an_old_consent_button_is_understood(old: House) -> None:
    said = await tap(old, chat(old, "carl"), "carl", "Ich bin einverstanden")
    assert said
    care = await old.work(lambda work: cares.load(work.tx, 3))
    assert care.state in ("active", "asked")  # asked once more where the text has changed since


async def test_the_old_digest_still_leads_to_its_flag_and_can_be_read(old: House) -> None:
    weber = chat(old, "weber")
    await tap(old, weber, "weber", "B.C. …")
    await tap(old, weber, "weber", "I have read this")
    read = await old.rows("SELECT read_at FROM digests")
    assert read[0][0] is not None
    assert await old.work(lambda work: flags.find_open(work.tx, 2)) is not None


@pytest.mark.promise("P8b")
async def test_every_check_in_and_flow_from_before_loads(old: House) -> None:
    def load_all(work: Any) -> list[str]:
        found = [check_ins.load(work.tx, number) for number in range(1, 7)]
        return [work.practice.shelf.load(work.tx, each.state.fingerprint).id for each in found]

    assert sorted(set(await old.work(load_all))) == ["after-session", "mid-week"]


def found_in(folder: Path, pattern: str) -> list[Path]:
    return list(folder.glob(pattern))


async def test_the_copy_of_before_is_the_way_back(tmp_path: Path) -> None:
    path = tmp_path / "interlude.db"
    path.write_bytes(gzip.decompress((HERE / "database.gz").read_bytes()))
    url = f"sqlite+aiosqlite:///{path}"
    before, head = await revision(url)
    await upgrade(url)
    assert (await revision(url))[0] == head
    (copy,) = found_in(tmp_path, "interlude.db.schema-*")
    assert copy.name == f"interlude.db.schema-{before}"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    copy.replace(path)
    assert (await revision(url))[0] == before  # the version that wrote it opens it
    await upgrade(url)  # and forward once more
    assert await drift(url) is None


def test_init_migrates_no_database_that_a_run_of_before_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "interlude.db"
    path.write_bytes(gzip.decompress((HERE / "database.gz").read_bytes()))
    (tmp_path / "interlude.key").touch(0o600)
    (tmp_path / "interlude.key").write_bytes((HERE / "key").read_bytes())
    url, key = f"sqlite+aiosqlite:///{path}", str(tmp_path / "interlude.key")
    env = {"INTERLUDE_DATABASE__URL": url, "INTERLUDE_DATABASE__KEY_FILE": key}
    older, newest = asyncio.run(revision(url))
    with instance_lock(run_lock_path(path)):
        done = CliRunner(env=env).invoke(main, ["init"])
        assert done.exit_code == 2 and "stop it first" in done.stderr
        assert asyncio.run(revision(url))[0] == older
    assert CliRunner(env=env).invoke(main, ["init"]).exit_code == 0
    assert asyncio.run(revision(url))[0] == newest
    with instance_lock(run_lock_path(path)):
        again = CliRunner(env=env).invoke(main, ["init"])
        assert again.exit_code == 0, "there is nothing to migrate, so nobody need stop"


async def test_erasing_somebody_takes_the_copy_of_before_along(old: House) -> None:
    copies = [old.folder / f"interlude.db.schema-0001{end}" for end in ("", ".part")]
    for copy in copies:
        copy.write_bytes(b"what was")
    anna = chat(old, "anna")
    await old.say(anna, "/erase")
    await old.tap(anna, anna.labels[0][0])
    await old.tap(anna, anna.labels[0][0])
    await old.travel(by=timedelta(minutes=5))
    assert await old.rows("SELECT count(*) FROM erasures") == [(1,)]
    assert not [copy for copy in copies if copy.exists()]
