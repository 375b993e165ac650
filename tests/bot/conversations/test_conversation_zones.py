"""Both clock changes through the running bot: each daily question comes once, at its time, also in
the hour that is left out and in the one that comes twice.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.zone_changes import live_through

CHANGES = {
    "Europe in autumn": ("2026-10-25T01", "Europe/Berlin Europe/Lisbon Atlantic/Azores"),
    "Europe in spring": ("2027-03-28T01", "Europe/Berlin America/Scoresbysund Africa/Ceuta"),
    "America in spring": ("2027-03-14T08", "America/New_York America/St_Johns America/Havana"),
    "half an hour": ("2027-04-03T15", "Australia/Lord_Howe Australia/Sydney Pacific/Auckland"),
    "at midnight": ("2027-04-29T21", "Africa/Cairo"),
    "not at all": ("2027-03-28T01", "UTC Asia/Kathmandu"),
}
"""The hour of the change in UTC, and zones that are in it or near."""


@pytest.mark.parametrize("name", CHANGES)
async def test_a_daily_question_comes_once_at_its_time(
    furnished: Path, tmp_path: Path, name: str
) -> None:
    hour, listed = CHANGES[name]
    change, zones = datetime.fromisoformat(hour).replace(tzinfo=UTC), listed.split()
    due, wrong = await live_through(tmp_path, furnished, zones, change)
    assert wrong == []
    assert due >= 6 * len(zones)
