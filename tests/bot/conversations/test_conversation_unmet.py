"""A client says that they did not meet: it ends kindly, counts nowhere, and the digest tells it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Person
from bot.services.planning import enrolling
from bot.services.work.unit_of_work import Work
from storage import cares
from tests.support.house import House

NOTED = (
    "Thank you for saying so. Nothing is asked about that session. Dr. Weber reads in the next"
    " weekly summary that it was moved or did not take place, and nothing more."
)


async def asked(house: House) -> tuple[Person, Person]:
    """A therapist, and a client before the first question after a therapy session."""
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    assert ["We did not meet"] in client.labels
    return weber, client


async def states(house: House) -> list[tuple[str, str | None]]:
    return await house.rows("SELECT state, unmet FROM therapy_sessions")


@pytest.mark.parametrize(
    ("label", "stored", "told"),
    [
        ("It was moved", ("cancelled", "moved"), "was moved. It does not count here;"),
        ("It did not take place", ("no_show", "no_show"), "did not take place. It does not count"),
    ],
)
async def test_one_tap_more_says_how_and_the_therapist_reads_it_once(
    house: House, label: str, stored: tuple[str, str], told: str
) -> None:
    weber, client = await asked(house)
    await house.tap(client, "We did not meet")
    assert client.labels == [
        ["It was moved"],
        ["It did not take place"],
        ["Show the open question"],
    ]
    assert await states(house) == [("happened", None)]
    assert (await house.tap(client, label))[-1] == NOTED
    assert await states(house) == [stored]
    assert await house.rows("SELECT status FROM check_ins") == [("stopped",)]
    assert await house.rows("SELECT count(*) FROM answers") == [(0,)]
    mark = client.mark
    await house.travel(by=timedelta(hours=40))
    assert not any("comfortable" in e.text for e in client.heard(mark))
    digest = "\n".join(await house.say(weber, "/digest"))
    assert digest.count(told) == 1
    await house.travel(by=timedelta(days=7))
    assert told not in "\n".join(await house.say(weber, "/digest"))


async def test_a_slip_is_taken_back_before_anything_is_noted(house: House) -> None:
    _, client = await asked(house)
    await house.tap(client, "We did not meet")
    await house.tap(client, "Show the open question")
    await house.tap(client, "8")
    assert await states(house) == [("happened", None)]
    assert ["We did not meet"] not in client.labels
    # the button of before is good for nothing once something was answered
    said = await house.tap(client, "It was moved")
    assert said == ["This question is already settled. Please use the newest message."]
    assert await states(house) == [("happened", None)]


async def test_it_can_be_typed(house: House) -> None:
    _, client = await asked(house)
    assert await house.say(client, "we did not meet.") == ["How was it with that session?"]
    await house.tap(client, "It was moved")
    assert await states(house) == [("cancelled", "moved")]


async def test_where_no_session_was_asked_about_there_is_no_such_button(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    assert ["We did not meet"] not in client.labels
    said = await house.say(client, "We did not meet")
    assert "A number is needed" in said[0]


async def asked_of_the_step_too(house: House) -> Person:
    """A client before the first question, who is asked about the step days after it, too."""
    weber = await house.therapist()
    client = await house.client(weber)

    def decide(work: Work) -> None:
        flow = work.practice.shelf.current(work.tx, "between")
        assert flow is not None
        enrolling.switch_on(work, cares.load(work.tx, 1), flow, by="test")

    now = house.clock.now() - timedelta(hours=2)
    await house.app.store.write(lambda tx: decide(Work(tx, house.app.practice, now, "test")))
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    return client


@pytest.mark.parametrize("met", [True, False], ids=["met", "not_met"])
async def test_nothing_else_is_asked_about_that_session(house: House, met: bool) -> None:
    client = await asked_of_the_step_too(house)
    if met:
        await house.tap(client, "8")
    else:
        await house.tap(client, "We did not meet")
        await house.tap(client, "It did not take place")
    mark = client.mark
    await house.travel(by=timedelta(days=5))
    steps = [e for e in client.heard(mark) if "agreed on a small step" in e.text]
    assert bool(steps) is met
    # who has told of the session was there: whether they were is asked no more
    buttons = [label for each in steps for row in each.keyboard for label in row]
    assert "We did not meet" not in buttons and ("Done" in buttons) is met
