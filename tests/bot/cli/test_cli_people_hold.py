"""``interlude people hold``: whoever opens the sealed instruction pauses the questions of all
clients of a therapist who is not there, and has read what the clients read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services.care import pausing_for
from bot.services.work.unit_of_work import Work
from storage import audit, cares, people
from storage.store import Tx
from tests.bot.cli.flows_bench import Bench, set_up_bench
from tests.bot.cli.test_cli_people_handover import NOW, furnish
from tests.support.house import House, texts
from tests.support.two_therapists import pair_in


@pytest.fixture
def bench(tmp_path: Path, furnished: Path) -> Bench:
    made = set_up_bench(tmp_path, furnished)
    made.write(furnish)
    return made


def paused(tx: Tx) -> list[str]:
    """The codes of the clients whose questions rest."""
    found = [each for therapist in people.list_therapists(tx) for each in _all(tx, therapist.id)]
    return [care.client_code for care in found if care.paused_at is not None]


def _all(tx: Tx, therapist_id: int) -> list[cares.Care]:
    return cares.list_for_therapist(tx, therapist_id, states=cares.STATES)


def test_nothing_is_paused_before_a_yes_and_then_all_who_take_part(bench: Bench) -> None:
    shown = bench.run("people", "hold", "t1t1", typed="n\n")
    assert shown.exit_code == 1
    assert "AAAA, BBBB:\nThe practice has paused the questions here, because Dr. 1" in shown.output
    assert bench.write(paused) == []
    done = bench.run("people", "hold", "T1T1", typed="y\n")
    assert done.exit_code == 0 and "Paused for 2;" in done.output
    assert bench.write(paused) == ["AAAA", "BBBB"], "not who has agreed to nothing yet"
    noted = bench.write(lambda tx: [(row.action, row.subject) for row in audit.list_(tx, 9)])
    assert {each for each in noted if each[0] == "care.held"} == {
        ("care.held", "AAAA"),
        ("care.held", "BBBB"),
    }
    again = bench.run("people", "hold", "T1T1", "--yes")
    assert again.output.startswith("Nothing to pause") and again.exit_code == 0


def test_a_pause_of_their_own_stays_as_it_was(bench: Bench) -> None:
    bench.write(lambda tx: cares.pause(tx, 2, NOW, until=NOW.replace(year=2027)))
    assert "AAAA:\n" in bench.run("people", "hold", "T1T1", "--yes").output
    until = bench.write(lambda tx: cares.load(tx, 2).paused_until)
    assert until is not None and until.year == 2027


@pytest.mark.parametrize("code", ["AAAA", "ZZZZ"])
def test_only_a_therapist_has_clients_to_pause(bench: Bench, code: str) -> None:
    ran = bench.run("people", "hold", code, "--yes")
    assert ran.exit_code == 2 and "there is no therapist with this code" in ran.output
    assert bench.write(paused) == []


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "because Dr. Weber is not there at present"),
        ("de", "bis Sie /resume senden"),
        ("de_du", "bis du /resume sendest"),
    ],
)
async def test_the_client_reads_it_is_asked_nothing_and_still_gets_the_card(
    house: House, language: str, says: str
) -> None:
    weber, other = await house.therapist(), await house.therapist("Dr. Other")
    client = await house.client(weber, "A.B.", language)
    neighbour = await house.client(other, "C.D.")
    stored, now, mark = await house.stored(weber), house.clock.now(), client.mark
    await house.app.store.write(
        lambda tx: pausing_for.hold(Work(tx, house.app.practice, now, "hold"), stored, "deputy")
    )
    await house.settle()
    (told,) = texts(client.heard(mark))
    assert says in told
    mark = client.mark
    await house.travel(to=now.replace(day=26))
    assert not texts(client.heard(mark)), "Wednesday's question does not come"
    assert texts(neighbour.heard(neighbour.mark - 1)), "another therapist's client is asked"
    assert any("112" in text for text in await house.say(client, "/crisis"))
    assert await house.say(client, "/resume")
    assert (await house.work(lambda work: cares.load(work.tx, 1))).paused_at is None


async def test_whoever_runs_it_reads_what_a_client_of_two_therapists_reads(house: House) -> None:
    pair = await pair_in(house)
    weber, now, mark = await house.stored(pair.weber), house.clock.now(), pair.client.mark
    (care,) = await house.work(lambda work: pausing_for.to_hold(work, weber))
    shown = await house.work(lambda work: pausing_for.said_of_hold(work, care))
    await house.app.store.write(
        lambda tx: pausing_for.hold(Work(tx, house.app.practice, now, "hold"), weber, "deputy")
    )
    await house.settle()
    assert texts(pair.client.heard(mark)) == [shown]
    assert "Dr. Kaya" in shown, "the other one's questions go on"
