"""A changed message changes the answer that it gave; every other one gets a true sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Message, Person
from storage import answer_messages, answers
from tests.bot.conversations.test_conversation_hard_words import HARD as HARD_WORDS
from tests.bot.conversations.test_conversation_hard_words import OPENING
from tests.support.house import CRISIS, House, texts

HARD = {"en": "And what is one thing that was hard?", "de": "Und was war schwer?"}
CHANGED = {"en": "Changed.", "de": "Geändert."}
LANGUAGES = ("en", "de")
STAYS = "That change was not taken over"
OUTSIDE = "Changing that message changes nothing here"
SUNDAY = datetime(2026, 11, 29, 17, 1, tzinfo=UTC)
"""A minute after the digest was made."""


async def _at_own_words(house: House, language: str = "en") -> tuple[Person, Person]:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    return weber, client


async def _typed(house: House, client: Person, *words: str) -> list[Message]:
    """The messages of a client who wrote them one after another before the bot was there."""
    written = [client.say(each) for each in words]
    await house.settle()
    return written


async def _finish(house: House, client: Person) -> None:
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")


async def _edited(house: House, client: Person, message: Message, text: str) -> list[str]:
    mark = client.mark
    client.edit(message, text)
    await house.settle()
    return [said for said in texts(client.heard(mark)) if said != text]


async def _kept(house: House, step: str = "well", check_in: int = 1) -> object:
    found = await house.work(lambda work: answers.list_for_check_in(work.tx, check_in))
    return next((each.value for each in found if each.step_id == step), None)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_answer_takes_the_new_words_and_nothing_is_asked_again(
    house: House, language: str
) -> None:
    weber, client = await _at_own_words(house, language)
    (typed,) = await _typed(house, client, "a wlak")
    assert client.last.startswith(HARD[language])
    assert await _edited(house, client, typed, "a walk") == [CHANGED[language]]
    assert await _kept(house) == "a walk"
    assert await _edited(house, client, typed, "a long walk") == [CHANGED[language]]
    await _typed(house, client, "the evenings")
    assert (await _kept(house), await _kept(house, "hard")) == ("a long walk", "the evenings")
    told = "\n".join(await house.say(weber, "/digest"))
    assert "a long walk" in told and "wlak" not in told


async def test_the_same_words_are_answered_with_nothing(house: House) -> None:
    _, client = await _at_own_words(house)
    (typed,) = await _typed(house, client, "a walk")
    assert await _edited(house, client, typed, "a walk ") == []


async def test_after_the_end_it_changes_until_the_digest_is_made(house: House) -> None:
    weber, client = await _at_own_words(house)
    (typed,) = await _typed(house, client, "a wlak")
    await _finish(house, client)
    assert await _edited(house, client, typed, "a walk") == ["Changed."]
    assert await house.rows("SELECT status FROM check_ins") == [("finished",)]
    await house.travel(to=SUNDAY)
    assert "a walk" in weber.last
    (said,) = await _edited(house, client, typed, "a run")
    assert said.startswith("The weekly summary with these answers has been made already.")
    assert await _kept(house) == "a walk"


async def test_while_another_check_in_is_open_an_earlier_answer_still_changes(
    house: House,
) -> None:
    weber, client = await _at_own_words(house)
    (typed,) = await _typed(house, client, "a wlak")
    await _finish(house, client)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=4))
    assert await house.rows("SELECT status FROM check_ins") == [("finished",), ("open",)]
    open_state = await house.rows("SELECT state_sealed FROM check_ins WHERE id = 2")
    assert await _edited(house, client, typed, "a walk") == ["Changed."]
    assert await _kept(house) == "a walk"
    assert await house.rows("SELECT state_sealed FROM check_ins WHERE id = 2") == open_state


async def test_of_an_answer_in_several_messages_only_the_changed_one_changes(house: House) -> None:
    _, client = await _at_own_words(house)
    first, second, third = await _typed(house, client, "the rent", "my back\nhurts", "and more")
    assert await _kept(house) == "the rent\nmy back\nhurts\nand more"
    assert await _edited(house, client, second, "my back is fine") == ["Changed."]
    assert await _kept(house) == "the rent\nmy back is fine\nand more"
    await _edited(house, client, first, "the rent\nwent up")
    await _edited(house, client, third, "so much more")
    assert await _kept(house) == "the rent\nwent up\nmy back is fine\nso much more"


async def test_what_was_added_by_the_button_changes_alone(house: House) -> None:
    _, client = await _at_own_words(house)
    await _typed(house, client, "a walk")
    await house.tap(client, "Add to my last answer")
    (added,) = await _typed(house, client, "in the sonw")
    assert await _edited(house, client, added, "in the snow") == ["Changed."]
    assert await _kept(house) == "a walk\nin the snow"


async def test_a_message_whose_answer_was_given_anew_changes_nothing(house: House) -> None:
    _, client = await _at_own_words(house)
    (typed,) = await _typed(house, client, "a wlak")
    await house.tap(client, "‹ Back")
    (again,) = await _typed(house, client, "a swim")
    (said,) = await _edited(house, client, typed, "a walk")
    assert said.startswith(STAYS)
    assert await _kept(house) == "a swim"
    assert await _edited(house, client, again, "two swims") == ["Changed."]
    await house.tap(client, "‹ Back")
    await house.tap(client, "Skip")
    assert await house.rows("SELECT * FROM answer_messages") == []
    (said,) = await _edited(house, client, again, "three swims")
    assert said.startswith(STAYS)
    assert await _kept(house) is None


@pytest.mark.parametrize(
    ("language", "why", "stays"),
    [
        ("en", "That is longer than I can keep in one piece.", "Your answer stays as it was."),
        ("de", "Das ist länger, als ich am Stück", "Ihre Antwort bleibt, wie sie war."),
    ],
)
async def test_what_is_too_long_is_not_taken(
    house: House, language: str, why: str, stays: str
) -> None:
    _, client = await _at_own_words(house, language)
    (typed,) = await _typed(house, client, "a walk")
    (said,) = await _edited(house, client, typed, "a walk " * 400)
    assert said.startswith(why) and said.endswith(stays)
    assert await _kept(house) == "a walk"
    (said,) = await _edited(house, client, typed, "\u200b")
    assert said.endswith(stays)


async def test_a_part_that_says_nothing_any_more_is_not_taken(house: House) -> None:
    _, client = await _at_own_words(house)
    _, second = await _typed(house, client, "the rent", "my back")
    (said,) = await _edited(house, client, second, "\u200b")
    assert said.endswith("Your answer stays as it was.")
    assert await _kept(house) == "the rent\nmy back"


async def test_a_part_beside_one_that_is_not_known_stays(house: House) -> None:
    """As of an answer that began before it was remembered in which messages it came."""
    _, client = await _at_own_words(house)
    await _typed(house, client, "the rent")
    await house.app.store.write(lambda tx: answer_messages.save(tx, 1, "well", ()))
    await house.tap(client, "Add to my last answer")
    (added,) = await _typed(house, client, "my back")
    (said,) = await _edited(house, client, added, "my foot")
    assert said.startswith(STAYS)
    assert await _kept(house) == "the rent\nmy back"


async def test_the_word_of_a_button_is_no_new_answer(house: House) -> None:
    _, client = await _at_own_words(house)
    (typed,) = await _typed(house, client, "a walk")
    (said,) = await _edited(house, client, typed, "skip")
    assert said.startswith(STAYS)
    assert await _kept(house) == "a walk"


async def test_after_it_lapsed_an_answer_stays(house: House) -> None:
    _, client = await _at_own_words(house)
    (typed,) = await _typed(house, client, "a walk")
    await house.travel(by=timedelta(hours=30))
    (said,) = await _edited(house, client, typed, "a run")
    assert said.startswith(OUTSIDE)
    assert await _kept(house) == "a walk"


async def test_words_under_a_picture_change_like_typed_ones(house: House) -> None:
    _, client = await _at_own_words(house)
    picture = client.send_photo(caption="our gardne")
    await house.settle()
    assert await _edited(house, client, picture, "our garden") == ["Changed."]
    assert await _kept(house) == "our garden"
    for caption in ("the hills", "the laek"):
        picture = client.send_photo(caption=caption, album="13")
    await house.settle()
    assert await _edited(house, client, picture, "the lake") == ["Changed."]
    assert await _kept(house, "hard") == "the hills\nthe lake"


async def test_a_message_of_the_same_number_in_another_chat_changes_nothing(house: House) -> None:
    weber, client = await _at_own_words(house)
    await _typed(house, client, "a walk")
    other = await house.client(weber, "C.D.")
    number = (await house.rows("SELECT message_id FROM answer_messages"))[0][0]
    house.sandbox.send_raw(
        {
            "edited_message": {
                "message_id": number,
                "date": int(house.clock.now().timestamp()),
                "edit_date": int(house.clock.now().timestamp()),
                "chat": {"id": other.chat_id, "type": "private", "first_name": "Sam"},
                "from": {"id": other.chat_id, "is_bot": False, "first_name": "Sam"},
                "text": "not mine",
            }
        }
    )
    await house.settle()
    assert other.last.startswith(OUTSIDE)
    assert await _kept(house) == "a walk"


@pytest.mark.promise("P4d")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_hard_words_in_a_changed_answer_lead_to_help_and_are_kept(
    house: House, language: str
) -> None:
    _, client = await _at_own_words(house, language)
    (typed,) = await _typed(house, client, "a walk")
    (said,) = await _edited(house, client, typed, HARD_WORDS[language])
    assert said.startswith(OPENING[language]) and CRISIS in said
    assert await _kept(house) == HARD_WORDS[language]
    # once more the same, as where a link in it gets its preview: kept already, nothing to offer
    (said,) = await _edited(house, client, typed, f"{HARD_WORDS[language]} ")
    assert said.startswith(OPENING[language])
    assert await house.rows("SELECT count(*) FROM notes") == [(0,)]
