"""``interlude flows diff``, ``publish``, ``history``, ``rollback``: versions, and who made them."""

from __future__ import annotations

import asyncio
import getpass
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.services.flow_files.publishing import publish
from bot.services.flow_files.sources import Source, check
from bot.services.work.shelf import Shelf
from flows.engine.check_in import Names
from flows.engine.turn import start
from storage import cares, check_ins, flow_versions, people
from storage.key_file import load_key_file
from storage.store import Store, Tx
from tests.bot.cli.flows_bench import Bench, set_up_bench

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUESTION = "How has your week been so far?"


@pytest.fixture
def bench(tmp_path: Path, furnished: Path) -> Bench:
    return set_up_bench(tmp_path, furnished)


def current(bench: Bench, flow_id: str = "mid-week") -> str:
    rows = bench.write(flow_versions.list_current)
    return next(row.fingerprint for row in rows if row.flow_id == flow_id)


def begin_check_ins(tx: Tx, count: int) -> None:
    """So many clients are in the middle of the current mid-week."""
    flow = Shelf().current(tx, "mid-week")
    assert flow is not None
    carer = people.add(
        tx, role="therapist", code="T1T1", language="en", zone="Europe/Berlin", now=NOW
    )
    for number in range(count):
        client = people.add(
            tx, role="client", code=f"C{number}C1", language="en", zone="Europe/Berlin", now=NOW
        )
        care = cares.add(
            tx, client_id=client.id, therapist_id=carer.id, alias=f"A{number}", now=NOW
        )
        turn = start(flow, language="en", names=Names(), now=NOW, seed=number)
        check_ins.add(
            tx,
            care_id=care.id,
            client_id=client.id,
            occurrence_id=None,
            state=turn.check_in,
            now=NOW,
        )


def test_nothing_differs_from_what_was_just_published(bench: Bench) -> None:
    result = bench.run("flows", "diff")
    assert result.exit_code == 0, result.output
    assert result.output.count("nothing differs from the published version") >= 2


def test_diff_says_what_it_means_for_clients_in_the_middle(bench: Bench) -> None:
    bench.edit("mid-week", QUESTION, "How was your week?")
    for begun, said in ((0, "Nobody is in the middle of it."), (3, "3 clients are in the middle")):
        if begun:
            bench.write(lambda tx: begin_check_ins(tx, 3))
        result = bench.run("flows", "diff", "mid-week")
        assert result.exit_code == 0
        assert f"the question is now “How was your week?”, was “{QUESTION}”" in result.output
        assert said in result.output
    assert "they finish in the version in which they began." in result.output


def test_diff_shouts_where_a_history_is_cut(bench: Bench) -> None:
    bench.edit("mid-week", 'id = "week"', 'id = "week_so_far"')
    result = bench.run("flows", "diff", str(bench.flows / "mid-week.toml"))
    assert "!! The step week is called week_so_far now. That CUTS each client's" in result.output
    assert "ATTENTION: 1 change marked !! cuts a history in two." in result.output


def test_only_a_comment(bench: Bench) -> None:
    bench.edit("mid-week", "language = 1", "# a remark\nlanguage = 1")
    assert "clients notice nothing" in bench.run("flows", "diff", "mid-week").output


def test_diff_as_json(bench: Bench) -> None:
    bench.edit("mid-week", 'id = "week"', 'id = "week_so_far"')
    (told,) = json.loads(bench.run("flows", "diff", "mid-week", "--json").output)
    assert told["flow"] == "mid-week"
    assert told["changes"][0]["weight"] == "cut"
    assert told["under_way"] == 0


def test_a_new_flow_was_never_published(bench: Bench) -> None:
    text = (bench.flows / "mid-week.toml").read_text("utf-8")
    (bench.flows / "new.toml").write_text(
        text.replace('id = "mid-week"', 'id = "new"').replace('"18:00"', '"12:00"'), "utf-8"
    )
    assert "new: new, 5 steps; it was never published." in bench.run("flows", "diff", "new").output
    assert "Published: new." in bench.run("flows", "publish", "--why", "try").output


def test_a_file_on_disk_changes_nothing_until_it_is_published(bench: Bench) -> None:
    before = current(bench)
    bench.edit("mid-week", QUESTION, "How was your week?")
    assert current(bench) == before
    result = bench.run("flows", "publish", "--why", "shorter")
    assert result.exit_code == 0
    assert "the question is now “How was your week?”" in result.output
    assert result.output.endswith("Published: mid-week.\n")
    assert current(bench) != before


def test_publishing_again_changes_nothing(bench: Bench) -> None:
    result = bench.run("flows", "publish", "--why", "again")
    assert result.output == "Nothing had changed.\n"
    assert result.exit_code == 0


def test_a_broken_file_keeps_all_of_them_back(bench: Bench) -> None:
    before = current(bench), current(bench, "after-session")
    bench.edit("mid-week", QUESTION, "How was your week?")
    bench.edit("after-session", 'kind = "choice"', 'kind = "choise"')
    result = bench.run("flows", "publish", "--why", "shorter")
    assert result.exit_code == 1
    assert "F013" in result.output
    assert "Nothing was changed; the published flows stay as they are." in result.output
    assert (current(bench), current(bench, "after-session")) == before


def test_publishing_one_file_is_checked_beside_the_published_ones(bench: Bench) -> None:
    text = (bench.flows / "mid-week.toml").read_text("utf-8")
    path = bench.folder / "late.toml"
    trigger = 'trigger = "after_flow"\nflow = "mid-wek"\nafter = "1d"'
    late = text.replace('trigger = "weekly"\ndays = ["wed"]\nat = "18:00"', trigger)
    path.write_text(late.replace('id = "mid-week"', 'id = "late"'), "utf-8")
    refused = bench.run("flows", "publish", str(path), "--why", "try")
    assert refused.exit_code == 1
    assert "F027" in refused.output
    assert "Did you mean `mid-week`?" in refused.output
    path.write_text(path.read_text("utf-8").replace("mid-wek", "mid-week"), "utf-8")
    assert "Published: late." in bench.run("flows", "publish", str(path), "--why", "try").output


