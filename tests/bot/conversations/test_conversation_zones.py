"""Both clock changes through the running bot, one zone of each kind: questions, reminders, what
belongs to a therapy session, what was put off, the end of a pause and the digest come once, at the
time that was promised, also in the hour that is left out and in the one that comes twice.

All zones: ``python -m benchmarks.zones_running``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.zone_changes import AT_NIGHT, OPEN, Quiet, live_through

KINDS: dict[str, dict[str, tuple[str, str]]] = {
    "forward": {
        "from two to three": ("Europe/Berlin", "2027-03-28T01"),
        "from midnight to one": ("Asia/Beirut", "2027-03-27T22"),
        "by two hours": ("Antarctica/Troll", "2027-03-28T01"),
        "on the evening before": ("America/Nuuk", "2027-03-28T01"),
        "not at all": ("Asia/Kathmandu", "2027-03-28T01"),
    },
    "back": {
        "from three to two": ("Europe/Berlin", "2027-10-31T01"),
        "from midnight to the day before": ("Asia/Beirut", "2027-10-30T21"),
        "by two hours": ("Antarctica/Troll", "2027-10-31T01"),
        "from two to one": ("Asia/Jerusalem", "2027-10-30T23"),
    },
    "back in the south": {
        "by half an hour": ("Australia/Lord_Howe", "2027-04-03T15"),
        "from a quarter to four": ("Pacific/Chatham", "2027-04-03T14"),
    },
    "forward in the south": {"by half an hour": ("Australia/Lord_Howe", "2027-10-02T15:30")},
}
"""Kinds of change that are lived through together: a zone of each, and when it changes in UTC."""


@pytest.mark.parametrize(
    ("name", "quiet"),
    [
        ("forward", AT_NIGHT),
        ("back", OPEN),
        ("back", AT_NIGHT),
        ("back in the south", OPEN),
        ("forward in the south", AT_NIGHT),
    ],
)
async def test_what_was_promised_comes_once_at_its_time(
    furnished: Path, tmp_path: Path, name: str, quiet: Quiet
) -> None:
    lives = KINDS[name].values()
    changes = {place: datetime.fromisoformat(hour).replace(tzinfo=UTC) for place, hour in lives}
    found = await live_through(tmp_path, furnished, changes, quiet)
    assert found.wrong == []
    assert found.promised >= 20 * len(changes)
