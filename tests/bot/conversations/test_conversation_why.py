"""Sentences of ``why`` on a question delivered otherwise than planned, from stored facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.sandbox import Fault, Person
from bot.services.planning.outlook import day_facts
from bot.services.work.unit_of_work import Work
from flows.schedule.explain import explain
from storage import cares
from storage.store import Tx
from tests.support.house import House

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
"""18:00 in Berlin."""


async def said(house: House, client: Person) -> list[str]:
    """The keys of the sentences about that Wednesday, without those of flows that were idle."""
    person, now = await house.stored(client), house.clock.now()

    def read(tx: Tx) -> list[str]:
        care = cares.list_for_client(tx, person.id)[-1]
        assert care is not None
        work = Work(tx, house.app.practice, now, "test")
        return [one.key for one in explain(day_facts(work, care, WEDNESDAY.date()))]

    keys = await house.app.store.read(read)
    return [key for key in keys if not key.startswith("by_rule")]


async def lose_the_first(house: House, client: Person) -> None:
    """Telegram takes the first question and answers with an error."""
    house.sandbox.faults.add(Fault("sendMessage", 502, when="after", chat_id=client.chat_id))
    await house.travel(to=WEDNESDAY)


async def test_an_uncertain_question_is_told_as_such_and_then_as_asked_once_more(
    house: House,
) -> None:
    client = await house.client(await house.therapist(), "A.B.", "en")
    await lose_the_first(house, client)
    assert await said(house, client) == ["uncertain", "answered_none_yet"]
    await house.travel(by=timedelta(hours=1))
    assert await said(house, client) == ["came", "asked_again", "answered_none_yet"]


async def test_an_answer_proves_that_it_came(house: House) -> None:
    client = await house.client(await house.therapist(), "A.B.", "en")
    await lose_the_first(house, client)
    await house.tap(client, "7")
    assert await said(house, client) == ["came", "answered_some"]


async def test_a_refused_question_is_told_as_not_sent(house: House) -> None:
    client = await house.client(await house.therapist(), "A.B.", "en")
    house.sandbox.faults.add(Fault("sendMessage", 400, chat_id=client.chat_id))
    await house.travel(to=WEDNESDAY)
    assert await said(house, client) == ["failed"]


async def test_a_question_that_waits_to_be_taken_is_on_its_way(house: House) -> None:
    client = await house.client(await house.therapist(), "A.B.", "en")
    await house.travel(to=WEDNESDAY - timedelta(minutes=1))
    house.sandbox.faults.flood(14 * 3600, client.chat_id)
    await house.travel(to=WEDNESDAY + timedelta(hours=1))
    assert await said(house, client) == ["on_its_way"]
    await house.travel(to=WEDNESDAY + timedelta(hours=15))
    assert await said(house, client) == ["not_sent.window_over"]


async def test_a_chat_that_was_blocked_is_told(house: House) -> None:
    client = await house.client(await house.therapist(), "A.B.", "en")
    house.sandbox.faults.add(Fault("sendMessage", 403, chat_id=client.chat_id))
    await house.travel(to=WEDNESDAY)
    assert await said(house, client) == ["unreachable_since", "not_sent.unreachable"]
