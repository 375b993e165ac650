"""Words under a picture are words: an answer, a note on a question, or a note on offer; the picture
itself is not kept, and that is said.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from bot.sandbox import Person
from bot.services.work.unit_of_work import Work
from storage import answers, notes
from storage.notes import StoredNote
from tests.support.house import House, texts

WELL = {
    "en": "What is one thing that went well, even a small one?",
    "de": "Was ist gut gelaufen, und sei es eine Kleinigkeit?",
}
HARD = {"en": "And what is one thing that was hard?", "de": "Und was war schwer?"}
ONLY = {
    "en": "Only the words can be kept here, not the picture or file itself.",
    "de": "Aufbewahren kann ich hier nur die Worte, nicht das Bild oder die Datei selbst.",
}
NOTED = {
    "en": "That is kept as a note to this question, and Dr. Weber gets it in your own words.",
    "de": "Das ist als Notiz zu dieser Frage aufbewahrt, Dr. Weber bekommt es wörtlich.",
}
OFFER = {
    "en": "There is no open question right now. Shall Dr. Weber get these words",
    "de": "Gerade ist keine Frage offen. Soll Dr. Weber diese Worte als Notiz bekommen",
}
LANGUAGES = ("en", "de")


async def _client(house: House, language: str = "en") -> Person:
    return await house.client(await house.therapist(), "A.B.", language)


async def _at_own_words(house: House, language: str = "en") -> Person:
    client = await _client(house, language)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    assert WELL[language] in client.last
    return client


async def _sent(house: House, client: Person, *captions: str) -> list[str]:
    """Return what is read after these pictures, which were sent together."""
    mark = client.mark
    for caption in captions:
        client.send_photo(caption=caption, album="13" if len(captions) > 1 else "")
    await house.settle()
    return texts(client.heard(mark))


async def _answers(house: House) -> dict[str, object]:
    found = await house.work(lambda work: answers.list_for_check_in(work.tx, 1))
    return {each.step_id: each.value for each in found}


async def _notes(house: House) -> list[tuple[str | None, str, bool]]:
    """Beside which step each note stands, its words, and whether it is more than offered."""
    rows = await house.rows("SELECT id, step_id FROM notes ORDER BY id")
    found = [(step, await house.work(partial(_note, number))) for number, step in rows]
    return [(step, note.words, note.kept_at is not None) for step, note in found]


def _note(number: int, work: Work) -> StoredNote:
    note = notes.find(work.tx, number)
    assert note is not None
    return note


@pytest.mark.parametrize("language", LANGUAGES)
async def test_where_own_words_are_asked_they_are_the_answer(house: House, language: str) -> None:
    client = await _at_own_words(house, language)
    (said,) = await _sent(house, client, "our garden")
    assert said.startswith(f"{ONLY[language]}\n\n{HARD[language]}")
    assert await _answers(house) == {"week": 7, "well": "our garden"}
    assert await _notes(house) == []


async def test_under_the_last_question_they_are_the_answer_as_well(house: House) -> None:
    client = await _at_own_words(house)
    await house.tap(client, "Skip")
    await house.tap(client, "Skip")
    (said,) = await _sent(house, client, "the letter from the bank")
    assert said.startswith(f"{ONLY['en']}\n\nThank you for taking a moment.")
    assert (await _answers(house))["topic"] == "the letter from the bank"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_elsewhere_they_are_a_note_on_that_question(house: House, language: str) -> None:
    client = await _client(house, language)
    (asked,) = await house.say(client, "/checkin")
    (said,) = await _sent(house, client, "at the sea, 2 good days")
    assert said == f"{NOTED[language]} {ONLY[language]}\n\n{asked}"
    assert await _answers(house) == {}
    assert await _notes(house) == [("week", "at the sea, 2 good days", True)]


async def test_a_number_under_a_picture_is_no_answer_and_no_note(house: House) -> None:
    client = await _client(house)
    await house.say(client, "/checkin")
    (said,) = await _sent(house, client, "7")
    assert said.startswith("I can only read text and taps here")
    assert (await _answers(house), await _notes(house)) == ({}, [])


async def test_before_the_next_question_is_shown_they_are_a_note(house: House) -> None:
    client = await _client(house)
    await house.say(client, "/checkin")
    client.tap("7")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    said = await _sent(house, client, "our garden")
    assert said[-1].startswith("The next question had not been asked yet")
    assert f" {ONLY['en']}\n\n" in said[-1]
    assert await _notes(house) == [("week", "our garden", True)]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_outside_a_check_in_they_are_offered(house: House, language: str) -> None:
    client = await _client(house, language)
    (said,) = await _sent(house, client, "our garden")
    assert said.startswith(f"{ONLY[language]}\n\n{OFFER[language]}")
    assert await _notes(house) == [(None, "our garden", False)]
    await house.tap(client, {"en": "Yes, pass it on", "de": "Ja, weitergeben"}[language])
    assert await _notes(house) == [(None, "our garden", True)]


async def test_all_words_of_an_album_are_one_answer(house: House) -> None:
    client = await _at_own_words(house)
    (said,) = await _sent(house, client, "our garden", "", "and the lake")
    assert said.startswith(f"{ONLY['en']}\n\n{HARD['en']}")
    assert await _answers(house) == {"week": 7, "well": "our garden\nand the lake"}


async def test_all_words_of_an_album_are_one_offer(house: House) -> None:
    client = await _client(house)
    (said,) = await _sent(house, client, "our garden", "", "and the lake")
    assert OFFER["en"] in said
    assert await _notes(house) == [(None, "our garden\nand the lake", False)]


async def test_an_album_joins_its_own_offer_and_no_other(house: House) -> None:
    client = await _client(house)
    await house.say(client, "I had a good day")
    house.jump(by=timedelta(seconds=20))
    await _sent(house, client, "our garden")
    client.send_photo(album="14")
    await house.settle()
    house.jump(by=timedelta(seconds=11))
    client.send_photo(caption="the lake", album="14")
    client.send_photo(caption="the hills", album="14")
    house.jump(by=timedelta(seconds=3))
    await house.settle()
    assert [words for _, words, _ in await _notes(house)] == [
        "I had a good day",
        "our garden",
        "the lake\nthe hills",
    ]


async def test_words_under_the_second_picture_only_are_not_lost(house: House) -> None:
    client = await _client(house)
    _, said = await _sent(house, client, "", "our garden")
    assert OFFER["en"] in said
    assert await _notes(house) == [(None, "our garden", False)]


async def test_an_album_on_a_number_is_told_once(house: House) -> None:
    client = await _client(house)
    await house.say(client, "/checkin")
    (said,) = await _sent(house, client, "our garden", "and the lake")
    assert said.startswith(NOTED["en"])
    assert await _notes(house) == [("week", "our garden", True), ("week", "and the lake", True)]


async def test_without_consent_nothing_is_kept(house: House) -> None:
    client = await house.client(await house.therapist(), agrees=False)
    await _sent(house, client, "our garden", "and the lake")
    assert await _notes(house) == []
