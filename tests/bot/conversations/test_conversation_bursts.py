"""People write in bursts: what follows typed words waits a few seconds for more of them, and more
can be added later.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Person
from tests.support.house import CRISIS, House, plain, texts

WELL = "What is one thing that went well, even a small one?"
HARD = "And what is one thing that was hard?"
TOPIC = "Is there anything you would like to bring to your next session?"
END = "Thank you for taking a moment. Dr. Weber gets your answers on Sunday."
SECOND = timedelta(seconds=1)


async def _at_words(house: House, language: str = "en") -> Person:
    """A client who has been asked for words."""
    client = await house.client(await house.therapist(), "M.K.", language)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    return client


async def _values(house: House) -> list[str]:
    rows = await house.rows("SELECT step_id FROM answers ORDER BY rowid")
    return [step for (step,) in rows]


@pytest.mark.promise("P1g")
async def test_a_burst_is_one_answer_and_the_next_question_waits_for_it(patient: House) -> None:
    client = await _at_words(patient)
    mark = client.mark
    for words in ("the rent went up", "and I dont know how to pay it", "also my back hurts"):
        assert await patient.say(client, words) == []
        await patient.travel(by=3 * SECOND)
    assert [e.kind for e in client.since(mark)].count("typing") == 3
    await patient.travel(by=SECOND)
    assert texts(client.heard(mark)) == [HARD]
    assert await _values(patient) == ["week", "well"]
    assert await patient.rows("SELECT 1 FROM notes") == []
    await patient.tap(client, "‹ Back")
    whole = "the rent went up\nand I dont know how to pay it\nalso my back hurts"
    assert f"Your answer so far: {whole}" in client.last


async def test_a_tap_never_waits(patient: House) -> None:
    client = await _at_words(patient)
    mark = client.mark
    await patient.tap(client, "Skip")
    assert texts(client.heard(mark))[-1] == HARD
    assert "typing" not in [e.kind for e in client.since(mark)]


async def test_a_tap_or_a_command_ends_the_waiting(patient: House) -> None:
    client = await _at_words(patient)
    assert await patient.say(client, "a walk") == []
    question, help_text = await patient.say(client, "/help")
    assert question == HARD
    assert "/checkin" in help_text
    assert await patient.say(client, "the evenings") == []
    said = await patient.tap(client, "‹ Back")
    assert any(TOPIC in text for text in said), "the question that waited is shown"


async def test_the_last_words_wait_too(patient: House) -> None:
    client = await _at_words(patient)
    await patient.tap(client, "Skip")
    await patient.tap(client, "Skip")
    mark = client.mark
    for words in ("my mother", "and the move"):
        assert await patient.say(client, words) == []
    await patient.travel(by=4 * SECOND)
    (closing,) = texts(client.heard(mark))
    assert closing.startswith(END)
    assert await patient.rows("SELECT status FROM check_ins") == [("finished",)]
    await patient.tap(client, "Change an answer")
    assert "Your answer so far: my mother\nand the move" in client.last


async def test_thanks_at_the_end_are_no_part_of_the_answer(patient: House) -> None:
    client = await _at_words(patient)
    await patient.tap(client, "Skip")
    await patient.tap(client, "Skip")
    await patient.say(client, "my mother")
    await patient.say(client, "thanks")
    await patient.travel(by=4 * SECOND)
    assert texts(client.heard())[-2:] == [END, "You are welcome. Take care."]
    await patient.tap(client, "Change an answer")
    assert plain(client.last).endswith("Your answer so far: my mother")


async def test_what_stands_above_the_question_belongs_to_the_answer(patient: House) -> None:
    """The words came in after the question had left, and were written before."""
    client = await _at_words(patient)
    await patient.say(client, "a walk")
    patient.clock.jump(patient.clock.now() + 4 * SECOND)
    client.say("in the snow")
    await patient.app.sender.tick()
    await patient.travel(by=5 * SECOND)
    assert texts(client.heard())[-1] == HARD
    assert await _values(patient) == ["week", "well"]
    await patient.tap(client, "‹ Back")
    assert plain(client.last).endswith("Your answer so far: a walk\nin the snow")


@pytest.mark.parametrize(
    ("language", "button", "asks", "so_far"),
    [
        (
            "en",
            "Add to my last answer",
            "Write it now: it is added to your answer to",
            "Your answer so far",
        ),
        (
            "de",
            "Zur letzten Antwort ergänzen",
            "Schreiben Sie es jetzt: Es kommt zu Ihrer Antwort auf",
            "Ihre Antwort bisher",
        ),
        (
            "de_du",
            "Zur letzten Antwort ergänzen",
            "Schreib es jetzt: Es kommt zu deiner Antwort auf",
            "Deine Antwort bisher",
        ),
    ],
)
async def test_more_is_added_by_a_button(
    house: House, language: str, button: str, asks: str, so_far: str
) -> None:
    client = await _at_words(house, language)
    (question,) = await house.say(client, "a walk")
    (told,) = await house.tap(client, button)
    assert told.startswith(asks)
    assert await house.say(client, "in the snow") == [question]
    await house.tap(client, client.labels[-2][0])
    assert f"{so_far}: a walk\nin the snow" in client.last


async def test_only_the_next_words_are_added_and_a_tap_on_the_question_ends_it(
    house: House,
) -> None:
    client = await _at_words(house)
    await house.say(client, "a walk")
    await house.tap(client, "Add to my last answer")
    await house.say(client, "in the snow")
    await house.say(client, "the evenings")
    assert await _values(house) == ["week", "well", "hard"]
    await house.tap(client, "Add to my last answer")
    await house.say(client, "/checkin")
    await house.say(client, "my mother")
    assert await _values(house) == ["week", "well", "hard", "topic"]


async def test_words_that_do_not_fit_the_answer_any_more_are_a_note(house: House) -> None:
    client = await _at_words(house)
    await house.say(client, "x" * 1990)
    await house.tap(client, "Add to my last answer")
    (said,) = await house.say(client, "and then it went on")
    assert said.startswith("There is no more room in that answer, so this is kept as a note")
    assert said.endswith(HARD)
    assert await house.rows("SELECT step_id FROM notes") == [("well",)]


async def test_help_text_waits_behind_no_question(patient: House) -> None:
    client = await _at_words(patient)
    assert await patient.say(client, "a bad week") == []
    (said,) = await patient.say(client, "I want to kill myself")
    assert "112" in said
    mark = client.mark
    await patient.travel(by=timedelta(minutes=2))
    assert texts(client.heard(mark)) == [], "no question follows by itself"
    assert await patient.tap(client, "Go on with the questions")
    assert plain(client.last) == HARD


async def test_the_word_of_a_button_is_no_part_of_an_answer(patient: House) -> None:
    client = await _at_words(patient)
    await patient.say(client, "a walk")
    await patient.say(client, "skip")
    await patient.travel(by=timedelta(minutes=1))
    assert plain(client.last) == HARD
    assert await _values(patient) == ["week", "well"]
    assert await patient.rows("SELECT length FROM answer_messages") == [(len("a walk"),)]
    assert await patient.rows("SELECT count(*) FROM notes") == [(0,)]


async def test_a_sticker_leaves_what_was_to_be_added_awaited(house: House) -> None:
    client = await _at_words(house)
    await house.say(client, "a walk")
    await house.tap(client, "Add to my last answer")
    mark = client.mark
    client.send_sticker()
    await house.settle()
    (told,) = [text for text in texts(client.heard(mark)) if text]
    assert "Write it now: it is added to your answer" in told
    await house.say(client, "with my sister")
    await house.tap(client, "‹ Back")
    assert plain(client.last).endswith("Your answer so far: a walk\nwith my sister")


@pytest.mark.parametrize(
    ("language", "word"), [("en", "stop"), ("en", "STOP!"), ("de", "Stopp"), ("de", "hör auf")]
)
async def test_stop_in_a_burst_is_asked_about_and_joins_no_answer(
    patient: House, language: str, word: str
) -> None:
    client = await _at_words(patient, language)
    await patient.say(client, "a walk")
    question, asked = await patient.say(client, word)
    assert asked == await _stop_question(patient, client)
    await patient.tap(client, client.labels[-1][0])
    rows = await patient.rows("SELECT status FROM check_ins")
    assert rows == [("open",)], "nothing has ended by the word alone"
    mark = client.mark
    await patient.say(client, "/checkin")
    assert any(question in text for text in texts(client.heard(mark)))


async def _stop_question(house: House, client: Person) -> str:
    """Return what the command asks."""
    return (await house.say(client, "/stop"))[-1]


async def test_words_under_a_picture_that_join_an_answer_are_waited_for_too(
    patient: House,
) -> None:
    client = await _at_words(patient)
    await patient.say(client, "a walk")
    mark = client.mark
    client.send_photo(caption="by the lake")
    await patient.settle()
    assert "typing" in [e.kind for e in client.since(mark)]
    await patient.travel(by=5 * SECOND)
    await patient.tap(client, "‹ Back")
    assert plain(client.last).endswith("Your answer so far: a walk\nby the lake")


async def test_what_comes_after_the_digest_was_made_is_not_told_twice(patient: House) -> None:
    weber = await patient.therapist()
    client = await patient.client(weber, "M.K.")
    await patient.travel(to=datetime(2026, 11, 29, 16, 59, 50, tzinfo=UTC))
    await patient.say(client, "/checkin")
    for _ in range(3):
        await patient.tap(client, client.labels[0][0])
    typed = client.say("my mother")
    await patient.settle()
    await patient.travel(to=datetime(2026, 11, 29, 17, 0, 2, tzinfo=UTC))
    await patient.say(client, "and the move")
    await patient.travel(by=timedelta(minutes=40))
    assert weber.last.count("my mother") == 1
    client.edit(typed, "my father")
    await patient.settle()
    assert client.last.startswith("The weekly summary with these answers has been made already.")
    assert "the move" in "".join(e.text for e in client.screen)
    await patient.travel(by=timedelta(days=7))
    assert "my mother" not in weber.last


SPLIT = {"en": ("i dont want", "to exist"), "de": ("ich will nicht", "mehr da sein")}


@pytest.mark.promise("P4d")
@pytest.mark.parametrize("language", ["en", "de", "de_du"])
@pytest.mark.parametrize("where", ["own words", "a number", "outside"])
async def test_a_sentence_in_two_messages_is_heard_as_one(
    patient: House, language: str, where: str
) -> None:
    client = await patient.client(await patient.therapist(), "M.K.", language)
    if where != "outside":
        await patient.say(client, "/checkin")
    if where == "own words":
        await patient.tap(client, "7")
    first, second = SPLIT[language[:2]]
    assert not any(CRISIS in text for text in await patient.say(client, first))
    card = (await patient.say(client, second))[0]
    assert CRISIS in card[:100]
    assert not any(CRISIS in text for text in await patient.say(client, "the rain"))


async def test_what_was_written_long_before_is_no_part_of_a_sentence(patient: House) -> None:
    client = await patient.client(await patient.therapist(), "M.K.")
    await patient.say(client, "i dont want")
    await patient.travel(by=timedelta(minutes=2))
    assert not any(CRISIS in text for text in await patient.say(client, "to exist"))
