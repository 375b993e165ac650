"""``interlude people handover``: for a therapist who is gone the clients are asked, as always."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import audit, cares, handovers, mentions, people, risk_cases
from storage.store import Tx
from tests.bot.cli.flows_bench import Bench, set_up_bench

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def bench(tmp_path: Path, furnished: Path) -> Bench:
    return set_up_bench(tmp_path, furnished)


def furnish(tx: Tx) -> None:
    """Two connected therapists and one who is not; three clients of the first."""
    for number, code in enumerate(("T1T1", "T2T2", "T3T3"), start=1):
        person = people.add(
            tx, role="therapist", code=code, language="en", zone="Europe/Berlin", now=NOW
        )
        people.rename(tx, person.id, people.Name(f"Dr. {number}", "", ""))
        if code != "T3T3":
            people.bind_chat(tx, person.id, number, NOW)
    of = people.find_by_code(tx, "T1T1")
    assert of is not None
    for code, state in (("AAAA", "active"), ("BBBB", "active"), ("CCCC", "invited")):
        client = people.add(
            tx, role="client", code=code, language="en", zone="Europe/Berlin", now=NOW
        )
        care = cares.add(tx, client_id=client.id, therapist_id=of.id, alias=code, now=NOW)
        cares.mark(tx, care.id, was="draft", state="invited", now=NOW)
        if state == "active":
            cares.mark(tx, care.id, was="invited", state="active", now=NOW)


def test_each_client_is_to_be_asked_and_the_colleague_once_about_all(bench: Bench) -> None:
    bench.write(furnish)
    ran = bench.run("people", "handover", "--from", "t1t1", "--to", "T2T2")
    assert ran.exit_code == 0
    assert ran.output == (
        "AAAA  to T2T2  the colleague is asked whether there is room\n"
        "BBBB  to T2T2  the colleague is asked whether there is room\n"
    )
    made = bench.write(lambda tx: [handovers.find(tx, each) for each in (1, 2)])
    assert [each.state for each in made if each] == ["proposed", "proposed"]
    assert bench.write(lambda tx: [c.state for c in cares.list_for_client(tx, 4)]) == ["active"]
    (sent,) = bench.write(mentions.list_waiting)
    assert "go on with 2 clients of Dr. 1" in sent.body and "AAAA" not in sent.body
    again = bench.run("people", "handover", "--from", "T1T1", "--to", "T2T2", "--json")
    assert [each["state"] for each in json.loads(again.output)] == ["proposed", "proposed"]
    pending = bench.run("people", "handover", "--from", "T1T1")
    assert pending.output == ran.output
    assert bench.run("people", "handover", "--from", "T2T2").output == "Nothing is pending.\n"
    assert [row.action for row in bench.write(lambda tx: audit.list_(tx, 9))].count(
        "handover.proposed"
    ) == 2


def test_one_client_alone_and_what_is_in_the_way_is_said(bench: Bench) -> None:
    bench.write(furnish)
    bench.write(lambda tx: risk_cases.open_(tx, care_id=2, client_id=5, now=NOW))
    ran = bench.run("people", "handover", "--from", "T1T1", "--to", "T2T2", "--client", "bbbb")
    assert ran.output.startswith("BBBB  to T2T2  not asked: a risk case is open;")
    ran = bench.run("people", "handover", "--from", "T1T1", "--to", "T2T2", "--client", "CCCC")
    assert ran.output == "CCCC  to T2T2  not asked: has not agreed to anything yet\n"
    ran = bench.run("people", "handover", "--from", "T1T1", "--to", "T2T2", "--client", "AAAA")
    assert ran.output == "AAAA  to T2T2  the colleague is asked whether there is room\n"


@pytest.mark.parametrize(
    ("from_", "to", "client", "said"),
    [
        ("AAAA", "T2T2", None, "AAAA: there is no therapist with this code"),
        ("T1T1", "ZZZZ", None, "ZZZZ: there is no therapist with this code"),
        ("T1T1", "T1T1", None, "T1T1: that is the same therapist"),
        ("T1T1", "T3T3", None, "T3T3: no message reaches this therapist"),
        ("T2T2", "T1T1", "AAAA", "AAAA: this therapist has no client with this code"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_done(
    bench: Bench, from_: str, to: str, client: str | None, said: str
) -> None:
    bench.write(furnish)
    one = ("--client", client) if client else ()
    ran = bench.run("people", "handover", "--from", from_, "--to", to, *one)
    assert ran.exit_code != 0 and said in ran.output
    assert bench.write(lambda tx: handovers.find(tx, 1)) is None
