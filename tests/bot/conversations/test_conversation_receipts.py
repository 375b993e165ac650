"""A client who wants to know is told, quietly and once a week at most, that a digest was read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config.settings import Practice
from bot.sandbox import Person
from tests.support.house import House, open_house, texts
from tests.support.on_call import HARD, SUNDAY

NOTE = {
    "en": "A short note; there is nothing to answer.\n\nDr. Weber has read what the weekly summary"
    " of Sunday, 29 November says of you: on Tuesday, 1 December.",
    "de": "Eine kurze Notiz; es gibt nichts zu beantworten.\n\nDr. Weber hat gelesen, was die"
    " Wochenübersicht vom Sonntag, 29. November über Sie sagt: am Dienstag, 1. Dezember.",
    "de_du": "Eine kurze Notiz; es gibt nichts zu beantworten.\n\nDr. Weber hat gelesen, was die"
    " Wochenübersicht vom Sonntag, 29. November über dich sagt: am Dienstag, 1. Dezember.",
}
YES = {"en": "Yes, a note", "de": "Ja, eine Notiz", "de_du": "Ja, eine Notiz"}
READ = "I have read this"
TUESDAY = SUNDAY + timedelta(days=1, hours=20)
SOON = timedelta(minutes=15)
QUIET_FROM = Practice().quiet_from


@pytest.fixture
async def asking(furnished: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A practice that asks whether its clients want to know."""
    async with open_house(tmp_path, furnished, digest={"receipts": "on"}) as opened:
        yield opened


async def client_of(
    house: House, weber: Person, alias: str = "A.B.", language: str = "en"
) -> Person:
    """A client who wants to know, and has answered something."""
    client = await house.client(weber, alias, language)
    await house.tap(client, YES[language])
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    return client


def notes_in(client: Person, mark: int = 0) -> list[str]:
    return [t for t in texts(client.heard(mark)) if t.startswith(("A short note", "Eine kurze"))]


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_it_says_what_was_read_and_when_without_a_sound(asking: House, language: str) -> None:
    weber = await asking.therapist()
    client = await client_of(asking, weber, language=language)
    await asking.travel(to=TUESDAY)
    assert notes_in(client) == []
    await asking.tap(weber, READ)
    await asking.travel(by=SOON)
    (note,) = notes_in(client)
    assert note.startswith(NOTE[language])
    assert next(each for each in client.screen if each.text == note).silent
    await asking.travel(by=timedelta(days=3))
    assert len(notes_in(client)) == 1


async def test_who_did_not_say_yes_is_told_nothing(asking: House) -> None:
    weber = await asking.therapist()
    no, later, back = [await client_of(asking, weber, alias) for alias in ("A.B.", "C.D.", "E.F.")]
    for client in (no, back):
        await asking.say(client, "/privacy")
        await asking.tap(client, "No notes about reading any more")
        assert ["Notes about reading …"] in client.labels
    await asking.travel(to=TUESDAY)
    await asking.tap(weber, READ)
    # a yes that comes after the reading is for what is read from then on
    await asking.say(back, "/privacy")
    await asking.tap(back, "Notes about reading …")
    await asking.tap(back, "Yes, a note")
    await asking.travel(by=timedelta(hours=1))
    assert [len(notes_in(each)) for each in (no, later, back)] == [0, 1, 0]


async def test_one_clients_details_are_nobody_elses_reading(asking: House) -> None:
    weber = await asking.therapist()
    first, second = await client_of(asking, weber), await client_of(asking, weber, "C.D.")
    await asking.say(first, "It was long. " * 20)
    await asking.travel(to=TUESDAY)
    await asking.tap(weber, "Read long answers in full")
    await asking.travel(by=SOON)
    assert [len(notes_in(each)) for each in (first, second)] == [1, 0]
    (shown,) = await asking.say(second, "/mydata")
    assert "Read by Dr. Weber: no day so far" in shown
    # and it can still be said that all of it was read
    await asking.tap(weber, READ)
    await asking.travel(by=SOON)
    assert [len(notes_in(each)) for each in (first, second)] == [1, 1]
    assert READ not in str(weber.labels)


