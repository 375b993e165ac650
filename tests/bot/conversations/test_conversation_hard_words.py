"""Crisis wording: help text first, the truth about what was kept, and the next question only when
the client goes on.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Fault, Person
from tests.support.house import AGREE, CRISIS, House, open_house, settings_for

HARD = {
    "en": "I don't want to live anymore",
    "de": "Ich will nicht mehr leben",
    "de_du": "Ich will nicht mehr leben",
}
OPENING = {
    "en": "That sounds very hard. Thank you for writing it down.",
    "de": "Das klingt sehr schwer. Danke, dass Sie es aufgeschrieben haben.",
    "de_du": "Das klingt sehr schwer. Danke, dass du es aufgeschrieben hast.",
}
NOT_KEPT = {
    "en": "What you just wrote was not kept and not passed on to anyone.",
    "de": "Was Sie gerade geschrieben haben, wurde nicht aufbewahrt und an niemanden"
    " weitergegeben.",
    "de_du": "Was du gerade geschrieben hast, wurde nicht aufbewahrt und an niemanden"
    " weitergegeben.",
}
NOTED = {
    "en": "What you just wrote is kept as a note: Dr. Weber gets it in your own words, but not at"
    " once.",
    "de": "Was Sie gerade geschrieben haben, ist als Notiz aufbewahrt: Dr. Weber bekommt es"
    " wörtlich, aber nicht sofort.",
    "de_du": "Was du gerade geschrieben hast, ist als Notiz aufbewahrt: Dr. Weber bekommt es"
    " wörtlich, aber nicht sofort.",
}
OFFER = {
    "en": "Shall Dr. Weber get these words as a note, with your answers of this week?",
    "de": "Soll Dr. Weber diese Worte als Notiz bekommen, zusammen mit Ihren Antworten",
    "de_du": "Soll Dr. Weber diese Worte als Notiz bekommen, zusammen mit deinen Antworten",
}
PASS_ON = {"en": "Yes, pass it on", "de": "Ja, weitergeben", "de_du": "Ja, weitergeben"}
GO_ON = {
    "en": "Go on with the questions",
    "de": "Mit den Fragen weitermachen",
    "de_du": "Mit den Fragen weitermachen",
}


async def before_words(house: House, language: str = "en") -> Person:
    """A client before the question what went well."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language)
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    return client


@pytest.mark.promise("P4d")
@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_help_comes_first_and_the_next_question_waits(house: House, language: str) -> None:
    client = await before_words(house, language)
    (said,) = await house.say(client, HARD[language])
    assert said.startswith(OPENING[language])
    assert said.endswith(CRISIS)
    assert client.labels == [[GO_ON[language]]]
    assert len(await house.rows("SELECT 1 FROM answers")) == 2
    # it is audited by rule, without a word of it
    ((action, detail),) = await house.rows(
        "SELECT action, detail FROM audit WHERE action LIKE 'safety.%'"
    )
    assert action == "safety.explicit"
    assert HARD[language] not in detail
    said_next = await house.tap(client, GO_ON[language])
    hard = {"en": "And what is one thing that was hard?", "de": "Und was war schwer?"}
    assert said_next[-1].startswith(hard[language[:2]])


async def test_what_is_written_before_going_on_joins_what_was_written_before(house: House) -> None:
    client = await before_words(house)
    await house.say(client, HARD["en"])
    assert await house.say(client, "I called my sister") == ["And what is one thing that was hard?"]
    assert len(await house.rows("SELECT 1 FROM answers")) == 2
    await house.tap(client, "‹ Back")
    assert f"Your answer so far: {HARD['en']}\nI called my sister" in client.last
    await house.tap(client, "Skip")
    await house.say(client, "The evening")
    assert len(await house.rows("SELECT 1 FROM answers")) == 3


async def test_hard_words_again_lead_to_help_again(house: House) -> None:
    client = await before_words(house)
    await house.say(client, HARD["en"])
    (said,) = await house.say(client, "I want to kill myself")
    assert said.startswith(OPENING["en"])
    assert NOT_KEPT["en"] not in said, "both are one answer"
    assert client.labels == [["Go on with the questions"]]


async def test_hard_words_as_the_last_answer(house: House) -> None:
    client = await before_words(house)
    await house.tap(client, "Skip")
    await house.tap(client, "Skip")
    help_text, closing = await house.say(client, HARD["en"])
    assert help_text.startswith(OPENING["en"])
    assert NOT_KEPT["en"] not in help_text
    # no button to questions that do not come, and no word of when it will be read
    assert client.screen[-2].text == help_text
    assert client.screen[-2].keyboard is None
    assert closing == "That is all. Your answers are saved."
    assert await house.rows("SELECT status FROM check_ins") == [("finished",)]


@pytest.mark.promise("P4e")
@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_hard_words_where_a_number_is_asked_are_a_note_and_say_so(
    house: House, language: str
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language)
    (asked,) = await house.say(client, "/checkin")
    (said,) = await house.say(client, HARD[language])
    assert said.startswith(OPENING[language])
    assert said.endswith(NOTED[language])
    assert await house.tap(client, GO_ON[language]) == [asked]
    question = asked.partition("\n")[0]
    told = "\n".join(await house.say(weber, "/digest"))
    assert f"“{HARD[language]}” (to the question: {question}" in told


