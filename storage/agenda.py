"""The agenda: whether anything is due now, and when the next thing is. One statement each.

Used by the ticker, which asks every second, where most seconds nothing is due. What each part then
does goes by the same conditions, which stand in its noun module: nothing is found that its part
would not look at. A few things it looks at and leaves for a while, as an ending that waits for an
answer, or what is erased and cannot be overwritten yet: they are found each time.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage import (
    alarms,
    beginnings,
    cares,
    days_off,
    enrolments,
    erasures,
    handovers,
    leaves,
    occurrences,
    regular_times,
    restores,
    risk_cases,
    timers,
)
from storage.store import Tx

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
_DUE: dict[Part, tuple[sa.Select[Any], ...]] = {
    "restores": (restores.UNSETTLED,),
    "cases": (risk_cases.DUE,),
    "pauses": (cares.RESUMING,),
    "endings": (cares.ENDING,),
    "beginnings": (beginnings.DUE,),
    "handovers": (handovers.DUE,),
    "plans": (enrolments.NEVER_PLANNED, enrolments.PLANNED_SHORT),
    "sessions": (regular_times.NEVER_PLANNED, regular_times.PLANNED_SHORT),
    "days_off": (days_off.UNSETTLED,),
    "leave": (leaves.TELLING,),
    "timers": (timers.DUE,),
    "occurrences": (occurrences.DUE,),
    "erasures": (erasures.DONE_WITH, erasures.UNSCRUBBED),
    "alarms": (alarms.OPEN, alarms.SINCE, alarms.UNDER_WAY),
}
ALL: frozenset[Part] = frozenset(_DUE)
LOOK = sa.select(
    *(sa.or_(*(sa.exists(each) for each in found)).label(part) for part, found in _DUE.items())
)
_NEXT = sa.select(
    *(
        each.scalar_subquery()
        for each in (
            risk_cases.NEXT,
            cares.NEXT_RESUMING,
            cares.NEXT_ENDING,
            beginnings.NEXT,
            handovers.NEXT,
            occurrences.NEXT,
            occurrences.NEXT_END,
        )
    )
)
_NEXT_OF_ALL = _NEXT.add_columns(timers.NEXT.scalar_subquery())


def find_due(
    tx: Tx, *, now: datetime, plans_before: datetime, sessions_before: date, alarms_since: datetime
) -> frozenset[Part]:
    """The parts that have something to act on now; alarms: that there may be one to tell of.

    Plans that reach less far than ``plans_before`` are due, and therapy sessions planned less far
    than ``sessions_before``.
    """
    params = occurrences.FROM_THE_FIRST | {
        "now": now,
        "planned_before": plans_before,
        "before": sessions_before,
        "since": alarms_since,
        "most": 1,
    }
    row = tx.conn.execute(LOOK, params).one()
    return frozenset(part for part, is_due in zip(_DUE, row, strict=True) if is_due)


def next_at(tx: Tx, now: datetime, *, with_timers: bool = True) -> datetime | None:
    """The time at which the next thing is due that has a time of its own; None: there is none.

    Of occurrences those after ``now`` count, of all others what is overdue, too. Without timers:
    theirs are passed over.
    """
    row = tx.conn.execute(_NEXT_OF_ALL if with_timers else _NEXT, {"after": now}).one()
    return min((at for at in row if at is not None), default=None)
