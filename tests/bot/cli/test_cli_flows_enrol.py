"""``interlude people enrol`` and ``unenrol``: a client is put into a flow and taken out again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import audit, cares, enrolments, occurrences, people
from storage.store import Tx
from tests.bot.cli.flows_bench import Bench, set_up_bench

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def add_care(tx: Tx, code: str, state: cares.State) -> int:
    known = people.find_by_code(tx, "T1T1")
    carer = known or people.add(
        tx, role="therapist", code="T1T1", language="en", zone="Europe/Berlin", now=NOW
    )
    client = people.add(tx, role="client", code=code, language="en", zone="Europe/Berlin", now=NOW)
    care = cares.add(tx, client_id=client.id, therapist_id=carer.id, alias=code, now=NOW)
    cares.mark(tx, care.id, was="draft", state=state, now=NOW)
    return care.id


@pytest.fixture
def bench(tmp_path: Path, furnished: Path) -> Bench:
    return set_up_bench(tmp_path, furnished)


def planned(bench: Bench, care_id: int) -> int:
    return len(bench.write(lambda tx: occurrences.list_planned_of(tx, [care_id])))


def test_a_client_is_put_in_and_taken_out(bench: Bench) -> None:
    care_id = bench.write(lambda tx: add_care(tx, "K7Q2", "active"))
    first = bench.run("people", "enrol", "k7q2", "mid-week")
    assert (first.exit_code, first.output) == (0, "K7Q2 is in mid-week.\n")
    assert planned(bench, care_id) > 0
    again = bench.run("people", "enrol", "K7Q2", "mid-week")
    assert (again.exit_code, again.output) == (0, "K7Q2 is in mid-week already.\n")
    out = bench.run("people", "unenrol", "K7Q2", "mid-week", "--json")
    assert json.loads(out.output) == {
        "client": "K7Q2",
        "flow": "mid-week",
        "on": False,
        "changed": True,
        "warnings": [],
    }
    assert planned(bench, care_id) == 0
    assert bench.run("people", "unenrol", "K7Q2", "mid-week").output.endswith("already.\n")
    done = [row.action for row in bench.write(lambda tx: audit.list_(tx, 2))]
    assert done == ["unenrolled", "enrolled"]
    assert bench.run("people", "enrol", "K7Q2", "mid-week").output == "K7Q2 is in mid-week.\n"
    assert planned(bench, care_id) > 0
    assert len(bench.write(lambda tx: enrolments.list_for_care(tx, care_id))) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["NOBO", "mid-week"], "there is no client with this code"),
        (["K7Q2", "mid-wek"], "did you mean mid-week?"),
        (["A1A1", "mid-week"], "does not take part at the moment (declined)"),
    ],
)
def test_what_cannot_be_is_refused(bench: Bench, words: list[str], said: str) -> None:
    bench.write(lambda tx: add_care(tx, "K7Q2", "active"))
    bench.write(lambda tx: add_care(tx, "A1A1", "declined"))
    result = bench.run("people", "enrol", *words)
    assert result.exit_code == 2
    assert said in result.stderr


DIARY = """language = 1
id = "diary"
title.en = "Diary"
priority = 1
[schedule]
trigger = "daily"
at = "20:00"
[[step]]
id = "today"
kind = "yes_no"
ask.en = "Was it a good day?"
"""


def test_what_a_full_week_leaves_out_is_said_on_enrolling_checking_and_publishing(
    bench: Bench,
) -> None:
    bench.write(lambda tx: add_care(tx, "K7Q2", "active"))
    path = bench.flows / "diary.toml"
    path.write_text(DIARY, "utf-8")
    alone = "`diary` alone would come 7 times a week, but a client gets at most 4"
    starved = "`mid-week` would never come beside `diary`: they come first and fill the week."
    for words in (["check", str(path)], ["publish", str(path), "--why", "asked for"]):
        shown = bench.run("flows", *words)
        assert shown.exit_code == 0
        assert alone in shown.output and starved in shown.output
    assert bench.run("people", "enrol", "K7Q2", "mid-week").output == "K7Q2 is in mid-week.\n"
    put_in = bench.run("people", "enrol", "K7Q2", "diary").output.splitlines()
    assert put_in[0] == "K7Q2 is in diary."
    assert put_in[1].startswith(f"But {alone}")
    assert put_in[2:] == [f"But {starved}"]
    found = json.loads(bench.run("people", "enrol", "K7Q2", "diary", "--json").output)
    assert [sentence.split("`")[1] for sentence in found["warnings"]] == ["diary", "mid-week"]
    bench.run("people", "unenrol", "K7Q2", "diary")
    assert bench.run("people", "enrol", "K7Q2", "mid-week").output.count("\n") == 1


LATER = """language = 1
id = "later"
title.en = "Later"
priority = 5
[schedule]
trigger = "weekly"
days = ["sun"]
at = "19:00"
[[step]]
id = "rest"
kind = "yes_no"
ask.en = "Did you rest?"
"""
BUSY = LATER.replace("later", "busy").replace('["sun"]', '["mon", "tue", "thu", "fri"]')


def test_the_settings_say_who_is_given_what_and_a_later_flow_of_one_priority_is_named(
    bench: Bench,
) -> None:
    bench.write(lambda tx: add_care(tx, "K7Q2", "active"))
    (bench.flows / "busy.toml").write_text(BUSY, "utf-8")
    path = bench.flows / "later.toml"
    path.write_text(LATER, "utf-8")
    starved = "`later` would never come beside `busy`: they come first and fill the week."
    assert starved not in bench.run("flows", "check", str(path)).output
    config = bench.folder / "config.toml"
    config.write_text(config.read_text("utf-8") + 'default = ["busy"]\n', "utf-8")
    assert starved in bench.run("flows", "check", str(path)).output
    busy = str(bench.flows / "busy.toml")
    assert bench.run("flows", "publish", busy, "--why", "asked for").exit_code == 0
    assert starved in bench.run("flows", "publish", str(path), "--why", "asked for").output
    bench.run("people", "enrol", "K7Q2", "busy")
    assert f"But {starved}" in bench.run("people", "enrol", "K7Q2", "later").output


def test_quiet_hours_of_the_practice_decide_which_flow_comes_later(bench: Bench) -> None:
    bench.write(lambda tx: add_care(tx, "K7Q2", "active"))
    config = bench.folder / "config.toml"
    capped = config.read_text("utf-8").replace("[flows]", "weekly_cap = 1\n[flows]")
    config.write_text(capped, "utf-8")
    night = LATER.replace("later", "night").replace("19:00", "23:00")
    monday = LATER.replace("later", "monday").replace("sun", "mon").replace("19:00", "09:00")
    for name, text in (("night", night), ("monday", monday)):
        (bench.flows / f"{name}.toml").write_text(text, "utf-8")
        path = str(bench.flows / f"{name}.toml")
        assert bench.run("flows", "publish", path, "--why", "asked for").exit_code == 0
        shown = bench.run("people", "enrol", "K7Q2", name).output
    assert "But `monday` would never come beside `night`" in shown
