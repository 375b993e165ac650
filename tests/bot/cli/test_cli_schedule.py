"""``interlude schedule``, ``why`` and ``people zone`` on a practice with one client."""

from __future__ import annotations

import asyncio
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

import pytest

from bot.app import open_store, practice_of
from bot.clock import SystemClock
from bot.ids import SeededIds
from bot.services.care.invitations import add_person
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from bot.texts import shipped
from flows.schedule.explain import NOT_SENT, Key, sentence_key
from flows.schedule.projection import Verdict
from flows.schedule.zones import zone
from storage import cares, occurrences
from storage.store import Tx
from tests.bot.cli.test_cli_commands import interlude
from tests.support.house import settings_for

NOW = SystemClock().now()
"""The command reads the real clock, so the client's days lie around it."""
FLOW = """\
language = 1
id = "evening"
title.en = "The evening"
title.de = "Der Abend"
[schedule]
trigger = "daily"
at = "12:00"
[[step]]
id = "how"
kind = "text"
ask.en = "How was it?"
ask.de = "Wie war es?"
ask.de_du = "Wie war es?"
"""
CONFIG = """\
[database]
url = "sqlite+aiosqlite:///interlude.db"
[practice]
zone = "Europe/Berlin"
language = "{language}"
weekly_cap = 7
"""


@pytest.fixture
def code(furnished: Path, tmp_path: Path) -> str:
    """The code of a client who agreed ten days ago and missed a check-in yesterday."""
    for name in ("interlude.db", "interlude.key"):
        shutil.copy(furnished / name, tmp_path / name)
    speak(tmp_path, "en")
    return asyncio.run(_furnish(tmp_path))


def speak(folder: Path, language: str) -> None:
    (folder / "config.toml").write_text(CONFIG.format(language=language), "utf-8")


async def _furnish(folder: Path) -> str:
    settings = settings_for(folder)
    practice = practice_of(settings, SeededIds(3), "interlude_bot")

    def decide(tx: Tx) -> str:
        work = Work(tx, practice, NOW - timedelta(days=10), "test")
        checked = check([Source("evening.toml", FLOW)])
        publish(tx, checked, now=work.now, who="t", why="t")
        therapist = add_person(work, role="therapist", language="en", zone_name="Europe/Berlin")
        client = add_person(work, role="client", language="en", zone_name="Europe/Berlin")
        care = cares.add(
            tx, client_id=client.id, therapist_id=therapist.id, alias="A.B.", now=work.now
        )
        cares.mark(tx, care.id, was="draft", state="active", now=work.now)
        plans.enrol(work, cares.load(tx, care.id), checked.flows[0][0])
        for each in occurrences.list_planned(tx, care.id):
            if each.until_at < NOW:
                occurrences.mark(
                    tx, each.id, was="planned", state="missed", reason="window_over", now=NOW
                )
        return client.code

    async with open_store(settings) as store:
        return await store.write(decide)


def day(offset: int) -> str:
    return str((NOW.astimezone(zone("Europe/Berlin")) + timedelta(days=offset)).date())


def test_schedule_shows_every_day_with_its_rule(code: str, tmp_path: Path) -> None:
    shown = interlude(tmp_path, "schedule", code.lower(), "--days", "21")
    assert (shown.returncode, shown.stderr) == (0, "")
    title, *lines = shown.stdout.splitlines()
    assert title == f"{code}, the next 21 days, by the client's clock (Europe/Berlin)"
    assert len(lines) in (21, 22)
    assert all(line.endswith("12:00  The evening  (every day 12:00)") for line in lines)


def test_schedule_as_json_agrees(code: str, tmp_path: Path) -> None:
    found = json.loads(interlude(tmp_path, "schedule", code, "--days", "21", "--json").stdout)
    assert {each["flow"] for each in found} == {"evening"}
    moments = [datetime.fromisoformat(each["at"]) for each in found]
    assert moments == sorted(set(moments))
    assert len({at.date() for at in moments}) == len(moments)
    assert not any(each["left_out"] for each in found)


def test_why_says_what_is_stored(code: str, tmp_path: Path) -> None:
    shown = interlude(tmp_path, "why", code, day(-3))
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.splitlines()[1:] == [
        "  “The evening”, planned for 12:00, was not sent: "
        "the bot was not running or could not send in time."
    ]
    ahead = interlude(tmp_path, "why", code, day(2)).stdout
    assert ahead.splitlines()[1:] == [
        "  This day lies ahead; this is how it looks now.",
        "  “The evening” is planned for 12:00.",
    ]
    before = interlude(tmp_path, "why", code, day(-30)).stdout
    assert "after this day" in before


def test_why_speaks_german_and_json(code: str, tmp_path: Path) -> None:
    speak(tmp_path, "de")
    shown = interlude(tmp_path, "why", code, day(-3)).stdout
    assert "„Der Abend“, geplant für 12:00 Uhr, wurde nicht gesendet" in shown
    found = json.loads(interlude(tmp_path, "why", code, day(-3), "--json").stdout)
    assert found["date"] == day(-3)
    assert [each["reason"] for each in found["reasons"]] == ["not_sent.window_over"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_sentence_of_why_stands_in_the_catalogue(language: Literal["en", "de"]) -> None:
    times = dict.fromkeys(("at", "sent", "until"), NOW)
    for key in (*get_args(Key), *map(sentence_key, NOT_SENT)):
        text = shipped().say(
            language,
            f"schedule.{key}",
            zone=zone("Europe/Berlin"),
            title="The evening",
            on=NOW.date(),
            **times,
        )
        assert text.endswith(".")
    for verdict in get_args(Verdict):
        line = shipped().say(
            language,
            f"schedule.line_{verdict}",
            zone=zone("Europe/Berlin"),
            at=NOW,
            title="The evening",
            rule="every day",
        )
        assert "The evening  (every day)" in line


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("schedule", "ZZZZ"), "There is no client with the code ZZZZ."),
        (("why", "ZZZZ", "2026-11-24"), "There is no client with the code ZZZZ."),
        (("people", "zone", "ZZZZ", "Europe/Berlin"), "ZZZZ: there is nobody with this code"),
    ],
)
def test_an_unknown_code_is_said(
    code: str, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    shown = interlude(tmp_path, *words)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.startswith(said)


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "24/11/2026", ""])
def test_what_is_no_date_is_said(code: str, tmp_path: Path, text: str) -> None:
    shown = interlude(tmp_path, "why", code, text)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "is no date. Write it like 2026-11-24." in shown.stderr


def test_another_zone_moves_what_is_planned(code: str, tmp_path: Path) -> None:
    wrong = interlude(tmp_path, "people", "zone", code, "Asia/Tokio")
    assert wrong.returncode == 2
    assert "Asia/Tokyo" in wrong.stderr
    shown = interlude(tmp_path, "people", "zone", code, "Asia/Tokyo")
    assert shown.stdout == f"{code} lives by the clock of Asia/Tokyo now.\n"
    lines = interlude(tmp_path, "schedule", code).stdout.splitlines()
    assert "(Asia/Tokyo)" in lines[0]
    assert all(" 12:00  The evening" in line for line in lines[2:])
    found = json.loads(interlude(tmp_path, "schedule", code, "--json").stdout)
    later = [datetime.fromisoformat(each["at"]) for each in found][1:]
    assert {at.astimezone(UTC).hour for at in later} == {3}
