"""The disk dies, and the practice comes back from a backup: what was withdrawn stays withdrawn."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from bot.app import open_app
from bot.ids import SeededIds
from bot.workers.backing_up import back_up
from storage import backups, cares, erasures, key_backups
from storage.age_files import identity_of, new_identity, recipient_of
from storage.restoring import Assembled, assemble
from tests.support.house import House, open_house, texts

WEDNESDAY_EVENING = timedelta(days=2, hours=9, minutes=30)
"""From Monday morning on: half an hour after the weekly check-in."""


@dataclass(slots=True)
class Practice:
    """A house whose disk may die."""

    house: House
    secret: str
    copies: int = 0

    @property
    def vault(self) -> Path:
        return self.house.folder / "elsewhere"

    async def back_up(self) -> None:
        await back_up(self.house.app.store, self.house.app.settings, self.house.clock.now())

    @asynccontextmanager
    async def comes_back(self, *, after: timedelta = timedelta(hours=1)) -> AsyncIterator[House]:
        """The practice on a new disk, from its oldest backup; the old one is never seen again."""
        old = self.house
        await old.app.backing_up.keep_log()
        old.jump(by=after)
        await self.assemble(old.folder / "new.db")
        settings = old.app.settings.model_copy(
            update={
                "database": old.app.settings.database.model_copy(
                    update={"url": f"sqlite+aiosqlite:///{old.folder / 'new.db'}"}
                )
            }
        )
        async with open_app(settings, clock=old.machine, ids=SeededIds(8)) as app:
            yield replace(old, app=app)

    async def assemble(self, target: Path) -> Assembled:
        now = self.house.clock.now()
        backup = backups.list_in(self.vault)[0]
        return await assemble(backup, target, identity_of(self.secret), now)


@pytest.fixture
async def practice(furnished: Path, tmp_path: Path) -> AsyncIterator[Practice]:
    secret, public = new_identity()
    (tmp_path / "elsewhere").mkdir()
    backup = {"folder": str(tmp_path / "elsewhere"), "key": public}
    async with open_house(tmp_path, furnished, backup=backup) as house:
        yield Practice(house, secret)


async def state_of(house: House, care_id: int) -> str:
    return await house.work(lambda work: cares.load(work.tx, care_id).state)


async def test_who_stopped_is_asked_nothing_after_a_restore(practice: Practice) -> None:
    house = practice.house
    therapist = await house.therapist()
    client = await house.client(therapist)
    await practice.back_up()
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    async with practice.comes_back() as back:
        mark = client.mark
        await back.travel(by=timedelta(days=8))
        assert texts(client.heard(mark)) == []
        assert await state_of(back, 1) == "ended"


async def test_a_check_in_of_somebody_who_stopped_ends_with_it(practice: Practice) -> None:
    house = practice.house
    therapist = await house.therapist()
    client = await house.client(therapist)
    await house.travel(by=WEDNESDAY_EVENING)
    await practice.back_up()  # the question stands open
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    async with practice.comes_back() as back:
        mark = client.mark
        await back.travel(by=timedelta(days=8))
        assert texts(client.heard(mark)) == []
        assert await back.rows("SELECT status FROM check_ins") == [("stopped",)]


async def test_a_link_that_was_used_since_does_not_work_again(practice: Practice) -> None:
    house = practice.house
    therapist = await house.therapist()
    token = await house.invite(therapist, "A.B.")
    await practice.back_up()
    client = house.stranger("Anna")
    client.start(token)
    await house.settle()
    await house.read_consent(client)
    await house.tap(client, "I agree")
    async with practice.comes_back() as back:
        other = back.stranger("Eve")
        other.start(token)
        await back.settle()
        assert "expired or was used already" in other.last
        assert await state_of(back, 1) == "active"
        said = await back.say(client, "/when")
        assert "Wednesday" in "".join(said)  # known, and enrolled as before


async def test_a_client_who_came_since_is_known(practice: Practice) -> None:
    house = practice.house
    therapist = await house.therapist()
    await practice.back_up()
    client = await house.client(therapist)
    async with practice.comes_back() as back:
        assert await state_of(back, 1) == "active"
        await back.travel(by=WEDNESDAY_EVENING)
        assert "How has your week been" in client.last


async def test_a_digest_that_was_sent_is_not_sent_again(practice: Practice) -> None:
    house = practice.house
    therapist = await house.therapist()
    await house.client(therapist)
    await house.travel(by=timedelta(days=6))
    await practice.back_up()
    await house.travel(by=timedelta(hours=12))  # Sunday evening
    sent = [text for text in texts(therapist.heard(0)) if "A.B." in text]
    assert sent
    async with practice.comes_back() as back:
        mark = therapist.mark
        await back.travel(by=timedelta(days=1))
        assert not [text for text in texts(therapist.heard(mark)) if "A.B." in text]


async def test_what_waited_for_the_morning_and_has_left_is_not_said_again(
    practice: Practice,
) -> None:
    house = practice.house
    therapist = await house.therapist()
    token = await house.invite(therapist, "A.B.")
    await house.travel(by=timedelta(hours=14))  # late in the evening
    client = house.stranger("Anna")
    client.start(token)
    await house.settle()
    await practice.back_up()
    mark = therapist.mark
    await house.travel(by=timedelta(hours=11))
    assert len(texts(therapist.heard(mark))) == 1
    async with practice.comes_back(after=timedelta(minutes=5)) as back:
        mark = therapist.mark
        await back.travel(by=timedelta(hours=2))
        assert texts(therapist.heard(mark)) == []


async def test_who_was_erased_since_is_erased(practice: Practice) -> None:
    house = practice.house
    therapist = await house.therapist()
    client = await house.client(therapist)
    await practice.back_up()
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    await house.tap(client, "Erase everything now")
    async with practice.comes_back() as back:
        assert await back.rows("SELECT id FROM cares") == []
        assert await back.rows("SELECT id FROM people WHERE role = 'client'") == []
        found = await back.work(lambda work: erasures.list_(work.tx))
        assert len(found) == 1
        assert "private" in (await back.say(client, "hello"))[-1]


async def test_lost_words_are_told_to_both_and_the_question_comes_again(practice: Practice) -> None:
    house = practice.house
    therapist = await house.therapist()
    client = await house.client(therapist)
    silent = await house.client(therapist, "C.D.")
    await house.travel(by=WEDNESDAY_EVENING)
    await practice.back_up()
    await house.tap(client, "7")
    await house.say(client, "Rent went up")
    old = client.newest
    async with practice.comes_back(after=timedelta(minutes=5)) as back:
        mark, marks = client.mark, (silent.mark, therapist.mark)
        await back.travel(by=timedelta(minutes=1))
        said = texts(client.heard(mark))
        assert "goes on from a copy of Wed 25 Nov, 18:30" in said[0]
        await back.travel(by=timedelta(minutes=30))
        assert "How has your week been" in client.last
        assert "lost" not in "".join(texts(silent.heard(marks[0])))
        (told,) = [text for text in texts(therapist.heard(marks[1])) if "lost" in text]
        assert told.endswith(": A.B.")
        await back.tap(client, "4")
        kept = await back.rows("SELECT step_id FROM answers")
        assert kept == [("week",)]
        assert old.message_id != client.newest.message_id


async def test_a_button_of_the_lost_time_answers_nothing(practice: Practice) -> None:
    house = practice.house
    therapist = await house.therapist()
    client = await house.client(therapist)
    await practice.back_up()
    await house.travel(by=WEDNESDAY_EVENING)
    old, button = client.newest, client.newest.keyboard
    assert button is not None
    async with practice.comes_back(after=timedelta(minutes=5)) as back:
        await back.travel(by=timedelta(minutes=1))
        before = await back.rows("SELECT count(*) FROM answers")
        mark = client.mark
        client.tap_data(old.message_id, button.rows[0][0].data or "")
        await back.settle()
        assert "earlier copy" in texts(client.heard(mark))[0]
        assert await back.rows("SELECT count(*) FROM answers") == before


async def test_a_button_of_the_lost_time_that_names_what_came_back_acts(
    practice: Practice,
) -> None:
    house = practice.house
    therapist = await house.therapist()
    await house.client(therapist)
    await practice.back_up()
    await house.say(therapist, "/clients")
    listed = therapist.newest.keyboard
    assert listed is not None
    async with practice.comes_back(after=timedelta(minutes=5)) as back:
        shown = await back.tap(therapist, listed.buttons[0].text)
        assert shown and "earlier copy" not in "".join(shown)
        assert "A.B." in therapist.last


async def test_ids_are_not_given_out_again(practice: Practice) -> None:
    house = practice.house
    therapist = await house.therapist()
    await house.client(therapist)
    await practice.back_up()
    await house.travel(by=WEDNESDAY_EVENING)
    (lost,) = await house.rows("SELECT max(id) FROM check_ins")
    async with practice.comes_back(after=timedelta(minutes=5)) as back:
        await back.travel(by=timedelta(days=1))
        (new,) = await back.rows("SELECT min(id) FROM check_ins")
        assert new[0] > lost[0]


def left_over(folder: Path) -> list[Path]:
    """The files that were to be there for a moment only."""
    return [*folder.glob("*.copying*"), *folder.rglob("*.part")]


async def test_no_word_and_no_name_is_in_the_files_beside_nor_plain_in_what_they_hold(
    practice: Practice, tmp_path: Path
) -> None:
    house = practice.house
    therapist = await house.therapist("Dr. Quagmire")
    client = await house.client(therapist, "Zyxwv")
    await practice.back_up()
    await house.travel(by=WEDNESDAY_EVENING)
    await house.tap(client, "7")
    await house.say(client, "a purple xylophone at dawn")
    await practice.back_up()
    await house.say(client, "/pause")
    secrets = [b"xylophone", b"Quagmire", b"Zyxwv", str(client.chat_id).encode()]
    secrets.append(house.sandbox.token.encode())
    files = [path.read_bytes() for path in practice.vault.iterdir()]
    assert len(files) >= 5
    made = tmp_path / "made.db"
    await practice.assemble(made)
    for content in (*files, made.read_bytes()):
        assert not [secret for secret in secrets if secret in content]
    assert not left_over(tmp_path)


async def test_an_older_backup_opens_nothing_of_who_was_erased(
    practice: Practice, tmp_path: Path
) -> None:
    house = practice.house
    therapist = await house.therapist()
    client = await house.client(therapist)
    await practice.back_up()
    (person,) = await house.rows("SELECT id FROM people WHERE role = 'client'")
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    await house.tap(client, "Erase everything now")
    await house.travel(by=timedelta(minutes=5))  # the receipt is out
    keys = key_backups.read(practice.vault, identity_of(practice.secret))
    assert person[0] not in keys.keys.people
    # even without the log, which somebody may have lost
    for log in practice.vault.glob("*.log"):
        log.unlink()
    made = await practice.assemble(tmp_path / "made.db")
    assert made.erased == 1


async def test_a_line_that_somebody_else_wrote_is_not_believed(practice: Practice) -> None:
    house = practice.house
    therapist = await house.therapist()
    await house.client(therapist)
    await practice.back_up()
    key = recipient_of(house.app.settings.backup.key)
    forged = {
        "at": "2026-11-23T09:00:00+00:00",
        "sequences": {},
        "rows": [{"t": "cares", "k": [1]}],
    }
    text = base64.b64encode(pyrage.encrypt(json.dumps(forged).encode(), [key])).decode()
    (log,) = practice.vault.glob("*.log")
    with log.open("a") as file:
        file.write(f"{text} {'0' * 64}\n{text}")  # and one that was cut off
    made = await practice.assemble(house.folder / "made.db")
    assert made.replayed.refused == 1
    async with practice.comes_back() as back:
        assert await state_of(back, 1) == "active"
