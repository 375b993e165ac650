"""What a disk may hold after a power cut: some images of one run of the real bot.

All of them are looked at by ``python -m tests.crash.power_cut``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.crash import tracing
from tests.crash.power_cut import record_story, replay
from tests.crash.world import FarEnd

MANY = 300


@pytest.mark.promise("P1a")
def test_what_was_acknowledged_is_on_the_disk_at_every_moment(
    other_side: FarEnd, tmp_path: Path
) -> None:
    reason = tracing.reason_against(reading=True)
    if reason is not None:
        pytest.skip(f"no power cut: {reason}")
    record = record_story(other_side, tmp_path)
    found = replay(record, tmp_path, many=MANY)
    assert found.images > MANY / 3
    assert (found.damaged, found.without_an_update, found.without_a_sending) == (0, 0, 0)
    # a disk that was never told to sync does lose them: the judge would notice
    lazy = [call for call in record.calls if call.name not in ("fsync", "fdatasync")]
    lost = replay(replace(record, calls=lazy), tmp_path, many=MANY)
    assert lost.without_an_update and lost.without_a_sending
