"""Crisis wording: help text first, the truth about what was kept, and the next question only when
the client goes on.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Fault, Person
from storage import notes
from tests.support.house import AGREE, CRISIS, MONDAY, House, open_house, settings_for

HARD = {
    "en": "I don't want to live anymore",
    "de": "Ich will nicht mehr leben",
    "de_du": "Ich will nicht mehr leben",
}
OPENING = {
    "en": "That sounds very hard.\n\n" + CRISIS,
    "de": "Das klingt sehr schwer.\n\n" + CRISIS,
    "de_du": "Das klingt sehr schwer.\n\n" + CRISIS,
}
SENT_NONE = {
    "en": "No message was sent to anybody.",
    "de": "Es ging an niemanden eine Nachricht.",
    "de_du": "Es ging an niemanden eine Nachricht.",
}
KEPT = {
    "en": "What you wrote is kept: Dr. Weber gets it in your own words with the weekly summary of"
    " Sunday, 29 November, not at once. " + SENT_NONE["en"],
    "de": "Was Sie geschrieben haben, ist aufbewahrt: Dr. Weber bekommt es wörtlich mit der"
    " Wochenübersicht vom Sonntag, 29. November, nicht sofort. " + SENT_NONE["de"],
    "de_du": "Was du geschrieben hast, ist aufbewahrt: Dr. Weber bekommt es wörtlich mit der"
    " Wochenübersicht vom Sonntag, 29. November, nicht sofort. " + SENT_NONE["de"],
}
NOT_KEPT = "What you wrote is not kept. " + SENT_NONE["en"]
OFFERED = "What you wrote goes to nobody unless you say so below. " + SENT_NONE["en"]
MISUNDERSTOOD = {
    "en": "I was misunderstood",
    "de": "Das war anders gemeint",
    "de_du": "Das war anders gemeint",
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
    assert said.endswith(KEPT[language])
    assert client.labels == [[GO_ON[language]], [MISUNDERSTOOD[language]]]
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
    (told,) = await house.say(client, "I called my sister")
    assert told == (
        "I keep what you write here: Dr. Weber gets it in your own words with the weekly summary of"
        " Sunday, 29 November, not at once. Nothing else is asked until you go on."
    )
    assert client.labels == [["Go on with the questions"]]
    assert await house.say(client, "She is coming over") == []
    assert len(await house.rows("SELECT 1 FROM answers")) == 2
    await house.tap(client, "Go on with the questions")
    assert client.last.startswith("And what is one thing that was hard?")
    await house.tap(client, "‹ Back")
    assert f"Your answer so far: {HARD['en']}\nI called my sister\nShe is coming" in client.last
    await house.tap(client, "Skip")
    await house.say(client, "The evening")
    assert len(await house.rows("SELECT 1 FROM answers")) == 3


async def test_hard_words_again_lead_to_help_again(house: House) -> None:
    client = await before_words(house)
    await house.say(client, HARD["en"])
    (said,) = await house.say(client, "I want to kill myself")
    assert said.startswith(OPENING["en"])
    assert said.endswith(KEPT["en"]), "both are one answer"
    assert client.labels == [["Go on with the questions"], ["I was misunderstood"]]


async def test_hard_words_as_the_last_answer(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    await house.tap(client, "Skip")
    await house.tap(client, "Skip")
    (said,) = await house.say(client, HARD["en"])
    assert said.startswith(OPENING["en"]) and said.endswith(KEPT["en"])
    # no button to questions that do not come, and no word that this was all
    assert client.labels == [["I was misunderstood"]]
    assert await house.rows("SELECT status FROM check_ins") == [("finished",)]
    (told,) = await house.say(client, "My sister is here")
    assert told.startswith("I keep what you write here")
    assert "until you go on" not in told
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]
    written = "\n".join(await house.say(weber, "/digest")).replace("\u2060", "")
    assert f"{HARD['en']} My sister is here" in written.replace("\n", " ")


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
    assert said.endswith(KEPT[language])
    assert await house.tap(client, GO_ON[language]) == [asked]
    told = "\n".join(await house.say(weber, "/digest"))
    assert f"“{HARD[language]}”" in told
    (note,) = await house.work(
        lambda work: notes.list_kept(work.tx, 1, since=MONDAY, until=MONDAY + timedelta(days=1))
    )
    assert note.question == asked.partition("\n")[0]


async def test_hard_words_that_are_too_long_for_an_answer_are_a_note(house: House) -> None:
    client = await before_words(house)
    (said,) = await house.say(client, f"{HARD['en']} {'and so on ' * 250}")
    assert said.endswith(KEPT["en"])
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
    assert entry.text.startswith(OPENING[language]) and entry.text.endswith(KEPT[language])
    assert client.labels == [[GO_ON[language]], [MISUNDERSTOOD[language]]]
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
        assert said.endswith(NOT_KEPT)
        assert client.screen[-1].keyboard is None
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
    assert help_text.startswith(OPENING["en"]) and help_text.endswith(OFFERED)
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
    await house.say(client, "/start")
    await house.read_consent(client)
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
        assert "\n\n".join(said).startswith(numbers)
        assert said[1].endswith(SENT_NONE["en"])


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
    assert help_text.startswith(OPENING["en"]) and help_text.endswith(OFFERED)
    assert offer.startswith(OFFER["en"])
    # a second time, and it goes on with the words before: all of it is kept
    help_text, told = await house.say(client, f"/help {HARD['en']}")
    assert help_text.startswith(OPENING["en"]) and help_text.endswith(KEPT["en"])
    assert told.startswith("I keep what you write here, together with the words before")
    assert await house.rows("SELECT turn_no FROM check_ins") == turn
    assert await house.rows("SELECT kept_at IS NULL FROM notes") == [(0,)]


@pytest.mark.parametrize("typed", ["/end my life", "/stop my life", "/suicide"])
async def test_a_command_is_read_together_with_what_follows_it(house: House, typed: str) -> None:
    client = await house.client(await house.therapist())
    help_text = (await house.say(client, typed))[0]
    assert help_text.startswith(OPENING["en"])
    assert await house.rows("SELECT state FROM cares") == [("active",)]
