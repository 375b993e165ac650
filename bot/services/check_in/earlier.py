"""Gathers what a check-in wants to know when it starts: names, earlier answers, own goals.

Used when a check-in is opened. It reads stored answers of the same care only; what was withheld,
skipped or left off the path is as if it had not been asked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.services.work import unread_digests
from bot.services.work.periods import next_cut_off
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.engine.check_in import Names
from flows.kinds.kind import Value
from flows.kinds.step import RATHER_NOT_SAY
from flows.schedule.zones import zone
from flows.script.structure import Needs, Past
from storage import answers, people
from storage.answers import StoredAnswer
from storage.cares import Care
from storage.people import Person

GOAL = "goal"
TOPIC = "topic"
"""Measures under which clients name what a later check-in may take up."""
TOPICS_FROM = timedelta(days=30)
NEAR = 7
"""A day no farther off than so many is named by its weekday alone."""
MOST = 3
"""So many own goals or topics are taken up at most."""


PASSED_OVER = 10
"""Behind so many check-ins in which nothing was said, an earlier answer is not looked for."""


def names_of(work: Work, care: Care, needs: Needs) -> Names:
    """Everything that the texts and conditions of a flow may mention, as it stands now."""
    therapist = people.load(work.tx, care.therapist_id)
    day = _summary_day(work, care, therapist)
    # a chat that may be anybody's is told nothing of what was said before
    is_known = care.unrecognised_since is None
    past = ((p.key, _past(work, care, p)) for p in needs.past if is_known)
    return Names(
        by_placeholder=tuple({**names_for(work, care), "day": day}.items()),
        past=tuple(sorted((key, value) for key, value in past if value is not None)),
        goals=_goals(work, care) if needs.goals and is_known else (),
        topics=_topics(work, care) if needs.topics and is_known else (),
        zone=care.zone,
        unasked=("strain",) if unread_digests.unread_since(work, care.therapist_id) else (),
    )


def _summary_day(work: Work, care: Care, therapist: Person) -> str:
    """The day of the next summary: a weekday, and of one that is farther off also the date."""
    local = zone(therapist.zone)
    on = next_cut_off(work, therapist).astimezone(local).date()
    is_near = (on - work.now.astimezone(local).date()).days <= NEAR
    return work.say(care.language, "summary_day" if is_near else "summary_far", on=on)


def _past(work: Work, care: Care, past: Past) -> Value | None:
    newest = None if past.how == "first" else past.n + PASSED_OVER
    found = _given(work, care, past.measure, newest=newest)
    if not found:
        return None
    if past.how == "first":
        return found[0].value
    if past.how == "last":
        return found[-1].value
    numbers = [number for answer in found if (number := _number(answer.value)) is not None]
    latest = numbers[-past.n :]
    return math.fsum(latest) / len(latest) if latest else None


def _number(value: Value | None) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _given(
    work: Work,
    care: Care,
    measure: str,
    *,
    since: datetime | None = None,
    newest: int | None = None,
) -> list[StoredAnswer]:
    """Answers to that measure, oldest first."""
    found = answers.list_measured(work.tx, care.id, measure=measure, since=since, newest=newest)
    return [answer for answer in found if answer.value not in (None, RATHER_NOT_SAY)]


def _goals(work: Work, care: Care) -> tuple[str, ...]:
    """The goals named in the newest check-in that named any."""
    named = _given(work, care, GOAL, newest=PASSED_OVER)
    newest = named[-1].check_in_id if named else None
    return _texts([answer for answer in named if answer.check_in_id == newest])


def _topics(work: Work, care: Care) -> tuple[str, ...]:
    """Return what the client wanted to bring lately, the newest last."""
    return _texts(_given(work, care, TOPIC, since=work.now - TOPICS_FROM))


def _texts(named: Sequence[StoredAnswer]) -> tuple[str, ...]:
    words = [answer.value for answer in named if isinstance(answer.value, str)]
    return tuple(dict.fromkeys(words))[-MOST:]
