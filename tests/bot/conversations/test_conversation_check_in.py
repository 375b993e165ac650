"""A client goes through a check-in: by taps, by typing, back, with mistakes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Person
from storage import answers
from tests.support.house import House, plain

WEEK = "How has your week been so far?"
WELL = "What is one thing that went well, even a small one?"
HARD = "And what is one thing that was hard?"


async def begun(house: House, language: str = "en") -> Person:
    """A client before the first question of the mid-week check-in."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language)
    await house.say(client, "/checkin")
    return client


async def answered(house: House) -> dict[str, object]:
    """Return what is kept for the first check-in, by step."""
    kept = await house.work(lambda work: answers.list_for_check_in(work.tx, 1))
    return {answer.step_id: answer.value for answer in kept}


async def test_by_taps(house: House) -> None:
    client = await begun(house)
    assert client.last.startswith(WEEK)
    assert client.labels == [
        ["0", "1", "2", "3", "4", "5"],
        ["6", "7", "8", "9", "10"],
        ["Skip", "Later"],
    ]
    said = await house.tap(client, "7")
    assert said == [f"{WEEK}\n\n✓ 7", WELL]
    assert client.labels == [["‹ Back", "Skip", "Later"]]
    said = await house.tap(client, "Skip")
    assert said == [f"{WELL}\n\n✓ skipped", HARD]
    await house.tap(client, "Skip")
    (_, closing) = await house.tap(client, "Skip")
    assert closing == "Thank you for taking a moment. Dr. Weber gets your answers on Sunday."
    assert client.labels == [["Change an answer"]]
    assert await answered(house) == {"week": 7, "well": None, "hard": None, "topic": None}


async def test_by_typing_in_the_clients_own_words(house: House) -> None:
    client = await begun(house)
    assert await house.say(client, " 7 ") == [WELL]
    odd = "🌧️ <b>bold</b> {therapist} _x_ שלום\n\nand a second paragraph"
    assert await house.say(client, odd) == [HARD]
    await house.say(client, "Nothing")
    await house.say(client, "—")
    assert await answered(house) == {"week": 7, "well": odd, "hard": "Nothing", "topic": "—"}


async def test_back_and_another_answer(house: House) -> None:
    client = await begun(house)
    await house.tap(client, "7")
    await house.say(client, "A walk")
    said = await house.tap(client, "‹ Back")
    assert said[-1] == f"{WELL}\n\nYour answer so far: A walk"
    said = await house.tap(client, "‹ Back")
    assert said[-1].endswith("Your answer so far: 7")
    # what was answered further on stays, so the next open question follows
    assert (await house.tap(client, "3"))[-1] == HARD
    await house.tap(client, "‹ Back")
    await house.say(client, "A swim")
    assert await answered(house) == {"week": 3, "well": "A swim"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("11", "That number is outside the range here."),
        ("-1", "That number is outside the range here."),
        ("7.5", "A whole number is needed here, without decimals."),
        ("quite good", "A number is needed here."),
        ("7 or 8", "A number is needed here."),
        ("9" * 400, "A number is needed here."),
        ("\u200b", "A number is needed here."),
    ],
)
async def test_what_does_not_fit_a_scale_is_asked_again(
    house: House, typed: str, said: str
) -> None:
    client = await begun(house)
    labels = client.labels
    (again,) = await house.say(client, typed)
    assert said in again
    assert WEEK in again
    assert client.labels == labels
    assert await answered(house) == {}
    await house.tap(client, "7")
    assert await answered(house) == {"week": 7}


async def test_a_sticker_where_a_number_is_asked(house: House) -> None:
    client = await begun(house)
    client.send_sticker()
    await house.settle()
    assert client.last.startswith("I can only read text and taps here")
    assert WEEK in client.last
    client.send_photo(caption="7")
    await house.settle()
    assert client.last.startswith("I can only read text and taps here")
    assert await answered(house) == {}


