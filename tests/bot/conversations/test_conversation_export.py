"""A client gets a copy of everything that is kept of them: a text to read, and lossless JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Fault, Person
from tests.bot.conversations.test_conversation_digest import SUNDAY, WORDS, strained
from tests.bot.conversations.test_conversation_erasing import erase
from tests.support.house import House


async def files(house: House, client: Person, ask: str = "/export") -> dict[str, str]:
    """The files that come after a command, by the end of their names."""
    client.say(ask)
    await house.settle()
    found = {}
    for message in client.screen:
        if message.media is not None:
            name, content = client.opened(message)
            found[name.rpartition(".")[2]] = content.decode()
    return found


async def test_the_text_holds_every_question_and_answer(house: House) -> None:
    weber, client = await strained(house)
    await house.say(client, "a note of mine")
    await house.tap(client, "Yes, pass it on")
    await house.travel(to=SUNDAY)
    await house.tap(weber, "I have read this")
    text = (await files(house, client))["txt"]
    assert text.startswith("What is kept of you, on 29 November 2026, 18:00\n")
    assert "How comfortable did you feel with Dr. Weber?\n  5\n" in text
    assert f"\n  {WORDS}\n" in text and "\n  a note of mine\n" in text
    assert "After your session" in text and "Read by Dr. Weber: 29 Nov 2026" in text
    assert "Therapy sessions, as the practice entered them\n• Monday, 23 November" in text


async def test_the_json_holds_every_row_opened_and_nobody_elses(house: House) -> None:
    weber, client = await strained(house)
    other = await house.client(weber, "C.D.")
    await house.say(other, "/checkin")
    await house.travel(to=SUNDAY)
    person, theirs = await house.stored(client), await house.stored(other)
    read: dict[str, Any] = json.loads((await files(house, client))["json"])
    assert read["tables"]["cares"][0]["alias"] == "A.B."
    assert read["therapists"] == {"1": "Dr. Weber"}
    assert any(row["value"] == WORDS for row in read["tables"]["answers"])
    for table in ("check_ins", "answers", "flags", "reasons", "therapy_sessions", "occurrences"):
        of_both = {"check_ins", "occurrences"}
        ((count,),) = await house.rows(
            f"SELECT count(*) FROM {table}" + (" WHERE care_id = 1" if table in of_both else "")
        )
        assert len(read["tables"][table]) == count > 0, table
    assert theirs.code not in json.dumps(read) and "C.D." not in json.dumps(read)
    assert [row["client_id"] for row in read["tables"]["digest_sections"]] == ["you"]
    assert read["tables"]["cares"][0]["therapist_id"] == "therapist"
    versions = {row["fingerprint"] for row in read["tables"]["check_ins"]}
    assert read["flows"].keys() == versions and "[[step]]" in "".join(read["flows"].values())
    assert any(row["action"] == "client.exported" for row in read["audit"])
    assert person.code == read["tables"]["people"][0]["code"]


async def test_the_files_leave_the_chat_after_a_day(house: House) -> None:
    _, client = await strained(house)
    await files(house, client)
    await house.app.keeper.tick()
    await house.settle()
    kept = [message for message in client.screen if message.media is not None]
    assert len(kept) == 2 and not any(message.protected for message in kept)
    assert all("after about a day" in message.text for message in kept)
    await house.travel(by=timedelta(hours=24, minutes=1))
    for _ in range(2):
        await house.app.keeper.tick()
        await house.settle()
    assert [message for message in client.screen if message.media is not None] == []
    assert await house.rows("SELECT count(*) FROM outbox WHERE kind = 'delete'") == [(2,)]


async def test_whoever_erases_loses_the_files_in_the_chat_at_once(house: House) -> None:
    _, client = await strained(house)
    await files(house, client)
    await erase(house, client)
    assert [message for message in client.screen if message.media is not None] == []
    assert await house.rows("SELECT left_at IS NULL FROM erasures") == [(0,)]


async def test_the_bytes_are_gone_with_the_sending(house: House) -> None:
    _, client = await strained(house)
    await files(house, client)
    rows = await house.rows("SELECT state, body_sealed FROM outbox WHERE kind = 'document'")
    assert rows == [("sent", None), ("sent", None)]


async def test_a_file_that_did_not_leave_is_tried_again(house: House) -> None:
    _, client = await strained(house)
    house.sandbox.faults.add(Fault("sendDocument", 502))
    client.say("/export")
    await house.travel(by=timedelta(minutes=5))
    assert len([message for message in client.screen if message.media is not None]) == 2


@pytest.mark.parametrize(
    ("language", "title"),
    [("de", "Was über Sie aufbewahrt ist, am"), ("de_du", "Was über dich aufbewahrt ist, am")],
)
async def test_the_text_is_in_the_clients_language(house: House, language: str, title: str) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    text = (await files(house, client))["txt"]
    assert text.startswith(title) and "\n  7" in text


async def test_the_button_of_mydata_sends_it_too(house: House) -> None:
    client = await house.client(await house.therapist(), agrees=False)
    await house.say(client, "/mydata")
    await house.tap(client, "Send me a copy")
    assert len([message for message in client.screen if message.media is not None]) == 2


async def test_what_was_given_under_an_earlier_link_of_the_chat_comes_along(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await house.say(client, "my garden")
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    client.start(await house.invite(weber, "A.B."))
    await house.settle()
    await house.read_consent(client)
    await house.tap(client, "I agree")
    await house.say(client, "/export")
    sent = [client.opened(m) for m in client.screen if m.media is not None]
    assert [name.rpartition(".")[0][-2:] for name, _ in sent] == ["23", "23", "-2", "-2"]
    assert ["my garden" in content.decode() for _, content in sent] == [False, False, True, True]


async def test_the_trail_says_by_role_who_did_it(house: House) -> None:
    client = await house.client(await house.therapist(), "A.B.")
    trail = json.loads((await files(house, client))["json"])["audit"]
    by = {each["action"]: each["by"] for each in trail}
    assert by["client.invited"] == "therapist" and by["client.exported"] == "you"
