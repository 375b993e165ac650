"""``interlude evaluate --stored`` and ``--record``: a practice's own past ratings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.services.signals import swing_learning
from bot.services.work.unit_of_work import Work
from flows.signals.evaluation.behaviour import COMPUTED
from storage import cares, flags, people
from tests.bot.cli.test_cli_commands import interlude
from tests.bot.cli.test_cli_digest import within
from tests.bot.cli.test_cli_schedule import code
from tests.support.rated import Rating, rated_client

__all__ = ["code"]
STEADY = (8.0, 8.5, 8.0, 8.5, 8.0)
DIP = (8.0, 8.5, 8.0, 8.5, 4.0)


def fill(folder: Path, *clients: tuple[Rating | float, ...]) -> None:
    def decide(work: Work) -> None:
        therapist = people.list_therapists(work.tx)[0]
        for number, ratings in enumerate(clients):
            rated_client(work, therapist.id, f"A{number}", ratings)

    within(folder, decide)


def rows(folder: Path, *asked: str) -> dict[str, dict[str, int]]:
    found = interlude(folder, "evaluate", "--stored", "--json", *asked)
    assert (found.returncode, found.stderr) == (0, "")
    return {row["rule"]: row for row in json.loads(found.stdout)["rules"]}


def test_every_rule_is_tried_on_what_is_kept_also_one_that_is_off(
    code: str, tmp_path: Path
) -> None:
    fill(tmp_path, DIP, STEADY, (8.0, 8.0))
    found = rows(tmp_path)
    assert [*found] == [rule.id for rule in COMPUTED]
    assert found["points"] == {"rule": "points", "ratings": 12, "new_flags": 1, "clients": 1}
    # mean 8.25, off: the practice learns before it switches it on
    assert found["mean_minus_two_sd"]["new_flags"] == 1
    assert found["cut_off"]["clients"] == 3
    assert [*rows(tmp_path, "--rule", "xmr")] == ["xmr"]


def test_it_prints_counts_and_never_whose_they_are(code: str, tmp_path: Path) -> None:
    fill(tmp_path, DIP, STEADY)
    shown = interlude(tmp_path, "evaluate", "--stored").stdout
    assert shown.startswith("10 ratings of 2 clients\nswing of one client's ratings")
    assert "points                 1 of 10 ratings would have raised a flag, of 1 clients" in shown
    assert "%" not in shown  # of fewer than twenty there is none
    assert "A0" not in shown and code not in shown


def test_nothing_is_changed_by_looking(code: str, tmp_path: Path) -> None:
    fill(tmp_path, DIP)
    before = within(tmp_path, lambda work: list(work.tx.conn.connection.iterdump()))  # type: ignore[attr-defined]
    for how in ("--stored", "--record"):
        interlude(tmp_path, "evaluate", how)
    assert within(tmp_path, lambda work: list(work.tx.conn.connection.iterdump())) == before  # type: ignore[attr-defined]


def test_without_a_rating_it_says_so(code: str, tmp_path: Path) -> None:
    assert interlude(tmp_path, "evaluate", "--stored").stdout.startswith("0 ratings of 0 clients\n")
    assert interlude(tmp_path, "evaluate", "--record").stdout == "no flag has been raised yet\n"


def test_from_twenty_ratings_on_there_is_a_share(code: str, tmp_path: Path) -> None:
    fill(tmp_path, DIP, STEADY, STEADY, (8.0, 8.0, 8.0, 8.0))
    assert "1 of 19 ratings" in interlude(tmp_path, "evaluate", "--stored").stdout
    fill(tmp_path, (8.0,))
    assert "1 of 20 (5 %) ratings" in interlude(tmp_path, "evaluate", "--stored").stdout


def test_the_record_counts_what_therapists_made_of_it(code: str, tmp_path: Path) -> None:
    fill(tmp_path, DIP, DIP, (*DIP[:-1], Rating(4.0, "a_little")))

    def note(work: Work) -> None:
        (therapist,) = people.list_therapists(work.tx)
        for care, what in zip(
            cares.list_for_therapist(work.tx, therapist.id)[1:],
            ("will_raise", "something_else"),
            strict=False,
        ):
            flag = flags.find_open(work.tx, care.id)
            assert flag is not None
            flags.acknowledge(
                work.tx, flag_id=flag.id, therapist_id=therapist.id, what=what, now=work.now
            )

    within(tmp_path, note)
    shown = interlude(tmp_path, "evaluate", "--record").stdout.splitlines()
    assert shown == [
        "points: spoke in 3; of 2 that were judged, 1 of 2 were taken up, 1 of 2 were something"
        " else",
        "said_so: spoke in 1; no therapist has said yet what was there",
    ]
    (only,) = json.loads(
        interlude(tmp_path, "evaluate", "--record", "--rule", "said_so", "--json").stdout
    )
    assert only == {"rule": "said_so", "fired": 1, "agreed": 0, "nothing_there": 0, "no_word": 1}


@pytest.mark.parametrize(("clients", "learns"), [(4, False), (5, True)])
def test_the_swing_is_learnt_from_five_clients_who_have_rated_three_times(
    code: str, tmp_path: Path, clients: int, learns: bool
) -> None:
    fill(tmp_path, *[(7.0, 8.0, 9.0)] * clients, (8.0, 8.0))
    found = within(tmp_path, swing_learning.learn)
    assert (found is not None) is learns
    if found is not None:
        # sqrt((10 * .5625 + 5 * 2) / (10 + 5 * 2)), the mean of five means of 8
        assert round(found.within_clients, 6) == 0.883883
        assert found.mean == 8.0
