"""A tidy chat, if a client chooses it: answers are kept, and no longer stand in the chat."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Fault, Person
from storage import answers
from tests.bot.conversations.test_conversation_digest import SUNDAY
from tests.support.house import House, texts

SECOND = timedelta(seconds=1)
WEEK = "How has your week been so far?"
WELL = "What is one thing that went well, even a small one?"
HARD = "And what is one thing that was hard?"
WORDS = "the evenings with my mother"
DESPAIR = "I want to kill myself"


async def tidy(house: House) -> tuple[Person, Person]:
    """A therapist, and a client who has switched it on."""
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/privacy")
    await house.tap(client, "Keep less in this chat …")
    await house.tap(client, "Yes, switch it on")
    return weber, client


def stands(client: Person) -> str:
    """Everything that the chat shows now."""
    return "\n\n".join(message.text for message in client.screen)


async def kept(house: House) -> dict[str, object]:
    """What is kept for the first check-in, by step."""
    found = await house.work(lambda work: answers.list_for_check_in(work.tx, 1))
    return {answer.step_id: answer.value for answer in found}


async def test_it_is_off_until_it_is_chosen_and_says_what_it_cannot_do(house: House) -> None:
    client = await house.client(await house.therapist())
    (said,) = await house.say(client, "/privacy")
    assert said.endswith("Tidy chat: off. Your answers stay in this chat as they are.")
    (about,) = await house.tap(client, "Keep less in this chat …")
    assert "Telegram, other devices and backups" in about
    assert "Dr. Weber gets your answers as before" in about
    question = client.newest
    assert "Nothing has changed." in await house.tap(client, "No, leave it as it is")
    shown = next(m for m in client.screen if m.message_id == question.message_id)
    assert shown.text == question.text and not shown.keyboard
    await house.say(client, "/checkin")
    assert (await house.tap(client, "7"))[0] == f"{WEEK}\n\n✓ 7"
    await house.say(client, WORDS)
    assert WORDS in stands(client)


async def test_answers_leave_the_chat_and_reach_the_therapist(house: House) -> None:
    weber, client = await tidy(house)
    await house.say(client, "/checkin")
    assert await house.tap(client, "3") == ["✓ Saved", WELL]
    assert (await house.tap(client, "Skip"))[0] == "✓ Skipped"
    await house.say(client, WORDS)
    await house.say(client, "the quarrel on Sunday")
    shown = stands(client)
    for gone in (WEEK, WELL, HARD, WORDS, "quarrel"):
        assert gone not in shown
    assert client.last.startswith("Thank you for taking a moment.")
    assert (await kept(house))["hard"] == WORDS
    assert WORDS in (await house.say(client, "/history"))[-1]
    await house.travel(to=SUNDAY)
    assert WORDS in weber.last and "quarrel" in weber.last


async def test_it_can_be_switched_off_again(house: House) -> None:
    _, client = await tidy(house)
    (said,) = await house.say(client, "/privacy")
    assert "Tidy chat: on." in said
    card, buttons = client.newest, client.labels
    said = await house.tap(client, "Leave my answers in this chat")
    assert any("It is off" in text for text in said)
    assert any("Tidy chat: off." in text for text in said)
    shown = next(m for m in client.screen if m.message_id == card.message_id)
    assert shown.keyboard is not None and len(shown.keyboard.labels) == len(buttons)
    assert ("Take my yes back, end the check-ins",) in shown.keyboard.labels
    await house.say(client, "/checkin")
    assert (await house.tap(client, "7"))[0] == f"{WEEK}\n\n✓ 7"
    await house.say(client, WORDS)
    assert WORDS in stands(client)


async def test_a_question_that_was_shown_twice_or_gone_back_from_does_not_stay(
    house: House,
) -> None:
    _, client = await tidy(house)
    await house.say(client, "/checkin")
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    assert WEEK not in stands(client)
    await house.tap(client, "‹ Back")
    assert "Your answer so far: 7" in client.last
    await house.say(client, "6")
    assert "Your answer so far" not in stands(client) and stands(client).count(WELL) == 2
    for _ in range(3):
        await house.tap(client, "Skip")
    assert WELL not in stands(client) and "✓ Settled" in stands(client)


async def test_an_answer_that_is_changed_shrinks_anew(house: House) -> None:
    _, client = await tidy(house)
    await house.say(client, "/checkin")
    for answer in ("7", WORDS, WORDS, WORDS):
        await house.say(client, answer)
    await house.tap(client, "Change an answer")
    assert f"Your answer so far: {WORDS}" in client.last
    await house.say(client, "nothing")
    assert WORDS not in stands(client)
    assert (await kept(house))["topic"] == "nothing"


async def test_a_burst_is_one_answer_and_leaves_as_a_whole(patient: House) -> None:
    _, client = await tidy(patient)
    await patient.say(client, "/checkin")
    await patient.tap(client, "7")
    for words in (WORDS, "and her dog"):
        await patient.say(client, words)
        await patient.travel(by=SECOND)
    await patient.travel(by=5 * SECOND)
    assert WORDS not in stands(client) and "her dog" not in stands(client)
    assert (await kept(patient))["well"] == f"{WORDS}\nand her dog"
    assert HARD in client.last


async def test_the_card_and_what_brought_it_stay(house: House) -> None:
    _, client = await tidy(house)
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    await house.say(client, DESPAIR)
    await house.say(client, "nobody knows")
    shown = stands(client)
    assert DESPAIR in shown and "nobody knows" in shown and "Numbers of this town" in shown
    await house.tap(client, "Go on with the questions")
    await house.say(client, WORDS)
    shown = stands(client)
    assert WORDS not in shown and DESPAIR in shown and "Numbers of this town" in shown


async def test_only_an_answer_in_words_is_taken_out(house: House) -> None:
    _, client = await tidy(house)
    await house.say(client, "/checkin")
    await house.say(client, "rather grey")  # no answer to this question
    assert "rather grey" in stands(client)
    await house.tap(client, "7")
    client.send_photo(caption=WORDS)
    await house.settle()
    assert WORDS in stands(client)  # the picture itself is kept nowhere else
    assert (await kept(house))["well"] == WORDS
    client.send_voice()
    await house.settle()
    assert any("voice" in message.also for message in client.screen)


async def test_words_to_a_question_that_may_not_have_arrived_stay(house: House) -> None:
    _, client = await tidy(house)
    await house.say(client, "/checkin")
    house.sandbox.faults.add(Fault("sendMessage", 502, when="after", chat_id=client.chat_id))
    await house.tap(client, "7")
    await house.say(client, WORDS)
    assert (await kept(house))["well"] == WORDS
    assert WORDS in stands(client)


async def test_words_that_the_client_deleted_first_hold_up_nothing(house: House) -> None:
    _, client = await tidy(house)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    client.delete(client.say(WORDS))
    await house.settle()
    assert HARD in client.last
    waiting = "SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'dropped')"
    assert await house.rows(waiting) == [(0,)]


async def test_nothing_is_taken_out_before_it_is_kept(house: House) -> None:
    _, client = await tidy(house)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    client.say(WORDS)
    await house.app.receiver.tick()
    await house.app.sender.tick()
    assert WORDS in stands(client)
    await house.settle()
    assert WORDS not in stands(client)


async def test_a_check_in_that_lapsed_keeps_no_answer_in_the_chat(house: House) -> None:
    _, client = await tidy(house)
    await house.say(client, "/checkin")
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    mark = client.mark
    await house.travel(by=timedelta(days=2))
    assert WEEK not in stands(client)
    assert any("These questions are closed now." in text for text in texts(client.heard(mark)))


async def test_who_stops_half_way_leaves_no_answer_in_the_chat(house: House) -> None:
    _, client = await tidy(house)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await house.tap(client, "‹ Back")
    assert "Your answer so far: 7" in stands(client)
    await house.tap(client, "6")
    await house.tap(client, "‹ Back")
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    assert "Your answer so far" not in stands(client) and WEEK not in stands(client)
    assert (await kept(house))["week"] == 6


async def test_questions_about_a_session_that_was_not_held_leave_the_chat(house: House) -> None:
    weber, client = await tidy(house)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    await house.tap(client, "8")
    asked = client.last
    await house.tap(client, "‹ Back")
    await house.tap(client, "6")
    assert stands(client).count(asked) == 2
    await house.say(weber, "/session")
    await house.tap(weber, "Mon 08:10 A.B.")
    await house.tap(weber, "They did not come")
    assert "what was answered is kept" in stands(client) and asked not in stands(client)
