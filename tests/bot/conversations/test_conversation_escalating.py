"""After the card: what goes to the next in line, what cannot be delivered, and how the client reads
of both.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.sandbox import Fault, Person
from tests.support.house import CRISIS, House
from tests.support.on_call import (
    FIRST,
    HARD,
    NIGHT,
    SECOND,
    WEBER,
    People,
    heard_by,
    people_in,
    rows_of,
    state_of,
)

HALF_AN_HOUR = timedelta(minutes=30)
SOMETHING = {
    "en": "There is something here for you to read.\n\n",
    "de": "Hier gibt es etwas für Sie zu lesen.\n\n",
    "de_du": "Hier gibt es etwas für dich zu lesen.\n\n",
}
TO_DEPUTY = {
    "en": "A message to the deputy of Dr. Weber is being sent now. I cannot know when it will be"
    " read; please do not wait for it.",
    "de": "An die Vertretung von Dr. Weber geht jetzt eine Nachricht. Ich kann nicht wissen, wann"
    " sie gelesen wird; bitte warten Sie nicht darauf.",
    "de_du": "An die Vertretung von Dr. Weber geht jetzt eine Nachricht. Ich kann nicht wissen,"
    " wann sie gelesen wird; bitte warte nicht darauf.",
}
EMERGENCY = {
    "en": " In an emergency: /crisis.",
    "de": " Im Notfall: /crisis.",
    "de_du": " Im Notfall: /crisis.",
}
LOST = {
    "en": "The message to Dr. Weber could not be delivered.",
    "de": "Die Nachricht an Dr. Weber konnte nicht zugestellt werden.",
    "de_du": "Die Nachricht an Dr. Weber konnte nicht zugestellt werden.",
}
DEPUTY_LOST = "The message to the deputy of Dr. Weber could not be delivered."
NOBODY_ELSE = {
    "en": "No message was sent to anybody else.",
    "de": "Sonst ging an niemanden eine Nachricht.",
    "de_du": "Sonst ging an niemanden eine Nachricht.",
}
LANGUAGES = ("en", "de", "de_du")


def refuse(house: House, person: Person, *, status: int = 403, count: int | None = 1) -> None:
    house.sandbox.faults.add(Fault("sendMessage", status, chat_id=person.chat_id, count=count))


async def card_and_more(house: House, people: People, language: str = "en") -> list[str]:
    """Hard words: the card, and what the client reads after it but for the offer of a note."""
    mark = people.client.mark
    await house.say(people.client, HARD[language])
    await house.travel(by=timedelta(seconds=2))
    card, _, *more = await heard_by(house, people.client, mark)
    return [card, *more]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_client_reads_of_each_message_to_the_next_in_line(
    open_practice: Any, language: str
) -> None:
    house = await open_practice(then=[FIRST, SECOND], escalate_minutes=30)
    people = await people_in(house, colleagues=2, language=language)
    await house.travel(to=NIGHT)
    await house.say(people.client, HARD[language])
    mark = people.client.mark
    await house.travel(by=HALF_AN_HOUR)
    expected = SOMETHING[language] + TO_DEPUTY[language] + EMERGENCY[language]
    assert await heard_by(house, people.client, mark) == [expected]
    await house.travel(by=HALF_AN_HOUR)
    assert await heard_by(house, people.client, mark) == [expected] * 2
    # there is nobody else: nothing was sent, so nothing is said
    await house.travel(by=HALF_AN_HOUR * 4)
    assert len(await heard_by(house, people.client, mark)) == 2


async def test_once_it_was_opened_nobody_is_told_and_nothing_is_said(open_practice: Any) -> None:
    house = await open_practice(then=[FIRST], escalate_minutes=30)
    people = await people_in(house, colleagues=1)
    await house.say(people.client, HARD["en"])
    await house.tap(people.weber, "Open")
    mark = people.client.mark
    await house.travel(by=HALF_AN_HOUR * 2)
    assert await heard_by(house, people.client, mark) == []
    await house.tap(people.weber, "Not reached")
    assert await heard_by(house, people.client, mark) == [
        SOMETHING["en"] + TO_DEPUTY["en"] + EMERGENCY["en"]
    ]


@pytest.mark.parametrize("status", [403, 400])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_refused_alert_goes_to_the_next_at_once_and_the_client_reads_so(
    open_practice: Any, language: str, status: int
) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1, language=language)
    mark = people.colleagues[0].mark
    refuse(house, people.weber, status=status)
    card, more = await card_and_more(house, people, language)
    assert CRISIS in card
    assert more == (
        f"{SOMETHING[language]}{LOST[language]} {TO_DEPUTY[language]}{EMERGENCY[language]}"
    )
    assert len(await heard_by(house, people.colleagues[0], mark)) == 1
    assert [step for step in await rows_of(house) if step[0] != "explicit"] == [
        ("alerted", WEBER),
        ("undelivered", WEBER),
        ("alerted", FIRST),
    ]


@pytest.mark.promise("P4e")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_where_nobody_is_left_the_numbers_come_again_and_the_admin_is_told(
    open_practice: Any, language: str
) -> None:
    house = await open_practice()
    people = await people_in(house, language=language)
    refuse(house, people.weber)
    with capture_logs() as logs:
        card, again = await card_and_more(house, people, language)
    assert CRISIS in card and CRISIS in again[:100]
    assert again.endswith(f"{LOST[language]} {NOBODY_ELSE[language]}")
    assert [entry["event"] for entry in logs].count("risk_case_unseen") == 1
    assert await state_of(house) == "open"
    # and it is not said later that a message was sent
    (asked,) = await house.say(people.client, "/crisis")
    assert "was sent before" not in asked and "being sent" not in asked


async def test_each_refusal_is_passed_on_until_nobody_is_left(open_practice: Any) -> None:
    house = await open_practice(then=[FIRST, SECOND])
    people = await people_in(house, colleagues=2)
    for person in (people.weber, *people.colleagues):
        refuse(house, person)
    card, first, second, last = await card_and_more(house, people)
    assert CRISIS in card
    assert first == f"{SOMETHING['en']}{LOST['en']} {TO_DEPUTY['en']}{EMERGENCY['en']}"
    assert second == f"{SOMETHING['en']}{DEPUTY_LOST} {TO_DEPUTY['en']}{EMERGENCY['en']}"
    assert last.startswith(CRISIS) and last.endswith(f"{DEPUTY_LOST} {NOBODY_ELSE['en']}")


async def test_who_got_the_message_is_named_where_another_could_not(open_practice: Any) -> None:
    house = await open_practice(deputies=[FIRST])
    people = await people_in(house, colleagues=1)
    refuse(house, people.weber)
    _, more = await card_and_more(house, people)
    assert more == (
        f"{SOMETHING['en']}{LOST['en']} A message to the deputy of Dr. Weber was sent before. I"
        " cannot know when it will be read; please do not wait for it. In an emergency: /crisis."
    )


async def test_an_alert_that_waits_while_its_reader_blocks_the_bot_goes_to_the_next(
    open_practice: Any,
) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1)
    # Telegram is busy, so the alert waits
    refuse(house, people.weber, status=429, count=None)
    await card_and_more(house, people)
    mark, of_first = people.client.mark, people.colleagues[0].mark
    people.weber.block()
    await house.settle()
    assert len(await heard_by(house, people.colleagues[0], of_first)) == 1
    (said,) = await heard_by(house, people.client, mark)
    assert LOST["en"] in said and TO_DEPUTY["en"] in said


async def test_who_had_the_message_and_blocks_the_bot_then_is_passed_over_too(
    open_practice: Any,
) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1)
    await house.say(people.client, HARD["en"])
    mark = people.client.mark
    people.weber.block()
    await house.settle()
    # it was delivered, so nothing else is said
    assert await heard_by(house, people.client, mark) == [
        SOMETHING["en"] + TO_DEPUTY["en"] + EMERGENCY["en"]
    ]
    assert ("alerted", FIRST) in await rows_of(house)


async def test_who_comes_back_gets_what_could_not_be_delivered(open_practice: Any) -> None:
    house = await open_practice()
    people = await people_in(house)
    refuse(house, people.weber)
    await card_and_more(house, people)
    mark, of_client = people.weber.mark, people.client.mark
    await house.say(people.weber, "/help")
    told = await heard_by(house, people.weber, mark)
    assert [text[:32] for text in told].count("A message that should not wait.\n") == 1
    (said,) = await heard_by(house, people.client, of_client)
    assert "A message to Dr. Weber is being sent now." in said
    await house.tap(people.weber, "Open")
    assert await state_of(house) == "seen"


async def test_who_was_away_when_it_was_written_gets_it_on_coming_back(open_practice: Any) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1)
    people.weber.block()
    await house.settle()
    await house.say(people.client, HARD["en"])
    mark = people.weber.mark
    people.weber.unblock()
    await house.settle()
    assert len(await heard_by(house, people.weber, mark)) == 1
    # a colleague whose turn it is not yet gets nothing by coming back
    assert [step for step in await rows_of(house) if step[0] == "alerted"] == [
        ("alerted", FIRST),
        ("alerted", WEBER),
    ]


async def test_who_comes_back_to_a_case_that_was_opened_gets_nothing(open_practice: Any) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1)
    refuse(house, people.weber)
    await card_and_more(house, people)
    await house.tap(people.colleagues[0], "Open")
    (helped,) = await house.say(people.weber, "/help")
    assert "should not wait" not in helped


async def test_what_is_heard_after_a_case_was_opened_goes_down_the_line_once_more(
    open_practice: Any,
) -> None:
    house = await open_practice(then=[FIRST], escalate_minutes=30)
    people = await people_in(house, colleagues=1)
    (first,) = people.colleagues
    marks = people.weber.mark, first.mark

    async def counts() -> list[int]:
        return [
            len(await heard_by(house, people.weber, marks[0])),
            len(await heard_by(house, first, marks[1])),
        ]

    await house.say(people.client, HARD["en"])
    await house.travel(by=HALF_AN_HOUR)
    assert await counts() == [1, 1]
    await house.tap(people.weber, "Open")
    assert await counts() == [2, 1]
    await house.say(people.client, HARD["en"])
    assert await counts() == [3, 1]
    mark = people.client.mark
    await house.travel(by=HALF_AN_HOUR)
    assert await counts() == [3, 2]
    assert await heard_by(house, people.client, mark) == [
        SOMETHING["en"] + TO_DEPUTY["en"] + EMERGENCY["en"]
    ]
    # then there is nobody who has not been told of it: the admin is
    with capture_logs() as logs:
        await house.travel(by=HALF_AN_HOUR)
    assert await counts() == [3, 2]
    assert [entry["event"] for entry in logs].count("risk_case_unseen") == 1


async def test_not_reached_tells_nobody_twice_of_the_same(open_practice: Any) -> None:
    house = await open_practice(deputies=[FIRST])
    people = await people_in(house, colleagues=1)
    (first,) = people.colleagues
    await house.say(people.client, HARD["en"])
    await house.tap(people.weber, "Open")
    mark = first.mark
    said = await house.tap(people.weber, "Not reached")
    assert "Noted. There is nobody else to be told." in said
    assert await heard_by(house, first, mark) == []