async def test_text_where_a_choice_is_asked(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    for _ in range(4):
        await house.tap(client, "8")
    assert client.labels == [["No"], ["A little"], ["Yes"], ["Rather not say"], ["‹ Back", "Later"]]
    (said,) = await house.say(client, "hmm, hard to say")
    assert " That did not match one of the answers." in said
    (said,) = await house.say(client, "a little")
    assert said.startswith("Thank you for saying so.\n\nWhat came closest?")


@pytest.mark.parametrize(
    ("language", "skip", "no_skip", "back", "no_back"),
    [
        ("en", "skip", "There is no skip for this question.", "back", "This is the first question"),
        ("de", "überspringen", "Diese Frage lässt sich nicht", "zurück", "Das ist die erste Frage"),
    ],
)
async def test_the_word_of_a_button_that_is_not_there_is_neither_answer_nor_note(
    house: House, language: str, skip: str, no_skip: str, back: str, no_back: str
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    first = client.last.partition("\n\n")[2]
    (said,) = await house.say(client, back)
    assert said.startswith(no_back) and said.partition("\n\n")[2] in first
    for _ in range(4):
        await house.tap(client, "8")
    asked = plain(client.last)
    (said,) = await house.say(client, skip)
    assert said.startswith(no_skip) and said.endswith(asked)
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]
    assert await house.rows("SELECT count(*) FROM answers") == [(4,)]


async def test_too_long_and_empty_words(house: House) -> None:
    client = await begun(house)
    await house.tap(client, "7")
    (said,) = await house.say(client, "x" * 4090)
    assert said.startswith("That is longer than I can keep in one piece.")
    (said,) = await house.say(client, "\u2060")
    assert said.startswith("There was no text in that.")
    assert await answered(house) == {"week": 7}
    (said,) = await house.say(client, "short")
    assert said == HARD


async def test_a_stale_button_is_explained_and_loses_its_keyboard(house: House) -> None:
    client = await begun(house)
    first = client.newest
    await house.say(client, "7")
    said = await house.tap(client, "3")
    assert said[0] == "This question is already settled. Please use the newest message."
    shown = next(m for m in client.screen if m.message_id == first.message_id)
    assert shown.keyboard is None
    assert await answered(house) == {"week": 7}


async def test_a_doubled_tap_answers_once(house: House) -> None:
    client = await begun(house)
    client.tap("7")
    client.tap("7")
    mark = client.mark
    await house.settle()
    assert [e.text for e in client.heard(mark) if e.kind == "toast" and e.text] == [
        "This question is already settled. Please use the newest message."
    ]
    assert [plain(e.text) for e in client.heard(mark) if e.kind == "sent"] == [WELL]
    assert await answered(house) == {"week": 7}
    first = client.screen[-2]
    assert first.text == f"{WEEK}\n\n✓ 7"


@pytest.mark.promise("P1c")
async def test_an_update_delivered_twice_counts_once(house: House) -> None:
    client = await begun(house)
    client.say("7")
    await house.settle()
    mark = client.mark
    house.sandbox.duplicate()
    await house.settle()
    assert client.heard(mark) == []
    assert await answered(house) == {"week": 7}


async def test_a_button_of_a_finished_check_in(house: House) -> None:
    client = await begun(house)
    await house.tap(client, "7")
    for _ in range(3):
        await house.tap(client, "Skip")
    assert (await house.forge(client, "a:1:0:3"))[0] == (
        "These questions are closed. What you answered is kept."
    )
    assert (await answered(house))["week"] == 7


@pytest.mark.parametrize("language", ["de", "de_du"])
async def test_one_check_in_speaks_one_address(house: House, language: str) -> None:
    client = await begun(house, language)
    asked = {"de": "Wie läuft Ihre Woche bisher?", "de_du": "Wie läuft deine Woche bisher?"}
    assert client.last.startswith(asked[language])
    (again,) = await house.say(client, "sehr gut")
    assert "Hier wird eine Zahl gebraucht." in again
    await house.tap(client, "7")
    await house.tap(client, "Überspringen")
    await house.say(client, "Die Abende")
    await house.tap(client, "Überspringen")
    closing = {
        "de": "Danke, dass Sie sich einen Moment genommen haben. Dr. Weber bekommt Ihre Antworten",
        "de_du": "Danke, dass du dir einen Moment genommen hast. Dr. Weber bekommt deine Antworten",
    }
    assert client.last.startswith(closing[language])


async def test_a_check_in_that_lapsed_says_so_in_its_own_message(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    mark = client.mark
    await house.travel(by=timedelta(days=3))
    edited = [entry for entry in client.heard(mark) if entry.kind == "edited"]
    assert [entry.text.splitlines()[-1] for entry in edited] == [
        "These questions are closed now. That is fine; others will come."
    ]
    assert edited[0].keyboard == ()
    assert "How has your week been" in edited[0].text


async def test_the_first_question_says_how_long_it_takes_and_who_reads_it(house: House) -> None:
    client = await begun(house)
    assert client.last.endswith(
        "\n\nQuestion 1 of 4. About 2 minutes in all. Dr. Weber gets your answers."
    )
    client.say("a lot")
    await house.settle()
    assert client.last.endswith("\n\nQuestion 1 of 4")  # what was said is not said again
    client.tap("7")
    await house.settle()
    assert client.last == f"{WELL}\n\nQuestion 2 of 4"
    client.tap("‹ Back")
    await house.settle()
    assert client.last.endswith("Your answer so far: 7\n\nQuestion 1 of 4")


async def test_how_many_questions_there_are_narrows_and_never_moves_away(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    # the words before the question have said who gets the answers
    assert client.last.endswith("\n\nQuestion 1 of 6 to 11. About 2 minutes in all.")
    for _ in range(4):
        await house.tap(client, "8")
    assert client.last.endswith("\n\nQuestion 5 of 6 to 11")
    await house.tap(client, "A little")
    assert client.last.endswith("\n\nQuestion 6 of 11")
    await house.tap(client, "‹ Back")
    await house.tap(client, "No")
    assert client.last.endswith("\n\nQuestion 6 of 6")
