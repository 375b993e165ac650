"""Words are never misfiled or lost: what fits no question is kept as a note or offered as one, and
its writer is told so.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Person
from tests.support.house import House

WEEK = "How has your week been so far?"
WELL = "What is one thing that went well, even a small one?"
WORDS = "argued with my mother, I feel sick"
OFFER = "There is no open question right now. Shall Dr. Weber get these words as a note"


async def _asked(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    return weber, client


async def _noted(house: House) -> list[tuple[str | None, bool]]:
    rows = await house.rows("SELECT step_id, kept_at IS NOT NULL FROM notes ORDER BY id")
    return [(step_id, bool(kept)) for step_id, kept in rows]


@pytest.mark.promise("P1f")
async def test_words_where_a_number_was_asked_are_a_note_on_that_question(house: House) -> None:
    weber, client = await _asked(house)
    (said,) = await house.say(client, WORDS)
    assert said.startswith("That is kept as a note to this question, and Dr. Weber gets it")
    assert WEEK in said
    assert await _noted(house) == [("week", True)]
    assert await house.rows("SELECT count(*) FROM answers") == [(0,)]
    digest = "\n".join(await house.say(weber, "/digest"))
    assert f"▪ One by one\n• A.B.: Wrote: “{WORDS}” (to the question: {WEEK}" in digest
    await house.tap(client, "7")
    assert await house.rows("SELECT step_id FROM answers") == [("week",)]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "slept 3 hours"), ("en", "2 bad nights"), ("de", "2 schlechte Nächte")],
)
async def test_words_with_a_figure_are_words(house: House, language: str, text: str) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language)
    await house.say(client, "/checkin")
    (said,) = await house.say(client, text)
    kept = {"en": "That is kept as a note to", "de": "Das ist als Notiz zu dieser Frage"}
    assert said.startswith(kept[language])
    assert f"“{text}”" in "\n".join(await house.say(weber, "/digest"))


@pytest.mark.parametrize("text", ["11", "20 €", "7/10 or 8", "about 7", "thanks", "👍🏽", "??"])
async def test_a_slip_is_no_note(house: House, text: str) -> None:
    _, client = await _asked(house)
    (said,) = await house.say(client, text)
    assert "kept as a note" not in said
    assert WEEK in said
    assert await _noted(house) == []


async def test_words_before_a_question_has_left_are_a_note_on_the_one_before(house: House) -> None:
    weber, client = await _asked(house)
    client.tap("7")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    client.say("it was a mixed one")
    await house.settle()
    await house.travel(by=timedelta(seconds=1))
    assert client.last.startswith("The next question had not been asked yet, so what you just")
    assert "kept as a note: Dr. Weber gets it in your own words." in client.last
    assert WELL in client.last
    assert await _noted(house) == [("week", True)]
    digest = "\n".join(await house.say(weber, "/digest"))
    assert f"“it was a mixed one” (to the question: {WEEK}" in digest


@pytest.mark.promise("P1f")
async def test_words_outside_a_check_in_are_passed_on_by_one_tap(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    (said,) = await house.say(client, "I had a good day")
    assert said.startswith(OFFER)
    assert await _noted(house) == [(None, False)]
    assert "I had a good day" not in "\n".join(await house.say(weber, "/digest"))
    await house.tap(client, "Yes, pass it on")
    assert client.screen[-1].text.startswith("Passed on as a note: Dr. Weber gets these words")
    assert client.screen[-1].keyboard is None
    assert await _noted(house) == [(None, True)]
    assert "• A.B.: Wrote: “I had a good day”" in "\n".join(await house.say(weber, "/digest"))


async def test_what_a_client_does_not_want_passed_on_is_gone(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "I had a good day")
    await house.tap(client, "No, thank you")
    shown = [entry.text for entry in client.screen]
    assert "These words were not passed on and are deleted here." in shown
    assert await _noted(house) == []
    await house.forge(client, "np:1")
    assert await _noted(house) == []


async def test_words_wait_for_a_tap_for_two_days(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "I had a good day")
    house.jump(by=timedelta(hours=47))
    await house.app.keeper.tick()
    assert await _noted(house) == [(None, False)]
    house.jump(by=timedelta(hours=2))
    await house.tap(client, "Yes, pass it on")
    shown = [entry.text for entry in client.screen]
    assert "These words were not passed on and are deleted here." in shown
    assert await _noted(house) == []
    await house.say(client, "Another day")
    house.jump(by=timedelta(hours=49))
    await house.app.keeper.tick()
    assert await _noted(house) == []


async def _lapsed(house: House, language: str) -> tuple[Person, Person]:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await house.travel(by=timedelta(hours=30))
    assert await house.rows("SELECT status FROM check_ins") == [("expired",)]
    return weber, client


@pytest.mark.parametrize(
    ("language", "offer", "passed_on", "question"),
    [
        ("en", "The last question is closed now. Shall Dr. Weber", "Yes, pass it on", WELL),
        (
            "de",
            "Die letzte Frage ist jetzt geschlossen. Soll Dr. Weber diese Worte als Notiz dazu",
            "Ja, weitergeben",
            "Was ist gut gelaufen, und sei es eine Kleinigkeit?",
        ),
    ],
)
async def test_a_late_note_stands_beside_the_question_that_lapsed(
    house: House, language: str, offer: str, passed_on: str, question: str
) -> None:
    weber, client = await _lapsed(house, language)
    (said,) = await house.say(client, "a walk by the lake")
    assert said.startswith(offer)
    await house.tap(client, passed_on)
    assert await _noted(house) == [("well", True)]
    digest = "\n".join(await house.say(weber, "/digest"))
    assert f"“a walk by the lake” (to the question: {question}" in digest


async def test_long_after_a_question_lapsed_words_are_not_meant_for_it(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(by=timedelta(days=4))
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]
    await house.travel(by=timedelta(hours=56))
    assert await house.rows("SELECT status FROM check_ins") == [("expired",)]
    (said,) = await house.say(client, "a walk")
    assert said.startswith("The last question is closed now.")
    await house.travel(by=timedelta(hours=2))
    (said,) = await house.say(client, "another walk")
    assert said.startswith(OFFER)
    assert await _noted(house) == [("week", False), (None, False)]


async def test_after_another_check_in_words_are_not_meant_for_one_that_lapsed(
    house: House,
) -> None:
    _, client = await _lapsed(house, "en")
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")
    (said,) = await house.say(client, "a walk")
    assert said.startswith(OFFER)


async def test_words_are_not_meant_for_a_question_that_nobody_saw(house: House) -> None:
    client = await house.client(await house.therapist())
    client.say("/checkin")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    client.block()
    await house.travel(by=timedelta(days=2, hours=16))
    assert await house.rows("SELECT status FROM check_ins") == [("expired",)]
    client.unblock()
    await house.settle()
    (said,) = await house.say(client, "a walk")
    assert said.startswith(OFFER)


async def test_nobody_passes_on_the_words_of_another(house: House) -> None:
    weber = await house.therapist()
    client, other = await house.client(weber), await house.client(weber, "C.D.")
    await house.say(client, "I had a good day")
    await house.forge(other, "np:1")
    await house.forge(other, "nx:1")
    assert await _noted(house) == [(None, False)]


async def test_a_client_who_stopped_after_a_note_is_still_told_of(house: House) -> None:
    weber, client = await _asked(house)
    await house.say(client, WORDS)
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    assert WORDS in "\n".join(await house.say(weber, "/digest"))


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        ("en", "thanks!", "You are welcome. Take care."),
        ("en", "👍🏽", "You are welcome. Take care."),
        ("en", "Thank you 🙏", "You are welcome. Take care."),
        ("de", "Danke", "Gern. Alles Gute."),
        ("de_du", "vielen Dank!", "Gern. Alles Gute."),
    ],
)
async def test_thanks_get_a_short_word(house: House, language: str, text: str, answer: str) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    assert await house.say(client, text) == [answer]
    assert await _noted(house) == []
