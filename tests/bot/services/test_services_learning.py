"""The practice's swing is learnt once a week, and a rating is judged by what was known before it;
each rule has its record.
"""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from bot.config.settings import RuleName
from bot.services.signals import past, swing_learning
from bot.services.signals.past import RuleRecord
from bot.services.work.unit_of_work import Work
from flows.signals.rules import ALWAYS, DEFAULT, RULES
from flows.signals.spreads import ASSUMED
from storage import cares, check_ins, flags, people, swings
from storage.store import Tx
from storage.swings import Swings
from tests.support.house import House
from tests.support.rated import rated_client


def test_every_rule_can_be_chosen_and_the_clients_word_not_switched_off() -> None:
    assert {*get_args(RuleName), *ALWAYS} == {rule.id for rule in RULES}


async def test_what_a_practice_starts_with_is_the_default(house: House) -> None:
    assert (*ALWAYS, *house.app.practice.settings.signals.rules) == DEFAULT


async def test_a_rating_is_judged_by_what_was_known_when_it_was_asked(house: House) -> None:
    now = house.clock.now()
    assert await house.work(lambda work: swing_learning.spreads_at(work, now)) == ASSUMED
    week = timedelta(days=7)
    for at, within in ((now - week, 1.0), (now, 1.5)):
        await house.app.store.write(
            lambda tx, at=at, within=within: swings.add(tx, Swings(at, within, 2.0, 8.0))
        )
    assert (await house.work(lambda work: swing_learning.spreads_at(work, now))).mean == 8.0
    for at, within in ((now, 1.5), (now - timedelta(seconds=1), 1.0), (now - 2 * week, 0.75)):
        known = await house.work(lambda work, at=at: swing_learning.spreads_at(work, at))
        assert known.within == within


@pytest.mark.parametrize(("days", "due"), [(6, False), (7, True)])
async def test_it_is_learnt_once_a_week(house: House, days: int, due: bool) -> None:
    learnt_at = house.clock.now() - timedelta(days=days)
    await house.app.store.write(lambda tx: swings.add(tx, Swings(learnt_at, 1.0, 2.0, None)))
    assert await house.work(swing_learning.is_due) is due


async def test_one_client_teaches_nothing(house: House) -> None:
    await house.client(await house.therapist())
    assert await house.work(swing_learning.learn) is None
    await house.app.keeper.tick()
    assert await house.rows("SELECT count(*) FROM swings") == [(0,)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((), RuleRecord("points", 1, 0, 0)),
        (("will_raise",), RuleRecord("points", 1, 1, 0)),
        (("talked_open",), RuleRecord("points", 1, 1, 0)),
        (("not_this_time",), RuleRecord("points", 1, 0, 0)),
        (("something_else",), RuleRecord("points", 1, 0, 1)),
        (("something_else", "talked_settled"), RuleRecord("points", 1, 1, 0)),
        (("talked_settled", "something_else", "taken_back"), RuleRecord("points", 1, 1, 0)),
        (("something_else", "taken_back"), RuleRecord("points", 1, 0, 0)),
    ],
)
async def test_the_record_of_a_rule_is_what_therapists_last_made_of_its_flags(
    house: House, said: tuple[str, ...], expected: RuleRecord
) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    person, now = await house.stored(client), house.clock.now()

    def keep(tx: Tx) -> list[RuleRecord]:
        (care,) = cares.list_for_client(tx, person.id)
        stored = check_ins.find_open(tx, care.id)
        assert stored is not None
        flag = flags.open_(tx, care.id, now)
        flags.add_reason(
            tx,
            flag=flag,
            client_id=person.id,
            rule="points",
            rule_version=1,
            check_in_id=stored.id,
            evidence='{"threshold": 3}',
            now=now,
        )
        for what in said:
            flags.acknowledge(
                tx, flag_id=flag.id, therapist_id=care.therapist_id, what=what, now=now
            )
        return past.records(Work(tx, house.app.practice, now, "test"))

    assert await house.app.store.write(keep) == [expected]
    assert expected.no_word == expected.fired - expected.agreed - expected.nothing_there


async def test_the_keeper_learns_from_five_clients_and_what_comes_later_is_judged_by_it(
    house: House,
) -> None:
    """A practice in which ratings swing widely: a dip that was one at first is none any more."""
    await house.therapist()
    wide, dip = (9.0, 3.0, 9.0, 3.0, 9.0), (8.0, 8.0, 8.0, 8.0, 5.0)

    def fill(tx: Tx, *clients: tuple[float, ...]) -> list[bool]:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        therapist = people.list_therapists(tx)[0]
        found = [rated_client(work, therapist.id, f"A{n}", each) for n, each in enumerate(clients)]
        return [flags.find_open(tx, care.id) is not None for care in found]

    await house.app.store.write(lambda tx: fill(tx, *[wide] * 4))
    await house.app.keeper.tick()
    assert await house.rows("SELECT count(*) FROM swings") == [(0,)]
    assert await house.app.store.write(lambda tx: fill(tx, dip)) == [True]
    await house.app.keeper.tick()
    # within: sqrt((10 * .5625 + 4 * 43.2 + 7.2) / (10 + 4 * 4 + 4)); mean of 4 * 6.6 and 7.4
    assert await house.rows("SELECT within_thousandths, mean_thousandths FROM swings") == [
        (2487, 6760)
    ]
    await house.travel(by=timedelta(days=41))
    assert await house.app.store.write(lambda tx: fill(tx, dip)) == [False]
