"""Looks in one read at everything that the ticker acts on: most seconds nothing of it is due.

Used by the ticker. Whatever a part would look at is found, so that nobody waits; where to act first
is the ticker's.
"""

from __future__ import annotations

from bot.services.alarms import alarm_telling
from bot.services.planning import plans, sessions_ahead
from bot.services.work.unit_of_work import Work
from storage import agenda
from storage.agenda import Part


def parts_due(work: Work) -> frozenset[Part]:
    """The parts that have something to act on now."""
    found = agenda.find_due(
        work.tx,
        now=work.now,
        plans_before=work.now + plans.REPLAN,
        sessions_before=sessions_ahead.planned_before(work),
        alarms_since=work.now - alarm_telling.EVENTS_FOR,
    )
    if "alarms" in found and not alarm_telling.is_owed(work):  # mostly everybody has been told
        return found - {"alarms"}
    return found
