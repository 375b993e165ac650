"""A run that does its work holds nothing in memory that it has no use for yet."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.cli.test_cli_commands import interlude
from tests.crash.world import (
    COMMAND,
    FarEnd,
    await_until,
    environment,
    far_end,
    write_config,
)

STRANGER = 900
MOST_RESERVED = 512 * 1024 * 1024
"""A library that reserves 1 GB for its allocator lies in two huge pages of it from the start."""
SPARED = {
    *("alembic", "recurring_ical_events", "icalendar", "segno", "starlette", "uvicorn", "typst"),
    *("sqlalchemy.dialects.postgresql", "sqlalchemy.ext.asyncio", "sqlalchemy.orm", "asyncpg"),
    *("telegram.ext", "hypothesis", "bot.demo", "bot.sandbox", "bot.webhook", "bot.page"),
    *("watchfiles", "bot.cli.authoring.phone"),
}
"""Some take 5 MB, and a run has use for none before a calendar, a picture, a migration comes."""


@pytest.fixture
def other_side() -> Iterator[FarEnd]:
    with far_end() as running:
        yield running


def test_a_link_works_once_and_the_run_has_imported_what_it_needs(
    tmp_path: Path, other_side: FarEnd
) -> None:
    write_config(tmp_path, other_side.url)
    assert interlude(tmp_path, "init").returncode == 0
    nobody = interlude(tmp_path, "people", "list")
    assert nobody.returncode == 0
    assert "invite-therapist" in nobody.stdout
    invited = interlude(tmp_path, "people", "invite-therapist", "--name", "Dr. Weber")
    assert (invited.returncode, invited.stderr) == (0, "")
    code = invited.stdout.partition(":")[0]
    (link,) = re.findall(r"start=([\w-]+)$", invited.stdout, re.M)
    listed = interlude(tmp_path, "people", "list").stdout
    assert code in listed and "link not used yet" in listed
    with at_work(tmp_path) as pid:
        other_side.tell("start", chat=STRANGER, payload=link)
        await_until(lambda: other_side.heard(STRANGER), "a welcome")
        other_side.tell("start", chat=STRANGER + 1, payload=link)
        told = await_until(lambda: other_side.heard(STRANGER + 1), "a refusal")
        reserved = largest_reserved(pid)
    assert "expired or was used already" in told[0]
    loaded = imported_while_running(tmp_path)
    assert {"bot.running", "telegram", "sqlalchemy.dialects.sqlite"} <= loaded
    assert loaded & SPARED == set()
    assert reserved < MOST_RESERVED
    listed = interlude(tmp_path, "people", "list").stdout
    assert "Dr. Weber" in listed and "connected" in listed


@contextlib.contextmanager
def at_work(folder: Path) -> Iterator[int]:
    """The bot at work, which says in ``imports`` what it imports; its process."""
    says = {**environment(), "PYTHONPROFILEIMPORTTIME": "1"}
    with (
        (folder / "imports").open("wb") as imports,
        subprocess.Popen([*COMMAND, "run"], cwd=folder, env=says, stderr=imports) as process,
    ):
        try:
            yield process.pid
        finally:
            process.terminate()


def imported_while_running(folder: Path) -> set[str]:
    """The modules that a run has imported in all."""
    lines = (folder / "imports").read_text("utf-8").splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def largest_reserved(pid: int) -> int:
    """The largest piece of memory, in bytes, that a process may write to without asking again."""
    maps = Path(f"/proc/{pid}/maps").read_text("ascii")
    spans = re.findall(r"^(\w+)-(\w+) rw", maps, re.M)
    return max(int(end, 16) - int(begin, 16) for begin, end in spans)
