"""A client's word counts when it is said, and one that was taken back does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Person
from tests.support.house import House

SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
"""18:00 in Berlin: the digest's cut-off."""
SAID_SO = "They said themselves that something wasn't right"
RATED = ("8", "8", "8", "8")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


async def in_the_middle(house: House, *, strain: str = "Yes") -> tuple[Person, Person]:
    """A therapist, and a client who stops after the question about a moment, on Sunday at 17."""
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await house.travel(to=SUNDAY - 5 * HOUR)
    await house.say(weber, "/session M.K.")
    await house.travel(to=SUNDAY - HOUR)
    for label in (*RATED, strain):
        await house.tap(client, label)
    return weber, client


async def digest(house: House, weber: Person) -> str:
    mark = weber.mark
    await house.travel(to=SUNDAY)
    return next(e.text for e in weber.heard(mark) if "week 48" in e.text)


async def test_a_strain_said_in_an_open_check_in_is_in_the_digest(house: House) -> None:
    weber, _ = await in_the_middle(house)
    text = await digest(house, weber)
    assert SAID_SO in text
    assert "M.K." in text.split(SAID_SO)[1]
    assert "calm week" not in text


async def test_what_was_added_after_the_digest_is_told_in_the_next_one(house: House) -> None:
    weber, client = await in_the_middle(house)
    await digest(house, weber)
    await house.tap(client, "Tense")
    await house.say(client, "You looked at the clock.")
    await house.travel(to=SUNDAY + timedelta(days=7))
    told = [e.text for e in weber.ledger if "week 49" in e.text]
    assert "You looked at the clock." in told[-1]


async def test_a_strain_that_was_taken_back_is_not(house: House) -> None:
    weber, client = await in_the_middle(house)
    await house.tap(client, "‹ Back")
    await house.tap(client, "No")
    text = await digest(house, weber)
    assert SAID_SO not in text
    assert await house.rows("SELECT count(*) FROM reasons") == [(0,)]
    assert await house.rows("SELECT count(*) FROM flags WHERE closed_at IS NULL") == [(0,)]
    assert (
        await house.rows(
            "SELECT state FROM occurrences WHERE slot LIKE 'flag-%' AND state = 'planned'"
        )
        == []
    )


async def test_a_strain_said_again_after_all_is_there_again(house: House) -> None:
    weber, client = await in_the_middle(house)
    for label in ("‹ Back", "No", "‹ Back", "A little"):
        await house.tap(client, label)
    assert SAID_SO in await digest(house, weber)


async def test_nobody_in_the_middle_of_a_check_in_is_called_calm(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await house.travel(to=SUNDAY - 5 * HOUR)
    await house.say(weber, "/session M.K.")
    await house.travel(to=SUNDAY - HOUR)
    await house.tap(client, "8")
    text = await digest(house, weber)
    assert "In the middle of a check-in: M.K." in text


@pytest.mark.parametrize("words", ["Dread at night."])
async def test_words_left_on_a_path_that_was_given_up_are_not_told(
    house: House, words: str
) -> None:
    weber, client = await in_the_middle(house)
    await house.tap(client, "Tense")
    await house.say(client, words)
    for label in ("‹ Back", "‹ Back", "‹ Back", "No"):
        await house.tap(client, label)
    assert words not in await digest(house, weber)


STRAINED = (*RATED, "Yes", "Tense", "Skip", "4", "Not yet", "Please ask me", "Skip")
SETTLED = "No longer open"


async def a_week_later(house: House, *, noted: str) -> tuple[Person, Person]:
    """A client who said that something was wrong, a therapist who noted something on it, and the
    next therapy session's questions, an hour before the next digest.
    """
    weber, client = await in_the_middle(house)
    for label in STRAINED[len(RATED) + 1 :]:
        await house.tap(client, label)
    await house.travel(to=SUNDAY + HOUR)
    await house.tap(weber, "M.K. …")
    await house.tap(weber, noted)
    await house.travel(to=SUNDAY + WEEK - 5 * HOUR)
    return weber, client


async def rates(house: House, weber: Person, client: Person, *labels: str) -> None:
    await house.say(weber, "/session M.K.")
    await house.travel(by=4 * HOUR)
    for label in (*RATED, *labels):
        await house.tap(client, label)


async def flag_states(house: House) -> list[str]:
    return [state for (state,) in await house.rows("SELECT state FROM flags ORDER BY id")]


async def digest_of_week(house: House, weber: Person, week: int) -> str:
    await house.travel(to=SUNDAY + (week - 48) * WEEK)
    return next(e.text for e in reversed(weber.ledger) if f"week {week}" in e.text)


@pytest.mark.promise("P7e")
async def test_a_word_that_settles_is_in_the_digest_though_the_check_in_is_open(
    house: House,
) -> None:
    weber, client = await a_week_later(house, noted="Was something else")
    await rates(house, weber, client, "No")
    text = await digest_of_week(house, weber, 49)
    assert f"• M.K.: {SETTLED}" in text
    await house.travel(by=2 * DAY)  # the check-in lapses, and nothing is told twice
    assert SETTLED not in await digest_of_week(house, weber, 50)


async def test_a_settling_word_that_was_taken_back_settles_nothing(house: House) -> None:
    weber, client = await a_week_later(house, noted="Was something else")
    await rates(house, weber, client, "No", "‹ Back", "A little")
    assert await flag_states(house) == ["open"]
    text = await digest_of_week(house, weber, 49)
    assert SETTLED not in text
    assert "M.K." in text.split(SAID_SO)[1]


async def test_a_word_on_repair_counts_at_once_and_can_be_changed(house: House) -> None:
    weber, client = await a_week_later(house, noted="Was something else")
    await rates(house, weber, client, "Rather not say", "Skip")
    await digest_of_week(house, weber, 49)
    await house.travel(to=SUNDAY + WEEK + DAY)
    assert "Did you get to talk about it?" in client.last
    found = []
    for label in ("Not yet", "‹ Back", "Yes, better", "Change an answer", "Partly, still open"):
        await house.tap(client, label)
        found += await flag_states(house)
    assert found == ["open", "open", "closed", "closed", "talked_open"]
    assert "• M.K.: Still open since" in await digest_of_week(house, weber, 50)


async def test_what_was_to_follow_goes_with_what_was_taken_back(house: House) -> None:
    weber, client = await in_the_middle(house)
    await house.say(weber, "/session M.K. 6.12. 15:00")
    for label in STRAINED[len(RATED) + 1 :]:
        await house.tap(client, label)
    mark = weber.mark

    async def follow_up() -> tuple[str, str | None]:
        rows = await house.rows(
            "SELECT state, reason FROM occurrences WHERE flow_id = 'repair-follow-up' ORDER BY id"
        )
        assert [state for state, _ in rows[:-1]] == ["cancelled"] * (len(rows) - 1)
        return rows[-1][0], rows[-1][1]

    assert await follow_up() == ("planned", None)
    for label in ("Change an answer", *["‹ Back"] * 6, "No"):
        await house.tap(client, label)
    assert await follow_up() == ("cancelled", "not_said")
    for label in ("Change an answer", "‹ Back", "Yes"):
        await house.tap(client, label)
    assert await follow_up() == ("planned", None)
    for label in ("Change an answer", "‹ Back", "Leave it for now"):
        await house.tap(client, label)
    assert await follow_up() == ("cancelled", "not_said")  # the session after is not known yet
    assert weber.heard(mark) == []
