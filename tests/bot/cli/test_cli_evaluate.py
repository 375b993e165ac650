"""``interlude evaluate``: foreign ratings, simulated practices, and the practice's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.cli.test_cli_commands import interlude

ROWS = [("a", 8), ("a", 9), ("a", 8.8), ("a", 9), ("a", 5), ("a", 8.9)]


def table(folder: Path, *rows: tuple[str, float], name: str = "past.csv") -> Path:
    path = folder / name
    lines = [f"{client},2026-01-{day:02},{rating}" for day, (client, rating) in enumerate(rows, 1)]
    path.write_text("client,time,rating\n" + "\n".join(lines) + "\n", "utf-8")
    return path


def test_each_foreign_rating_has_one_line_of_json(tmp_path: Path) -> None:
    found = interlude(tmp_path, "evaluate", "--csv", str(table(tmp_path, *ROWS)), "--json")
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert found.returncode == 0
    assert [line["flagged"] for line in lines] == [False, False, False, False, True, False]
    assert lines[4] == {
        "client": "a",
        "time": "2026-01-05",
        "rating": 5.0,
        "flagged": True,
        "rule": "points",
        "reason": "3.7 below their usual 8.7 (over 4 ratings)",
        "open": True,
    }


def test_a_reason_speaks_in_the_units_of_the_table(tmp_path: Path) -> None:
    rows = [(client, 4 * rating) for client, rating in ROWS]
    path = str(table(tmp_path, *rows))
    found = interlude(tmp_path, "evaluate", "--csv", path, "--scale", "0:40", "--json")
    assert json.loads(found.stdout.splitlines()[4])["reason"] == (
        "14.8 below their usual 34.8 (over 4 ratings)"
    )
    fall = interlude(
        tmp_path, "evaluate", "--csv", path, "--scale", "0:40", "--rule", "fall", "--json"
    )
    assert json.loads(fall.stdout.splitlines()[4])["reason"] == (
        "16.0 lower than the rating before. It is pointed out from 1.0 on"
    )


def test_what_a_client_said_counts_where_a_column_tells_it(tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    lines = [
        f"a,{n},{level},{said}" for n, (level, said) in enumerate([(8, "")] * 4 + [(7, "yes")])
    ]
    path.write_text("who,when,how,said\n" + "\n".join(lines), "utf-8")
    asked = ("evaluate", "--csv", str(path), "--json", "--columns")
    with_word = interlude(tmp_path, *asked, "who,when,how,said").stdout.splitlines()[4]
    without = interlude(tmp_path, *asked, "who,when,how").stdout.splitlines()[4]
    assert json.loads(with_word)["reason"].endswith("and they said there was a moment")
    assert json.loads(without)["flagged"] is False


def test_rules_stand_side_by_side_over_a_table(tmp_path: Path) -> None:
    found = interlude(tmp_path, "evaluate", "--csv", str(table(tmp_path, *ROWS)))
    assert found.stdout.startswith("6 ratings of 1 client\n")
    counts = {line.split()[0]: line.split()[1] for line in found.stdout.splitlines()[2:]}
    assert counts["points"] == "1"
    assert counts["fall"] == "1"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ((), "choose one of"),
        (("--stored", "--simulate", "A"), "choose one of"),
        (("--simulate", "Q"), "no preset Q; there are A, B, C, D and all"),
        (("--simulate", "A", "--rule", "magic"), "no rule magic; there are points"),
        (("--csv", "{table}", "--scale", "ten"), "two numbers"),
        (("--csv", "{table}", "--scale", "10:0"), "lower end comes first"),
        (("--csv", "{table}", "--columns", "client,rating"), "three names or four"),
        (("--csv", "{table}", "--columns", "who,time,rating"), "no column who"),
        (("--csv", "nowhere.csv"), "nowhere.csv cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    tmp_path: Path, asked: tuple[str, ...], says: str
) -> None:
    path = str(table(tmp_path, *ROWS))
    found = interlude(tmp_path, "evaluate", *(word.replace("{table}", path) for word in asked))
    assert found.returncode == 2
    assert says in found.stderr
    assert found.stderr.count("\n") == 1


def test_lines_that_cannot_be_read_are_named_and_the_rest_is_judged(tmp_path: Path) -> None:
    path = table(tmp_path, *ROWS, ("b", 12))
    found = interlude(tmp_path, "evaluate", "--csv", str(path), "--json")
    assert found.returncode == 1
    assert len(found.stdout.splitlines()) == len(ROWS)
    assert found.stderr == f"{path}:8: the rating 12 is not from 0 to 10\n"


def test_a_simulated_practice_is_told_with_its_errors_and_the_bound(tmp_path: Path) -> None:
    asked = ("evaluate", "--simulate", "a", "--clients", "40", "--seed", "3")
    found = interlude(tmp_path, *asked, "--rule", "points", "--rule", "xmr")
    assert found.returncode == 0
    lines = found.stdout.splitlines()
    (row,) = [line for line in lines if line.startswith("points")]
    assert row.count("±") == 6
    assert any(line.startswith("xmr") for line in lines)
    assert any(line.startswith("an ideal observer") and ".684" in line for line in lines)
    again = interlude(tmp_path, *asked, "--rule", "points", "--json")
    (figures,) = json.loads(again.stdout)
    assert figures["preset"] == "A"
    assert figures["false_flags_error"] > 0
    assert f"{figures['false_flags']:.4f}".removeprefix("0") in row


def test_a_sweep_varies_what_is_assumed(tmp_path: Path) -> None:
    asked = ("evaluate", "--simulate", "B", "--clients", "20", "--rule", "points", "--sweep")
    rows = json.loads(interlude(tmp_path, *asked, "--json").stdout)
    assert len(rows) == 11
    assert sum("varied" in row for row in rows) == 10
