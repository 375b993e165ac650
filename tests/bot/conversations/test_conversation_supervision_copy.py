"""A therapist takes a copy of a digest along to supervision: of those who agreed, without names."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import Entry, Fault, Person
from bot.sandbox.ledger import Message
from bot.services.digest import digests, for_supervision
from bot.services.digest.for_supervision import Nameless
from bot.services.work.unit_of_work import Work
from storage import people
from tests.bot.conversations.test_conversation_digest import SUNDAY, WORDS, say_so
from tests.bot.conversations.test_conversation_items import reworded
from tests.support.house import House, open_house
from tests.support.supervision import NOT_TALK, PRACTICE

COPY = "A copy for supervision"
TALK = "Yes, without my name"
NOBODY = "Nobody in it has agreed to be talked about in supervision."


@pytest.fixture
async def house(tmp_path: Path, furnished: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, furnished, practice=PRACTICE) as opened:
        yield opened


@pytest.fixture
async def weber(house: House) -> Person:
    return await house.therapist()


async def client_who(house: House, weber: Person, alias: str, says: str) -> Person:
    client = await house.client(weber, alias)
    await house.tap(client, says)
    return client


def paper_shown(weber: Person) -> Message:
    """The newest file in the chat."""
    return next(each for each in reversed(weber.screen) if each.media is not None)


def papers(weber: Person, mark: int = 0) -> list[Entry]:
    return [entry for entry in weber.heard(mark) if entry.kind == "document"]


async def made_of(house: House, weber: Person) -> tuple[Nameless, str]:
    """The copy of the week so far, and all that its paper holds."""
    stored = await house.stored(weber)

    def ask(work: Work) -> tuple[Nameless, str]:
        person = people.load(work.tx, stored.id)
        made = for_supervision.nameless(work, person, digests.draft_digest(work, person))
        return made, json.dumps(for_supervision.paper_of(work, person, made).values)

    return await house.work(ask)


async def test_it_holds_who_agreed_under_letters_without_names_and_words(
    house: House, weber: Person
) -> None:
    await client_who(house, weber, "C.D.", NOT_TALK["en"])
    client = await client_who(house, weber, "A.B.", TALK)
    await say_so(house, weber, client)
    await house.say(client, "/topic the letter from my sister")
    await house.say(weber, "/digest")
    mark = weber.mark
    await house.tap(weber, COPY)
    assert len(papers(weber, mark)) == 1
    texts = [entry.text for entry in weber.heard(mark)]
    assert "Who is who in the copy, for you alone:\nClient A: A.B." in texts
    assert weber.newest.protected and not any("C.D." in text for text in texts)
    assert paper_shown(weber).protected
    made, said = await made_of(house, weber)
    assert [label for label, _ in made.named] == ["Client A"]
    assert "Client A" in said and "something wasn't right" in said and "left out" in said
    code = (await house.stored(client)).code
    for private in ("A.B.", "C.D.", code, WORDS, "sister"):
        assert private not in said, private
    noted = await house.rows("SELECT subject FROM audit WHERE action = 'supervision.copied'")
    assert noted == [(code,)]
    assert await house.tap(weber, COPY) != []
    assert len(papers(weber, mark)) == 1, "a second tap in the same minute gets no second one"


async def test_who_agreed_to_other_words_is_not_in_it_until_they_are_asked_again(
    house: House, weber: Person
) -> None:
    client = await client_who(house, weber, "A.B.", TALK)
    assert [label for label, _ in (await made_of(house, weber))[0].named] == ["Client A"]
    await reworded(house)
    await house.say(weber, "/digest")
    mark = weber.mark
    assert NOBODY in await house.tap(weber, COPY)
    assert papers(weber, mark) == []
    asked = await house.say(client, "/help")
    assert any("can have a page made here" in text for text in asked)
    await house.tap(client, TALK)
    assert [label for label, _ in (await made_of(house, weber))[0].named] == ["Client A"]
    await house.say(client, "/privacy")
    await house.tap(client, "Not in supervision any more")
    assert (await made_of(house, weber))[0].named == ()


async def test_an_earlier_week_can_be_taken_along_and_nobody_else_gets_it(
    house: House, weber: Person
) -> None:
    await client_who(house, weber, "A.B.", TALK)
    roth = await house.therapist("Dr. Roth")
    await house.travel(to=SUNDAY)
    mark = weber.mark
    await house.tap(weber, COPY)
    assert len(papers(weber, mark)) == 1
    assert weber.opened(paper_shown(weber))[0] == "2026-W48-supervision.pdf"
    assert await house.forge(roth, "v6:1") == ["This button is no longer current."]


async def test_one_that_waits_while_a_client_is_erased_is_not_sent(
    house: House, weber: Person
) -> None:
    client = await client_who(house, weber, "A.B.", TALK)
    await house.travel(to=SUNDAY)
    house.sandbox.faults.add(Fault("sendDocument", 429, retry_after=600))
    mark = weber.mark
    await house.tap(weber, COPY)
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    await house.tap(client, "Erase everything now")
    await house.travel(by=timedelta(hours=1))
    assert papers(weber, mark) == []
