"""The effect of a check-in on a flag: by the answers that stand, not by how they came to be."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest

from bot.services.signals import hearing
from bot.services.work.unit_of_work import Work
from flows.engine.check_in import Answer, Names
from flows.engine.turn import start
from flows.kinds.kind import Value
from flows.signals.flags import Acknowledgement, after
from flows.signals.reason import evidence_from_json
from storage import answers, cares, check_ins, flags
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.flags import Reason
from storage.store import Tx
from tests.support.house import House

Said = Mapping[str, Value]
"""The answers of one check-in, by what they measure."""
WORDS: tuple[Said, ...] = (
    {},
    {"alliance.bond": 8},
    {"alliance.bond": 8, "strain": "no"},
    {"alliance.bond": 8, "strain": "yes", "strain_kind": "tense"},
    {"alliance.bond": 8, "strain": "a_little", "strain_talked": "yes"},
    {"alliance.bond": 2, "strain": "no"},
    {"repair": "yes_better"},
    {"repair": "partly"},
    {"repair": "not_yet"},
    {"alliance.bond": 8, "strain": "yes", "repair": "no_matter"},
)
MEASURES = sorted({measure for word in WORDS for measure in word})
DAY = timedelta(days=1)
Flags = list[tuple[Any, ...]]


async def care_of(house: House) -> Care:
    client = await house.client(await house.therapist())
    person = await house.stored(client)
    care = await house.app.store.read(lambda tx: cares.list_for_client(tx, person.id)[-1])
    assert care is not None
    return care


class Life:
    """A care's check-ins and what its therapist taps, by the services that the bot uses."""

    def __init__(self, house: House, tx: Tx, care: Care) -> None:
        self.house, self.tx, self.care = house, tx, care

    def work(self, now: datetime) -> Work:
        return Work(self.tx, self.house.app.practice, now, "test")

    def begin(self, at: datetime) -> StoredCheckIn:
        flow = self.house.app.practice.shelf.current(self.tx, "after-session")
        assert flow is not None
        return check_ins.add(
            self.tx,
            care_id=self.care.id,
            client_id=self.care.client_id,
            occurrence_id=None,
            state=start(flow, language="en", names=Names(), now=at, seed=1).check_in,
            now=at,
        )

    def say(self, stored: StoredCheckIn, said: Said, at: datetime) -> None:
        """These answers stand and no others."""
        rows = [
            (Answer(name.replace(".", "_"), said.get(name), at, off_path=name not in said), name)
            for name in MEASURES
        ]
        answers.save(self.tx, stored_check_in=stored, answers=rows)
        hearing.hear(self.work(at), stored)

    def end(self, stored: StoredCheckIn, at: datetime) -> StoredCheckIn:
        state = replace(stored.state, status="finished")
        ended = check_ins.save(self.tx, stored, state, now=at)
        hearing.hear(self.work(at), ended)
        return ended

    def tap(self, what: Acknowledgement, at: datetime) -> None:
        flag = flags.find_open(self.tx, self.care.id)
        assert flag is not None
        change = after(what, ended=False, said_so=True)
        assert change is not None
        flags.acknowledge(
            self.tx, flag_id=flag.id, therapist_id=self.care.therapist_id, what=what, now=at
        )
        flags.mark(self.tx, flag.id, state=change.state, at=at, close=change.closes)

    def before(self, noted: Acknowledgement | None, *, strained: bool, at: datetime) -> None:
        """Four quiet weeks, and one in which the client said that something was wrong."""
        weeks = [{"alliance.bond": 8, "strain": "no"}] * 4
        if strained:
            weeks.append({"alliance.bond": 8, "strain": "yes"})
        for number, said in enumerate(weeks):
            then = at - (9 - number) * 7 * DAY
            stored = self.begin(then)
            self.say(stored, said, then)
            self.end(stored, then)
        if noted is not None:
            self.tap(noted, at - DAY)

    def stands(self) -> Flags:
        """The flags that have a reason: state, times, and what their reasons rest on; since when
        it has its state only of an old one.
        """
        found = []
        for flag in flags.list_for_care(self.tx, self.care.id):
            given = flags.list_reasons(self.tx, flag.id)
            if given:
                rests = [(r.rule, r.check_in_id, rests_on(r)) for r in given]
                is_old = any(r.check_in_id != given[-1].check_in_id for r in given)
                times = (flag.opened_at, flag.closed_at, flag.changed_at if is_old else None)
                found.append((flag.state, times, rests))
        return found


def rests_on(reason: Reason) -> Any:
    """The facts of a reason, but for the moment of its newest answer."""
    facts = dict(evidence_from_json(reason.evidence))
    return {name: fact for name, fact in facts.items() if name not in hearing.MOMENTS}


@contextmanager
def as_if(tx: Tx) -> Iterator[None]:
    """Undo what happens inside."""
    trial = tx.conn.begin_nested()
    try:
        yield
    finally:
        trial.rollback()


