"""Questions that may have got lost on their way: each is asked once more, soon where somebody sits
there and waits for it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from bot.sandbox import Fault, Person
from bot.sandbox.faults import CLOSE
from tests.support.house import House, plain

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
SECONDS = timedelta(seconds=1)
ONCE_MORE = "In case the last question did not reach you, here it is once more."
QUESTIONS = ("well", "hard", "like to bring")


def lose(
    house: House, client: Person, times: int = 1, when: Literal["before", "after"] = "before"
) -> None:
    """The next messages to this chat break off, before or after they have had their effect."""
    fault = Fault("sendMessage", CLOSE, when, count=times, chat_id=client.chat_id)
    house.sandbox.faults.add(fault)


@pytest.mark.promise("P2d")
async def test_every_lost_question_of_a_check_in_is_asked_again(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    lose(house, client)
    await house.tap(client, "7")
    await house.travel(by=40 * SECONDS)
    assert client.last.startswith(ONCE_MORE)
    assert QUESTIONS[0] in client.last
    lose(house, client)
    await house.tap(client, "Skip")
    await house.travel(by=40 * SECONDS)
    assert client.last.startswith(ONCE_MORE)
    assert QUESTIONS[1] in client.last


async def test_who_waits_gets_the_lost_question_after_half_a_minute(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    lose(house, client)
    mark = client.mark
    await house.tap(client, "7")
    await house.travel(by=29 * SECONDS)
    assert [e for e in client.heard(mark) if e.kind == "sent"] == []
    await house.travel(by=2 * SECONDS)
    assert client.last.startswith(ONCE_MORE)


async def test_who_waits_gets_it_in_a_quiet_hour_too(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY + timedelta(hours=5))
    await house.say(client, "/checkin")
    lose(house, client)
    await house.tap(client, "7")
    await house.travel(by=40 * SECONDS)
    assert client.last.startswith(ONCE_MORE)


async def test_a_lost_question_of_long_ago_waits_for_the_end_of_quiet_hours(house: House) -> None:
    """The bot died while it owed the question, and comes back at night: nobody sits there now."""
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY)
    lose(house, client)
    await house.tap(client, "7")
    house.jump(by=timedelta(hours=5))
    mark = client.mark
    await house.travel(by=timedelta(hours=1))
    assert client.heard(mark) == []
    await house.travel(to=WEDNESDAY + timedelta(hours=15))
    assert any(entry.text.startswith(ONCE_MORE) for entry in client.heard(mark))


async def test_a_planned_first_question_keeps_its_longer_time(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.travel(to=WEDNESDAY - SECONDS)
    lose(house, client)
    mark = client.mark
    await house.travel(by=timedelta(minutes=19))
    assert client.heard(mark) == []
    await house.travel(by=timedelta(minutes=2))
    assert client.last.startswith(ONCE_MORE)


async def test_no_chat_is_stuck_for_a_minute_while_three_of_ten_messages_break_off(
    house: House,
) -> None:
    therapist = await house.therapist()
    clients = [await house.client(therapist, f"C.{number}") for number in range(12)]
    for client in clients:
        await house.say(client, "/checkin")
    house.sandbox.faults.add(Fault(status=CLOSE, count=None, probability=0.3, seed=5))
    tapped_at = {}
    for second in range(12):
        tapped_at[clients[second].chat_id] = house.clock.now()
        clients[second].tap("7")
        await house.travel(by=SECONDS)
    house.sandbox.faults.clear()
    await house.travel(by=timedelta(minutes=1))
    waited = []
    for client in clients:
        shown = [e for e in client.ledger if e.kind == "sent" and QUESTIONS[0] in e.text]
        waited.append((shown[0].at - tapped_at[client.chat_id]).total_seconds())
    assert max(waited) < 60
    assert max(waited) > 0, "nothing was lost: the test shows nothing"


IN_DOUBT = "Perhaps the last question had not reached you, so what you just wrote"


@pytest.mark.promise("P1g")
@pytest.mark.parametrize("when", ["before", "after"])
async def test_words_written_while_a_question_is_in_doubt_stay_with_the_answer_before_it(
    patient: House, when: Literal["before", "after"]
) -> None:
    client = await patient.client(await patient.therapist())
    await patient.say(client, "/checkin")
    await patient.tap(client, "7")
    await patient.say(client, "the rent went up")
    lose(patient, client, when=when)
    await patient.travel(by=5 * SECONDS)
    mark = client.mark
    await patient.say(client, "and my back hurts")
    await patient.travel(by=5 * SECONDS)
    (asked,) = [entry.text for entry in client.heard(mark) if entry.text]
    assert asked.startswith(f"{IN_DOUBT} stands with your answer before it.")
    assert QUESTIONS[1] in asked
    await patient.travel(by=40 * SECONDS)
    assert client.last == asked, "it is asked again once, not twice"
    await patient.say(client, "the evenings")
    await patient.travel(by=5 * SECONDS)
    await patient.tap(client, "‹ Back")
    assert plain(client.last).endswith("Your answer so far: the evenings")
    await patient.tap(client, "‹ Back")
    assert plain(client.last).endswith("Your answer so far: the rent went up\nand my back hurts")


@pytest.mark.promise("P2b")
async def test_words_that_come_later_prove_that_a_question_in_doubt_arrived(
    patient: House,
) -> None:
    client = await patient.client(await patient.therapist())
    await patient.say(client, "/checkin")
    await patient.tap(client, "7")
    await patient.say(client, "the rent went up")
    lose(patient, client, when="after")
    await patient.travel(by=15 * SECONDS)
    assert QUESTIONS[1] in client.last
    await patient.say(client, "my back hurts")
    await patient.travel(by=40 * SECONDS)
    assert QUESTIONS[2] in client.last
    assert ONCE_MORE not in "".join(e.text for e in client.screen)


async def test_a_number_shows_that_a_question_in_doubt_was_seen(house: House) -> None:
    client = await house.client(await house.therapist())
    lose(house, client, when="after")
    await house.say(client, "/checkin")
    await house.say(client, "7")
    assert QUESTIONS[0] in client.last
