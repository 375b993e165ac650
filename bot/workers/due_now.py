"""Looks in one read at everything that the ticker acts on: most seconds nothing of it is due.

Used by the ticker. Each entry says what its part would find, and finds nothing that its part would
leave, so that nobody waits; where to act first is the ticker's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from bot.services.alarms import alarm_telling
from bot.services.care import after_restore
from bot.services.check_in import due
from bot.services.planning import sessions_ahead
from bot.services.therapy_sessions import leave_telling
from bot.services.work.unit_of_work import Work
from storage import (
    beginnings,
    cares,
    days_off,
    erasures,
    handovers,
    occurrences,
    risk_cases,
    timers,
)

Part = Literal[
    "restores",
    "cases",
    "pauses",
    "endings",
    "beginnings",
    "handovers",
    "plans",
    "sessions",
    "days_off",
    "leave",
    "timers",
    "occurrences",
    "erasures",
    "alarms",
]


def _pauses(work: Work) -> bool:
    resumes_at = cares.next_resume_at(work.tx)
    return resumes_at is not None and resumes_at <= work.now


_IS_DUE: dict[Part, Callable[[Work], bool]] = {
    "restores": after_restore.is_owed,
    "cases": lambda work: bool(risk_cases.list_due(work.tx, now=work.now)),
    "pauses": _pauses,
    "endings": lambda work: bool(cares.list_ending(work.tx, work.now)),
    "beginnings": lambda work: bool(beginnings.list_due(work.tx, work.now, 1)),
    "handovers": lambda work: bool(handovers.list_due(work.tx, work.now, 1)),
    "plans": due.is_short,
    "sessions": sessions_ahead.is_short,
    "days_off": lambda work: days_off.find_unsettled(work.tx) is not None,
    "leave": leave_telling.is_owed,
    "timers": lambda work: bool(timers.list_due(work.tx, now=work.now, limit=1)),
    "occurrences": lambda work: bool(occurrences.list_due(work.tx, work.now, limit=1)),
    "erasures": lambda work: bool(
        erasures.list_done_with(work.tx) or erasures.count_unscrubbed(work.tx)
    ),
    "alarms": alarm_telling.is_owed,
}
ALL = frozenset(_IS_DUE)


def parts_due(work: Work) -> frozenset[Part]:
    """The parts that have something to act on now."""
    return frozenset(part for part, is_due in _IS_DUE.items() if is_due(work))
