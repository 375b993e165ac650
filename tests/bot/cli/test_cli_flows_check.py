"""``interlude flows check``, ``show`` and ``schema``: what an author is told, and how it exits."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from flows.script.json_schema import schema_text
from tests.bot.cli.flows_bench import LIBRARY, Bench, set_up_bench

BROKEN = """language = 1
id = "sample"
title.en = "Sample"
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
[[step]]
id = "mood"
kind = "text"
aks.en = "How are you?"
ask.en = "How are you with {therapits}?"
optional = true
[[step]]
id = "more"
kind = "text"
ask.en = "You said {mood}. And now?"
"""


@pytest.fixture
def bench(tmp_path: Path, furnished: Path) -> Bench:
    return set_up_bench(tmp_path, furnished)


def test_a_good_library_is_said_to_be_good(bench: Bench) -> None:
    result = bench.run("flows", "check")
    assert result.exit_code == 0
    assert re.fullmatch(r"\d+ flows, (nothing wrong|\d+ warnings?)", result.output.splitlines()[-1])


def test_errors_come_first_with_place_and_hint_and_warnings_apart(bench: Bench) -> None:
    path = bench.folder / "sample.toml"
    path.write_text(BROKEN, "utf-8")
    result = bench.run("flows", "check", str(path))
    lines = result.output.splitlines()
    assert result.exit_code == 1
    assert lines[0].startswith(f"{path}:11:5: F010 There is no key `aks` here. Did you mean `ask`?")
    assert lines[1].startswith(f"{path}:12:28: F040 ")
    assert "Did you mean `therapist`?" in lines[1]
    heading = lines.index("Warnings; they do not keep a flow from being published:")
    assert all("warning:" in line for line in lines[heading + 1 : -1])
    assert lines[-1] == "To be mended in 1 file: 2 errors, 1 warning"


def test_json_holds_every_problem(bench: Bench) -> None:
    path = bench.folder / "sample.toml"
    path.write_text(BROKEN, "utf-8")
    result = bench.run("flows", "check", str(path), "--json")
    problems = json.loads(result.output)
    assert result.exit_code == 1
    assert {(p["line"], p["code"], p["severity"]) for p in problems} == {
        (11, "F010", "error"),
        (12, "F040", "error"),
        (17, "F043", "warning"),
    }
    assert all(p["message"] and p["hint"] and p["path"] == str(path) for p in problems)


def test_problems_of_several_files_come_together(bench: Bench) -> None:
    bench.edit("mid-week", 'kind = "scale"', 'kind = "skale"')
    bench.edit("after-session", 'trigger = "therapy_session_end"', 'trigger = "never"')
    result = bench.run("flows", "check")
    assert result.exit_code == 1
    assert "after-session.toml" in result.output
    assert "mid-week.toml" in result.output
    assert "To be mended in 2 files: " in result.output


@pytest.mark.parametrize("words", [["check"], ["show"], ["try"], ["diff"]])
def test_a_path_that_is_not_there_is_a_matter_of_usage(bench: Bench, words: list[str]) -> None:
    result = bench.run("flows", *words, str(bench.folder / "nowhere.toml"))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "check the path" in result.stderr


def test_an_unknown_flow_is_answered_with_the_nearest(bench: Bench) -> None:
    result = bench.run("flows", "show", "mid-wek")
    assert result.exit_code == 2
    assert "did you mean mid-week?" in result.stderr


@pytest.fixture
def mixed(bench: Bench) -> Bench:
    """Files of every sort that cannot be read, beside a broken one and the good library."""
    (bench.flows / "a-latin.toml").write_bytes("id = 'x'\ntitle.de = 'für'".encode("latin-1"))
    (bench.flows / "b-wide.toml").write_text("id = 'x'", "utf-16")
    (bench.flows / "c-folder.toml").mkdir()
    (bench.flows / "d-gone.toml").symlink_to(bench.folder / "nowhere")
    (bench.flows / "e-broken.toml").write_text(BROKEN, "utf-8")
    return bench


UNREADABLE = {("a-latin.toml", 2, 14), ("b-wide.toml", 1, 1), ("c-folder.toml", 1, 1)}
UNREADABLE |= {("d-gone.toml", 1, 1)}


def test_an_unreadable_file_hides_no_problem_of_the_others(mixed: Bench) -> None:
    result = mixed.run("flows", "check", "--json")
    found = json.loads(result.output)
    assert result.exit_code == 1
    unread = {(Path(p["path"]).name, p["line"], p["column"]) for p in found if p["code"] == "F003"}
    assert unread == UNREADABLE
    assert {"F010", "F040"} <= {p["code"] for p in found if p["path"].endswith("e-broken.toml")}
    spoken = mixed.run("flows", "check").output
    assert "a-latin.toml:2:14: F003 The file is not written in UTF-8" in spoken
    assert "To be mended in 5 files: 6 errors" in spoken


@pytest.mark.parametrize("words", [["diff"], ["publish", "--why", "x"]])
def test_every_command_over_a_folder_names_them_all(mixed: Bench, words: list[str]) -> None:
    result = mixed.run("flows", *words)
    assert result.exit_code == 1
    assert {name for name, _, _ in UNREADABLE} <= set(re.findall(r"[a-z-]+\.toml", result.output))
    assert "e-broken.toml:11:5: F010" in result.output


@pytest.mark.parametrize("command", ["show", "try"])
def test_a_flow_that_cannot_be_read_is_a_problem_in_its_place(mixed: Bench, command: str) -> None:
    result = mixed.run("flows", command, str(mixed.flows / "a-latin.toml"))
    assert result.exit_code == 1
    assert "a-latin.toml:2:14: F003 " in result.output


def test_a_story_that_cannot_be_read_hides_no_other(bench: Bench) -> None:
    stories = bench.flows / "stories"
    stories.mkdir()
    (stories / "bad.toml").write_bytes(b"about = 'x'\nflow = '\xfc'")
    good = (LIBRARY / "stories" / "mid-week-quick.en.toml").read_text("utf-8")
    (stories / "good.toml").write_text(good, "utf-8")
    (stories / "odd.toml").write_text(good.replace("about", 'abuot = ""\nabout', 1), "utf-8")
    result = bench.run("flows", "test", str(bench.flows))
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert any("bad.toml:2: The file is not written in UTF-8" in line for line in lines)
    assert any(line.startswith("ok ") and "good.toml" in line for line in lines)
    number = good.split("about")[0].count("\n") + 1
    said = f"odd.toml:{number}: a story has no key `abuot`. Did you mean `about`?"
    assert any(line.endswith(said) for line in lines)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_problem(bench: Bench) -> None:
    (bench.flows / "secret.toml").write_text("id = 'x'", "utf-8")
    (bench.flows / "secret.toml").chmod(0)
    result = bench.run("flows", "check")
    assert result.exit_code == 1
    assert "secret.toml:1:1: F003 The file cannot be read: it belongs to somebody" in result.output


def test_show_reads_like_a_page(bench: Bench) -> None:
    result = bench.run("flows", "show", "mid-week")
    assert result.exit_code == 0
    assert "Every week on Wednesday at 18:00." in result.output
    assert "How has your week been so far?" in result.output


def test_show_speaks_the_language_asked_for(bench: Bench) -> None:
    assert (
        "Wie läuft deine Woche"
        in bench.run("flows", "show", "mid-week", "--language", "de_du").output
    )


def test_show_draws_a_chart(bench: Bench) -> None:
    result = bench.run("flows", "show", "after-session", "--mermaid")
    assert result.exit_code == 0
    assert result.output.startswith("flowchart TD\n")


def test_show_has_all_of_it_as_json(bench: Bench) -> None:
    shown = json.loads(bench.run("flows", "show", "mid-week", "--json").output)
    assert shown["flow"] == "mid-week"
    assert shown["mermaid"].startswith("flowchart TD")


def test_show_refuses_a_broken_flow_with_its_problems(bench: Bench) -> None:
    bench.edit("mid-week", 'kind = "scale"', 'kind = "skale"')
    result = bench.run("flows", "show", "mid-week")
    assert result.exit_code == 1
    assert "F013" in result.output


def test_schema_is_printed_or_written(bench: Bench) -> None:
    assert bench.run("flows", "schema").output == schema_text()
    out = bench.folder / "flow.schema.json"
    assert bench.run("flows", "schema", "--out", str(out)).exit_code == 0
    assert out.read_text("utf-8") == schema_text()
    refused = bench.run("flows", "schema", "--out", str(bench.folder / "no" / "x.json"))
    assert refused.exit_code == 2


def test_of_a_file_far_too_large_only_the_beginning_is_read(bench: Bench) -> None:
    (bench.flows / "large.toml").write_text("[[step]]\n" * 1_000_000, "utf-8")
    result = bench.run("flows", "check", str(bench.flows / "large.toml"))
    assert result.exit_code == 1
    assert "F090 The file has 1024 KiB" in result.output
