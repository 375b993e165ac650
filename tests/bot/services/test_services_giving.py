"""An answer that was read late, around a digest that was frozen meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.services.check_in import giving
from bot.services.check_in.giving import READ_AT_ONCE
from bot.services.work.periods import iso_week
from bot.services.work.unit_of_work import Work
from storage import cares, check_ins, digests
from storage.store import Tx
from tests.support.house import House

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("waited", "is_frozen", "counts_as_written"),
    [
        (READ_AT_ONCE, True, True),
        (READ_AT_ONCE + SECOND, True, False),  # or no digest would ever tell it
        (READ_AT_ONCE + SECOND, False, True),
    ],
)
async def test_what_was_read_late_does_not_fall_before_a_frozen_digest(
    house: House, waited: timedelta, is_frozen: bool, counts_as_written: bool
) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    written_at = house.clock.now()
    cut_off = written_at + SECOND

    def read(tx: Tx) -> datetime:
        stored = check_ins.load(tx, 1)
        therapist_id = cares.load(tx, stored.care_id).therapist_id
        if is_frozen:
            digests.add(
                tx,
                therapist_id=therapist_id,
                week=iso_week(cut_off, "Europe/Berlin"),
                from_at=cut_off - timedelta(days=7),
                cut_off_at=cut_off,
            )
        late = Work(tx, house.app.practice, written_at + waited, "test", written_at=written_at)
        return giving.written_at(late, stored)

    found = await house.app.store.write(read)
    assert found == (written_at if counts_as_written else cut_off)
