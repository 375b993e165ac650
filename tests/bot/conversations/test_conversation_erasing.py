"""A client erases everything that is kept of them, in two steps, and gets a receipt."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.sandbox import Fault, Person
from tests.bot.conversations.test_conversation_digest import SUNDAY, WORDS, strained
from tests.support.house import House

RECEIPT = re.compile(r"Receipt: \w{4}-\w{4}")
KEPT = {
    *("index_key", "flow_versions", "current_flows", "alembic_version", "sqlite_sequence"),
    *("audit", "erasures", "erasure_notices", "digests", "uptimes", "evenings"),
}


async def erase(house: House, client: Person) -> list[str]:
    """Go through both steps; what is read after the last tap."""
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    mark = client.mark
    await house.tap(client, "Erase everything now")
    return [entry.text for entry in client.heard(mark) if entry.kind == "sent"]


async def count(house: House, table: str) -> int:
    """The number of rows of a table."""
    ((found,),) = await house.rows(f"SELECT count(*) FROM {table}")
    return int(found)


async def test_it_says_what_goes_and_what_stays_and_erases_nothing_yet(house: House) -> None:
    _, client = await strained(house)
    before = await house.everything(without=frozenset({"inbox", "outbox", "sqlite_sequence"}))
    (said,) = await house.say(client, "/erase")
    for words in ("What goes:", "What stays:", "Telegram chat of Dr. Weber", "keep records"):
        assert words in said
    assert client.labels == [["Go on to erasing"], ["No, keep everything"]]
    await house.tap(client, "Go on to erasing")
    assert "nothing can be brought back" in client.last
    await house.tap(client, "No, keep everything")
    assert client.last == "Nothing was erased. Everything is as it was."
    assert "No, keep everything" not in str(client.labels)
    assert before == await house.everything(
        without=frozenset({"inbox", "outbox", "sqlite_sequence"})
    )


async def test_it_is_done_at_once_and_the_receipt_arrives(house: House) -> None:
    _, client = await strained(house)
    said = await erase(house, client)
    assert len(said) == 1
    assert "Everything that was kept of you here has been erased." in said[0]
    assert "• Check-ins: 1, with answers: 11" in said[0]
    assert "Erased on 23 November 2026" in said[0] and RECEIPT.search(said[0])
    log = await house.rows("SELECT by, receipt, chat_sealed, left_at IS NULL FROM erasures")
    assert log == [("client", RECEIPT.search(said[0])[0].removeprefix("Receipt: "), None, 0)]  # type: ignore[index]


async def test_no_table_keeps_a_row_of_theirs(house: House) -> None:
    weber, client = await strained(house)
    await house.say(client, "I want to kill myself")
    await house.travel(to=SUNDAY)
    await house.say(client, "/checkin")
    person = await house.stored(client)
    await erase(house, client)
    therapist = await house.stored(weber)
    assert await house.rows("SELECT id FROM people") == [(therapist.id,)]
    left = await house.everything()
    for table, rows in left.items():
        if table not in {*KEPT, "people", "person_keys", "chats", "invites", "inbox", "outbox"}:
            assert rows == [], table
    assert await house.rows("SELECT DISTINCT person_id FROM outbox") == [(therapist.id,)]
    assert await house.rows("SELECT DISTINCT person_id FROM inbox") == [(therapist.id,)]
    assert await house.rows("SELECT DISTINCT person_id FROM person_keys") == [(therapist.id,)]
    assert person.code in str(left["audit"]), "the trail of codes stays"


async def test_afterwards_they_are_a_stranger(house: House) -> None:
    _, client = await strained(house)
    old = client.newest
    await erase(house, client)
    before = await house.everything()
    assert "only works with a personal link" in (await house.say(client, "/erase"))[0]
    await house.say(client, "hello")
    client.tap_data(old, "ew:1:1")
    await house.settle()
    assert await house.everything() == before
    said = await house.say(client, "I want to kill myself")
    assert any("112" in text for text in said)


async def test_the_button_of_the_last_step_is_gone(house: House) -> None:
    _, client = await strained(house)
    await erase(house, client)
    (asked,) = [each for each in client.screen if "nothing can be brought back" in each.text]
    assert asked.keyboard is None


async def test_an_old_last_step_asks_again(house: House) -> None:
    _, client = await strained(house)
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    await house.travel(by=timedelta(minutes=31))
    await house.tap(client, "Erase everything now")
    assert "What stays:" in client.last
    assert await count(house, "erasures") == 0
    await house.tap(client, "Go on to erasing")
    await house.tap(client, "Erase everything now")
    assert await count(house, "erasures") == 1


async def test_what_was_written_since_is_heard_first(house: House) -> None:
    """Hard words behind the tap get their card, and nothing is erased unheard."""
    _, client = await strained(house)
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    mark = client.mark
    client.tap("Erase everything now")
    client.say("I want to kill myself")
    await house.settle()
    said = "\n".join(entry.text for entry in client.heard(mark))
    assert "112" in said and "Tap once more" in said
    assert await count(house, "erasures") == 0
    await house.forge(client, "ew:1:0")
    assert await count(house, "erasures") == 0, "a forged old minute shows the first step"


async def test_a_forged_tap_erases_nobody_else(house: House) -> None:
    weber, _ = await strained(house)
    other = await house.client(weber, "C.D.")
    minute = int(house.clock.now().timestamp()) // 60
    await house.forge(other, f"ew:1:{minute}")
    assert await count(house, "erasures") == 0


async def test_the_other_client_of_the_therapist_keeps_everything(house: House) -> None:
    weber, client = await strained(house)
    other = await house.client(weber, "C.D.")
    await house.say(other, "/checkin")
    await house.tap(other, "7")
    person = await house.stored(other)
    mine = [
        "SELECT id, alias_sealed, state FROM cares WHERE client_id = {}",
        "SELECT id, state_sealed FROM check_ins WHERE client_id = {}",
        "SELECT * FROM person_keys WHERE person_id = {}",
        "SELECT * FROM chats WHERE person_id = {}",
    ]
    before = [await house.rows(query.format(person.id)) for query in mine]
    await erase(house, client)
    assert [await house.rows(query.format(person.id)) for query in mine] == before
    assert all(before)


async def test_the_next_digest_says_it_once_and_names_nobody(house: House) -> None:
    weber, client = await strained(house)
    await house.client(weber, "C.D.")
    await erase(house, client)
    mark = weber.mark
    await house.travel(to=SUNDAY)
    said = "\n".join(entry.text for entry in weber.heard(mark))
    assert "The data of one client were erased." in said
    assert "A.B." not in said and WORDS not in said
    mark = weber.mark
    await house.travel(to=SUNDAY + timedelta(days=7))
    assert all("erased" not in entry.text for entry in weber.heard(mark))


async def test_the_only_client_of_a_therapist_is_told_of_too(house: House) -> None:
    weber, client = await strained(house)
    await erase(house, client)
    await house.travel(to=SUNDAY)
    assert "The data of one client were erased." in weber.last


async def test_a_stored_digest_loses_their_part(house: House) -> None:
    weber, client = await strained(house)
    await house.travel(to=SUNDAY)
    assert WORDS in weber.last
    await erase(house, client)
    await house.tap(weber, "I have read this")
    assert WORDS not in weber.last and "A.B." not in weber.last


async def test_an_old_button_of_the_therapist_finds_nothing(house: House) -> None:
    weber, client = await strained(house)
    await house.travel(to=SUNDAY)
    await erase(house, client)
    said = await house.tap(weber, "A.B. …")
    assert said and WORDS not in "".join(said)
    (said_of,) = await house.say(weber, "/client A.B.")
    assert "A.B." not in said_of or "no" in said_of.lower()


async def test_nothing_comes_any_more(house: House) -> None:
    _, client = await strained(house)
    await erase(house, client)
    mark = client.mark
    await house.travel(by=timedelta(days=14))
    assert client.heard(mark) == []


@pytest.mark.parametrize("status", [502, 429])
async def test_the_receipt_arrives_though_telegram_was_away(house: House, status: int) -> None:
    _, client = await strained(house)
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    house.sandbox.faults.add(Fault("sendMessage", status, chat_id=client.chat_id))
    await house.tap(client, "Erase everything now")
    assert await count(house, "chats") == 1, "only the therapist's chat is known"
    assert await house.rows("SELECT chat_sealed IS NULL FROM erasures") == [(0,)]
    await house.travel(by=timedelta(minutes=10))
    assert RECEIPT.search(client.last)
    assert await house.rows("SELECT chat_sealed, left_at IS NULL FROM erasures") == [(None, 0)]
    assert await count(house, "person_keys") == 1


async def test_whoever_blocks_the_bot_at_once_is_forgotten_all_the_same(house: House) -> None:
    _, client = await strained(house)
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    client.tap("Erase everything now")
    client.block()
    await house.settle()
    await house.travel(by=timedelta(days=8))
    assert await house.rows("SELECT chat_sealed, left_at IS NULL FROM erasures") in (
        [(None, 0)],
        [],
    )


async def test_what_waits_to_leave_to_the_practice_is_not_sent(house: House) -> None:
    weber, client = await strained(house)
    house.sandbox.faults.flood(60, weber.chat_id)
    weber.say("/digest")
    await house.settle()
    await erase(house, client)
    mark = weber.mark
    await house.travel(by=timedelta(minutes=2))
    said = [entry.text for entry in weber.heard(mark)]
    assert said == [
        "Something changed while this was being made, so it was not sent. Please ask for it again."
    ]


async def test_a_digest_that_waits_to_leave_goes_without_them(house: House) -> None:
    weber, client = await strained(house)
    await house.client(weber, "C.D.")
    await house.travel(to=SUNDAY - timedelta(minutes=1))
    house.sandbox.faults.flood(300, weber.chat_id)
    await house.travel(to=SUNDAY)
    await erase(house, client)
    mark = weber.mark
    await house.travel(by=timedelta(minutes=10))
    said = "\n".join(entry.text for entry in weber.heard(mark))
    assert "Your week 48" in said and "C.D." in said
    assert "A.B." not in said and WORDS not in said


@pytest.mark.parametrize(
    ("language", "last"),
    [("de", "Jetzt alles löschen"), ("de_du", "Jetzt alles löschen")],
)
async def test_in_german(house: House, language: str, last: str) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    await house.say(client, "/mydata")
    await house.tap(client, "Alles löschen …")
    await house.tap(client, "Weiter zum Löschen")
    await house.tap(client, last)
    said = client.last
    assert "Gelöscht am 23. November 2026, 09:00 Uhr." in said and "Beleg:" in said


async def test_who_has_not_agreed_yet_or_has_stopped_can_erase(house: House) -> None:
    weber = await house.therapist()
    for stops in (False, True):
        client = await house.client(weber, f"A.{stops}", agrees=stops)
        if stops:
            care = (await house.rows("SELECT max(id) FROM cares"))[0][0]
            await house.forge(client, f"x:{care}")
        assert RECEIPT.search((await erase(house, client))[0])
    assert await count(house, "cares") == 0


async def test_who_was_there_under_an_earlier_link_is_erased_with_them(house: House) -> None:
    weber, client = await strained(house)
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    client.start(await house.invite(weber, "M.K."))
    await house.settle()
    (kept,) = await house.say(client, "/mydata")
    assert kept.count("• With Dr. Weber, since") == 2 and "with answers: 11" in kept
    mark = client.mark
    await house.say(client, "/export")
    names = [each.media.name for each in client.heard(mark) if each.media]
    ends = ("txt", "json", "zip")
    assert [name.rpartition("-")[2] for name in names] == [
        f"{part}.{end}" for part in ("23", "2") for end in ends
    ]
    (receipt,) = await erase(house, client)
    assert "with answers: 11" in receipt
    assert await count(house, "cares") == 0 and await count(house, "erasures") == 2
    await house.travel(to=SUNDAY)
    told = [each.text for each in weber.heard() if "client were erased" in each.text]
    assert len(told) == 1 and "The data of one client were erased." in told[0]


async def test_another_client_in_another_chat_is_no_earlier_one(house: House) -> None:
    weber, client = await strained(house)
    await house.client(weber, "C.D.")
    await erase(house, client)
    assert await count(house, "cares") == 1
