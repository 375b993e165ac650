"""What an ended check-in makes of a flag, where the pure rules meet what is stored."""

from __future__ import annotations

from datetime import timedelta

from bot.services.signals import assessing
from bot.services.work.practice import Work
from flows.engine.check_in import Answer
from storage import answers, cares, check_ins, flags
from storage.store import Tx
from tests.support.house import House


async def test_the_newest_word_on_a_strain_counts_where_it_was_asked_in_several_rounds(
    house: House,
) -> None:
    """A flag ends once: a second word on it must not make the check-in impossible to end."""
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    person, now = await house.stored(client), house.clock.now()

    def hear(tx: Tx) -> str:
        care = cares.find_by_client(tx, person.id)
        assert care is not None
        stored = check_ins.find_open(tx, care.id)
        assert stored is not None
        flag = flags.open_(tx, care.id, now)
        said = [
            Answer("better@g1", "partly", now),
            Answer("better@g2", "yes_better", now + timedelta(seconds=1)),
            Answer("better@g3", "no_matter", now + timedelta(seconds=2)),
        ]
        answers.save(tx, stored_check_in=stored, answers=[(each, "repair") for each in said])
        assessing.hear_repair(Work(tx, house.app.practice, now, "test"), stored)
        return flags.load(tx, flag.id).state

    assert await house.app.store.write(hear) == "closed"
