"""What a check-in finds of earlier answers, where it reads what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.services.check_in import earlier
from bot.services.work.unit_of_work import Work
from flows.engine.check_in import Answer, Names
from flows.engine.turn import start
from flows.kinds.step import RATHER_NOT_SAY
from flows.script.structure import Needs, Past
from storage import answers, cares, check_ins
from storage.store import Tx
from tests.support.house import House
from tests.support.rated import after_session

FIRST, LAST = Past("week", "first"), Past("week", "last")
MEAN = Past("week", "mean", 2)
SKIPPED = None
OVER = earlier.PASSED_OVER


async def found(house: House, needs: Needs, *check_in: Sequence[tuple[str, Any]]) -> Names:
    """What a check-in would find after these, one a day, each with its answers by measure."""
    client = await house.client(await house.therapist())
    person, now = await house.stored(client), house.clock.now()

    def live(tx: Tx) -> Names:
        care = cares.list_for_client(tx, person.id)[-1]
        work = Work(tx, house.app.practice, now, "test")
        state = start(after_session(work), language="en", names=Names(), now=now, seed=1).check_in
        for day, said in enumerate(check_in):
            at = now + timedelta(days=day)
            ended = replace(state, status="finished")
            stored = check_ins.add(
                tx,
                care_id=care.id,
                client_id=person.id,
                occurrence_id=None,
                state=ended,
                now=at,
            )
            given = [
                (Answer(f"s{number}", value, at), name) for number, (name, value) in enumerate(said)
            ]
            answers.save(tx, stored_check_in=stored, answers=given)
        later = replace(work, now=now + timedelta(days=len(check_in)))
        return earlier.names_of(later, care, needs)

    return await house.app.store.write(live)


async def past(house: House, *values: Any) -> dict[str, Any]:
    """The first, the last and the mean of two, after these values of one measure."""
    needs = Needs(past=frozenset({FIRST, LAST, MEAN}))
    names = await found(house, needs, *([("week", value)] for value in values))
    return {key.split(".")[1]: value for key, value in names.past}


async def test_the_first_answer_is_found_however_long_ago_it_was(house: House) -> None:
    given = range(1, OVER + 10)
    assert await past(house, *given) == {"first": 1, "last": OVER + 9, "mean2": OVER + 8.5}


@pytest.mark.parametrize(
    ("skipped", "known"),
    [
        (OVER, {"first": 3, "last": 5, "mean2": 4}),
        (OVER + 1, {"first": 3, "mean2": 5}),  # the last alone is behind too many, the mean has it
        (OVER + 2, {"first": 3}),
    ],
)
async def test_behind_many_skipped_check_ins_a_last_answer_is_none(
    house: House, skipped: int, known: dict[str, float]
) -> None:
    assert await past(house, 3, 5, *[SKIPPED] * skipped) == known


async def test_only_numbers_have_a_mean(house: House) -> None:
    found = await past(house, 6, 4, "well", True, RATHER_NOT_SAY)
    assert found == {"first": 6, "last": True, "mean2": 5}


async def test_goals_and_topics_are_words_and_at_most_the_last_three(house: House) -> None:
    names = await found(
        house,
        Needs(goals=True, topics=True),
        [("goal", "an old goal"), ("topic", "the move")],
        [("goal", "sleep"), ("goal", 7), ("goal", "call her"), ("topic", "my brother")],
        [("topic", "the move"), ("topic", "work"), ("topic", 3), ("topic", "rest")],
    )
    assert names.goals == ("sleep", "call her")
    assert names.topics == ("my brother", "work", "rest")