PAST: list[tuple[Acknowledgement | None, bool]] = [
    (None, False),
    *((noted, True) for noted in (None, *get_args(Acknowledgement))),
]
PAIRS = [*itertools.product(WORDS, repeat=2)]
LONGER = [tuple(random.Random(n).choices(WORDS, k=4)) for n in range(9)]


@pytest.mark.promise("P7e")
@pytest.mark.parametrize(("noted", "strained"), PAST)
async def test_the_way_to_an_answer_leaves_nothing_behind(
    house: House, noted: Acknowledgement | None, strained: bool
) -> None:
    care, now = await care_of(house), house.clock.now() + 365 * DAY

    def outcome(life: Life, way: Sequence[Said], last_at: datetime, ends: str) -> Flags:
        with as_if(life.tx):
            stored = life.begin(now)
            for number, said in enumerate(way):
                before_last = len(way) - 1 - number
                life.say(stored, said, last_at - before_last * timedelta(minutes=1))
                if ends == "changed" and before_last == 1:
                    stored = life.end(stored, last_at - timedelta(seconds=1))
            if ends != "open":
                life.end(stored, last_at)
            return life.stands()

    def compare(tx: Tx) -> None:
        life = Life(house, tx, care)
        life.before(noted, strained=strained, at=now)
        last_at = now + timedelta(hours=1)
        for ends, ways in (("open", PAIRS), ("finished", LONGER), ("changed", LONGER)):
            straight = [outcome(life, [said], last_at, ends) for said in WORDS]
            for way in ways:
                expected = straight[WORDS.index(way[-1])]
                assert outcome(life, way, last_at, ends) == expected, (ends, way)

    await house.app.store.write(compare)


async def states(house: House, noted: Acknowledgement | None, *ways: Sequence[Said]) -> list[str]:
    """List how the flag stands after each of these ways through one check-in that stays open."""
    care, now = await care_of(house), house.clock.now() + 365 * DAY

    def live(tx: Tx) -> list[str]:
        life = Life(house, tx, care)
        life.before(noted, strained=True, at=now)
        found = []
        for way in ways:
            with as_if(tx):
                stored = life.begin(now)
                for number, said in enumerate(way):
                    life.say(stored, said, now + number * timedelta(minutes=1))
                found.append(life.stands()[0][0])
        return found

    return await house.app.store.write(live)


GOOD, WRONG = WORDS[2], WORDS[3]
BETTER, PARTLY, NOT_YET = WORDS[6], WORDS[7], WORDS[8]


async def test_a_word_settles_or_reopens_at_once_and_can_be_taken_back(house: House) -> None:
    ways = ([GOOD], [GOOD, WRONG], [WRONG, GOOD], [BETTER], [BETTER, NOT_YET], [PARTLY], [{}])
    assert await states(house, "something_else", *ways) == [
        "closed",
        "open",
        "closed",
        "closed",
        "open",
        "talked_open",
        "something_else",
    ]


async def test_nothing_is_settled_before_the_question_about_it_or_the_end(house: House) -> None:
    care, now = await care_of(house), house.clock.now() + 365 * DAY
    rated: Said = {"alliance.bond": 8}

    def live(tx: Tx) -> list[str]:
        life, found = Life(house, tx, care), []
        life.before("talked_settled", strained=True, at=now)
        stored = life.begin(now)
        life.say(stored, rated, now)
        found.append(life.stands()[0][0])
        with as_if(tx):
            life.say(stored, GOOD, now + DAY)
            found.append(life.stands()[0][0])
        life.end(stored, now + DAY)
        return [*found, life.stands()[0][0]]

    assert await house.app.store.write(live) == ["talked_settled", "closed", "closed"]


async def test_a_word_of_before_a_newer_flag_is_not_undone(house: House) -> None:
    care, now = await care_of(house), house.clock.now() + 365 * DAY

    def live(tx: Tx) -> list[str]:
        life = Life(house, tx, care)
        life.before(None, strained=True, at=now)
        for said, days in ((GOOD, 0), (WRONG, 1)):
            stored = life.begin(now + days * DAY)
            life.say(stored, said, now + days * DAY)
            ended = life.end(stored, now + days * DAY)
            if said is GOOD:
                older = ended
        hearing.hear(life.work(now + 2 * DAY), older)
        return [state for state, *_ in life.stands()]

    assert await house.app.store.write(live) == ["closed", "open"]


async def test_a_therapists_tap_after_the_word_stands(house: House) -> None:
    """The end of the check-in adds nothing that was said, so it changes nothing of the tap."""
    care, now = await care_of(house), house.clock.now() + 365 * DAY

    def live(tx: Tx) -> list[str]:
        life, found = Life(house, tx, care), []
        life.before("something_else", strained=True, at=now)
        for said in (WRONG, PARTLY):
            with as_if(tx):
                stored = life.begin(now)
                life.say(stored, said, now)
                life.tap("will_raise", now + timedelta(hours=1))
                life.end(stored, now + timedelta(hours=2))
                found.append(life.stands()[0][0])
        return found

    assert await house.app.store.write(live) == ["will_raise", "will_raise"]
