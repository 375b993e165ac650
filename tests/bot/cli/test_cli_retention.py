"""``interlude retention``: a dry run that says whom, by code, and when."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.app import open_store
from storage import cares
from storage.store import Tx
from tests.bot.cli.test_cli_commands import interlude
from tests.bot.cli.test_cli_schedule import NOW, code
from tests.support.house import settings_for

__all__ = ["code"]
ON = {"INTERLUDE_RETENTION__AFTER_CARE_DAYS": "365"}


def end(folder: Path) -> None:
    def decide(tx: Tx) -> None:
        (care_id,) = cares.list_ids(tx)
        cares.mark(tx, care_id, was="active", state="ended", now=NOW)
        tx.conn.exec_driver_sql("UPDATE cares SET ended_at = created_at")

    async def work() -> None:
        async with open_store(settings_for(folder)) as store:
            await store.write(decide)

    asyncio.run(work())


def test_it_says_whom_and_when_and_changes_nothing(code: str, tmp_path: Path) -> None:
    assert code not in interlude(tmp_path, "retention", **ON).stdout
    end(tmp_path)
    kept = interlude(tmp_path, "retention").stdout
    assert "kept for ever" in kept and f"{code}  over since" in kept and kept.endswith("kept\n")
    for _ in range(2):
        said = interlude(tmp_path, "retention", **ON).stdout
        assert "erased 365 days after the end" in said and "not told yet" in said
    (line,) = interlude(tmp_path, "retention", "--json", **ON).stdout.splitlines()
    found = json.loads(line)
    assert found["client"] == code and found["told"] is None and found["erased_at"]


@pytest.mark.parametrize("days", ["1", "89", "-1", "36501"])
def test_a_time_that_is_too_short_is_refused(tmp_path: Path, days: str) -> None:
    refused = interlude(tmp_path, "retention", INTERLUDE_RETENTION__AFTER_CARE_DAYS=days)
    assert refused.returncode == 2 and "90 to 36500" in refused.stderr
