"""After the crisis card nothing is asked until the client goes on, and no word is lost."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox import Person
from bot.services.arriving import hard_words
from bot.services.planning import enrolling
from bot.services.safety import quiet_line
from bot.services.work import speak
from bot.services.work.incoming import Said
from bot.services.work.unit_of_work import Work
from flows.safety import Verdict
from storage import cares, outbox
from storage.store import Tx
from tests.support.house import CRISIS, House, open_house, texts

HARD = "I don't want to live anymore"
KEEPS = "I keep what you write here: Dr. Weber gets it in your own words with the weekly summary of"
KEEPS_NOTE = "I keep what you write here, together with the words before: Dr. Weber gets it"
GO_ON = "Go on with the questions"
WRONG = "I was misunderstood"
LINE = "If it is more than a hard week: /crisis is always here."
WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
"""18:00 in Berlin: the weekly check-in comes."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def sent(person: Person, mark: int) -> list[str]:
    return [entry.text for entry in person.heard(mark) if entry.kind == "sent"]


async def written(house: House, weber: Person) -> str:
    """The week so far, as its therapist reads it."""
    return "\n".join(await house.say(weber, "/digest")).replace("\u2060", "")


async def holds(house: House) -> int:
    return int((await house.rows("SELECT count(*) FROM holds"))[0][0])


@pytest.mark.parametrize("word", ["/crisis", HARD, ""])
async def test_no_reminder_comes_until_twelve_hours_have_passed(house: House, word: str) -> None:
    """It is due a day after the question; without a card (no word) it comes then."""
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY + 24 * HOUR - MINUTE)
    assert "How has your week" in client.last
    if word:
        await house.say(client, word)
    mark = client.mark
    await house.travel(by=12 * HOUR - MINUTE)
    assert len(sent(client, mark)) == (0 if word else 1)
    await house.travel(by=4 * HOUR)
    (reminded,) = sent(client, mark)
    assert reminded.startswith("A reminder, in case it slipped by.")


async def test_a_planned_check_in_does_not_begin_until_the_client_goes_on(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY - 10 * MINUTE)
    await house.say(client, "/crisis")
    mark = client.mark
    await house.travel(to=WEDNESDAY + 2 * HOUR)
    assert sent(client, mark) == []
    (asked,) = await house.say(client, "/checkin")
    assert "How has your week" in asked
    assert await holds(house) == 0


