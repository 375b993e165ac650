"""``points_and_level``: as ``points``, with some more for a rating that is low for the practice.

Formula: p as in ``points``, and .15 (m - rating) / s0 more where the rating lies below m, the mean
of the clients' own means in the practice; s0 is the practice's swing of one client's ratings. It
speaks at 3.5 points. Until the practice has learnt an m, nothing is added.

Source: a rule of this project. On real series of close relationships a plain low level told as much
as a drop; on the simulation the term costs at most .007 of sensitivity at this weight, once the
threshold is raised so that no more is false. It compares a client with others, so it is off.
"""

from __future__ import annotations

from flows.signals.reason import Evidence
from flows.signals.rules import points
from flows.signals.spreads import Spreads
from flows.signals.view import Rule, View

ENOUGH = 3.5
"""From so many points on it speaks."""
WEIGHT = 0.15
"""The points that a swing below the practice's mean is worth."""


def judge(view: View) -> Evidence | None:
    """Evidence where the points suffice; None otherwise."""
    found = points.reckoned(view, _low, enough=ENOUGH)
    if found is None or view.course is None:
        return found
    low = _low(view.course.rating, view.spreads)
    return (*found, ("level", round(low, 4)), ("practice", view.spreads.mean))


def _low(rating: float, spreads: Spreads) -> float:
    if spreads.mean is None:
        return 0.0
    return WEIGHT * max(0.0, spreads.mean - rating) / spreads.within


RULE = Rule(id="points_and_level", version=1, raises="flag", judge=judge)
