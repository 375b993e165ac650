"""A digest of several messages of which not all arrived, for a therapist who is back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.sandbox import Fault, Person
from bot.services.work.unit_of_work import Work
from storage import cares
from storage.store import Tx
from tests.support.house import House
from tests.support.rated import Rating, rated_client

SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
NAMED = 20
"""A digest names so many of each sort, however many there are."""
AFTER = timedelta(minutes=1)


async def with_a_long_digest_due(house: House) -> Person:
    """A therapist to many clients of each sort, with the longest names there are."""
    weber = await house.therapist()
    person, now = await house.stored(weber), house.clock.now()

    def add_clients(tx: Tx) -> None:
        work = Work(tx, house.app.practice, now, "test")
        for number in range(4 * NAMED):
            rating = Rating(5, "yes") if number % 4 == 0 else Rating(8)
            ratings = [] if number % 4 == 1 else [rating]
            care = rated_client(work, person.id, f"{number:02d} {'😀' * 36}", ratings)
            if number % 4 == 2:
                cares.pause(tx, care.id, now)

    await house.app.store.write(add_clients)
    await house.live_until(SUNDAY - AFTER)
    return weber


def pages(person: Person, mark: int) -> list[str]:
    return [entry.text for entry in person.heard(mark) if entry.kind == "sent"]


async def test_who_is_back_after_the_first_page_gets_all_of_it(house: House) -> None:
    weber = await with_a_long_digest_due(house)
    house.sandbox.faults.add(Fault("sendMessage", 403, skip=1, chat_id=weber.chat_id))
    mark = weber.mark
    await house.travel(to=SUNDAY + AFTER)
    (first,) = pages(weber, mark)
    weber.block()
    await house.settle()
    mark = weber.mark
    weber.unblock()
    await house.travel(by=AFTER)
    again = pages(weber, mark)
    assert len(again) > 1 and again[0] == first


async def test_who_is_back_and_had_all_of_it_gets_none(house: House) -> None:
    weber = await with_a_long_digest_due(house)
    mark = weber.mark
    await house.travel(to=SUNDAY + AFTER)
    assert len(pages(weber, mark)) > 1
    weber.block()
    await house.settle()
    mark = weber.mark
    weber.unblock()
    await house.travel(by=AFTER)
    assert pages(weber, mark) == []