async def test_what_the_card_kept_from_coming_is_not_laid_to_anybody(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.travel(to=WEDNESDAY - HOUR)
    await house.say(client, "/crisis")
    await house.travel(by=48 * HOUR)
    looked_at = "SELECT DISTINCT state, reason FROM occurrences WHERE state <> 'planned'"
    assert await house.rows(looked_at) == [("missed", "after_card")]
    told = await written(house, weber)
    assert "unanswered" not in told
    assert "did not get through" not in told


async def test_what_waits_for_more_words_does_not_follow_the_card(
    tmp_path: Path, furnished: Path
) -> None:
    for folder, skips in (("next", 0), ("end", 2)):
        where = tmp_path / folder
        where.mkdir()
        async with open_house(where, furnished, sending={"more_seconds": 4}) as house:
            client = await house.client(await house.therapist())
            await house.say(client, "/checkin")
            await house.tap(client, "3")
            for _ in range(skips):
                await house.tap(client, "Skip")
            mark = client.mark
            client.say("a walk")
            await house.settle()
            client.say("/crisis")
            await house.travel(by=HOUR)
            (said,) = sent(client, mark)
            assert said.startswith(CRISIS)
            client.say("it was long")
            await house.travel(by=HOUR)
            assert sent(client, mark)[1].startswith(KEEPS)
            assert len(sent(client, mark)) == 2
            if not skips:
                await house.tap(client, GO_ON)
                assert client.last.startswith("And what is one thing that was hard?")
            assert await house.rows("SELECT count(*) FROM notes") == [(0,)]


async def test_a_tap_on_a_question_goes_on(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    await house.say(client, "/crisis")
    assert await holds(house) == 1
    said = await house.tap(client, "7")
    assert said[-1].startswith("What is one thing that went well")
    assert await holds(house) == 0


async def test_a_number_where_one_was_asked_goes_on_too(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    await house.say(client, "help")
    (asked,) = await house.say(client, "7")
    assert asked.startswith("What is one thing that went well")


async def test_words_at_a_scale_are_one_note_and_nothing_is_asked_again(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    await house.say(client, HARD)
    (told,) = await house.say(client, "nobody is here")
    assert told.startswith(KEEPS)
    assert await house.say(client, "my sister comes at nine") == []
    client.send_sticker()
    await house.settle()
    assert client.last == "I can only read text and taps here, so that could not be kept."
    assert await house.say(client, "thank you") == ["You are welcome. Take care."]
    assert await house.rows("SELECT count(*) FROM notes") == [(1,)]
    digest = await written(house, weber)
    for words in (HARD, "nobody is here", "my sister comes at nine"):
        assert words in digest
    await house.tap(client, GO_ON)
    assert "How has your week" in client.last


async def test_outside_a_check_in_what_follows_is_kept_and_can_be_taken_back(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, HARD)
    assert HARD not in await written(house, weber), "on offer only"
    (told,) = await house.say(client, "nobody is here")
    assert told.startswith(KEEPS_NOTE)
    assert await house.say(client, "it is so quiet") == []
    digest = await written(house, weber)
    for words in (HARD, "nobody is here", "it is so quiet"):
        assert words in digest
    await house.tap(client, "Do not pass it on")
    assert HARD not in await written(house, weber)
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]
    # what follows then is asked about anew
    (offer,) = await house.say(client, "and now it rains")
    assert "Shall Dr. Weber get these words" in offer


async def test_what_a_summary_has_can_no_longer_be_taken_back(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=datetime(2026, 11, 29, 16, 0, tzinfo=UTC))
    await house.say(client, HARD)
    await house.say(client, "nobody is here")
    await house.travel(by=2 * HOUR)
    await house.say(client, "still nobody")
    assert await house.rows("SELECT count(*) FROM notes") == [(2,)], "the next summary has it"
    first = next(m for m in client.screen if m.text.startswith(KEEPS_NOTE))
    client.tap("Do not pass it on", first)
    await house.settle()
    assert await house.rows("SELECT count(*) FROM notes") == [(2,)]


async def test_a_second_card_prolongs_and_later_words_are_answered_once_a_minute(
    house: House,
) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, HARD)
    await house.say(client, "nobody is here")
    await house.travel(by=8 * HOUR)
    (said,) = await house.say(client, HARD)
    assert CRISIS in said and "What you wrote is kept" in said
    await house.travel(by=8 * HOUR)
    assert await house.say(client, "good morning") == ["This is kept, too."]
    assert await house.say(client, "and good night") == [], "said a moment ago"
    await house.travel(by=12 * HOUR)
    (offer,) = await house.say(client, "a week later")
    assert offer.startswith("There is no open question right now."), "the hold is over"


async def test_words_after_asking_alone_are_kept_and_told_too(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "help")
    (told,) = await house.say(client, "I cannot sleep")
    assert told.startswith("I keep what you write here")
    assert "I cannot sleep" in await written(house, weber)


async def test_being_misunderstood_is_noted_and_takes_nothing_back(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    await house.say(client, HARD)
    card = client.newest
    mark = client.mark
    client.tap_data(card, "mu:1")
    client.tap_data(card, "mu:1")
    await house.settle()
    assert sent(client, mark) == [
        "Thank you for saying so; it is noted. The numbers stay above, in case they are ever"
        " needed."
    ]
    shown = next(message for message in client.screen if message.message_id == card.message_id)
    assert CRISIS in shown.text
    assert shown.keyboard is not None and shown.keyboard.labels == ((GO_ON,),)
    assert await house.rows(
        "SELECT DISTINCT action FROM audit WHERE action LIKE 'safety.%' ORDER BY action"
    ) == [("safety.explicit",), ("safety.misunderstood",)]
    assert await holds(house) == 1
    assert await house.rows("SELECT count(*) FROM answers") == [(2,)]


@pytest.mark.promise("P4d")
async def test_whatever_happened_before_the_next_message_is_the_card(
    tmp_path: Path, furnished: Path
) -> None:
    """A walk with a fixed seed: anything a client may do, and then hard words or a cry for help."""
    before = ("/checkin", "7", "a walk", "/pause", "/resume", "/help", "thanks", "/when", "soon")
    labels = ("Skip", GO_ON, WRONG, "‹ Back", "Yes, pass it on", "No, thank you")
    async with open_house(tmp_path, furnished, sending={"more_seconds": 4}) as house:
        client = await house.client(await house.therapist())
        rng = random.Random(4)
        for number in range(40):
            for _ in range(rng.randrange(4)):
                shown = [label for row in client.labels for label in row]
                label = rng.choice(labels)
                if label in shown and rng.random() < 0.5:
                    client.tap(label)
                else:
                    client.say(rng.choice(before))
                await house.settle()
            mark = client.mark
            client.say(rng.choice((HARD, "/crisis", "HELP", "I want to kill myself")))
            await house.settle()
            assert CRISIS in sent(client, mark)[0], number
            assert len(sent(client, mark)) <= 2
            await house.travel(by=rng.choice((MINUTE, 13 * HOUR)))


async def test_the_card_comes_for_each_time_it_was_asked_for_while_nobody_answered(
    house: House,
) -> None:
    client = await house.client(await house.therapist())
    mark = client.mark
    for text in ("/crisis", "/crisis", "help", "/help", "/help"):
        client.say(text)
    await house.settle()
    said = sent(client, mark)
    assert [CRISIS in text for text in said] == [True, True, True, False]


OTHERS = "If somebody could come to harm, please turn to the people there now, before anything"


@pytest.mark.parametrize(
    ("rules", "is_about_others"),
    [
        (("en.harm-others",), True),
        (("en.harm-others", "de.harm-others"), True),
        (("en.harm-others", "en.wish-to-die"), False),
        (("en.wish-to-die",), False),
        ((), False),
    ],
)
async def test_danger_to_somebody_else_has_a_card_and_a_case_of_its_own(
    house: House, rules: tuple[str, ...], is_about_others: bool
) -> None:
    client = await house.client(await house.therapist())
    care_id = (await house.rows("SELECT id FROM cares"))[0][0]
    mark = client.mark

    def decide(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        care = cares.load(tx, care_id)
        hard_words.respond(work, care, Said("words"), Verdict("explicit", rules))

    await house.app.store.write(decide)
    await house.settle()
    card = sent(client, mark)[0]
    assert CRISIS in card and "Nobody watches this chat." in card
    assert (OTHERS in card) is is_about_others
    assert ("cannot keep yourself safe" in card) is not is_about_others
    ((what,),) = await house.rows("SELECT DISTINCT what FROM risk_steps WHERE what != 'not_agreed'")
    assert what == ("others" if is_about_others else "explicit")


@pytest.fixture
async def care_of(house: House) -> AsyncIterator[tuple[Person, int]]:
    client = await house.client(await house.therapist())
    yield client, (await house.rows("SELECT id FROM cares"))[0][0]


def answer(house: House, care_id: int, risk: str, number: int, *, drop: bool = False) -> object:
    """Handle words as dispatch does: a reply, then the line, if it is owed."""

    def decide(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), f"test{number}")
        care = cares.load(tx, care_id)
        speak.reply(work, care.client_id, f"Reply {number}.", key="reply")
        quiet_line.follow(work, care, Verdict(risk, ()))  # type: ignore[arg-type]
        if drop:
            outbox.drop_for_person(tx, care.client_id, reason="asked_anew", now=work.now)

    return house.app.store.write(decide)


async def test_the_quiet_line_stands_under_the_next_message_once_a_day(
    house: House, care_of: tuple[Person, int]
) -> None:
    client, care_id = care_of
    mark = client.mark
    for number, risk in enumerate(("none", "maybe", "maybe", "none")):
        await answer(house, care_id, risk, number)  # type: ignore[misc]
        await house.settle()
    assert sent(client, mark) == ["Reply 0.", f"Reply 1.\n\n{LINE}", "Reply 2.", "Reply 3."]
    await house.travel(by=timedelta(days=1))
    mark = client.mark
    await answer(house, care_id, "none", 4)  # type: ignore[misc]
    await answer(house, care_id, "maybe", 5)  # type: ignore[misc]
    await house.settle()
    assert sent(client, mark) == ["Reply 4.", f"Reply 5.\n\n{LINE}"]


async def test_words_right_before_do_not_take_a_hard_word_back(house: House) -> None:
    """Together the two are somebody else's words; the second is the client's own all the same."""
    client = await house.client(await house.therapist())
    assert LINE not in (await house.say(client, "I never said"))[-1]
    assert LINE in (await house.say(client, "I feel like a burden"))[-1]


async def test_a_quiet_line_that_never_left_comes_with_the_next_message(
    house: House, care_of: tuple[Person, int]
) -> None:
    client, care_id = care_of
    mark = client.mark
    await answer(house, care_id, "maybe", 0, drop=True)  # type: ignore[misc]
    await answer(house, care_id, "none", 1)  # type: ignore[misc]
    await house.settle()
    assert texts(client.heard(mark)) == [f"Reply 1.\n\n{LINE}"]


@pytest.mark.parametrize("asks", ["/crisis", "help", "SOS"])
async def test_the_quiet_line_never_stands_below_the_card_that_was_asked_for(
    house: House, care_of: tuple[Person, int], asks: str
) -> None:
    client, care_id = care_of
    await answer(house, care_id, "maybe", 0, drop=True)  # type: ignore[misc]
    (card,) = await house.say(client, asks)
    assert CRISIS in card and LINE not in card
    (helped,) = await house.say(client, "/help")
    assert helped.endswith(LINE), "it is still owed"


OF_OTHERS = {
    "en": ("That sounds very hard.", "Thank you for writing it down.", f"{OTHERS} happens."),
    "de": (
        "Das klingt sehr schwer.",
        "Danke, dass Sie es aufgeschrieben haben.",
        "Wenn jemand zu Schaden kommen könnte, wenden Sie sich bitte jetzt an die Menschen dort,"
        " bevor etwas geschieht.",
    ),
    "de_du": (
        "Das klingt sehr schwer.",
        "Danke, dass du es aufgeschrieben hast.",
        "Wenn jemand zu Schaden kommen könnte, wende dich bitte jetzt an die Menschen dort, bevor"
        " etwas geschieht.",
    ),
}


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_the_card_about_somebody_else_in_each_language_and_form(
    house: House, language: str
) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    care_id = (await house.rows("SELECT id FROM cares"))[0][0]
    mark = client.mark

    def decide(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        care, verdict = cares.load(tx, care_id), Verdict("likely", ("de.harm-others",))
        hard_words.respond(work, care, Said("words"), verdict)

    await house.app.store.write(decide)
    await house.settle()
    card = sent(client, mark)[0]
    opening, *rest = OF_OTHERS[language]
    assert card.startswith(f"{opening}\n\n{CRISIS}")
    assert all(part in card for part in rest)


async def test_choosing_which_questions_is_going_on(house: House) -> None:
    """The choice was offered before the card, and is tapped after it."""
    client = await house.client(await house.therapist())

    def switch_on(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        flow = work.practice.shelf.current(tx, "phq-8")
        assert flow is not None
        enrolling.switch_on(work, cares.load(tx, 1), flow, by="test")

    await house.app.store.write(switch_on)
    await house.say(client, "/checkin")
    offer = client.newest
    await house.say(client, HARD)
    assert await holds(house) == 1
    client.tap(offer.keyboard.labels[0][0], offer)  # type: ignore[union-attr]
    await house.settle()
    assert await holds(house) == 0
    assert await house.rows("SELECT count(*) FROM check_ins WHERE status = 'open'") == [(1,)]