def test_publish_needs_a_reason(bench: Bench) -> None:
    assert bench.run("flows", "publish").exit_code == 2
    refused = bench.run("flows", "publish", "--why", "  ")
    assert refused.exit_code == 2
    assert "say in a few words why" in refused.stderr


def test_history_tells_who_when_and_why(bench: Bench) -> None:
    bench.edit("mid-week", QUESTION, "How was your week?")
    bench.run("flows", "publish", "--why", "shorter\nnow")
    lines = bench.run("flows", "history", "mid-week").output.splitlines()
    short = current(bench)[:12]
    assert lines[0].endswith(f"  mid-week  {short}  {getpass.getuser()}: shorter now  current")
    assert lines[1].endswith("t: shipped")
    rows = json.loads(bench.run("flows", "history", "--json").output)
    assert rows[0]["why"] == "shorter now"
    assert {row["flow"] for row in rows} >= {"mid-week", "after-session"}
    assert "was never published" in bench.run("flows", "history", "nothing").output


def test_rollback_makes_an_earlier_version_current_and_is_recorded(bench: Bench) -> None:
    first = current(bench)
    bench.edit("mid-week", QUESTION, "How was your week?")
    bench.run("flows", "publish", "--why", "shorter")
    result = bench.run("flows", "rollback", "mid-week", "--why", "it confused people")
    assert result.exit_code == 0, result.output
    assert f"Current again: mid-week {first[:12]}." in result.output
    assert f"the question is now “{QUESTION}”" in result.output
    assert current(bench) == first
    newest = bench.run("flows", "history", "mid-week").output.splitlines()[0]
    assert newest.endswith("it confused people (rollback)  current")


def test_rollback_to_a_named_version(bench: Bench) -> None:
    first = current(bench)
    for wording in ("How was it?", "And how was it?"):
        bench.edit("mid-week", QUESTION if wording == "How was it?" else "How was it?", wording)
        bench.run("flows", "publish", "--why", "wording")
    done = bench.run("flows", "rollback", "mid-week", first[:8], "--why", "back", "--json")
    assert json.loads(done.output)[0]["fingerprint"] == first
    assert current(bench) == first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mid-week"], "mid-week has only this one version"),
        (["mid-week", "0123456789"], "no earlier version begins with 0123456789"),
        (["nothing"], "nothing was never published"),
    ],
)
def test_a_rollback_that_leads_nowhere_is_refused(
    bench: Bench, words: list[str], said: str
) -> None:
    before = current(bench)
    result = bench.run("flows", "rollback", *words, "--why", "x")
    assert result.exit_code == 2
    assert said in result.stderr
    assert current(bench) == before


def test_a_running_bot_notices_a_publication_and_keeps_what_is_under_way(bench: Bench) -> None:
    """Two stores on one file, as `run` and the command line are."""
    url = f"sqlite+aiosqlite:///{bench.folder / 'interlude.db'}"
    text = (bench.flows / "mid-week.toml").read_text("utf-8").replace(QUESTION, "How was it?")

    async def live() -> tuple[str, str, str]:
        keys = load_key_file(bench.folder / "interlude.key")
        running, command = await Store.open(url, keys), await Store.open(url, keys)
        shelf = Shelf()
        await running.write(lambda tx: begin_check_ins(tx, 1))
        (open_one,) = await running.read(
            lambda tx: list(flow_versions.count_under_way(tx, "mid-week"))
        )
        before = await running.read(lambda tx: shelf.current(tx, "mid-week"))
        checked = check([Source("mid-week.toml", text)])
        await command.write(lambda tx: publish(tx, checked, now=NOW, who="anna", why="shorter"))
        after = await running.write(lambda tx: shelf.current(tx, "mid-week"))
        kept = await running.read(lambda tx: shelf.load(tx, open_one))
        await running.close()
        await command.close()
        assert before is not None and after is not None
        return (
            before.step("week").ask.say("en"),
            after.step("week").ask.say("en"),
            kept.step("week").ask.say("en"),
        )

    assert asyncio.run(live()) == (QUESTION, "How was it?", QUESTION)


def test_a_pack_is_resolved_before_it_is_published(bench: Bench) -> None:
    packs = bench.folder / "packs"
    packs.mkdir()
    (packs / "own.toml").write_text('pack = "own"\n[step.q]\nask.en = "Licensed words?"\n', "utf-8")
    config = bench.folder / "config.toml"
    config.write_text(config.read_text("utf-8") + 'packs = "packs"\n', "utf-8")
    (bench.flows / "own.toml").write_text(
        'language = 1\nid = "own"\npack = "own"\nlicence = "Somebody"\ntitle.en = "Own"\n'
        '[schedule]\ntrigger = "on_request"\n[[step]]\nid = "q"\nkind = "text"\n',
        "utf-8",
    )
    result = bench.run("flows", "publish", str(bench.flows / "own.toml"), "--why", "licensed")
    assert result.exit_code == 0, result.output
    fingerprint = current(bench, "own")
    stored = bench.write(lambda tx: flow_versions.load_text(tx, fingerprint))
    assert "Licensed words?" in stored
    flow = bench.write(lambda tx: Shelf().load(tx, fingerprint))
    assert flow.step("q").ask.say("en") == "Licensed words?"
    assert "nothing differs" in bench.run("flows", "diff", "own").output
