"""The periods of digests: none begins after its end, and together they leave no time out, whatever
the clock showed while some of them were frozen.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import digests
from storage.store import Store, Tx
from tests.storage.practice import NOW, add_person

WEEK = timedelta(days=7)
WEEKS = st.lists(st.one_of(st.just(0), st.just(None), st.integers(-4, 4)), max_size=12)
"""For each week by how many weeks the clock was off; None: nothing was to tell, so no digest."""


RIGHT = (0,) * 6
"""At last the clock is right for longer than it was ever ahead."""


class TakenBackError(Exception):
    """Each example begins with nothing frozen."""


def freeze(tx: Tx, therapist_id: int, week: int) -> digests.DigestRow | None:
    """The digest of a week, on a clock that shows its cut-off."""
    at = NOW + week * WEEK
    before = digests.find_last_until(tx, therapist_id, at)
    begins = NOW - 9 * WEEK if before is None else before.cut_off_at
    return digests.add(tx, therapist_id=therapist_id, week=str(week), from_at=begins, cut_off_at=at)


def live(tx: Tx, therapist_id: int, leaps: list[int | None]) -> list[tuple[datetime, datetime]]:
    """The times that digests told of: a digest tells what was written until it was made."""
    told = []
    for week, leap in enumerate([*leaps, *RIGHT]):
        now = NOW + week * WEEK
        row = None if leap is None else freeze(tx, therapist_id, week + leap)
        digests.cut_short(tx, now)  # the clock is right again
        if row is not None:
            assert row.from_at <= row.cut_off_at
            told.append((row.from_at, min(row.cut_off_at, now)))
    return told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(leaps=WEEKS)
async def test_no_period_begins_after_its_end_and_none_leaves_time_out(
    store: Store, leaps: list[int | None]
) -> None:
    def play(tx: Tx) -> None:
        therapist = add_person(tx, "T1T1", "therapist")
        until = NOW - 9 * WEEK
        for begins, ends in sorted(live(tx, therapist.id, leaps)):
            assert begins <= until, "no time is left out"
            until = max(until, ends)
        assert until == NOW + (len(leaps) + len(RIGHT) - 1) * WEEK
        raise TakenBackError

    with pytest.raises(TakenBackError):
        await store.write(play)
