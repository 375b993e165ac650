"""The digest as a PDF, on request: all that it says, read by whoever asked for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.report import drawing
from bot.sandbox import Entry, Fault, Person
from tests.support.house import House

SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
"""18:00 in Berlin."""
PDF = "As a PDF"
STALE = "This button is no longer current."


def papers(weber: Person, mark: int = 0) -> list[Entry]:
    return [entry for entry in weber.heard(mark) if entry.kind == "document"]


@pytest.fixture
async def weber(house: House) -> Person:
    return await house.therapist()


@pytest.fixture
async def client(house: House, weber: Person) -> Person:
    """A client who has told how the week was."""
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await house.say(client, "the cat came back")
    return client


async def test_it_comes_on_request_and_counts_as_read(
    house: House, weber: Person, client: Person
) -> None:
    other = await house.client(weber, "C.D.")
    await house.travel(to=SUNDAY)
    assert papers(weber) == []
    await house.tap(weber, PDF)
    assert len(papers(weber)) == 1
    name, content = weber.opened(weber.newest)
    assert name == "2026-W48.pdf" and content.startswith(b"%PDF")
    assert weber.newest.protected
    assert ["I have read this"] not in weber.labels, "the digest shows that it was read"
    read = await house.rows("SELECT read_at IS NOT NULL FROM digest_sections ORDER BY care_id")
    assert read == [(1,), (1,)]
    assert await house.rows("SELECT read_at IS NOT NULL FROM digests") == [(1,)]
    noted = await house.rows("SELECT count(*) FROM audit WHERE action = 'client.paper'")
    assert noted == [(2,)]
    for each in (client, other):
        await house.say(each, "/mydata")
        assert "29 Nov" in each.last
    kept = "SELECT state, body_sealed FROM outbox WHERE dedupe_key LIKE '%paper'"
    assert await house.rows(kept) == [("sent", None)]


async def test_the_week_so_far_comes_as_well_and_is_in_mydata(
    house: House, weber: Person, client: Person
) -> None:
    await house.say(weber, "/digest")
    await house.tap(weber, PDF)
    assert len(papers(weber)) == 1
    assert await house.rows("SELECT count(*) FROM digests") == [(0,)]
    assert await house.rows("SELECT count(*) FROM audit WHERE action = 'client.paper'") == [(1,)]


async def test_a_second_tap_gets_no_second_one(house: House, weber: Person, client: Person) -> None:
    await house.travel(to=SUNDAY)
    mark = weber.mark
    weber.tap(PDF)
    weber.tap(PDF)
    await house.settle()
    assert len(papers(weber, mark)) == 1
    assert "The PDF is on its way already." in [entry.text for entry in weber.heard(mark)]
    house.clock.jump(house.clock.now() + timedelta(minutes=1))
    await house.tap(weber, PDF)
    assert len(papers(weber, mark)) == 2


async def test_a_stored_week_comes_without_who_was_erased(
    house: House, weber: Person, client: Person
) -> None:
    await house.client(weber, "C.D.")
    await house.travel(to=SUNDAY)
    await house.tap(weber, PDF)
    before = weber.opened(weber.newest)[1]
    await house.travel(by=timedelta(days=1))
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    await house.tap(client, "Erase everything now")
    await house.tap(weber, PDF)
    assert len(papers(weber)) == 2
    assert weber.opened(weber.newest)[1] != before
    assert await house.rows("SELECT count(*) FROM audit WHERE action = 'client.paper'") == [(3,)]


async def test_one_that_waits_while_a_client_is_erased_says_that_things_have_changed(
    house: House, weber: Person, client: Person
) -> None:
    await house.travel(to=SUNDAY)
    house.sandbox.faults.add(Fault("sendDocument", 429, retry_after=600))
    mark = weber.mark
    await house.tap(weber, PDF)
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    await house.tap(client, "Erase everything now")
    await house.travel(by=timedelta(hours=1))
    assert papers(weber, mark) == []
    assert weber.heard(mark)[-1].text.startswith("Something changed")


async def test_nobody_else_gets_it(house: House, weber: Person, client: Person) -> None:
    roth = await house.therapist("Dr. Roth")
    await house.travel(to=SUNDAY)
    assert await house.forge(roth, "zp:1") == [STALE]
    assert await house.forge(client, "zp:1") != [] and papers(client) == papers(roth) == []
    assert await house.rows("SELECT count(*) FROM audit WHERE action = 'client.paper'") == [(0,)]


async def test_where_it_cannot_be_drawn_the_therapist_is_told_so(
    house: House, weber: Person, client: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.travel(to=SUNDAY)
    monkeypatch.setattr(drawing, "TEMPLATES", drawing.TEMPLATES / "gone")
    mark = weber.mark
    await house.tap(weber, PDF)
    told = [entry.text for entry in weber.heard(mark) if entry.kind == "sent"]
    assert told == [
        "The PDF did not work out this time. All that it would say can be read here, under each"
        " name."
    ]
