"""A burst meets something else: the button that adds, a way that turns, a flow that is due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Person
from bot.services.flow_files.publishing import Source, check, publish
from tests.support.house import MONDAY, House, plain, texts

SECOND = timedelta(seconds=1)
HARD = "And what is one thing that was hard?"
TURNING = """
language = 1
id = "turning"
default = true
title.en = "Turning"
[schedule]
trigger = "on_request"
[[step]]
id = "words"
kind = "text"
ask.en = "How is it?"
[[step]]
id = "sleep"
kind = "text"
when = 'words.contains("sleep")'
ask.en = "What about sleep?"
[[step]]
id = "otherwise"
kind = "text"
when = '!words.contains("sleep") && !words.contains("enough")'
ask.en = "And otherwise?"
"""
REPEATING = """
language = 1
id = "repeating"
default = true
title.en = "Repeating"
[schedule]
trigger = "on_request"
[[step]]
id = "agreed"
kind = "text"
ask.en = "What was agreed?"
[[step]]
id = "done"
kind = "text"
ask.en = "You agreed: {agreed}. What became of it?"
[[step]]
id = "bye"
kind = "message"
ask.en = "You wrote: {done}."
"""
DUE = """
language = 1
id = "{id}"
default = true
title.en = "Flow {id}"
[schedule]
trigger = "weekly"
days = ["mon"]
at = "{at}"
window = "8h"
[[step]]
id = "words"
kind = "text"
ask.en = "How is {id}?"
"""


async def _publish(house: House, *flows: str) -> None:
    checked = check([Source(f"{place}.toml", text) for place, text in enumerate(flows)])
    now = MONDAY - timedelta(days=1)
    await house.app.store.write(lambda tx: publish(tx, checked, now=now, who="t", why="t"))


async def _turning(house: House) -> Person:
    await _publish(house, TURNING)
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    await house.tap(client, "Turning")
    return client


async def _say_unread(house: House, client: Person, words: str) -> list[str]:
    """Return what is said to words that stand above the message that was leaving meanwhile."""
    house.clock.jump(house.clock.now() + 4 * SECOND)
    mark = client.mark
    client.say(words)
    await house.app.sender.tick()
    await house.travel(by=5 * SECOND)
    return texts(client.heard(mark))


async def test_a_burst_after_the_button_joins_the_same_answer_as_a_whole(patient: House) -> None:
    client = await patient.client(await patient.therapist())
    await patient.say(client, "/checkin")
    await patient.tap(client, "7")
    await patient.say(client, "a walk")
    await patient.travel(by=5 * SECOND)
    await patient.tap(client, "Add to my last answer")
    mark = client.mark
    for words in ("my sister comes", "and stays two weeks", "with her dog"):
        assert await patient.say(client, words) == []
        await patient.travel(by=2 * SECOND)
    assert (await _say_unread(patient, client, "and her cat")) == [HARD]
    assert texts(client.heard(mark)) == [HARD]
    await patient.say(client, "the evenings")
    await patient.travel(by=5 * SECOND)
    await patient.tap(client, "‹ Back")
    assert plain(client.last) == f"{HARD}\n\nYour answer so far: the evenings"
    await patient.tap(client, "‹ Back")
    whole = "a walk\nmy sister comes\nand stays two weeks\nwith her dog\nand her cat"
    assert plain(client.last).endswith(f"Your answer so far: {whole}")


@pytest.mark.parametrize("is_seen", [False, True])
async def test_what_more_words_lead_to_is_asked_and_lapses_in_its_time(
    patient: House, is_seen: bool
) -> None:
    client = await _turning(patient)
    await patient.say(client, "bad")
    if is_seen:
        said = await _say_unread(patient, client, "no sleep")
        assert said == ["And otherwise?", "What about sleep?"]
    else:
        await patient.say(client, "no sleep")
        await patient.travel(by=5 * SECOND)
        assert plain(client.last) == "What about sleep?"
    await patient.travel(by=timedelta(days=3))
    assert "These questions are closed now. What you answered is kept." in client.screen[-2].text
    assert await patient.rows("SELECT status FROM check_ins WHERE id = 1") == [("expired",)]


async def test_an_end_to_which_more_words_lead_is_said_below_a_question_that_left(
    patient: House,
) -> None:
    client = await _turning(patient)
    await patient.say(client, "bad")
    asked, end = await _say_unread(patient, client, "that is enough")
    assert (asked, end) == ("And otherwise?", "That is all. Your answers are saved.")


async def test_a_question_to_which_more_words_lead_is_asked_below_an_end_that_left(
    patient: House,
) -> None:
    client = await _turning(patient)
    await patient.say(client, "enough")
    end, asked = await _say_unread(patient, client, "but no sleep")
    assert (end, asked) == ("That is all. Your answers are saved.", "What about sleep?")


async def test_another_flow_that_is_due_waits_for_the_end_of_the_one_before(
    patient: House,
) -> None:
    await _publish(patient, DUE.format(id="one", at="10:00"), DUE.format(id="two", at="10:01"))
    client = await patient.client(await patient.therapist())
    await patient.travel(to=MONDAY + timedelta(hours=1, minutes=5))
    mark = client.mark
    for words in ("part a", "part b"):
        await patient.say(client, words)
        await patient.travel(by=2 * SECOND)
    await patient.travel(by=3 * SECOND)
    end, opening = texts(client.heard(mark))
    assert end == "That is all. Your answers are saved."
    assert opening.endswith("How is two?")
    assert await patient.rows("SELECT length FROM answer_messages") == [(6,), (6,)]


@pytest.mark.parametrize(
    ("language", "kept", "question"),
    [
        (
            "en",
            "What you wrote before is kept as a note, and Dr. Weber gets it in your own words.",
            "What is one thing that went well, even a small one?",
        ),
        (
            "de",
            "Was Sie vorher geschrieben haben, ist als Notiz aufbewahrt, Dr. Weber bekommt es"
            " wörtlich.",
            "Was ist gut gelaufen, und sei es eine Kleinigkeit?",
        ),
        (
            "de_du",
            "Was du vorher geschrieben hast, ist als Notiz aufbewahrt, Dr. Weber bekommt es"
            " wörtlich.",
            "Was ist gut gelaufen, und sei es eine Kleinigkeit?",
        ),
    ],
)
async def test_that_words_are_a_note_is_said_although_an_answer_follows_them_at_once(
    patient: House, language: str, kept: str, question: str
) -> None:
    client = await patient.client(await patient.therapist(), "M.K.", language)
    await patient.say(client, "/checkin")
    mark = client.mark
    await patient.say(client, "I feel sick today")
    await patient.say(client, "Ich war krank")
    await patient.say(client, "3")
    await patient.travel(by=5 * SECOND)
    assert texts(client.heard(mark)) == [f"{kept}\n\n{question}"]
    assert await patient.rows("SELECT count(*) FROM notes") == [(2,)]


async def test_that_only_words_are_kept_is_said_although_more_words_follow(patient: House) -> None:
    client = await patient.client(await patient.therapist())
    await patient.say(client, "/checkin")
    for _ in range(3):
        await patient.tap(client, "Skip")
    mark = client.mark
    for caption in ("the garden", "the roses"):
        client.send_photo(caption=caption, album="one")
    await patient.settle()
    await patient.say(client, "all in bloom")
    await patient.travel(by=5 * SECOND)
    (end,) = texts(client.heard(mark))
    only_words, thanks = end.split("\n\n")
    assert only_words == "Only the words can be kept here, not the picture or file itself."
    assert thanks.startswith("Thank you for taking a moment.")


async def test_two_notes_of_one_burst_are_told_of_once(patient: House) -> None:
    client = await patient.client(await patient.therapist())
    await patient.say(client, "/checkin")
    mark = client.mark
    for words in ("I feel sick today", "and my head aches"):
        await patient.say(client, words)
    await patient.travel(by=5 * SECOND)
    (asked,) = texts(client.heard(mark))
    assert asked.count("kept as a note") == 1
    assert await patient.rows("SELECT count(*) FROM notes") == [(2,)]


async def test_what_has_not_left_yet_repeats_the_words_as_they_are_now(patient: House) -> None:
    await _publish(patient, REPEATING)
    client = await patient.client(await patient.therapist())
    await patient.say(client, "/checkin")
    await patient.tap(client, "Repeating")
    for first, then, heard in (
        ("to wlak", "to walk", "You agreed: to walk. What became of it?"),
        ("not mcuh", "not much", "You wrote: not much."),
    ):
        typed = client.say(first)
        await patient.settle()
        mark = client.mark
        client.edit(typed, then)
        await patient.settle()
        await patient.travel(by=10 * SECOND)
        said = [entry.text for entry in client.heard(mark) if entry.text and entry.text != then]
        assert said[0] == "Changed."
        assert said[1].startswith(heard)
        assert len(said) == 2
