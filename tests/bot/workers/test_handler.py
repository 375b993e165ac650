"""Handling: order within a chat, a row that fails, and what its sender learns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.services.work.incoming import Received, SentSomething
from bot.workers.handler import TOGETHER
from bot.workers.repeats import MOST_ALBUMS, Repeats
from storage.inbox import InboxRow
from tests.bot.workers.trouble import refusing
from tests.support.house import House, texts

LATER = timedelta(seconds=5)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CANARY = "xylophone-canary"


async def _retry(house: House) -> None:
    """Live through the second and the third attempt."""
    for _ in range(3):
        await house.travel(by=LATER)


async def test_messages_of_a_chat_are_handled_in_order(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist)
    mark = client.mark
    for command in ("/pause", "/resume", "/pause", "/resume"):
        client.say(command)
    await house.settle()
    told = texts(client.heard(mark))
    assert told[0] == told[2] != told[1] == told[3]


async def test_a_failing_row_waits_and_only_its_sender_with_it(house: House) -> None:
    therapist = await house.therapist()
    first, second = await house.client(therapist, "A.A."), await house.client(therapist, "B.B.")
    marks = first.mark, second.mark
    async with refusing(house.app.store, "UPDATE OF paused_at ON cares"):
        first.say("/pause")
        first.say("/help")
        second.say("/help")
        await house.settle()
        assert first.heard(marks[0]) == []
        assert len(second.heard(marks[1])) == 1
    await house.travel(by=LATER)
    told = texts(first.heard(marks[0]))
    assert len(told) == 2
    assert told[0] != told[1] == texts(second.heard(marks[1]))[0]


async def test_a_waiting_row_is_not_overtaken_by_one_of_the_next_few(house: House) -> None:
    therapist = await house.therapist()
    first, second = await house.client(therapist, "A.A."), await house.client(therapist, "B.B.")
    mark = first.mark
    async with refusing(house.app.store, "UPDATE OF paused_at ON cares"):
        first.say("/pause")
        for _ in range(TOGETHER):
            second.say("/help")
        first.say("/help")
        await house.settle()
        assert first.heard(mark) == []
    await house.travel(by=LATER)
    assert len(first.heard(mark)) == 2


def test_of_too_many_albums_the_oldest_is_forgotten() -> None:
    repeats = Repeats()

    def answered(number: int, album: int) -> bool:
        sent = Received(SentSomething(), chat_id=7, album=str(album))
        row = InboxRow(number, number, 1, "", 0, NOW)
        return repeats.once(row, sent).incoming == sent.incoming

    assert all(answered(number, number) for number in range(MOST_ALBUMS + 1))
    assert not answered(MOST_ALBUMS + 1, MOST_ALBUMS), "another picture of the newest"
    assert answered(MOST_ALBUMS + 2, 0), "it is long ago"


@pytest.mark.promise("P1e")
async def test_the_third_failure_sets_a_row_aside_and_says_so(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist)
    mark = client.mark
    with capture_logs() as lines:
        async with refusing(house.app.store, "INSERT ON notes"):
            client.say(f"words for a note {CANARY}")
            client.say("/help")
            await _retry(house)
    told = texts(client.heard(mark))
    assert len(told) == 2
    kept = await house.rows("SELECT attempts, error FROM inbox WHERE state = 'quarantined'")
    assert len(kept) == 1
    assert kept[0][0] == 3
    assert CANARY not in str(kept)
    events = [line["event"] for line in lines]
    assert events.count("row_failed") == 2
    assert events.count("row_set_aside") == 1
    assert CANARY not in str(lines)
    assert "A.B." not in str(lines)


@pytest.mark.promise("P4a")
async def test_hard_words_get_their_card_even_where_they_are_set_aside(house: House) -> None:
    client = await house.client(await house.therapist())
    mark = client.mark
    async with refusing(house.app.store, "INSERT ON audit"):
        client.say("I want to kill myself")
        await _retry(house)
    (told,) = texts(client.heard(mark))
    assert told.startswith("That sounds very hard.") and "112" in told
    assert told.endswith(
        "Your message is kept here, though something went wrong while taking it in."
        " No message was sent to anybody."
    )
    assert await house.rows("SELECT count(*) FROM inbox WHERE state = 'quarantined'") == [(1,)]


async def test_a_row_is_set_aside_even_where_its_sender_cannot_be_told(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist)
    mark = client.mark
    async with refusing(house.app.store, "INSERT ON outbox"):
        client.say("/help")
        await _retry(house)
    kept = await house.rows("SELECT count(*) FROM inbox WHERE state = 'quarantined'")
    assert kept == [(1,)]
    assert await house.say(client, "/help") == texts(client.heard(mark))


async def test_a_tap_that_is_too_old_still_counts(house: House) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist)
    await house.say(client, "/checkin")
    mark = client.mark
    client.tap("7")
    house.jump(by=timedelta(minutes=5))
    await house.settle()
    assert "sent" in [entry.kind for entry in client.heard(mark)]
