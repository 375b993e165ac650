"""``fall``: the newest rating lies a point of 40 or more below the one before it.

Formula: y(t-1) - y(t) >= .25 of 0..10, which is 1 of 40 (2.5 % of the range).

Source: the prompt of the Session Rating Scale's practice (a fall of 1 point from session to
session), known from secondary sources. It is meant for that licensed instrument only.
"""

from __future__ import annotations

from flows.signals.below_mean import beside_own
from flows.signals.reason import Evidence
from flows.signals.view import Rule, View, evidence

FALL = 0.25
"""In points of 0..10."""


def judge(view: View) -> Evidence | None:
    """Evidence where the rating fell by as much from the one before; None otherwise."""
    course = view.course
    if course is None or course.earlier[-1] - course.rating < FALL - 1e-9:
        return None
    facts = evidence(view, threshold=FALL, beside=beside_own(course))
    return (*facts, ("before", round(course.earlier[-1], 4)))


RULE = Rule(id="fall", version=1, raises="flag", judge=judge)
