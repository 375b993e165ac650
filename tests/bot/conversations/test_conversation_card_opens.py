"""From a client's card: the last days, the chart, the notes, and what comes."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox import Person
from tests.bot.conversations.test_conversation_digest import SUNDAY, WORDS, strained
from tests.support.house import House

READ = "SELECT action FROM audit WHERE action IN ('client.details', 'client.chart') ORDER BY id"


async def card(house: House, weber: Person, alias: str = "A.B.") -> str:
    """What the card says."""
    return (await house.say(weber, f"/client {alias}"))[-1]


async def test_the_card_says_that_something_is_open_and_opens_the_words(house: House) -> None:
    weber, client = await strained(house)
    await house.travel(to=SUNDAY + timedelta(hours=1))
    said = await card(house, weber)
    assert "Something is open since Mon 23 Nov; “The last days” says what." in said
    assert WORDS not in said
    assert await house.rows(READ) == [], "a card is no reading"
    mark = weber.mark
    await house.tap(weber, "The last days")
    entry = weber.heard(mark)[-1]
    assert WORDS in entry.text, "also just after a digest, when the week so far is empty"
    (message,) = [m for m in weber.screen if m.text == entry.text]
    assert message.protected
    assert await house.rows(READ) == [("client.details",)]
    assert await house.rows("SELECT read_at FROM digests") == [(None,)], "the digest was not shown"
    assert "Read by Dr. Weber: 29 Nov 2026" in "".join(await house.say(client, "/mydata"))


async def test_the_chart_comes_with_its_words(house: House) -> None:
    weber, _ = await strained(house)
    await card(house, weber)
    mark = weber.mark
    await house.tap(weber, "Chart")
    entry = weber.heard(mark)[-1]
    assert entry.kind == "photo" and "A.B." in entry.text
    (message,) = [m for m in weber.screen if m.text == entry.text]
    assert message.protected
    name, content = weber.opened(message)
    assert name.endswith(".png") and content.startswith(b"\x89PNG")
    assert await house.rows(READ) == [("client.chart",)]


async def test_where_nothing_was_rated_a_toast_says_so(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.B.")
    await card(house, weber)
    toasts = await house.tap(weber, "Chart")
    assert toasts == ["No session was rated in the last twelve weeks."]
    assert await house.rows(READ) == []


async def test_notes_and_what_comes_open_from_the_card(house: House) -> None:
    weber, _ = await strained(house)
    await house.say(weber, "/note A.B. asked for more time at the end")
    await card(house, weber)
    mark = weber.mark
    await house.tap(weber, "Notes")
    assert "asked for more time at the end" in weber.heard(mark)[-1].text
    await house.tap(weber, "What comes")
    title = "What comes to A.B. in the next 14 days, by your clock:\n\n"
    (coming,) = [m for m in weber.screen if m.text.startswith(title)]
    assert "Wed 25 Nov" in coming.text
    await house.tap(weber, "‹ Back")
    (card_again,) = [m for m in weber.screen if m.message_id == coming.message_id]
    assert "takes part" in card_again.text
    await house.say(weber, "/pause A.B. until 1.12.")
    await card(house, weber)
    await house.tap(weber, "What comes")
    (coming,) = [m for m in weber.screen if m.text.startswith(title)]
    assert coming.text.removeprefix(title).startswith("A.B. has paused")


async def test_after_the_end_the_last_days_can_still_be_opened(house: House) -> None:
    weber, client = await strained(house)
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    said = await card(house, weber)
    assert "Nothing" in said
    assert ["The last days", "Chart"] in weber.labels and ["Notes"] in weber.labels
    mark = weber.mark
    await house.tap(weber, "The last days")
    assert WORDS in weber.heard(mark)[-1].text
    await house.travel(by=timedelta(days=60))
    await card(house, weber)
    assert await house.tap(weber, "The last days") == ["There is nothing to show yet."]
