"""Somebody covers while a therapist is on leave: asked and answered first, then told first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Person
from tests.support.house import House, texts
from tests.support.on_call import FIRST, HARD, SECOND, WEBER, People, people_in, rows_of

DAY, HALF_AN_HOUR = timedelta(days=1), timedelta(minutes=30)
YES, NO = "Yes, I cover", "No, I cannot"
ALERT = "A message that should not wait."


async def away(house: House, people: People, *, says: str | None = YES) -> None:
    """A leave from today on, and the first colleague asked; what they say to it."""
    await house.say(people.weber, "/session leave 23.11.-18.12.")
    await house.tap(people.weber, "Yes, and the digest waits")
    await house.tap(people.weber, "Ask Dr. Vert 0")
    if says is not None:
        await house.tap(people.colleagues[0], says)


async def hard(house: House, people: People) -> list[str]:
    """Hard words; what the client reads."""
    mark = people.client.mark
    await house.say(people.client, HARD["en"])
    return texts(people.client.heard(mark))


def alerts(person: Person, mark: int) -> int:
    return sum(text.startswith(ALERT) for text in texts(person.heard(mark)))


async def test_a_colleague_is_asked_and_says_yes(open_practice: Any) -> None:
    house = await open_practice(then=(FIRST,))
    people = await people_in(house, colleagues=1)
    vert, weber = people.colleagues[0], people.weber
    await away(house, people, says=None)
    assert vert.last.startswith(
        "Dr. Weber is away from Monday 23 November to Friday 18 December and asks"
    )
    assert "A.B." not in vert.last
    shown = [entry.text for entry in weber.heard(0) if entry.text][-1]
    assert "Until there is an answer, messages about hard words come to both of you." in shown
    mark = weber.mark
    await house.tap(vert, YES)
    assert "you cover for Dr. Weber from Mon 23 Nov to Fri 18 Dec" in vert.last
    (said,) = texts(weber.heard(mark))
    assert said == (
        "Dr. Vert 0 covers for you: messages about hard words go there first, and to you if "
        "nobody opens them."
    )
    assert vert.labels == [[NO]]


async def test_who_covers_is_told_first_at_any_hour_and_the_therapist_next(
    open_practice: Any,
) -> None:
    house = await open_practice(then=(FIRST,))
    people = await people_in(house, colleagues=1)
    await away(house, people)
    await house.travel(by=timedelta(hours=17))  # two at night
    marks = people.weber.mark, people.colleagues[0].mark
    said = await hard(house, people)
    assert "A message to the deputy of Dr. Weber is being sent now." in said[0]
    assert (alerts(people.weber, marks[0]), alerts(people.colleagues[0], marks[1])) == (0, 1)
    await house.travel(by=HALF_AN_HOUR)
    assert (alerts(people.weber, marks[0]), alerts(people.colleagues[0], marks[1])) == (1, 1)
    assert [who for what, who in await rows_of(house) if what == "alerted"] == [FIRST, WEBER]


async def test_what_is_new_comes_to_who_covers_at_once(open_practice: Any) -> None:
    house = await open_practice(then=(FIRST,))
    people = await people_in(house, colleagues=1)
    await away(house, people)
    await hard(house, people)
    await house.tap(people.colleagues[0], "Open")
    await house.travel(by=HALF_AN_HOUR)
    marks = people.weber.mark, people.colleagues[0].mark
    await hard(house, people)
    assert (alerts(people.weber, marks[0]), alerts(people.colleagues[0], marks[1])) == (0, 1)


@pytest.mark.parametrize(("says", "told"), [(None, [WEBER, FIRST]), (NO, [WEBER])])
async def test_without_a_yes_the_therapist_is_told_at_once(
    open_practice: Any, says: str | None, told: list[str]
) -> None:
    house = await open_practice(then=(FIRST,))
    people = await people_in(house, colleagues=1)
    await away(house, people, says=says)
    await hard(house, people)
    assert [who for what, who in await rows_of(house) if what == "alerted"] == told


async def test_without_the_clients_yes_no_deputy_is_told(open_practice: Any) -> None:
    house = await open_practice(then=(FIRST,))
    people = await people_in(house, colleagues=1, deputy=False)
    await house.say(people.weber, "/session leave 23.11.-18.12.")
    await house.tap(people.weber, "Yes, and the digest waits")
    (said,) = await house.tap(people.weber, "Ask Dr. Vert 0")
    assert "One client has not agreed to a deputy: about them messages come to you alone." in said
    await house.tap(people.colleagues[0], YES)
    await hard(house, people)
    assert [who for what, who in await rows_of(house) if what == "alerted"] == [WEBER]


async def test_before_and_after_the_leave_all_is_as_ever(open_practice: Any) -> None:
    house = await open_practice(then=(FIRST,))
    people = await people_in(house, colleagues=1)
    await house.say(people.weber, "/session leave 25.11.-26.11.")
    await house.tap(people.weber, "Yes, these days are off")
    await house.tap(people.weber, "Ask Dr. Vert 0")
    await house.tap(people.colleagues[0], YES)
    await hard(house, people)
    assert [who for what, who in await rows_of(house) if what == "alerted"] == [WEBER]
    await house.tap(people.weber, "Open")
    await house.tap(people.weber, "Was something else")
    await house.travel(by=4 * DAY)
    mark = people.colleagues[0].mark
    await hard(house, people)
    assert alerts(people.colleagues[0], mark) == 0


async def test_who_cannot_be_reached_covers_nobody(open_practice: Any) -> None:
    house = await open_practice(then=(FIRST, SECOND))
    people = await people_in(house, colleagues=2)
    await away(house, people)
    people.colleagues[0].block()
    await house.settle()
    await hard(house, people)
    assert [who for what, who in await rows_of(house) if what == "alerted"] == [WEBER]


async def test_a_deputy_on_leave_is_not_asked_and_comes_last(open_practice: Any) -> None:
    house = await open_practice(deputies=(FIRST, SECOND))
    people = await people_in(house, colleagues=2)
    await house.say(people.colleagues[0], "/session leave 23.11.-27.11.")
    if not people.colleagues[0].labels:
        pytest.fail("the colleague cannot enter a leave")
    await house.tap(people.colleagues[0], "Yes, these days are off")
    await house.say(people.weber, "/session leave 24.11.-26.11.")
    await house.tap(people.weber, "Yes, these days are off")
    asked = [row[0] for row in people.weber.labels if row[0].startswith("Ask")]
    assert asked == ["Ask Dr. Vert 1"]
    await hard(house, people)
    assert [who for what, who in await rows_of(house) if what == "alerted"] == [WEBER, SECOND]
    await house.travel(by=HALF_AN_HOUR)
    assert [who for what, who in await rows_of(house) if what == "alerted"][2:] == [FIRST]


async def test_who_covered_learns_that_it_is_over(open_practice: Any) -> None:
    house = await open_practice(then=(FIRST, SECOND))
    people = await people_in(house, colleagues=2)
    await away(house, people)
    vert, other = people.colleagues
    mark = vert.mark
    await house.tap(people.weber, "Ask Dr. Vert 1")
    assert "You do not cover for Dr. Weber any more" in "".join(texts(vert.heard(mark)))
    assert await house.forge(vert, "ve:1:yes") == ["This button is no longer current."]
    await house.tap(other, YES)
    mark = other.mark
    await house.travel(by=2 * DAY)
    await house.say(people.weber, "/session")
    await house.tap(people.weber, "Leave 23 Nov – 18 Dec …")
    await house.tap(people.weber, "I am back")
    assert "You do not cover for Dr. Weber any more" in "".join(texts(other.heard(mark)))
    await hard(house, people)
    assert [who for what, who in await rows_of(house) if what == "alerted"] == [WEBER]


async def test_a_colleague_may_change_their_mind(open_practice: Any) -> None:
    house = await open_practice(then=(FIRST,))
    people = await people_in(house, colleagues=1)
    await away(house, people)
    vert = people.colleagues[0]
    assert await house.forge(vert, "ve:1:yes") == ["That is chosen already."]
    mark = people.weber.mark
    await house.tap(vert, NO)
    assert "Dr. Vert 0 cannot cover." in "".join(texts(people.weber.heard(mark)))
    await hard(house, people)
    assert [who for what, who in await rows_of(house) if what == "alerted"] == [WEBER]
    await house.travel(by=30 * DAY)
    assert await house.forge(vert, "ve:1:yes") == ["This button is no longer current."]


async def test_where_nobody_is_named_the_therapist_is_told_so(open_practice: Any) -> None:
    house = await open_practice()
    people = await people_in(house)
    await house.say(people.weber, "/session leave 23.11.-18.12.")
    (said,) = await house.tap(people.weber, "Yes, and the digest waits")
    assert "there is nobody whom I could ask to cover." in said
    await hard(house, people)
    assert [who for what, who in await rows_of(house) if what == "alerted"] == [WEBER]


async def test_clients_read_who_is_told_first(open_practice: Any) -> None:
    house = await open_practice(then=(FIRST,))
    people = await people_in(house, colleagues=1)
    await away(house, people)
    mark = people.client.mark
    await house.say(people.weber, "/session")
    await house.tap(people.weber, "Leave 23 Nov – 18 Dec …")
    await house.tap(people.weber, "Tell my clients …")
    await house.tap(people.weber, "Tell them")
    (said,) = texts(people.client.heard(mark))
    assert "it goes to the deputy of Dr. Weber first in these days." in said
    assert "Vert" not in said
