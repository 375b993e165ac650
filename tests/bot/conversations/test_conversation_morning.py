"""The card on the morning of a day with therapy sessions, for therapists who asked for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.sandbox import Person
from tests.bot.conversations.test_conversation_digest import WORDS, strained
from tests.support.house import House

THURSDAY = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
"""07:30 in Berlin."""


async def asked_for(house: House, weber: Person) -> None:
    """The therapist switches the card on."""
    await house.say(weber, "/digest")
    await house.tap(weber, "Day and hour")
    await house.tap(weber, "A card on the morning of sessions")
    assert weber.last.startswith("From now on a card comes at 07:30 on days with sessions")


async def test_it_says_what_is_brought_and_what_is_open(house: House) -> None:
    weber, client = await strained(house)
    calm = await house.client(weber, "C.D.")
    await asked_for(house, weber)
    await house.say(weber, "/session C.D. 26.11. 15:00")
    await house.say(weber, "/session A.B. 26.11. 10:00")
    await house.say(client, "my sister and Christmas")
    await house.tap(client, "Yes, pass it on")
    await house.travel(to=THURSDAY - timedelta(minutes=1))
    mark = weber.mark
    await house.travel(to=THURSDAY)
    (entry,) = weber.heard(mark)
    assert entry.text == (
        "Today, 2 sessions:\n\n"
        "• 10:00, A.B.\n"
        "They would like you to ask.\n"
        "Still open since 23 November: something wasn't right. No note from you yet.\n"
        "Wrote: “my sister and Christmas”\n\n"
        "• 15:00, C.D.\n"
        "Nothing was told since the last session."
    )
    assert WORDS not in entry.text
    (message,) = [m for m in weber.screen if m.text == entry.text]
    assert message.silent and message.protected
    await house.travel(to=THURSDAY + timedelta(hours=4))
    assert len(weber.heard(mark)) == 1
    read = "SELECT count(*) FROM audit WHERE action = 'client.morning'"
    assert await house.rows(read) == [(2,)]
    assert "Read by Dr. Weber: 26 Nov 2026" in "".join(await house.say(calm, "/mydata"))


async def test_it_comes_only_where_it_was_asked_for_and_sessions_are_held(house: House) -> None:
    weber, kern = await house.therapist(), await house.therapist("Dr. Kern")
    for therapist, alias in ((weber, "A.B."), (kern, "K.K.")):
        await house.client(therapist, alias)
        await house.say(therapist, f"/session {alias} 26.11. 15:00")
    await asked_for(house, weber)
    await house.say(weber, "/session A.B. cancel")
    marks = weber.mark, kern.mark
    await house.travel(to=THURSDAY + timedelta(hours=2))
    assert not [e for e in weber.heard(marks[0]) if "Today" in e.text]
    assert not [e for e in kern.heard(marks[1]) if "Today" in e.text]


async def test_a_late_start_still_tells_in_the_morning_and_not_after_it(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    await asked_for(house, weber)
    for day in (26, 27):
        await house.say(weber, f"/session A.B. {day}.11. 18:00")
    await house.travel(to=THURSDAY - timedelta(hours=2))
    mark = weber.mark
    house.jump(by=timedelta(hours=4))
    await house.settle()
    assert [e.text.splitlines()[0] for e in weber.heard(mark)].count("Today, 1 session:") == 1
    await house.travel(to=THURSDAY + timedelta(hours=20))
    mark = weber.mark
    house.jump(by=timedelta(hours=9))  # past noon
    await house.settle()
    assert not [e for e in weber.heard(mark) if "Today" in e.text]


async def test_a_session_that_is_entered_in_the_morning_is_told_minutes_later(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    await asked_for(house, weber)
    await house.travel(to=THURSDAY + timedelta(minutes=3))
    await house.say(weber, "/session A.B. 18:00")
    mark = weber.mark
    await house.travel(by=timedelta(minutes=10))
    assert [e.text.splitlines()[0] for e in weber.heard(mark)].count("Today, 1 session:") == 1


async def test_it_is_switched_off_again_and_said_in_german(house: House) -> None:
    weber = await house.therapist(language="de")
    await house.client(weber, "A.B.", language="de")
    await house.say(weber, "/session A.B. 26.11. 15:00")
    await house.say(weber, "/digest")
    await house.tap(weber, "Tag und Uhrzeit")
    await house.tap(weber, "Eine Karte am Morgen der Sitzungen")
    await house.travel(to=THURSDAY)
    assert weber.last == (
        "Heute 1 Sitzung:\n\n• 15:00 Uhr, A.B.\nSeit der letzten Sitzung wurde nichts mitgeteilt."
    )
    await house.tap(weber, "Keine Karte am Morgen der Sitzungen")
    assert "Am Morgen kommt keine Karte mehr." in [m.text for m in weber.screen]
    await house.say(weber, "/session A.B. 27.11. 15:00")
    mark = weber.mark
    await house.travel(to=THURSDAY + timedelta(days=1, hours=2))
    assert not [e for e in weber.heard(mark) if "Heute" in e.text]
