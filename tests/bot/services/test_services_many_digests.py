"""A digest costs no more where there are many: the short version of ``benchmarks.many_digests``."""

from __future__ import annotations

from typing import Any

from bot.services.care.invitations import add_person
from bot.services.digest import digests
from bot.services.work.unit_of_work import Work
from storage import people
from storage.store import Tx
from tests.support.house import House
from tests.support.rated import rated_client

FEW, TIMES = 2, 8
STEP = 100
"""The database counts its work in so many instructions at a time."""


def add_therapists(work: Work, count: int) -> None:
    for _ in range(count):
        therapist = add_person(work, role="therapist", language="en", zone_name="UTC")
        people.bind_chat(work.tx, therapist.id, 10_000 + therapist.id, work.now)
        for alias in ("A", "B"):
            rated_client(work, therapist.id, alias, (8.0, 8.5, 8.0, 8.5, 4.0))


def instructions_of_a_digest(work: Work) -> float:
    """The instructions that the database runs for one digest, on average, of what is owed."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    database: Any = work.tx.conn.connection.driver_connection
    found = [each.id for each in people.list_therapists(work.tx)]
    database.set_progress_handler(count, STEP)
    try:
        for therapist_id in found:
            digests.freeze(work, digests.compose(work, therapist_id))
    finally:
        database.set_progress_handler(None, STEP)
    return counted * STEP / len(found)


async def test_one_of_eight_times_as_many_costs_as_much_as_one_of_a_few(house: House) -> None:
    now, costs = house.clock.now(), list[float]()

    class Again(Exception):
        """What was frozen is undone, so that it is owed once more."""

    def measure(tx: Tx) -> None:
        costs.append(instructions_of_a_digest(Work(tx, house.app.practice, now, "test")))
        raise Again

    for count in (FEW, FEW * (TIMES - 1)):
        await house.app.store.write(
            lambda tx, count=count: add_therapists(Work(tx, house.app.practice, now, "test"), count)
        )
        try:
            await house.app.store.write(measure)
        except Again:
            continue
    few, many = costs
    assert few > 1_000
    assert many < 1.5 * few, costs
