"""Crisis wording, whatever is written and whichever way it comes, at any state of a care: the next
message after it is the card, with the numbers where a notification shows them.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import Person
from flows.languages import languages
from tests.bot.conversations.test_conversation_crisis_card import (
    ASKING,
    EXPLICIT,
    HARMLESS,
    LIKELY,
    NUMBERS,
    in_state,
    is_card,
    plain,
    practice,
)
from tests.support.house import House, open_house

STATES = ("asked", "running", "paused", "declined", "ended", "asking")
SEED = 20261126
MAYBE = {"en": "I don't matter to anybody", "de": "ich mag nicht mehr"}
LINE = {
    "en": "If it is more than a hard week: /crisis is always here.",
    "de": "Falls es mehr ist als eine schwere Woche: /crisis ist immer da.",
}
HARMLESS_TALK = ("the rain", "7", "thanks", "/help", "/when", "a walk", "no", "/checkin")


Arrive = Callable[[House, Person, str], Awaitable[int]]
"""Lets words come; the mark of what was heard before them."""


async def said(town: House, client: Person, words: str) -> int:
    mark = client.mark
    client.say(words)
    return mark


async def captioned(town: House, client: Person, words: str) -> int:
    mark = client.mark
    client.send_photo(caption=words)
    return mark


async def in_an_album(town: House, client: Person, words: str) -> int:
    client.send_photo(album="a")
    await town.settle()
    mark = client.mark
    client.send_photo(album="a", caption=words)
    return mark


async def with_a_file(town: House, client: Person, words: str) -> int:
    mark = client.mark
    client.send_document("list.txt", b"x", caption=words)
    return mark


async def edited(town: House, client: Person, words: str) -> int:
    message = client.say("the rain")
    await town.settle()
    mark = client.mark
    client.edit(message, words)
    return mark


async def answered_to(town: House, client: Person, words: str) -> int:
    mark = client.mark
    client.reply(client.newest, words)
    return mark


ARRIVALS: tuple[Arrive, ...] = (said, captioned, in_an_album, with_a_file, edited, answered_to)
AT_ONCE: tuple[Arrive, ...] = (said, captioned, with_a_file, answered_to)
"""Those that are one update."""


def sent(client: Person, mark: int) -> list[str]:
    return [entry.text for entry in client.heard(mark) if entry.kind == "sent"]


def place_of_card(texts: list[str], language: str) -> int:
    """The place of the card; -1: there is none."""
    return next((place for place, text in enumerate(texts) if is_card(text, language)), -1)


@pytest.mark.promise("P4d")
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("state", STATES)
async def test_it_is_the_card_whichever_way_the_words_come(
    tmp_path: Path, furnished: Path, language: str, state: str
) -> None:
    async with practice(tmp_path, furnished) as town:
        client = await in_state(town, await town.therapist(), language, state)
        tongue = plain(language)
        for arrive in ARRIVALS:
            for words in (ASKING[tongue][1], ASKING[tongue][-1], EXPLICIT[tongue], LIKELY[tongue]):
                mark = await arrive(town, client, words)
                await town.settle()
                texts = sent(client, mark)
                assert place_of_card(texts, language) == 0, (arrive, words, texts)
            mark = await arrive(town, client, HARMLESS[tongue])
            await town.settle()
            assert place_of_card(sent(client, mark), language) == -1, arrive


@pytest.mark.promise("P4d")
@pytest.mark.parametrize("state", STATES)
async def test_in_a_burst_the_card_comes_before_what_waits(
    tmp_path: Path, furnished: Path, state: str
) -> None:
    """Several messages at once, with the waiting for more that a practice has, in any order."""
    draw = random.Random(f"{SEED}{state}")
    usual = {"practice": {"crisis": NUMBERS}, "sending": {"more_seconds": 4}}
    async with open_house(tmp_path, furnished, **usual) as town:
        client = await in_state(town, await town.therapist(), "en", state)
        for number in range(12):
            before = [draw.choice(HARMLESS_TALK) for _ in range(draw.randrange(3))]
            after = [draw.choice(HARMLESS_TALK) for _ in range(draw.randrange(3))]
            words = draw.choice((EXPLICIT["en"], LIKELY["en"], "/crisis", "help"))
            mark = client.mark
            for text in before:
                client.say(text)
            await draw.choice(AT_ONCE)(town, client, words)
            for text in after:
                client.say(text)
            await town.settle()
            texts = sent(client, mark)
            place = place_of_card(texts, "en")
            assert place >= 0, (number, before, words, after, texts)
            # what answers the words after it stands below the card; each gets two texts at most
            assert place <= 2 * len(before), (number, before, words, after, texts)
            await town.travel(by=timedelta(minutes=1))


@pytest.mark.parametrize(("app", "language"), [("en", "en"), ("de-AT", "de"), ("fr", "en")])
@pytest.mark.parametrize("link", ["expired", "none"])
async def test_who_is_not_known_gets_the_card_in_the_language_of_their_app(
    tmp_path: Path, furnished: Path, app: str, language: str, link: str
) -> None:
    async with practice(tmp_path, furnished) as town:
        stranger, weber = town.stranger("Somebody", app), await town.therapist()
        if link == "expired":
            token = await town.invite(weber, "A.B.")
            await town.travel(by=timedelta(days=8))
            stranger.start(token)
            await town.settle()
        for words in (*ASKING[language], EXPLICIT[language], LIKELY[language]):
            for arrive in (said, captioned):
                mark = await arrive(town, stranger, words)
                await town.travel(by=timedelta(seconds=2))
                (text,) = sent(stranger, mark)
                assert is_card(text, language), (words, text)
        mark = stranger.mark
        await town.say(stranger, HARMLESS[language])
        assert not any(is_card(text, language) for text in sent(stranger, mark))


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_therapist_s_own_words_are_not_screened(
    tmp_path: Path, furnished: Path, language: str
) -> None:
    async with practice(tmp_path, furnished) as town:
        weber = await town.therapist(language=language)
        for words in (EXPLICIT[language], LIKELY[language], HARMLESS[language]):
            for arrive in (said, captioned):
                mark = await arrive(town, weber, words)
                await town.settle()
                assert not any(NUMBERS[language] in text for text in sent(weber, mark)), words


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("state", ["running", "paused", "asking"])
async def test_words_that_may_be_more_get_no_card_and_one_line_a_day(
    tmp_path: Path, furnished: Path, language: str, state: str
) -> None:
    async with practice(tmp_path, furnished) as town:
        client = await in_state(town, await town.therapist(), language, state)
        words = MAYBE[plain(language)]
        assert town.app.practice.screen.judge(words).risk == "maybe"
        lines = []
        for arrive in (said, captioned, answered_to):
            mark = await arrive(town, client, words)
            await town.settle()
            texts = sent(client, mark)
            assert place_of_card(texts, language) == -1, (arrive, texts)
            lines += [text for text in texts if text.endswith(LINE[plain(language)])]
        assert len(lines) == 1
        await town.travel(by=timedelta(days=1))
        mark = await said(town, client, words)
        await town.settle()
        assert sent(client, mark)[-1].endswith(LINE[plain(language)]), "the next day once more"
