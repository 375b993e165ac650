"""No transaction grows with what somebody typed or with how long a care has lasted.

Counted in statements and in opened cells: seconds would depend on the machine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.services.check_in import due
from bot.services.check_in.earlier import names_of
from bot.services.digest import caseload
from bot.services.signals import assessing, hearing
from bot.services.therapy_sessions import session_command
from bot.services.work.unit_of_work import Work
from bot.workers.due_now import parts_due
from flows.engine.check_in import Answer
from flows.engine.turn import start
from flows.script.structure import Needs, Past
from storage import answers, cares, check_ins
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.store import Tx
from tests.support.house import House

WEEK = timedelta(days=7)
USUAL = 2 * assessing.SERIES
"""Weeks: long enough for everything that looks back to have found its end."""


class Counting(Tx):
    """A transaction that counts the cells that are opened in it."""

    opened = 0

    def unseal(self, person_id: int, cell: bytes, place: str) -> str:
        self.opened += 1
        return super().unseal(person_id, cell, place)


@dataclass(frozen=True, slots=True)
class Effort:
    """The statements run and the cells opened for one piece of work."""

    statements: int
    opened: int


def effort(house: House, tx: Tx, do: Callable[[Work], object]) -> Effort:
    """Count what ``do`` asks of the database."""
    counting = Counting(tx.conn, tx._vault, tx._index_key)
    statements = []

    def note(*executed: Any) -> None:
        statements.append(executed[2])

    sa.event.listen(tx.conn, "before_cursor_execute", note)
    do(Work(counting, house.app.practice, house.clock.now(), f"effort{len(statements)}"))
    sa.event.remove(tx.conn, "before_cursor_execute", note)
    return Effort(len(statements), counting.opened)


async def test_a_long_text_after_session_asks_the_database_little(house: House) -> None:
    therapist = await house.therapist()
    await house.client(therapist, "A.B.")
    person = await house.stored(therapist)

    def ask(tx: Tx) -> Effort:
        return effort(house, tx, lambda work: session_command.command(work, person, "X.Y. " * 800))

    assert (await house.app.store.write(ask)).statements < 50


async def test_what_goes_into_a_copy_is_read_before_the_write_that_sends_it(house: House) -> None:
    client = await house.client(await house.therapist(), "A.B.")
    await house.say(client, "/checkin")
    await house.say(client, "7")
    client.say("/export")
    await house.app.receiver.tick()
    run: dict[Any, list[str]] = defaultdict(list)

    def note(*executed: Any) -> None:
        run[executed[0]].append(executed[2])

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    await house.app.handler.tick()
    sa.event.remove(sa.Engine, "before_cursor_execute", note)
    (write,) = ["; ".join(each) for each in run.values() if "UPDATE inbox" in "; ".join(each)]
    assert "FROM answers" not in write
    assert "FROM answers" in str(run)


async def test_what_a_care_costs_does_not_grow_with_its_years(house: House) -> None:
    client = await house.client(await house.therapist(), "A.B.")
    person = await house.stored(client)

    def lives_on(tx: Tx, weeks: range) -> list[Effort]:
        care = cares.list_for_client(tx, person.id)[-1]
        assert care is not None
        now = house.clock.now()
        newest = [_week(house, tx, care, now - USUAL * WEEK * 3 + n * WEEK) for n in weeks][-1]
        begun = newest.state.opened_at
        needs = Needs(past=(Past("week", "last"), Past("week", "mean", 3)), goals=True, topics=True)
        return [
            effort(house, tx, lambda work: names_of(work, care, needs)),
            effort(house, tx, lambda work: hearing.hear(work, newest)),
            effort(
                house,
                tx,
                lambda work: list(
                    caseload.sections_of(
                        work, care.therapist_id, from_at=begun, cut_off_at=begun + WEEK
                    )
                ),
            ),
        ]

    before = await house.app.store.write(lambda tx: lives_on(tx, range(USUAL)))
    after = await house.app.store.write(lambda tx: lives_on(tx, range(USUAL, 2 * USUAL)))
    assert after == before


def _week(house: House, tx: Tx, care: Care, at: datetime) -> StoredCheckIn:
    """One finished check-in with an answer to each kind of question that is looked back to."""
    work = Work(tx, house.app.practice, at, f"week{at.isoformat()}")
    flow = work.practice.shelf.current(tx, "mid-week")
    assert flow is not None
    names = names_of(work, care, flow.needs)
    begun = start(flow, language="en", names=names, now=at, seed=1).check_in
    stored = check_ins.add(
        tx, care_id=care.id, client_id=care.client_id, occurrence_id=None, state=begun, now=at
    )
    said = {"week": 7, "goal": "Sleep", "topic": "Work", "alliance.bond": 9, "strain": "no"}
    kept = [(Answer(f"of_{n}", value, at), n) for n, value in said.items()]
    answers.save(tx, stored_check_in=stored, answers=kept)
    ended = replace(begun, status="finished", at=None)
    return check_ins.save(tx, stored, ended, now=at)


async def test_after_a_year_away_a_plan_is_continued_week_by_week(house: House) -> None:
    """Nobody's answer waits for a year's rows, and in the end nothing is left out of the plan."""
    await house.client(await house.therapist())
    count = "SELECT count(*) FROM occurrences"
    ((before,),) = await house.rows(count)
    house.jump(by=52 * WEEK)

    def plan(tx: Tx) -> bool:
        return due.plan_ahead(Work(tx, house.app.practice, house.clock.now(), "plan"))

    assert await house.app.store.write(plan)
    ((after,),) = await house.rows(count)
    assert 0 < after - before <= 2 * before
    while await house.app.store.write(plan):
        pass
    ((planned,),) = await house.rows(count)
    assert planned - before >= 52
    due_still = await house.app.store.read(
        lambda tx: parts_due(Work(tx, house.app.practice, house.clock.now(), "plan"))
    )
    assert "plans" not in due_still
