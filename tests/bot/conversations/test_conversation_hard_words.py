"""Crisis wording: help text first, the truth about what was kept, and the next question only when
the client goes on.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Fault, Person
from bot.services.arriving.dispatch import act
from bot.services.work.incoming import EditedMessage, Incoming, SentSomething
from bot.services.work.unit_of_work import Work
from storage.store import Tx
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


async def test_what_is_written_before_going_on_answers_no_unseen_question(house: House) -> None:
    client = await before_words(house)
    await house.say(client, HARD["en"])
    (said,) = await house.say(client, "I called my sister")
    assert said == (
        "The next question had not been asked yet, so what you just wrote is kept as a note:"
        " Dr. Weber gets it in your own words."
        " Here is the question.\n\nAnd what is one thing that was hard?"
    )
    assert len(await house.rows("SELECT 1 FROM answers")) == 2
    await house.say(client, "The evening")
    assert len(await house.rows("SELECT 1 FROM answers")) == 3


async def test_hard_words_again_lead_to_help_again(house: House) -> None:
    client = await before_words(house)
    await house.say(client, HARD["en"])
    (said,) = await house.say(client, "I want to kill myself")
    assert said.startswith(OPENING["en"])
    assert said.endswith(NOT_KEPT["en"])
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


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_hard_words_where_a_number_is_asked_are_not_kept_and_say_so(
    house: House, language: str
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language)
    (asked,) = await house.say(client, "/checkin")
    (said,) = await house.say(client, HARD[language])
    assert said.startswith(OPENING[language])
    assert said.endswith(NOT_KEPT[language])
    assert await house.tap(client, GO_ON[language]) == [asked]


@pytest.mark.promise("P4d")
@pytest.mark.parametrize("state", ["asked", "active", "ended", "declined"])
async def test_hard_words_outside_a_check_in(house: House, state: str) -> None:
    weber = await house.therapist()
    client = await house.client(weber, agrees=state in ("active", "ended"))
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
@pytest.mark.parametrize("incoming", [SentSomething(HARD["en"]), EditedMessage(HARD["en"])])
async def test_hard_words_under_a_picture_or_in_a_changed_message(
    house: House, incoming: Incoming
) -> None:
    client = await before_words(house)
    known = await house.stored(client)
    turn = await house.rows("SELECT turn_no FROM check_ins")

    def receive(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        act(work, known, incoming, update_id=1)

    await house.app.store.write(receive)
    await house.settle()
    assert client.last.startswith(OPENING["en"])
    assert client.last.endswith(NOT_KEPT["en"])
    assert await house.rows("SELECT turn_no FROM check_ins") == turn
