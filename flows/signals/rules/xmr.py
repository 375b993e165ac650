"""``xmr``: the newest rating lies below the lower limit of an individuals chart.

Formula: y < m - 2.66 mR, where m is the mean of up to 20 earlier ratings (at least 3) and mR the
mean absolute difference between one of them and the next (sigma = mR / 1.128, three sigma).

Source: individuals (XmR) charts, as Eubanks-Carter, Gorman and Muran 2012 describe them
for alliance ratings (https://doi.org/10.1080/10503307.2012.693772).
"""

from __future__ import annotations

import math
from itertools import pairwise

from flows.signals.reason import Evidence
from flows.signals.view import Rule, View, beside_usual, evidence

LIMIT = 2.66


def judge(view: View) -> Evidence | None:
    """Evidence where the rating lies below the limit of the chart; None otherwise."""
    course = view.course
    if course is None:
        return None
    earlier = course.earlier
    mean = math.fsum(earlier) / len(earlier)
    moving = math.fsum(abs(b - a) for a, b in pairwise(earlier)) / (len(earlier) - 1)
    limit = mean - LIMIT * moving
    if course.rating >= limit - 1e-9:
        return None
    sigma = moving / 1.128
    z = (course.rating - mean) / sigma if sigma else 0.0
    beside = beside_usual(course, usual=mean, spread=sigma, z=z, ratings=len(earlier))
    return evidence(view, threshold=round(limit, 4), beside=beside)


RULE = Rule(id="xmr", version=1, raises="flag", judge=judge)
