"""A supervisor looks at how clients of a therapist are doing who agreed to it: without their names,
without their words, and without being able to change anything.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import Fault, Person
from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.services.arriving.entries.for_supervisors import FOR_SUPERVISORS
from bot.services.arriving.entries.for_therapists import FOR_THERAPISTS
from bot.services.supervising import grants
from bot.services.work.button_forms import FORMS, NAMES
from bot.services.work.buttons import data
from storage import people, supervisions
from tests.bot.conversations.test_conversation_digest import WORDS, say_so
from tests.bot.conversations.test_conversation_menus import shown as menu_of
from tests.bot.conversations.test_conversation_readings import newest_ids
from tests.support.house import House, open_house
from tests.support.on_call import HARD
from tests.support.supervision import (
    CONFIRM,
    LOOK,
    NOT_TALK,
    PRACTICE,
    agrees,
    asked,
    supervisor,
    token_for,
    write,
)

STALE = "This button is no longer current."
QUESTION = "May Prof. Adler look here"


@pytest.fixture
async def house(tmp_path: Path, furnished: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, furnished, practice=PRACTICE) as opened:
        yield opened


@pytest.fixture
async def weber(house: House) -> Person:
    return await house.therapist()


async def new_client(house: House, weber: Person, alias: str = "A.B.") -> Person:
    """A client who has said no to being talked about in supervision."""
    client = await house.client(weber, alias)
    await house.tap(client, NOT_TALK["en"])
    return client


async def looked_at(house: House, adler: Person, label: str = "Client 1") -> list[str]:
    """What the supervisor reads of a client, from the beginning."""
    await house.say(adler, "/supervision")
    await house.tap(adler, "Dr. Weber")
    return await house.tap(adler, label)


async def test_it_begins_with_the_practice_the_therapist_and_each_client(
    house: House, weber: Person
) -> None:
    client = await new_client(house, weber)
    mark = weber.mark
    token = await token_for(house, weber)
    assert weber.heard(mark) == [], "nobody is asked about somebody who has not come"
    adler = house.stranger("Adler")
    adler.start(token)
    await house.settle()
    assert adler.last.startswith("Hello Prof. Adler.") and "numbers" in adler.last
    assert "The practice says that Prof. Adler supervises you." in weber.last
    assert not any(QUESTION in text for text in await asked(house, client))
    said = await house.say(adler, "/supervision")
    assert said[0].startswith("Nobody whom you supervise has confirmed it yet.")
    await house.tap(weber, CONFIRM)
    assert "Dr. Weber has confirmed that you supervise them." in adler.last
    said = await asked(house, client)
    assert QUESTION in said[-1] and "without your name" in said[-1]
    await house.tap(client, LOOK["en"])
    await house.say(adler, "/supervision")
    said = await house.tap(adler, "Dr. Weber")
    assert said[-1].startswith("1 client of Dr. Weber has agreed") and adler.labels[0] == [
        "Client 1"
    ]


async def test_hints_and_ratings_are_shown_and_no_name_and_no_word(
    house: House, weber: Person
) -> None:
    adler = await supervisor(house, weber)
    client = await new_client(house, weber)
    await agrees(house, client)
    await say_so(house, weber, client)
    await house.say(client, "/topic the letter from my sister")
    await house.say(client, HARD["en"])
    await house.tap(client, client.labels[0][0])
    await house.say(weber, "/note A.B. a memo of mine")
    mark = adler.mark
    said = await looked_at(house, adler)
    shown = "\n".join(said)
    assert "Client 1: the last four weeks" in shown
    assert "something wasn't right" in shown and "tense" in shown.lower()
    assert "words that led to the crisis card" in shown
    assert "1 held, 0 not held" in shown
    assert "Names, words and notes are left out." in shown
    code = (await house.stored(client)).code
    for private in ("A.B.", code, WORDS, "sister", HARD["en"], "memo of mine"):
        assert private not in "\n".join(entry.text for entry in adler.heard(mark)), private
    looks = [each for each in adler.screen if "Client 1: the last four weeks" in each.text]
    assert looks and all(each.protected for each in (*looks, adler.newest))
    assert adler.opened(adler.newest)[0].endswith(".png") and "Client 1" in adler.newest.text
    said = await house.say(client, "/preview")
    assert "Prof. Adler may look at your ratings" in said[0]
    said = await house.say(client, "/mydata")
    assert "Looked at by a supervisor, without your name and your words: 23 Nov 2026" in said[0]
    assert "Read by Dr. Weber: no day so far" in said[0]


async def test_who_says_no_or_nothing_is_neither_shown_nor_counted(
    house: House, weber: Person
) -> None:
    adler = await supervisor(house, weber)
    first, second, _ = [await new_client(house, weber, alias) for alias in ("A.B.", "C.D.", "E.F.")]
    await asked(house, first)
    await house.tap(first, "No, no look")
    await agrees(house, second)
    await house.say(adler, "/supervision")
    (said,) = await house.tap(adler, "Dr. Weber")
    assert said.startswith("1 client of Dr. Weber") and adler.labels[0] == ["Client 1"]
    # a number keeps its client, and ends with the agreement
    await house.say(second, "/privacy")
    await house.tap(second, "No look in supervision any more")
    assert await house.tap(adler, "Client 1") == [STALE]
    await house.say(first, "/privacy")
    await house.tap(first, "A look in supervision …")
    await house.tap(first, LOOK["en"])
    await house.say(adler, "/supervision")
    await house.tap(adler, "Dr. Weber")
    assert adler.labels[0] == ["Client 2"]


@pytest.mark.parametrize("by", ["therapist", "practice"])
async def test_it_ends_at_once_and_begins_anew_with_a_question(
    house: House, weber: Person, by: str
) -> None:
    adler = await supervisor(house, weber)
    client = await new_client(house, weber)
    await agrees(house, client)
    await looked_at(house, adler)
    await house.say(adler, "/supervision")
    await house.tap(adler, "Dr. Weber")
    page = adler.newest
    if by == "therapist":
        await house.say(weber, "/supervision")
        await house.tap(weber, "End the supervision …")
        await house.tap(weber, "Yes, end it")
        assert weber.last.startswith("Prof. Adler is shown nothing")
    else:
        (made,) = await house.work(lambda w: supervisions.list_of_supervisor(w.tx, 2))
        await write(house, lambda w: grants.end(w, made, by="practice"))
        assert "The practice has ended the supervision by Prof. Adler" in weber.last
    assert "has ended here" in adler.last
    adler.tap("Client 1", page)
    await house.settle()
    assert adler.heard()[-1].text == STALE
    assert "Prof. Adler" not in (await house.say(client, "/privacy"))[0]
    assert "Look in supervision" not in (await house.say(client, "/mydata"))[0]
    ids = [(await house.stored(each)).id for each in (adler, weber)]
    await write(house, lambda w: grants.name(w, *(people.load(w.tx, each) for each in ids)))
    await house.tap(weber, CONFIRM)
    await house.say(adler, "/supervision")
    (said,) = await house.tap(adler, "Dr. Weber")
    assert said.startswith("No client of Dr. Weber has agreed")
    assert any(QUESTION in text for text in await asked(house, client))


async def test_a_no_of_the_therapist_shows_nothing(house: House, weber: Person) -> None:
    adler = await supervisor(house, weber, confirmed=False)
    client = await new_client(house, weber)
    await house.say(weber, "/supervision")
    assert "The practice says that Prof. Adler" in weber.last
    await house.tap(weber, "No")
    said = await house.say(adler, "/supervision")
    assert said[0].startswith("Nobody whom you supervise has confirmed")
    assert not any(QUESTION in text for text in await asked(house, client))


async def test_a_colleague_supervises_in_the_same_chat(house: House, weber: Person) -> None:
    kaya = await house.therapist("Dr. Kaya")
    ids = [(await house.stored(each)).id for each in (kaya, weber)]
    await write(house, lambda w: grants.name(w, *(people.load(w.tx, each) for each in ids)))
    await house.tap(weber, "Yes, Dr. Kaya supervises me")
    client = await new_client(house, weber)
    await agrees(house, client)
    said = await house.say(kaya, "/supervision")
    assert said[0].startswith("Nobody supervises you") and "Whose caseload" in said[0]
    await house.tap(kaya, "Dr. Weber")
    said = await house.tap(kaya, "Client 1")
    assert any("Client 1: the last four weeks" in text for text in said)
    assert await house.say(kaya, "/client A.B.") != [] and "A.B. (" not in kaya.last


async def test_a_supervisor_who_is_the_clients_other_therapist_is_not_asked_about(
    house: House, weber: Person
) -> None:
    kaya = await house.therapist("Dr. Kaya")
    ids = [(await house.stored(each)).id for each in (kaya, weber)]
    await write(house, lambda w: grants.name(w, *(people.load(w.tx, each) for each in ids)))
    await house.tap(weber, "Yes, Dr. Kaya supervises me")
    client = await new_client(house, weber)
    await agrees(house, client)
    client.start(await house.invite(kaya, "Max"))
    await house.settle()
    await house.say(kaya, "/supervision")
    (said,) = await house.tap(kaya, "Dr. Weber")
    assert said.startswith("No client of Dr. Weber has agreed")


async def test_the_card_says_whether_the_supervisor_is_shown_a_client(
    house: House, weber: Person
) -> None:
    await supervisor(house, weber)
    client = await new_client(house, weber)
    await house.say(weber, "/client A.B.")
    assert "Prof. Adler is not shown anything of A.B., who has not agreed" in weber.last
    await agrees(house, client)
    await house.say(weber, "/client A.B.")
    assert "Prof. Adler may look at A.B. here, under a number" in weber.last


async def test_a_new_name_of_the_supervisor_is_the_same_question_and_another_one_is_not(
    house: House, weber: Person
) -> None:
    adler = await supervisor(house, weber)
    client = await new_client(house, weber)
    await agrees(house, client)
    stored = await house.stored(adler)
    await write(house, lambda w: people.rename(w.tx, stored.id, people.Name("Prof. Adler-Roth")))
    assert not any("May Prof. Adler-Roth look" in text for text in await asked(house, client))
    assert any("last four weeks" in text for text in await looked_at(house, adler))
    code = f"UPDATE people SET code = 'ZZZZ' WHERE id = {stored.id}"
    await house.app.store.write(lambda tx: tx.conn.exec_driver_sql(code).close())
    await house.say(adler, "/supervision")
    (said,) = await house.tap(adler, "Dr. Weber")
    assert said.startswith("No client of Dr. Weber has agreed")
    assert any("May Prof. Adler-Roth look" in text for text in await asked(house, client))


async def test_strangers_clients_and_colleagues_learn_nothing(house: House, weber: Person) -> None:
    adler = await supervisor(house, weber)
    client = await new_client(house, weber)
    await agrees(house, client)
    await looked_at(house, adler)
    roth = await house.therapist("Dr. Roth")
    for forged in ("v3:1:0", "v4:1:1"):
        for each in (weber, roth):
            assert await house.forge(each, forged) == [STALE], forged
        assert "Client" not in (await house.forge(client, forged))[-1]
    for forged in ("v1:1", "v2:1:1", "v2:1:0"):
        assert await house.forge(adler, forged) == [STALE], forged
        assert await house.forge(roth, forged) == [STALE], forged
    assert (await house.say(roth, "/supervision"))[0].startswith("Nobody supervises you")


async def test_the_supervisor_chooses_the_language_and_has_a_menu(
    house: House, weber: Person
) -> None:
    adler = await supervisor(house, weber)
    commands = ["crisis", "supervision", "language", "privacy", "help"]
    assert list(menu_of(house, adler)) == commands
    await house.say(adler, "/language")
    await house.tap(adler, adler.labels[1][0])
    assert adler.last.startswith("Ab jetzt")
    for word in ("/help", "/privacy", "/crisis", "/clients", "hallo"):
        assert await house.say(adler, word) != [], word


async def test_what_waits_is_not_sent_when_the_client_is_erased(
    house: House, weber: Person
) -> None:
    adler = await supervisor(house, weber)
    client = await new_client(house, weber)
    await agrees(house, client)
    await house.say(adler, "/supervision")
    await house.tap(adler, "Dr. Weber")
    house.sandbox.faults.add(Fault("sendMessage", 429, retry_after=600))
    mark = adler.mark
    await house.tap(adler, "Client 1")
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    await house.tap(client, "Erase everything now")
    await house.travel(by=timedelta(hours=1))
    shown = [entry.text for entry in adler.heard(mark) if entry.text]
    assert not any("the last four weeks" in text for text in shown)
    assert await house.rows("SELECT count(*) FROM supervised_clients") == [(0,)]
    other = await new_client(house, weber, "C.D.")
    await agrees(house, other)
    await house.say(adler, "/supervision")
    await house.tap(adler, "Dr. Weber")
    assert adler.labels[0] == ["Client 2"], "nobody gets the number of somebody else"


async def test_whatever_a_supervisor_does_nothing_but_their_language_changes(
    house: House, weber: Person
) -> None:
    adler = await supervisor(house, weber)
    client = await new_client(house, weber)
    await agrees(house, client)
    other = await new_client(house, weber, "C.D.")
    await say_so(house, weber, client)
    await looked_at(house, adler)
    assert other is not client
    kept = frozenset({"inbox", "outbox", "audit", "people", "sqlite_sequence"})
    before = await house.everything(without=kept)
    people_before = await house.rows("SELECT * FROM people WHERE role != 'supervisor'")
    ids = await newest_ids(house)
    for found in (ids, dict.fromkeys(ids, 1), dict.fromkeys(ids, 99)):
        for name in NAMES:
            form = FORMS[name]
            numbers = [found.get(each, 1) for each in form.numbers]
            adler.tap_data(adler.newest, data(name, *numbers, word="x" if form.has_word else ""))
    for table in (FOR_CLIENTS, FOR_THERAPISTS, FOR_SUPERVISORS):
        for each in table.commands:
            adler.say(f"/{each.name}")
            adler.say(f"/{each.name} A.B.")
    await house.settle()
    assert await house.everything(without=kept) == before
    assert await house.rows("SELECT * FROM people WHERE role != 'supervisor'") == people_before
    private = ("A.B. (", "C.D.", WORDS)
    assert not [e.text for e in adler.heard() if any(each in e.text for each in private)]
