"""``interlude flows list`` and ``retire``: a published flow can be found and ended; ``rollback``
goes back step by step.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage import flow_versions
from tests.bot.cli.flows_bench import Bench, set_up_bench

QUESTION = "How has your week been so far?"


@pytest.fixture
def bench(tmp_path: Path, furnished: Path) -> Bench:
    return set_up_bench(tmp_path, furnished)


def listed(bench: Bench) -> dict[str, dict[str, object]]:
    return {row["flow"]: row for row in json.loads(bench.run("flows", "list", "--json").output)}


def current(bench: Bench, flow_id: str = "mid-week") -> str | None:
    rows = bench.write(flow_versions.list_current)
    return next((row.fingerprint for row in rows if row.flow_id == flow_id), None)


def reword(bench: Bench, before: str, after: str) -> str:
    bench.edit("mid-week", before, after)
    assert bench.run("flows", "publish", "--why", after).exit_code == 0
    found = current(bench)
    assert found is not None
    return found


def test_list_tells_published_from_changed_and_from_files_only(bench: Bench) -> None:
    bench.edit("mid-week", QUESTION, "How was your week?")
    (bench.flows / "goals.toml").unlink()
    text = (bench.flows / "between.toml").read_text("utf-8")
    (bench.flows / "own.toml").write_text(text.replace('id = "between"', 'id = "own"', 1), "utf-8")
    rows = listed(bench)
    assert rows["mid-week"]["state"] == "published"
    assert rows["mid-week"]["same"] is False
    assert rows["mid-week"]["default"] is True
    assert rows["between"]["same"] is True
    assert rows["goals"] | {"fingerprint": ""} == {
        "flow": "goals",
        "state": "published",
        "fingerprint": "",
        "file": None,
        "same": False,
        "clients": 0,
        "default": False,
    }
    assert rows["own"]["state"] == "unpublished"
    lines = bench.run("flows", "list").output.splitlines()
    assert any(line.startswith("goals ") and "no file here, 0 clients" in line for line in lines)
    assert any(line.startswith("own ") and "never published" in line for line in lines)
    assert any("mid-week.toml differs" in one and "given to new" in one for one in lines)


def test_a_retired_flow_is_no_longer_current_and_can_be_brought_back(bench: Bench) -> None:
    before = current(bench)
    result = bench.run("flows", "retire", "mid-week", "--why", "nobody liked it")
    assert result.exit_code == 0, result.output
    assert "New clients are not given it, and no check-in of it begins." in result.output
    assert current(bench) is None
    assert listed(bench)["mid-week"]["state"] == "retired"
    newest = bench.run("flows", "history", "mid-week").output.splitlines()[0]
    assert newest.endswith("nobody liked it (retired)")
    again = bench.run("flows", "retire", "mid-week", "--why", "x")
    assert again.exit_code == 2
    assert "mid-week is retired already" in again.stderr
    assert "gives it to its clients again" in bench.run("flows", "diff", "mid-week").output
    back = bench.run("flows", "rollback", "mid-week", "--why", "they did")
    assert back.exit_code == 0, back.stderr
    assert current(bench) == before
    assert bench.run("flows", "retire", "mid-week", "--why", "no").exit_code == 0
    assert "Published: mid-week." in bench.run("flows", "publish", "--why", "yes").output
    assert current(bench) == before


def test_setting_up_again_does_not_bring_a_retired_flow_back(bench: Bench) -> None:
    bench.run("flows", "retire", "goals", "--why", "not used")
    assert "flows: nothing new to publish" in bench.run("init").output
    assert current(bench, "goals") is None


def test_an_unknown_flow_cannot_be_retired(bench: Bench) -> None:
    result = bench.run("flows", "retire", "mid-wek", "--why", "x")
    assert result.exit_code == 2
    assert "did you mean mid-week?" in result.stderr


def test_a_flow_that_the_settings_give_to_everybody_is_not_retired(bench: Bench) -> None:
    config = bench.folder / "config.toml"
    config.write_text(config.read_text("utf-8") + 'default = ["mid-week"]\n', "utf-8")
    result = bench.run("flows", "retire", "mid-week", "--why", "x")
    assert result.exit_code == 2
    assert "flows.default gives it to new clients" in result.stderr
    assert current(bench) is not None


def test_whoever_follows_a_retired_flow_is_named(bench: Bench) -> None:
    text = (bench.flows / "goals.toml").read_text("utf-8")
    later = 'trigger = "after_flow"\nflow = "mid-week"\nafter = "1d"'
    text = text.replace('trigger = "on_request"', later).replace('id = "goals"', 'id = "later"', 1)
    (bench.flows / "later.toml").write_text(text, "utf-8")
    assert bench.run("flows", "publish", "--why", "new").exit_code == 0
    done = bench.run("flows", "retire", "mid-week", "--why", "x", "--json")
    assert json.loads(done.output)["followers"] == ["later"]


def test_a_published_flow_without_a_file_is_shown_and_named_by_diff(bench: Bench) -> None:
    (bench.flows / "goals.toml").unlink()
    shown = bench.run("flows", "show", "goals")
    assert shown.exit_code == 0
    assert "goals" in shown.output
    told = bench.run("flows", "diff").output
    assert "but no file here holds it.\n  It runs on; 0 clients are in it." in told
    assert 'To end it: interlude flows retire goals --why "…"' in told
    assert "goals" not in bench.run("flows", "diff", "mid-week").output


def test_show_tells_the_file_from_what_is_published(bench: Bench) -> None:
    bench.edit("mid-week", QUESTION, "How was your week?")
    assert QUESTION not in bench.run("flows", "show", "mid-week").output
    assert QUESTION in bench.run("flows", "show", "mid-week", "--published").output
    refused = bench.run("flows", "show", "nothing", "--published")
    assert refused.exit_code == 2
    assert "no such flow is published" in refused.stderr


def test_diff_shouts_where_an_id_vanished(bench: Bench) -> None:
    bench.edit("mid-week", 'id = "mid-week"', 'id = "week-so-far"')
    told = bench.run("flows", "diff").output
    assert "ATTENTION: is week-so-far this flow under another id?" in told
    assert 'give it back its id: id = "mid-week".' in told
    rows = json.loads(bench.run("flows", "diff", "--json").output)
    gone = next(row for row in rows if row["flow"] == "mid-week")
    assert (gone["fingerprint"], gone["renamed"]) == (None, "week-so-far")


def test_rollback_twice_goes_back_twice(bench: Bench) -> None:
    first = current(bench)
    second = reword(bench, QUESTION, "How was it?")
    reword(bench, "How was it?", "And how was it?")
    assert bench.run("flows", "rollback", "mid-week", "--why", "back").exit_code == 0
    assert current(bench) == second
    assert bench.run("flows", "rollback", "mid-week", "--why", "further").exit_code == 0
    assert current(bench) == first
    refused = bench.run("flows", "rollback", "mid-week", "--why", "once more")
    assert refused.exit_code == 2
    assert "back at its first version; for a later one name its fingerprint" in refused.stderr
    assert bench.run("flows", "rollback", "mid-week", second[:8], "--why", "forth").exit_code == 0
    assert current(bench) == second
    assert bench.run("flows", "rollback", "mid-week", "--why", "and back").exit_code == 0
    assert current(bench) == first
    lines = bench.run("flows", "history", "mid-week").output.splitlines()
    assert [line.partition(": ")[2] for line in lines[:2]] == [
        "and back (rollback)  current",
        "forth (rollback)",
    ]


def test_publishing_is_held_against_all_that_was_ever_published(bench: Bench) -> None:
    scale = 'language = 1\nid = "own"\ntitle.en = "Own"\n[schedule]\ntrigger = "on_request"\n'
    scale += '[[step]]\nid = "m"\nkind = "scale"\nmin = 0\nmax = 10\nlow.en = "l"\n'
    scale += 'high.en = "h"\nask.en = "How?"\nmeasures = "own.mood"\n'
    path = bench.flows / "own.toml"
    path.write_text(scale, "utf-8")
    assert bench.run("flows", "publish", "--why", "try").exit_code == 0
    assert bench.run("flows", "retire", "own", "--why", "no").exit_code == 0
    path.unlink()
    other = scale.replace('id = "own"', 'id = "other"', 1).replace("max = 10", "max = 5")
    (bench.flows / "other.toml").write_text(other, "utf-8")
    assert bench.run("flows", "check").exit_code == 0
    for words in (["check", "--published"], ["publish", "--why", "x"], ["diff"]):
        result = bench.run("flows", *words)
        assert result.exit_code == 1, words
        assert "other.toml:14:12: F085 `own.mood` means two things: 0 to 5 here" in result.output
