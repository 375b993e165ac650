"""A calendar brings therapy sessions: as a file that is shown before it counts, or read regularly
from an address in the settings.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.ids import SeededIds
from bot.sandbox import Fault, Person
from tests.support.house import House, open_house

TAKE = "Take them over"


def event(uid: str, start: str, title: str, *more: str, minutes: int = 50) -> str:
    """An event in the zone of Berlin."""
    lines = [f"UID:{uid}", f"DTSTART;TZID=Europe/Berlin:{start}", f"DURATION:PT{minutes}M"]
    return "\n".join(["BEGIN:VEVENT", *lines, f"SUMMARY:{title}", *more, "END:VEVENT"])


def calendar(*events: str) -> bytes:
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *events, "END:VCALENDAR"])
    return (text + "\n").replace("\n", "\r\n").encode()


async def send(house: House, person: Person, content: bytes, name: str = "week.ics") -> list[str]:
    mark = person.mark
    person.send_document(name, content)
    await house.settle()
    return [entry.text for entry in person.heard(mark) if entry.text]


async def states(house: House) -> dict[str, str]:
    rows = await house.rows("SELECT starts_at, state FROM therapy_sessions ORDER BY starts_at")
    return {starts_at[5:16]: state for starts_at, state in rows}


async def pair(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    return weber, await house.client(weber)


async def test_a_file_is_shown_before_it_counts_and_then_questions_follow(house: House) -> None:
    weber, client = await pair(house)
    code = (await house.stored(client)).code
    (said,) = await send(
        house,
        weber,
        calendar(
            event("a", "20261124T150000", "A.B. Sitzung", "RRULE:FREQ=WEEKLY;COUNT=3"),
            event("b", "20261126T090000", f"Termin {code}"),
            event("c", "20261127T090000", "Dentist, secret"),
            "BEGIN:VEVENT\nUID:d\nDTSTART;VALUE=DATE:20261128\nSUMMARY:A.B.\nEND:VEVENT",
        ),
    )
    assert said == (
        "In the coming 60 days 4 appointments in this calendar name one of your clients.\n"
        "4 are new.\n"
        "One other event names nobody, or more than one client. It is left out.\n"
        "One event has no time of day, or cannot be read.\n\n"
        "• A.B.: 4, the first Tue 24 Nov, 15:00"
    )
    assert await states(house) == {}
    assert await house.tap(weber, TAKE) == [
        "Noted. The therapy sessions are being planned, and the questions around them; /session"
        " shows them. Nothing else of the file was kept."
    ]
    assert list(await states(house)) == [
        "11-24T14:00",
        "11-26T08:00",
        "12-01T14:00",
        "12-08T14:00",
    ]
    assert await house.rows("SELECT count(*) FROM calendar_imports") == [(0,)]
    await house.travel(to=datetime(2026, 11, 24, 17, 5, tzinfo=UTC))
    assert "How comfortable did you feel with Dr. Weber?" in client.last
    # nothing of its text is anywhere
    everything = str(await house.everything())
    assert "Dentist" not in everything


async def test_what_is_left_leaves_nothing(house: House) -> None:
    weber, _ = await pair(house)
    await send(house, weber, calendar(event("a", "20261124T150000", "A.B.")))
    await house.tap(weber, "Leave it")
    assert await states(house) == {}
    assert await house.rows("SELECT count(*) FROM calendar_imports") == [(0,)]
    assert await house.forge(weber, "ct:1:take") == ["This button is no longer current."]


async def test_a_second_file_moves_and_calls_off_but_what_was_said_by_hand_wins(
    house: House,
) -> None:
    weber, _ = await pair(house)
    first = [
        event("a", "20261124T150000", "A.B."),
        event("b", "20261126T150000", "A.B."),
        event("c", "20261201T150000", "A.B."),
        event("d", "20261203T150000", "A.B."),
    ]
    await send(house, weber, calendar(*first))
    await house.tap(weber, TAKE)
    assert len(await states(house)) == 4
    (said,) = await send(house, weber, calendar(*first))
    assert said.endswith("There is nothing to take over.")
    await house.say(weber, "/session A.B. move wed 10:00")
    (said,) = await send(
        house,
        weber,
        calendar(
            event("a", "20261124T160000", "A.B."),
            event("b", "20261127T080000", "A.B."),
            event("c", "20261201T150000", "A.B.", "STATUS:CANCELLED"),
        ),
    )
    assert "One has moved.\nOne is called off.\nOne stays as you said here in the chat." in said
    await house.tap(weber, TAKE)
    assert await states(house) == {
        "11-25T09:00": "planned",
        "11-27T07:00": "planned",
        "12-01T14:00": "cancelled",
        "12-03T14:00": "planned",  # a file may be a part only: what it lacks stays
    }
    slots = "SELECT slot FROM occurrences WHERE state = 'planned' AND slot LIKE 'session-%'"
    assert {slot for (slot,) in await house.rows(slots)} == {"session-1", "session-2", "session-4"}
    # it takes place after all
    (said,) = await send(house, weber, calendar(event("c", "20261201T170000", "A.B.")))
    assert "One takes place after all." in said
    await house.tap(weber, TAKE)
    assert (await states(house))["12-01T16:00"] == "planned"


async def test_a_regular_time_and_a_typed_session_on_the_same_day(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. 26.11. 10:00")
    await house.say(weber, "/session A.B. every tue 15:00")
    await house.tap(weber, "Yes, that is right")
    (said,) = await send(
        house,
        weber,
        calendar(event("a", "20261124T160000", "A.B."), event("b", "20261126T120000", "A.B.")),
    )
    assert "One is planned by a regular time already; the calendar says when it is." in said
    assert "One falls on a day for which you entered another one; that one holds." in said
    await house.tap(weber, TAKE)
    found = await states(house)
    assert "11-24T15:00" in found and "11-24T14:00" not in found
    assert "11-26T09:00" in found and "11-26T11:00" not in found


OF_NO_HELP = [
    ("photo.pdf", b"%PDF", "Of files I can read calendars only"),
    ("week.ics", b"", "This is not a calendar that I can read."),
    ("week.ics", b"\xff\xfe\x00nonsense", "This is not a calendar that I can read."),
    ("week.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "This is not a calendar"),
    ("week.ics", b"x" * (2 * 1024 * 1024 + 1), "This file is too large for a calendar."),
    (
        "week.ics",
        calendar(*(event(f"{n}", "20261124T150000", "A.B.") for n in range(3001))),
        "There are more events in this file than a practice has.",
    ),
    (
        "week.ics",
        calendar(event("a", "20261124T150000", "A.B.", "RRULE:FREQ=SECONDLY")),
        "In the coming 60 days no appointment in this calendar names one of your clients",
    ),
    (
        "week.ics",
        calendar(event("a", "notadate", "A.B."), event("b", "20261124T150000", "Lunch")),
        "In the coming 60 days no appointment in this calendar names one of your clients",
    ),
]


async def test_a_file_that_does_not_help_is_explained(house: House) -> None:
    weber, _ = await pair(house)
    for name, content, says in OF_NO_HELP:
        (said,) = await send(house, weber, content, name)
        assert said.startswith(says), (name, content[:99])
        assert await states(house) == {}, (name, content[:99])
        assert await house.rows("SELECT count(*) FROM calendar_imports") == [(0,)]


TITLES = [
    ("A.N.", True),
    ("an", True),
    ("A.N., Sitzung", True),
    ("Sitzung (A.N.)", True),
    ("Termin an der Ecke", False),
    ("A.N. und B.C.", False),
    ("A.N.X.", False),
    ("", False),
]


async def test_whose_it_is_is_never_guessed(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber, "A.N.")
    await house.client(weber, "B.C.")
    for title, counts in TITLES:
        (said,) = await send(house, weber, calendar(event("a", "20261124T150000", title)))
        assert ("One is new." in said) is counts, title


async def test_what_has_no_zone_is_by_the_clock_of_the_therapist(house: House) -> None:
    tokyo = await house.therapist("Dr. Sato", zone="Asia/Tokyo")
    await house.client(tokyo)
    floating = event("a", "20261124T150000", "A.B.").replace(";TZID=Europe/Berlin", "")
    await send(house, tokyo, calendar(floating))
    await house.tap(tokyo, TAKE)
    assert list(await states(house)) == ["11-24T06:00"]


@pytest.mark.promise("P5b")
async def test_a_calendar_is_its_senders_only(house: House) -> None:
    weber, client = await pair(house)
    kern = await house.therapist("Dr. Kern")
    await house.client(kern, "A.B.")
    await send(house, weber, calendar(event("a", "20261124T150000", "A.B.")))
    assert await house.forge(kern, "ct:1:take") == ["This button is no longer current."]
    await house.tap(weber, TAKE)
    # the same event in another therapist's calendar is another appointment
    (said,) = await send(house, kern, calendar(event("a", "20261124T170000", "A.B.")))
    assert "One is new." in said
    await house.tap(kern, TAKE)
    assert await house.rows("SELECT care_id, count(*) FROM therapy_sessions GROUP BY 1") == [
        (1, 1),
        (2, 1),
    ]
    # what a client sends is no calendar to anybody
    mark = client.mark
    client.send_document("week.ics", calendar(event("z", "20261125T150000", "A.B.")))
    await house.settle()
    assert client.heard(mark)
    assert await house.rows("SELECT count(*) FROM therapy_sessions") == [(2,)]


async def test_what_has_begun_is_not_moved_into_another_week(house: House) -> None:
    weber, _ = await pair(house)
    await send(house, weber, calendar(event("a", "20261124T150000", "A.B.")))
    await house.tap(weber, TAKE)
    await house.travel(to=datetime(2026, 11, 24, 14, 30, tzinfo=UTC))
    (said,) = await send(house, weber, calendar(event("a", "20261201T150000", "A.B.")))
    assert said.endswith("There is nothing to take over.")
    assert await states(house) == {"11-24T14:00": "planned"}


@dataclass
class Far:
    """The far end of HTTP: one calendar, and what was asked of it."""

    content: bytes = b""
    status: str = "200 OK"
    headers: str = ""
    asked: int = 0
    port: int = field(default=0)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        head = f"HTTP/1.1 {self.status}\r\nContent-Length: {len(self.content)}\r\n"
        writer.write(f"{head}{self.headers}Connection: close\r\n\r\n".encode() + self.content)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def far() -> AsyncIterator[Far]:
    end = Far()
    server = await asyncio.start_server(end.answer, "127.0.0.1", 0)
    end.port = server.sockets[0].getsockname()[1]
    try:
        yield end
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def reading(furnished: Path, folder: Path) -> AsyncIterator[tuple[House, Far]]:
    """A practice whose first therapist has a calendar at an address."""
    async with far() as end:
        code = SeededIds(7).code()
        section: dict[str, Any] = {
            "addresses": [f"{code} http://127.0.0.1:{end.port}/secret.ics"],
            "every_minutes": 30,
        }
        async with open_house(folder, furnished, calendar=section) as house:
            yield house, end


async def test_a_calendar_at_an_address_is_read_again_and_again(
    furnished: Path, tmp_path: Path
) -> None:
    async with reading(furnished, tmp_path) as (house, end):
        weekly = event("a", "20261124T150000", "A.B.", "RRULE:FREQ=WEEKLY;COUNT=3")
        end.content = calendar(weekly, event("b", "20261126T150000", "A.B."))
        weber, _ = await pair(house)
        mark = weber.mark
        await house.travel(by=timedelta(minutes=31))
        assert list(await states(house)) == [
            "11-24T14:00",
            "11-26T14:00",
            "12-01T14:00",
            "12-08T14:00",
        ]
        assert weber.heard(mark) == []
        asked = end.asked
        await house.travel(by=timedelta(minutes=25))
        assert end.asked == asked
        # moved by hand in the chat: that stays; one moved and one deleted in the calendar
        await house.say(weber, "/session A.B. move 25.11. 10:00")
        exception = event(
            "a", "20261202T090000", "A.B.", "RECURRENCE-ID;TZID=Europe/Berlin:20261201T150000"
        )
        end.content = calendar(weekly, exception)
        await house.travel(by=timedelta(minutes=31))
        assert await states(house) == {
            "11-25T09:00": "planned",
            "11-26T14:00": "cancelled",
            "12-02T08:00": "planned",
            "12-08T14:00": "planned",
        }
        before = await house.everything()
        await house.travel(by=timedelta(minutes=31))
        assert await house.everything() == before


async def test_trouble_is_logged_once_and_calls_nothing_off(
    furnished: Path, tmp_path: Path
) -> None:
    async with reading(furnished, tmp_path) as (house, end):
        end.content = calendar(event("a", "20261124T150000", "A.B."))
        await pair(house)
        await house.travel(by=timedelta(minutes=31))
        troubles: list[tuple[str, str, bytes]] = [
            ("503 Service Unavailable", "", b""),
            ("302 Found", "Location: https://example.org/other.ics\r\n", b""),
            ("200 OK", "", b"<html>sign in</html>"),
            ("200 OK", "", b"x" * (2 * 1024 * 1024 + 1)),
        ]
        for status, headers, content in troubles:
            end.status, end.headers, end.content = status, headers, content
            with capture_logs() as lines:
                await house.travel(by=timedelta(minutes=95))
            said = [line for line in lines if line["event"] == "calendar_not_read"]
            assert len(said) == 1, status
            assert "secret.ics" not in str(lines)
            assert await states(house) == {"11-24T14:00": "planned"}
        end.status, end.headers = "200 OK", ""
        end.content = calendar(event("a", "20261124T170000", "A.B."))
        with capture_logs() as lines:
            await house.travel(by=timedelta(minutes=31))
        assert [line["event"] for line in lines].count("calendar_read_again") == 1
        assert await states(house) == {"11-24T16:00": "planned"}


async def test_an_address_calls_off_only_what_it_made_and_nobody_touched(
    furnished: Path, tmp_path: Path
) -> None:
    async with reading(furnished, tmp_path) as (house, end):
        end.content = calendar(
            event("a", "20261124T150000", "A.B."), event("b", "20261126T150000", "A.B.")
        )
        weber, _ = await pair(house)
        await house.travel(by=timedelta(minutes=31))
        await send(house, weber, calendar(event("f", "20261201T150000", "A.B.")))
        await house.tap(weber, TAKE)
        await house.say(weber, "/session A.B. 3.12. 10:00")
        await house.tap(weber, "No, it is a second one")
        await house.say(weber, "/session A.B. move 25.11. 10:00")
        end.content = calendar(event("z", "20261210T150000", "Lunch"))
        await house.travel(by=timedelta(minutes=31))
        assert await states(house) == {
            "11-25T09:00": "planned",  # moved by hand
            "11-26T14:00": "cancelled",  # of the address, and gone from it
            "12-01T14:00": "planned",  # of a file
            "12-03T09:00": "planned",  # typed
        }


async def test_days_off_hold_for_what_a_calendar_brings(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session holiday 24.11.-25.11.")
    await house.tap(weber, "Yes, these days are off")
    await send(house, weber, calendar(event("a", "20261124T150000", "A.B.")))
    await house.tap(weber, TAKE)
    assert await states(house) == {"11-24T14:00": "cancelled"}
    await house.forge(weber, "dx:1")
    assert await states(house) == {"11-24T14:00": "planned"}


async def test_a_forwarded_file_is_read_as_any_other(house: House) -> None:
    weber, _ = await pair(house)
    mark = weber.mark
    content = calendar(event("a", "20261124T150000", "A.B."))
    weber.send_document("week.ics", content, forwarded=True)
    await house.settle()
    (said,) = [entry.text for entry in weber.heard(mark) if entry.text]
    assert said.startswith("In the coming 60 days one appointment in this calendar names one")
    assert await states(house) == {}


async def test_a_file_is_asked_for_twice_more_before_it_is_given_up(house: House) -> None:
    weber, _ = await pair(house)
    own = calendar(event("a", "20261124T150000", "A.B."))
    for refused in (2, 3):
        mark = weber.mark
        house.sandbox.faults.add(Fault("getFile", 502, count=refused))
        weber.send_document("week.ics", own)
        for _ in range(3):
            await house.settle()
        said = [entry.text for entry in weber.heard(mark) if entry.kind == "sent"]
        assert len(said) == 1
        assert ("One is new." in said[0]) is (refused == 2), said