@pytest.mark.parametrize("state", ["paused", "stopped", "blocked", "off", "card"])
async def test_nothing_comes_where_it_would_not_fit(asking: House, state: str) -> None:
    weber = await asking.therapist()
    client = await client_of(asking, weber)
    await asking.travel(to=TUESDAY)
    match state:
        case "paused":
            await asking.say(client, "/pause")
        case "stopped":
            await asking.say(client, "/stop")
            await asking.tap(client, "Yes, end them")
        case "blocked":
            client.block()
            await asking.settle()
        case "off":
            await asking.say(client, "/privacy")
            await asking.tap(client, "No notes about reading any more")
        case _:
            await asking.say(client, HARD["en"])
    await asking.tap(weber, READ)
    await asking.travel(by=SOON)
    assert notes_in(client) == []


async def test_a_reading_at_night_is_told_in_the_morning(asking: House) -> None:
    weber = await asking.therapist()
    client = await client_of(asking, weber)
    await asking.travel(to=TUESDAY + timedelta(hours=9))  # 23:00 in Berlin
    await asking.tap(weber, READ)
    await asking.travel(by=timedelta(hours=8, minutes=45))
    assert notes_in(client) == []
    await asking.travel(by=timedelta(hours=1))
    assert len(notes_in(client)) == 1


@pytest.mark.parametrize(("before", "comes"), [(60, 1), (40, 0)])
async def test_a_note_that_might_arrive_in_quiet_hours_waits_for_the_morning(
    asking: House, before: int, comes: int
) -> None:
    """It is looked for within a quarter of an hour, and may take half an hour to arrive."""
    weber = await asking.therapist()
    client = await client_of(asking, weber)
    quiet = TUESDAY.replace(hour=QUIET_FROM.hour - 1, minute=QUIET_FROM.minute)  # as in Berlin
    await asking.travel(to=quiet - timedelta(minutes=before))
    await asking.tap(weber, READ)
    await asking.travel(by=SOON)
    assert len(notes_in(client)) == comes
    await asking.travel(to=quiet + timedelta(hours=11))
    assert len(notes_in(client)) == 1


async def test_a_week_without_a_word_and_one_held_back_are_not_spoken_of(asking: House) -> None:
    weber = await asking.therapist()
    held = await client_of(asking, weber)
    silent = await asking.client(weber, "C.D.")
    await asking.tap(silent, "Yes, a note")
    told = await client_of(asking, weber, "E.F.")
    await asking.say(held, "/preview")
    await asking.tap(held, "Hold back 1")
    await asking.travel(to=TUESDAY)
    await asking.tap(weber, READ)
    await asking.travel(by=SOON)
    assert [len(notes_in(each)) for each in (held, silent, told)] == [0, 0, 1]


async def test_two_summaries_read_in_one_week_are_one_note(asking: House) -> None:
    weber = await asking.therapist()
    client = await client_of(asking, weber)
    await asking.travel(to=SUNDAY + timedelta(days=5))
    await asking.say(client, "/checkin")
    await asking.tap(client, "6")
    await asking.travel(to=SUNDAY + timedelta(days=8))
    await asking.tap(weber, READ)  # the newer one
    await asking.forge(weber, "z:1")
    await asking.travel(by=SOON)
    (note,) = notes_in(client)
    assert "of Sunday, 6 December says" in note
    await asking.travel(by=timedelta(days=2))
    assert len(notes_in(client)) == 1


async def test_a_practice_that_does_not_ask_tells_nobody(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    assert "Notes about reading" not in "".join(await house.say(client, "/privacy"))
    assert await house.forge(client, "iy:1:1:receipts")
