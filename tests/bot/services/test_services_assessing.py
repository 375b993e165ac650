"""The effect of an ended check-in on a flag, where the pure rules meet what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.signals import assessing, hearing
from bot.services.work.unit_of_work import Work
from flows.engine.check_in import Answer, Names
from flows.engine.turn import start
from flows.script import parse
from flows.signals.flags import STALE_AFTER
from storage import answers, cares, check_ins, flags, flow_versions, therapy_sessions
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
        care = cares.list_for_client(tx, person.id)[-1]
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
        hearing.hear(Work(tx, house.app.practice, now, "test"), stored)
        return flags.load(tx, flag.id).state

    assert await house.app.store.write(hear) == "closed"


@pytest.mark.parametrize(("after", "state"), [(0, "stale"), (1, "open")])
async def test_a_flag_is_stale_by_the_sessions_that_had_ended_by_then(
    house: House, after: int, state: str
) -> None:
    """The last of the six ends with the week, or a minute later: then the next digest tells it."""
    client = await house.client(await house.therapist())
    person, now = await house.stored(client), house.clock.now()

    def age(tx: Tx) -> str:
        care = cares.list_for_client(tx, person.id)[-1]
        flag = flags.open_(tx, care.id, now)
        for day in range(1, STALE_AFTER + 1):
            ends_at = now + timedelta(days=day)
            span = {"starts_at": ends_at - timedelta(minutes=50), "ends_at": ends_at}
            therapy_sessions.add(tx, care_id=care.id, state="happened", now=now, **span)
        by = now + timedelta(days=STALE_AFTER) - timedelta(minutes=after)
        assessing.age_flag(Work(tx, house.app.practice, by, "test"), care.id, by=by)
        return flags.load(tx, flag.id).state

    assert await house.app.store.write(age) == state


OWN = """language = 1
id = "own-after"
title.en = "Own"
[schedule]
trigger = "{trigger}"
[[step]]
id = "bond"
kind = "scale"
min = {min}
max = {max}
low.en = "bad"
high.en = "good"
ask.en = "Bond?"
measures = "alliance.bond"
[[step]]
id = "strain"
kind = "text"
ask.en = "And?"
measures = "strain_words"
"""
STRAIN = "strain_words"
AFTER = 'therapy_session_end"\nafter = "2h'


@pytest.mark.parametrize(
    ("low", "high", "trigger", "items"),
    [
        (0, 10, AFTER, (("alliance.bond", 5.0),)),
        (1, 5, AFTER, ()),
        (0, 10, "on_request", ()),
    ],
)
async def test_a_rating_in_another_range_or_of_another_event_forms_no_series(
    house: House, low: int, high: int, trigger: str, items: tuple[tuple[str, float], ...]
) -> None:
    """It was published before publishing refused it; what the client wrote still counts."""
    client = await house.client(await house.therapist())
    person, now = await house.stored(client), house.clock.now()
    text = OWN.format(trigger=trigger, min=low, max=high)

    def rate(tx: Tx) -> tuple[tuple[tuple[str, float], ...], str | None]:
        care = cares.list_for_client(tx, person.id)[-1]
        flow = parse(text, "x").flow
        assert care is not None and flow is not None
        flow_versions.publish(
            tx,
            flow_id=flow.id,
            fingerprint=flow.fingerprint,
            text=text,
            now=now,
            who="anna",
            why="before",
        )
        state = start(flow, language="en", names=Names(), now=now, seed=1).check_in
        stored = check_ins.add(
            tx,
            care_id=care.id,
            client_id=person.id,
            occurrence_id=None,
            state=replace(state, status="finished"),
            now=now,
        )
        said = [(Answer("bond", 5, now), "alliance.bond"), (Answer("strain", "x", now), STRAIN)]
        answers.save(tx, stored_check_in=stored, answers=said)
        work = Work(tx, house.app.practice, now, "test")
        (rating,) = assessing.rated_series(work, care.id)
        return rating.items, rating.strain_words

    assert await house.app.store.write(rate) == (items, "x")
