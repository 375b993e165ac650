"""Whoever said that something wasn't right is asked once whether they got to talk about it, after
the next therapy session, and the digest says what became of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Person
from tests.support.house import House

RATED = ("8", "8", "8", "8")
USUAL = ("8", "8", "8", "8", "No", "Skip")
ASKED = "Did you get to talk about it?"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def at(day: int, hour: int, minute: int = 0, *, month: int = 12) -> datetime:
    """That moment by the clocks in Berlin, in winter."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - HOUR


def strain(wish: str) -> tuple[str, ...]:
    return (*RATED, "Yes", "Tense", "Skip", "4", "Not yet", wish, "Skip")


async def session(house: House, weber: Person, day: str) -> None:
    await house.say(weber, f"/session A.B. {day} 15:00")


async def answers(house: House, client: Person, *labels: str) -> None:
    for label in labels:
        await house.tap(client, label)


async def named(house: House, wish: str = "Please ask me") -> tuple[Person, Person]:
    """A client who said after the session of 24 November that something wasn't right."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await session(house, weber, "24.11.")
    await house.travel(to=at(24, 18, month=11))
    await answers(house, client, *strain(wish))
    return weber, client


async def held(house: House, weber: Person, client: Person, *labels: str, day: int) -> None:
    """A session on that day of December, and what the client answers after it."""
    await session(house, weber, f"{day}.12.")
    await house.travel(to=at(day, 18))
    while any(row == ["I have read this"] for row in weber.labels):
        await house.tap(weber, "I have read this")
    await answers(house, client, *labels)


def asked_on(client: Person) -> list[datetime]:
    return [e.at for e in client.ledger if e.kind == "sent" and ASKED in e.text]


async def digest_of(house: House, weber: Person, day: int) -> str:
    await house.travel(to=at(day, 18, 5))
    return [e.text for e in weber.ledger if e.text.startswith("Your week")][-1]


async def test_asked_on_the_day_after_the_next_session_and_once(house: House) -> None:
    weber, client = await named(house)
    await house.travel(to=at(2, 20))
    assert asked_on(client) == []  # a week has passed, but no session
    await held(house, weber, client, *USUAL, day=4)
    await house.travel(to=at(5, 20))
    assert asked_on(client) == [at(5, 9, 50)]
    await answers(house, client, "Partly, still open", "Skip")
    await held(house, weber, client, *USUAL, day=11)
    await house.travel(to=at(13, 20))
    assert asked_on(client) == [at(5, 9, 50)]


async def test_it_moves_with_the_session_and_is_off_with_it(house: House) -> None:
    weber, client = await named(house)
    await session(house, weber, "1.12.")
    await house.say(weber, "/session A.B. move 3.12. 15:00")
    await house.travel(to=at(3, 12))
    assert asked_on(client) == []
    await house.say(weber, "/session A.B. cancel")
    await house.travel(to=at(6, 20))
    assert asked_on(client) == []
    await held(house, weber, client, *USUAL, day=8)
    await house.travel(to=at(10, 9))
    assert asked_on(client) == [at(9, 9, 50)]


async def test_a_session_that_did_not_take_place_is_not_the_next_one_unless_it_did(
    house: House,
) -> None:
    weber, _ = await named(house)
    await session(house, weber, "1.12.")
    await house.travel(to=at(1, 19))
    kept = "SELECT state, reason FROM occurrences WHERE flow_id = 'repair-follow-up'"
    assert await house.rows(kept) == [("planned", None)]
    await house.tap(weber, "15:00 A.B.")
    await house.tap(weber, "They did not come")
    assert await house.rows(kept) == [("cancelled", "session_cancelled")]
    await house.tap(weber, "It does count after all")
    assert await house.rows(kept) == [("planned", None)]


@pytest.mark.parametrize("answer", ["Not yet", "Yes, better"])
async def test_who_would_leave_it_is_asked_after_two_further_sessions_and_never_again(
    house: House, answer: str
) -> None:
    weber, client = await named(house, "Leave it for now")
    await held(house, weber, client, *RATED, "Rather not say", "Skip", day=1)
    await house.travel(to=at(3, 20))
    assert asked_on(client) == []
    await held(house, weber, client, *RATED, "Rather not say", "Skip", day=8)
    await house.travel(to=at(9, 20))
    assert asked_on(client) == [at(9, 9, 50)]
    await answers(house, client, answer)
    for day in (15, 22):
        await held(house, weber, client, *RATED, "Rather not say", "Skip", day=day)
    await house.travel(to=at(28, 20))
    assert asked_on(client) == [at(9, 9, 50)]


async def test_a_pause_puts_it_off_to_the_next_session(house: House) -> None:
    weber, client = await named(house)
    await session(house, weber, "1.12.")
    await house.say(client, "/pause")
    await house.travel(to=at(4, 12))
    await house.say(client, "/resume")
    assert asked_on(client) == []
    await held(house, weber, client, *USUAL, day=8)
    await house.travel(to=at(9, 20))
    assert asked_on(client) == [at(9, 9, 50)]


async def test_a_second_strain_is_asked_about_after_the_session_after_it(house: House) -> None:
    weber, client = await named(house)
    await held(house, weber, client, *strain("Please ask me"), day=1)
    await house.travel(to=at(3, 20))
    assert asked_on(client) == []  # they have said a day before that it was not talked about
    await held(house, weber, client, *USUAL, day=8)
    await house.travel(to=at(9, 20))
    assert asked_on(client) == [at(9, 9, 50)]


async def test_questions_that_stay_open_do_not_take_its_place(house: House) -> None:
    weber, client = await named(house)
    await held(house, weber, client, day=1)  # nothing is answered, until it lapses
    await house.travel(to=at(4, 12))
    assert len(asked_on(client)) == 1
