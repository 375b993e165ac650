"""Clients who have rated their sessions for weeks, put into a practice's database as check-ins.

Used by the tests of what is learnt from ratings, and of digests over many clients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config.settings import SHIPPED_FLOWS
from bot.services.care.invitations import add_person
from bot.services.flow_files.publishing import Source, check, publish
from bot.services.signals import hearing
from bot.services.work.unit_of_work import Work
from flows.engine.check_in import Answer, Names
from flows.engine.turn import start
from flows.script.flow import Flow
from storage import answers, cares, check_ins
from storage.cares import Care

ITEMS = {"ease": "bond", "aim": "goal", "way": "task", "say": "negotiation"}
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Rating:
    """One after-session check-in: a level of 0..10 for each of its items, and a word."""

    level: float
    strain: str = "no"


def rated_client(
    work: Work, therapist_id: int, alias: str, ratings: Sequence[Rating | float]
) -> Care:
    """A client with these ratings, one a week, the last one now; each was heard when it came."""
    client = add_person(work, role="client", language="en", zone_name="Europe/Berlin")
    began_at = work.now - len(ratings) * WEEK
    care = cares.add(
        work.tx, client_id=client.id, therapist_id=therapist_id, alias=alias, now=began_at
    )
    cares.mark(work.tx, care.id, was="draft", state="active", now=began_at)
    care, flow = cares.load(work.tx, care.id), after_session(work)
    for place, rating in enumerate(ratings, start=1):
        at = began_at + place * WEEK
        rate(replace(work, now=at), care, flow, rating, at)
    return care


def after_session(work: Work) -> Flow:
    """The shipped flow that asks how a session was, published."""
    text = (SHIPPED_FLOWS / "after-session.toml").read_text("utf-8")
    checked = check([Source("after-session.toml", text)])
    publish(work.tx, checked, now=work.now, who="test", why="test")
    return checked.flows[0][0]


def rate(work: Work, care: Care, flow: Flow, rating: Rating | float, at: datetime) -> None:
    """The client has answered all items alike, and what that says was heard."""
    given = rating if isinstance(rating, Rating) else Rating(rating)
    state = start(flow, language="en", names=Names(), now=at, seed=1).check_in
    stored = check_ins.add(
        work.tx,
        care_id=care.id,
        client_id=care.client_id,
        occurrence_id=None,
        state=replace(state, status="finished"),
        now=at,
    )
    said = [(Answer(step, given.level, at), f"alliance.{item}") for step, item in ITEMS.items()]
    said.append((Answer("strain", given.strain, at), "strain"))
    answers.save(work.tx, stored_check_in=stored, answers=said)
    hearing.hear(work, stored)
