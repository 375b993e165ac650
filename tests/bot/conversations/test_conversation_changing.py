"""A mis-tap is taken back after the end of a check-in, until the digest has been made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.sandbox import Person
from storage import answers, check_ins, flags
from tests.support.house import House, plain

CHANGE = "Change an answer"
SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
"""18:00 in Berlin: the digest."""


async def finished(house: House) -> tuple[Person, Person]:
    """A therapist, and a client who said by a slip that a moment was not right."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=4))
    for _ in range(4):
        await house.tap(client, "9")
    await house.tap(client, "Yes")
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")
    assert client.labels == [[CHANGE]]
    return weber, client


async def kept(house: House, step: str) -> object:
    found = await house.work(lambda work: answers.list_for_check_in(work.tx, 1))
    return next(each.value for each in found if each.step_id == step)


async def back_to(house: House, client: Person, question: str) -> None:
    for _ in range(20):
        if question in client.last:
            return
        await house.tap(client, "‹ Back")
    raise AssertionError("the question is not on the way back")


async def test_a_slip_is_mended_and_what_followed_from_it_is_gone(house: House) -> None:
    weber, client = await finished(house)
    assert await kept(house, "strain") == "yes"
    await house.tap(client, CHANGE)
    await back_to(house, client, "Was there a moment")
    assert plain(client.last).endswith("Your answer so far: Yes")
    await house.tap(client, "No")
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")
    assert await kept(house, "strain") == "no"
    assert client.labels == [[CHANGE]]
    await house.travel(to=SUNDAY)
    assert "something wasn't right" not in weber.last
    assert await house.work(lambda work: flags.find_open(work.tx, 1)) is None


async def test_left_again_it_is_finished_as_before(house: House) -> None:
    _, client = await finished(house)
    await house.tap(client, CHANGE)
    await house.travel(by=timedelta(days=3))
    assert (await house.work(lambda work: check_ins.load(work.tx, 1))).state.status == "finished"
    assert await kept(house, "strain") == "yes"


async def test_once_the_digest_is_made_it_says_so(house: House) -> None:
    _, client = await finished(house)
    await house.travel(to=SUNDAY + timedelta(minutes=1))
    change = next(m for m in reversed(client.screen) if m.keyboard and CHANGE in str(m.keyboard))
    client.tap(CHANGE, change)
    await house.settle()
    assert any(e.text.startswith("The weekly summary with these answers") for e in client.ledger)
    assert (await house.work(lambda work: check_ins.load(work.tx, 1))).state.status == "finished"


async def test_a_second_tap_and_an_open_check_in_are_explained(house: House) -> None:
    _, client = await finished(house)
    closing = client.newest
    await house.tap(client, CHANGE)
    client.tap_data(closing, "ac:1")
    await house.settle()
    assert any("still an open question" in entry.text for entry in client.ledger)
    assert (await house.work(lambda work: check_ins.load(work.tx, 1))).state.status == "open"


async def test_while_another_check_in_is_open_the_button_waits(house: House) -> None:
    _, client = await finished(house)
    closing = client.newest
    await house.say(client, "/checkin")
    client.tap(CHANGE, closing)
    await house.settle()
    assert any("still an open question" in entry.text for entry in client.ledger)
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")
    client.tap(CHANGE, closing)  # a ValueError where the button has gone
    await house.settle()
    assert (await house.work(lambda work: check_ins.load(work.tx, 1))).state.status == "open"
