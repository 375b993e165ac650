"""A client asks what is kept of them, and who has read it on which day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Person
from storage import audit
from tests.bot.conversations.test_conversation_digest import SUNDAY, WORDS, strained
from tests.support.house import AGREE, House


async def kept_of(house: House, client: Person) -> str:
    """What /mydata says, in one message."""
    (said,) = await house.say(client, "/mydata")
    return said


def lines_with(said: str, word: str) -> list[str]:
    """The lines of a message that hold a word."""
    return [line for line in said.splitlines() if word in line]


async def test_it_tells_what_is_kept_with_whom_and_since_when(house: House) -> None:
    _, client = await strained(house)
    said = await kept_of(house, client)
    assert "• With Dr. Weber, since 23 November 2026" in said
    assert "• Check-ins: 1, with answers: 11" in said
    assert "• Therapy sessions, entered by the practice: 1" in said
    assert "• Hints that something could be talked about: 1" in said
    assert "Notes" not in said and "numbers for an emergency" not in said
    assert WORDS not in said


async def test_each_agreement_is_named_with_its_day_and_text(open_practice: Any) -> None:
    house: House = await open_practice()
    weber = await house.therapist()
    client = await house.client(weber)
    await house.tap(client, "Yes, send a message")
    await house.travel(by=timedelta(days=1))
    first = "– Check-ins: agreed on 23 Nov 2026, text 20"
    alerts = "– Messages at once: agreed on 23 Nov 2026, text 20"
    said = await kept_of(house, client)
    lines = said.splitlines()
    with_weber = lines.index("• With Dr. Weber, since 23 November 2026")
    assert lines[with_weber + 1].startswith(first) and "+" not in lines[with_weber + 1]
    assert lines[with_weber + 2].startswith(alerts)
    kaya = await house.therapist("Dr. Kaya")
    client.start(await house.invite(kaya, "Max"))
    await house.settle()
    await house.read_consent(client)
    asked = client.newest
    lines = (await kept_of(house, client)).splitlines()
    with_kaya = lines.index("• With Dr. Kaya, since 24 November 2026")
    assert lines[with_kaya + 1] == "– No agreement of yours is in force there"
    client.tap(AGREE["en"], asked)
    await house.settle()
    lines = (await kept_of(house, client)).splitlines()
    assert lines[with_kaya + 1].startswith("– Check-ins: agreed on 24 Nov 2026, text 20")
    assert len(lines_with("\n".join(lines), "Messages at once: agreed")) == 1


async def test_whoever_wrote_nothing_yet_reads_so(house: House) -> None:
    client = await house.client(await house.therapist(), agrees=False)
    said = await kept_of(house, client)
    assert "• Check-ins" not in said and "Read by Dr. Weber: no day so far" in said


async def test_a_digest_that_was_sent_is_not_read_yet(house: House) -> None:
    weber, client = await strained(house)
    await house.travel(to=SUNDAY)
    assert "Read by Dr. Weber: no day so far" in await kept_of(house, client)
    await house.travel(by=timedelta(days=1))
    await house.tap(weber, "I have read this")
    assert "Read by Dr. Weber: 30 Nov 2026" in await kept_of(house, client)
    assert "• Weekly summaries with a part about you: 1" in await kept_of(house, client)


@pytest.mark.parametrize("label", ["Read all", "I will raise it"])
async def test_details_and_an_answered_flag_are_readings_of_their_day(
    house: House, label: str
) -> None:
    weber, client = await strained(house)
    await house.say(weber, "/digest")
    await house.travel(by=timedelta(days=2))
    await house.tap(weber, "A.B. …")
    await house.tap(weber, label)
    assert "Read by Dr. Weber: 23 Nov 2026, 25 Nov 2026" in await kept_of(house, client)


async def test_the_week_so_far_is_a_reading(house: House) -> None:
    weber, client = await strained(house)
    await house.say(weber, "/digest")
    await house.say(weber, "/digest")
    assert "Read by Dr. Weber: 23 Nov 2026" in await kept_of(house, client)


async def test_a_day_is_the_clients_own(house: House) -> None:
    weber, client = await strained(house)
    await house.say(client, "/when Auckland")
    await house.travel(by=timedelta(hours=3))
    await house.say(weber, "/digest")
    assert "Read by Dr. Weber: 24 Nov 2026" in await kept_of(house, client)


async def test_another_clients_readings_stay_theirs(house: House) -> None:
    weber, client = await strained(house)
    other = await house.client(weber, "C.D.")
    await house.say(weber, "/digest")
    assert "no day so far" not in await kept_of(house, client)
    said = await kept_of(house, other)
    assert "• Check-ins" not in said and "Read by Dr. Weber: no day so far" in said


async def test_many_days_are_counted(house: House) -> None:
    weber, client = await strained(house)
    for _ in range(16):
        await house.say(weber, "/digest")
        await house.travel(by=timedelta(days=1))
    said = await kept_of(house, client)
    assert "Dr. Weber: 25 Nov 2026, 26 Nov 2026" in said
    assert "8 Dec 2026, and on 2 days before" in said


async def test_an_opened_case_is_a_reading_and_a_deputy_is_told_apart(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "I want to kill myself")
    await house.say(client, "/mydata")
    said = await kept_of(house, client)
    assert lines_with(said, "numbers for an emergency") == [
        "• Times when words or an answer brought the numbers for an emergency: 1"
    ]
    await house.travel(to=SUNDAY)
    await house.tap(weber, next(each for row in weber.labels for each in row if "A.B." in each))
    assert "Read by Dr. Weber: 29 Nov 2026" in await kept_of(house, client)
    await house.travel(by=timedelta(days=1))
    await house.forge(weber, "rc:1")
    assert "Read by Dr. Weber: 29 Nov 2026, 30 Nov 2026" in await kept_of(house, client)


@pytest.mark.parametrize(("language", "with_"), [("de", "über Sie"), ("de_du", "über dich")])
async def test_in_german(house: House, language: str, with_: str) -> None:
    weber = await house.therapist("Dr. Weber", dative="Herrn Dr. Weber")
    client = await house.client(weber, "A.B.", language)
    said = await kept_of(house, client)
    assert with_ in said and "Mit Herrn Dr. Weber, seit 23. November 2026" in said
    assert "Gelesen von Herrn Dr. Weber: bisher an keinem Tag" in said


async def test_after_the_end_it_still_tells(house: House) -> None:
    _, client = await strained(house)
    await house.forge(client, "x:1")
    assert "• Check-ins: 1" in await kept_of(house, client)


@pytest.mark.parametrize("action", ["client.written", "client.exported", "inbox.explained"])
async def test_what_was_taken_out_of_the_bot_stands_there_by_day(house: House, action: str) -> None:
    _, client = await strained(house)
    code, now = (await house.stored(client)).code, house.clock.now()
    assert "Taken out of the bot" not in await kept_of(house, client)
    noted = {"now": now, "actor": "admin", "action": action, "subject": code}
    await house.app.store.write(lambda tx: audit.add(tx, **noted))
    said = await kept_of(house, client)
    assert "by the practice, to be read or handed over: 23 Nov 2026" in said
    assert "Read by Dr. Weber: no day so far" in said and "by a deputy" not in said


async def test_a_copy_that_the_client_made_is_nobody_elses_reading(house: House) -> None:
    _, client = await strained(house)
    await house.say(client, "/export")
    assert "Taken out of the bot" not in await kept_of(house, client)
