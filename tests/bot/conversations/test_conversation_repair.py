"""Whoever said that something wasn't right is asked once whether they got to talk about it, after
the next therapy session, and the digest says what became of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Person
from bot.services.planning import enrolling
from bot.services.work.unit_of_work import Work
from storage import cares
from storage.store import Tx
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
    await read(house, weber)
    await answers(house, client, *labels)


async def read(house: House, weber: Person) -> None:
    """The therapist marks every digest that has come as read."""
    while any("I have read this" in str(message.keyboard) for message in weber.screen):
        await house.tap(weber, "I have read this")


def asked_on(client: Person) -> list[datetime]:
    return [e.at for e in client.ledger if e.kind == "sent" and ASKED in e.text]


async def digest_of(house: House, weber: Person, day: int, month: int = 12) -> str:
    await house.travel(to=at(day, 18, 5, month=month))
    return [e.text for e in weber.ledger if e.text.startswith("Your week")][-1]


@pytest.mark.parametrize("wish", ["Please ask me", "I'll bring it up", "Skip"])
async def test_asked_on_the_day_after_the_next_session_and_once(house: House, wish: str) -> None:
    weber, client = await named(house, wish)
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
    assert UNKNOWN not in await digest_of(house, weber, 6)
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
    for day in ("1.12.", "8.12."):
        await session(house, weber, day)
    await house.say(client, "/pause")
    await house.travel(to=at(4, 12))
    await house.say(client, "/resume")
    assert asked_on(client) == []
    await house.travel(to=at(8, 18))
    await answers(house, client, *USUAL)
    await house.travel(to=at(9, 20))
    assert asked_on(client) == [at(9, 9, 50)]


async def test_what_a_pause_puts_off_is_planned_at_once_and_not_called_unknown(
    house: House,
) -> None:
    weber, client = await named(house)
    for day in ("1.12.", "8.12."):
        await session(house, weber, day)
    await house.say(client, "/pause")
    await house.travel(to=at(2, 12))
    kept = "SELECT state, local_on FROM occurrences WHERE flow_id = 'repair-follow-up' ORDER BY id"
    assert [(state, str(on)) for state, on in await house.rows(kept)] == [
        ("paused", "2026-12-02"),
        ("planned", "2026-12-09"),
    ]
    assert UNKNOWN not in await digest_of(house, weber, 6)


async def test_a_second_strain_is_asked_about_after_the_session_after_it(house: House) -> None:
    weber, client = await named(house)
    await held(house, weber, client, *strain("Please ask me"), day=1)
    await house.travel(to=at(3, 20))
    assert asked_on(client) == []  # they have said a day before that it was not talked about
    await held(house, weber, client, *USUAL, day=8)
    await house.travel(to=at(9, 20))
    assert asked_on(client) == [at(9, 9, 50)]


async def test_who_says_that_they_have_talked_by_now_is_not_asked_whether_they_did(
    house: House,
) -> None:
    weber, client = await named(house)
    talked = (*RATED, "A little", "Tense", "Skip", "4", "Yes", "Skip", "Skip")
    await held(house, weber, client, *talked, day=1)
    assert await house.rows("SELECT state FROM flags") == [("closed",)]
    await held(house, weber, client, *USUAL, day=8)
    await house.travel(to=at(10, 20))
    assert asked_on(client) == []


async def test_questions_that_stay_open_do_not_take_its_place(house: House) -> None:
    weber, client = await named(house)
    await held(house, weber, client, day=1)  # nothing is answered, until it lapses
    await house.travel(to=at(4, 12))
    assert len(asked_on(client)) == 1


UNKNOWN = "Whether you two got to talk about it is not known here."


async def test_settled_is_told_by_their_own_word(house: House) -> None:
    weber, client = await named(house)
    await digest_of(house, weber, 29, month=11)
    await held(house, weber, client, *RATED, "Rather not say", "Skip", day=1)
    await house.travel(to=at(2, 12))
    await answers(house, client, "Yes, better")
    text = await digest_of(house, weber, 6)
    assert "No longer open" in text
    assert "They say that you two have talked about it, and that it is better." in text
    assert "M.K." not in text and UNKNOWN not in text


@pytest.mark.parametrize("answer", ["Not yet", "Partly, still open"])
async def test_what_usual_ratings_ended_is_open_again_by_their_own_word(
    house: House, answer: str
) -> None:
    weber, client = await named(house)
    await held(house, weber, client, *USUAL, day=1)
    assert await house.rows("SELECT state FROM flags") == [("closed",)]
    await house.travel(to=at(2, 12))
    found = []
    for labels in ((answer,), ("‹ Back", "Rather not say"), ("Change an answer", answer, "Skip")):
        await answers(house, client, *labels)
        found += [is_open for (is_open,) in await house.rows("SELECT closed_at IS NULL FROM flags")]
    assert found == [1, 0, 1]
    text = await digest_of(house, weber, 6)
    assert "• A.B.: Still open since 24 November" in text


@pytest.mark.parametrize("answer", [None, "Rather not say"])
async def test_not_known_is_told_whoever_was_asked_or_not(house: House, answer: str | None) -> None:
    weber, client = await named(house)
    assert UNKNOWN not in await digest_of(house, weber, 29, month=11)
    await held(house, weber, client, *RATED, "Rather not say", "Skip", day=1)
    await house.travel(to=at(2, 12))
    if answer is not None:
        await answers(house, client, answer)
    text = await digest_of(house, weber, 6)
    assert f"No note from you yet. {UNKNOWN}" in text


async def test_nothing_is_called_unknown_while_the_question_is_still_to_come(
    house: House,
) -> None:
    weber, client = await named(house)
    await session(house, weber, "6.12.")
    assert UNKNOWN not in await digest_of(house, weber, 6)
    await house.travel(to=at(7, 12))
    assert asked_on(client) == []  # the questions about the session are open
    await answers(house, client, *RATED, "Rather not say", "Skip")
    await house.travel(by=HOUR)
    await house.say(weber, "/digest")
    assert asked_on(client) and all(UNKNOWN not in e.text for e in weber.ledger)


async def test_a_later_dip_is_not_the_strain_that_they_had_named(house: House) -> None:
    weber, client = await named(house)
    for day in (1, 8):
        await held(house, weber, client, *USUAL, day=day)
        await house.travel(to=at(day + 5, 20))
    await held(house, weber, client, "2", "2", "2", "2", "No", "Skip", day=15)
    await held(house, weber, client, *["3"] * 4, day=22)
    text = await digest_of(house, weber, 27)
    assert "Possible strain" in text and "rated the session 3.0 of 10" in text
    assert UNKNOWN not in text


async def test_who_noted_that_they_talked_is_not_told_that_it_is_not_known(house: House) -> None:
    weber, client = await named(house)
    await digest_of(house, weber, 29, month=11)
    await house.tap(weber, "A.B. …")
    await house.tap(weber, "Talked, still open")
    await held(house, weber, client, *RATED, "Rather not say", "Skip", day=1)
    text = await digest_of(house, weber, 6)
    assert "You have talked." in text and UNKNOWN not in text


async def test_not_known_where_the_question_is_not_asked_in_this_practice(house: House) -> None:
    weber, client = await named(house)

    def retire(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        enrolling.switch_off(work, cares.load(tx, 1), "repair-follow-up", by="test")

    await house.app.store.write(retire)
    await held(house, weber, client, *RATED, "Rather not say", "Skip", day=1)
    text = await digest_of(house, weber, 6)
    assert asked_on(client) == []
    assert UNKNOWN in text


async def test_after_six_sessions_it_is_said_once_that_nothing_is_followed_any_more(
    house: House,
) -> None:
    weber, _ = await named(house, "Leave it for now")
    for number in range(6):
        day = datetime(2026, 12, 1, 17, tzinfo=UTC) + number * 7 * DAY
        await house.say(weber, f"/session A.B. {day.day}.{day.month}. 15:00")
        await house.travel(to=day + DAY)
        await read(house, weber)
    gone = "No longer followed here: 6 sessions have passed"
    texts = []
    for week in (0, 1):
        await house.travel(to=datetime(2027, 1, 10 + 7 * week, 18, tzinfo=UTC))
        texts.append([e.text for e in weber.ledger if e.text.startswith("Your week")][-1])
    assert [gone in text for text in texts] == [True, False]