async def test_hard_words_that_are_too_long_for_an_answer_are_a_note(house: House) -> None:
    client = await before_words(house)
    (said,) = await house.say(client, f"{HARD['en']} {'and so on ' * 250}")
    assert said.endswith(NOTED["en"])
    assert await house.rows("SELECT step_id FROM notes") == [("well",)]


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_hard_words_under_a_picture_are_kept_like_typed_ones(
    house: House, language: str
) -> None:
    client = await before_words(house, language)
    mark = client.mark
    client.send_photo(caption=HARD[language])
    await house.settle()
    (entry,) = client.heard(mark)
    assert entry.text.startswith(OPENING[language]) and entry.text.endswith(CRISIS)
    assert client.labels == [[GO_ON[language]]]
    assert await house.rows("SELECT count(*) FROM answers") == [(2,)]


@pytest.mark.promise("P4e")
@pytest.mark.promise("P4d")
@pytest.mark.parametrize("state", ["asked", "ended", "declined"])
async def test_hard_words_of_somebody_who_does_not_take_part(house: House, state: str) -> None:
    weber = await house.therapist()
    client = await house.client(weber, agrees=state == "ended")
    if state == "ended":
        await house.forge(client, "x:1")
    if state == "declined":
        await house.forge(client, "d:1")
    heard = weber.mark
    for beginning in ("", "/nonsense ", "/help ", "/privacy ", "/crisis ", "/start "):
        text = beginning + HARD["en"]
        (said,) = await house.say(client, text)
        assert said.startswith(OPENING["en"])
        assert said.endswith(NOT_KEPT["en"])
    assert weber.heard(heard) == []
    assert await house.rows("SELECT count(*) FROM audit WHERE action LIKE 'safety.%'") == [(6,)]
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]


@pytest.mark.promise("P4d")
@pytest.mark.parametrize("beginning", ["", "/nonsense ", "/help ", "/crisis ", "/start "])
async def test_hard_words_outside_a_check_in_are_offered_as_a_note(
    house: House, beginning: str
) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    help_text, offer = await house.say(client, beginning + HARD["en"])
    assert help_text.startswith(OPENING["en"]) and help_text.endswith(CRISIS)
    assert offer.startswith(OFFER["en"])
    assert HARD["en"] not in "\n".join(await house.say(weber, "/digest"))
    await house.tap(client, PASS_ON["en"])
    told = "\n".join(await house.say(weber, "/digest")).replace("\u2060", "")
    assert f"“{beginning}{HARD['en']}”" in told


@pytest.mark.parametrize("language", ["de", "de_du"])
async def test_the_offer_speaks_the_language_of_the_client(house: House, language: str) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    help_text, offer = await house.say(client, HARD[language])
    assert help_text.startswith(OPENING[language])
    assert offer.startswith(OFFER[language])
    assert client.labels[0] == [PASS_ON[language]]


async def test_hard_words_do_not_agree_to_anything(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, agrees=False)
    await house.say(client, HARD["en"])
    assert await house.rows("SELECT state FROM cares") == [("asked",)]
    await house.tap(client, AGREE["en"])
    assert await house.rows("SELECT state FROM cares") == [("active",)]


@pytest.mark.promise("P4a")
async def test_help_that_may_not_have_arrived_is_sent_again(house: House) -> None:
    client = await before_words(house)
    house.sandbox.faults.add(Fault("sendMessage", 502, when="after", chat_id=client.chat_id))
    mark = client.mark
    client.say(HARD["en"])
    await house.travel(by=timedelta(minutes=1))
    assert [e.text.startswith(OPENING["en"]) for e in client.heard(mark)] == [True, True]


async def test_a_very_long_text_of_the_practice_still_arrives(house: House) -> None:
    """A message that Telegram refuses for its length would be no help at all."""
    numbers = "\n\n".join(f"{n}. Somewhere to turn to, with a number. 😀" for n in range(150))
    folder = house.folder / "long"
    folder.mkdir()
    practice = settings_for(folder).practice.model_dump() | {"crisis": {"en": numbers}}
    async with open_house(folder, house.folder, practice=practice) as long:
        weber = await long.therapist()
        client = await long.client(weber)
        said = await long.say(client, "/crisis")
        assert len(said) == 2
        assert "\n\n".join(said).endswith(numbers)


@pytest.mark.promise("P4d")
async def test_hard_words_in_a_changed_message_or_behind_a_command_are_offered(
    house: House,
) -> None:
    client = await before_words(house)
    turn = await house.rows("SELECT turn_no FROM check_ins")
    typed = client.say("/help")
    await house.settle()
    mark = client.mark
    client.edit(typed, HARD["en"])
    await house.settle()
    help_text, offer = [entry.text for entry in client.heard(mark) if entry.text != HARD["en"]]
    assert help_text.startswith(OPENING["en"]) and help_text.endswith(CRISIS)
    assert offer.startswith(OFFER["en"])
    help_text, offer = await house.say(client, f"/help {HARD['en']}")
    assert help_text.startswith(OPENING["en"])
    assert await house.rows("SELECT turn_no FROM check_ins") == turn
    assert await house.rows("SELECT count(*) FROM notes WHERE kept_at IS NULL") == [(2,)]
