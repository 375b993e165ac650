"""``reliable_change``: the newest rating fell further than the instrument's own error explains.

Formula: y(t-1) - y(t) >= 1.96 S sqrt(2) sqrt(1 - r), where r = .85 is the reliability and S the
swing between the clients of the practice.

Source: the reliable change index of Jacobson and Truax, as used for sudden gains
(https://doi.org/10.1371/journal.pone.0230276); r = .85 is assumed for brief alliance items.
"""

from __future__ import annotations

import math

from flows.signals.below_mean import beside_own
from flows.signals.reason import Evidence
from flows.signals.view import Rule, View, evidence

RELIABILITY = 0.85
TIMES = 1.96 * math.sqrt(2) * math.sqrt(1 - RELIABILITY)


def judge(view: View) -> Evidence | None:
    """Evidence where the fall from the rating before is a reliable change; None otherwise."""
    course = view.course
    if course is None:
        return None
    between, before = view.spreads.between, course.earlier[-1]
    fall, needed = before - course.rating, TIMES * between
    if fall < needed:
        return None
    facts = evidence(view, threshold=round(needed, 4), beside=beside_own(course))
    return (*facts, ("before", round(before, 4)))


RULE = Rule(id="reliable_change", version=1, raises="flag", judge=judge)
