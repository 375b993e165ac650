"""A client gets a copy of everything that is kept of them: a text to read, lossless JSON, and
tables for a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.sandbox import Fault, Person
from bot.services.own_data.sheets import as_written
from tests.bot.conversations.test_conversation_digest import SUNDAY, WORDS, strained
from tests.bot.conversations.test_conversation_erasing import erase
from tests.support.house import House


async def files(house: House, client: Person, ask: str = "/export") -> dict[str, str]:
    """The files that come after a command, by the end of their names; those of the zip, too."""
    client.say(ask)
    await house.settle()
    found = {}
    for message in client.screen:
        if message.media is not None:
            name, content = client.opened(message)
            found |= unpacked(name, content)
    return found


def unpacked(name: str, content: bytes) -> dict[str, str]:
    """A file by the end of its name, or what is in a zip by the names there."""
    end = name.rpartition(".")[2]
    if end != "zip":
        return {end: content.decode()}
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {each: opened.read(each).decode("utf-8-sig") for each in opened.namelist()}


def rows_of(sheet: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(sheet, newline=""), strict=True))


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


async def test_the_tables_hold_what_the_json_holds(house: House) -> None:
    _, client = await strained(house)
    await house.say(client, "=1+1; a purple sheep")
    await house.tap(client, "Yes, pass it on")
    found = await files(house, client)
    tables = json.loads(found["json"])["tables"]
    answers = rows_of(found["answers.csv"])
    assert len(answers) == len(tables["answers"]) > 3
    (told,) = [row for row in answers if row["value"] == WORDS]
    assert (told["flow_id"], told["measures"], told["care_id"]) == (
        "after-session",
        "strain_words",
        "1",
    )
    for given, kept in zip(answers, tables["answers"], strict=True):
        assert (given["check_in_id"], given["step_id"]) == (
            str(kept["check_in_id"]),
            kept["step_id"],
        )
        assert given["given_at"] == kept["given_at"]
        assert datetime.fromisoformat(given["given_at_local"]) == datetime.fromisoformat(
            kept["given_at"]
        )
        assert given["given_at_local"].endswith("+01:00")
    (note,) = rows_of(found["notes.csv"])
    assert json.loads(as_written(note["words"])) == tables["notes"][0]["words"]
    assert {name for name, rows in tables.items() if rows} == {
        name.removesuffix(".csv") for name in found if name.endswith(".csv")
    } - {"codebook", "audit", "therapists"}
    meanings = rows_of(found["codebook.csv"])
    fields = {row["name"] for row in meanings if row["part"] == "fields"}
    assert told.keys() <= fields | {f"{name}_local" for name in fields}
    assert "Europe/Berlin" in found["README.txt"] and "A list is written" in found["README.txt"]
    assert rows_of(found["audit.csv"])[-1]["action"] == "client.exported"


async def test_the_files_leave_the_chat_after_a_day(house: House) -> None:
    _, client = await strained(house)
    await files(house, client)
    await house.app.keeper.tick()
    await house.settle()
    kept = [message for message in client.screen if message.media is not None]
    assert len(kept) == 3 and not any(message.protected for message in kept)
    assert all("after about a day" in message.text for message in kept)
    await house.travel(by=timedelta(hours=24, minutes=1))
    for _ in range(2):
        await house.app.keeper.tick()
        await house.settle()
    assert [message for message in client.screen if message.media is not None] == []
    assert await house.rows("SELECT count(*) FROM outbox WHERE kind = 'delete'") == [(3,)]


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
    assert rows == [("sent", None)] * 3


async def test_a_file_that_did_not_leave_is_tried_again(house: House) -> None:
    _, client = await strained(house)
    house.sandbox.faults.add(Fault("sendDocument", 502))
    client.say("/export")
    await house.travel(by=timedelta(minutes=5))
    assert len([message for message in client.screen if message.media is not None]) == 3


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
    assert len([message for message in client.screen if message.media is not None]) == 3


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
    assert [name.rpartition(".")[0][-2:] for name, _ in sent] == [*["23"] * 3, *["-2"] * 3]
    held = ["my garden" in "".join(unpacked(*each).values()) for each in sent]
    assert held == [False] * 3 + [True] * 3


async def test_the_trail_says_by_role_who_did_it(house: House) -> None:
    client = await house.client(await house.therapist(), "A.B.")
    trail = json.loads((await files(house, client))["json"])["audit"]
    by = {each["action"]: each["by"] for each in trail}
    assert by["client.invited"] == "therapist" and by["client.exported"] == "you"
