"""A reply whose arrival is uncertain is said again: nobody is left with half a conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox import Fault
from bot.sandbox.faults import CLOSE
from tests.support.house import LINK, House, texts

MINUTE = timedelta(minutes=1)
TROUBLE = [
    Fault("sendMessage", 500),
    Fault("sendMessage", CLOSE),
    Fault("sendMessage", 500, "after"),
    Fault("sendMessage", CLOSE, "after"),
]
NAMES = ["error", "reset", "error after the effect", "reset after the effect"]


@pytest.mark.parametrize("fault", TROUBLE, ids=NAMES)
async def test_the_letter_for_a_client_comes(house: House, fault: Fault) -> None:
    therapist = await house.therapist()
    therapist.say("/invite A.B.")
    await house.settle()
    mark = therapist.mark
    therapist.tap("English")
    # the picture with the line before the letter arrives, and the letter itself is in trouble
    house.sandbox.faults.add(Fault("sendMessage", fault.status, fault.when))
    await house.travel(by=MINUTE)
    told = texts(therapist.heard(mark))
    letters = [text for text in told if LINK.search(text)]
    assert len(letters) == (2 if fault.when == "after" else 1)
    assert len(set(letters)) == 1
    client = house.stranger()
    found = LINK.search(letters[0])
    assert found is not None
    client.start(found[1])
    await house.travel(by=MINUTE)
    assert "Dr. Weber" in client.last


@pytest.mark.parametrize("fault", TROUBLE, ids=NAMES)
async def test_a_therapy_session_has_its_receipt(house: House, fault: Fault) -> None:
    therapist = await house.therapist()
    await house.client(therapist, "A.B.")
    mark = therapist.mark
    house.sandbox.faults.add(Fault("sendMessage", fault.status, fault.when))
    therapist.say("/session A.B.")
    await house.travel(by=MINUTE)
    receipts = texts(therapist.heard(mark))
    assert len(receipts) == (2 if fault.when == "after" else 1)
    assert "A.B." in receipts[0]
    assert await house.rows("SELECT count(*) FROM therapy_sessions") == [(1,)]


async def test_somebody_whom_nothing_reaches_is_not_written_to_for_ever(house: House) -> None:
    therapist = await house.therapist()
    house.sandbox.faults.add(Fault("sendMessage", CLOSE, count=None))
    calls = house.sandbox.calls["sendMessage"]
    therapist.say("/help")
    await house.travel(by=timedelta(hours=1))
    assert house.sandbox.calls["sendMessage"] == calls + 3


async def test_a_question_in_the_same_trouble_is_asked_once_more_and_not_three_times(
    house: House,
) -> None:
    client = await house.client(await house.therapist())
    house.sandbox.faults.add(Fault("sendMessage", CLOSE, "after"))
    mark = client.mark
    client.say("/checkin")
    await house.travel(by=MINUTE / 3)
    assert len(texts(client.heard(mark))) == 1
    await house.travel(by=timedelta(hours=2))
    assert len(texts(client.heard(mark))) == 2
