"""Gathers what clients answered about their own goals and about the step agreed on until next time.

Used by the gathering of a caseload. What is held back is as if it had not been asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.services.digest.reporting import AGREED_STEP, GOAL_PROGRESS, replies_of
from bot.services.work.unit_of_work import Work
from flows.digest.goals import AgreedStep, Goal, of_goals
from flows.digest.reported import ByLanguage, Reply
from flows.kinds.step import RATHER_NOT_SAY
from storage import answers, check_ins, held_back
from storage.answers import StoredAnswer
from storage.cares import Care
from storage.check_ins import StoredCheckIn

GOAL = "goal"
"""Measures the words in which a client names a goal."""
LOOKED_THROUGH = 6
"""Among so many check-ins about goals the answer before is looked for."""


def goals_of(
    work: Work,
    care: Care,
    measured: Sequence[StoredAnswer],
    *,
    from_at: datetime,
    cut_off_at: datetime,
) -> tuple[Goal, ...]:
    """The goals that were asked about in the period, each beside the time before, and new ones;
    ``measured`` are the answers of the period.
    """
    told: list[tuple[datetime, str, ByLanguage]] = []
    if any(answer.measures == GOAL_PROGRESS for answer in measured):
        rated = answers.list_measured(
            work.tx, care.id, measure=GOAL_PROGRESS, until=cut_off_at, newest=LOOKED_THROUGH
        )
        for check_in_id in dict.fromkeys(answer.check_in_id for answer in rated):
            told += _told(work, check_ins.load(work.tx, check_in_id), cut_off_at)
    is_named = any(answer.measures == GOAL for answer in measured)
    named = _named(work, care, from_at, cut_off_at) if is_named else []
    return of_goals(told, named, from_at=from_at)


def _told(
    work: Work, stored: StoredCheckIn, cut_off_at: datetime
) -> Iterator[tuple[datetime, str, ByLanguage]]:
    for at, measures, reply in _replies(work, stored):
        if measures == GOAL_PROGRESS and reply.about and at < cut_off_at:
            yield at, reply.about, reply.label


def _replies(work: Work, stored: StoredCheckIn) -> Iterator[tuple[datetime, str, Reply]]:
    flow = work.practice.shelf.load(work.tx, stored.state.fingerprint)
    return replies_of(flow, stored, held_back.list_steps(work.tx, stored.id))


def _named(work: Work, care: Care, from_at: datetime, cut_off_at: datetime) -> list[str]:
    """The goals that were named in the period and had not been named before."""
    named = answers.list_measured(
        work.tx, care.id, measure=GOAL, until=cut_off_at, newest=LOOKED_THROUGH
    )
    said = [
        (answer.given_at, answer.value)
        for answer in named
        if isinstance(answer.value, str) and answer.value != RATHER_NOT_SAY
    ]
    before = {words.strip().casefold() for at, words in said if at < from_at}
    return [words for at, words in said if at >= from_at and words.strip().casefold() not in before]


def steps_of(
    work: Work, measured: Sequence[StoredAnswer], *, from_at: datetime, cut_off_at: datetime
) -> tuple[AgreedStep, ...]:
    """The step agreed on, once for each check-in of the period in which it was asked about;
    ``measured`` are the answers of the period.
    """
    asked = {answer.check_in_id for answer in measured if answer.measures in AGREED_STEP}
    found = []
    for check_in_id in sorted(asked):
        replies = [
            reply
            for at, measures, reply in _replies(work, check_ins.load(work.tx, check_in_id))
            if measures in AGREED_STEP and from_at <= at < cut_off_at
        ]
        step = AgreedStep(
            tuple(reply.label for reply in replies if reply.label),
            tuple(reply.words for reply in replies if reply.words.strip()),
        )
        if step.shown or step.words:
            found.append(step)
    return tuple(found)
