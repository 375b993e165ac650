"""Decides which planned check-ins will come: the one answer for preview, explanation and sending.

``interlude schedule``, ``interlude why`` and the opening of what is due all ask here, over stored
occurrences and over what the rules will plan. What is projected now is what is sent when the clock
gets there, as long as nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from flows.schedule.quiet import QuietHours, only_quiet
from flows.schedule.thinning import Counted, thin

Verdict = Literal["comes", "weekly_cap", "quiet", "already_answered"]
"""comes: it is sent. weekly_cap: its week has no room. quiet: quiet hours fill its whole window.
already_answered: the client asked for the same questions shortly before."""

RECENT = timedelta(hours=24)
"""A check-in that was asked for within this time makes a planned one of its flow superfluous."""


@dataclass(frozen=True, slots=True)
class Expected:
    """An occurrence that is opened or planned, or that a rule will plan."""

    flow_id: str
    local_on: date
    slot: str
    due_at: datetime
    until_at: datetime
    priority: int
    """The priority of its flow: 1 comes first, 9 gives way first."""
    is_opened: bool = False
    is_asked_for: bool = False
    """The client asked for it by themselves: it makes the planned one superfluous."""
    takes_no_room: bool = False
    """It comes on request only, or was asked for."""
    id: int | None = None
    """Of its row; None where it is not written down yet."""


@dataclass(frozen=True, slots=True)
class Projected:
    """A planned occurrence with what will come of it."""

    expected: Expected
    verdict: Verdict


def project(
    expected: Iterable[Expected], *, zone: ZoneInfo, quiet: QuietHours | None, cap: int
) -> tuple[Projected, ...]:
    """Decide for each that is not opened yet whether it comes, by time.

    Whole weeks (Monday to Sunday in ``zone``) must be given, with what was opened in them.
    """
    everything = sorted(expected, key=lambda one: (one.due_at, one.flow_id, one.slot))
    verdicts: dict[int, Verdict] = {}
    counted = []
    for place, one in enumerate(everything):
        if not one.is_opened and not one.is_asked_for and _is_answered(one, everything):
            verdicts[place] = "already_answered"
        elif not one.is_opened and only_quiet(one.due_at, one.until_at, zone, quiet):
            verdicts[place] = "quiet"
        else:
            free = one.takes_no_room
            counted.append(Counted(place, one.due_at, one.priority, one.is_opened, free))
    verdicts |= dict.fromkeys(thin(counted, zone=zone, cap=cap), "weekly_cap")
    return tuple(
        Projected(one, verdicts.get(place, "comes"))
        for place, one in enumerate(everything)
        if not one.is_opened
    )


def _is_answered(one: Expected, among: Iterable[Expected]) -> bool:
    return any(
        other.is_opened
        and other.is_asked_for
        and other.flow_id == one.flow_id
        and one.due_at - RECENT <= other.due_at < one.due_at
        for other in among
    )
