"""The comparison that several published rules share: so many points below the client's own mean.

Used by the rules that are named after it. It must never be on by default: with few ratings the
client's own spread is hardly known, and each of them flags clients to whom nothing happened.
"""

from __future__ import annotations

import math

from flows.signals.baseline import Course
from flows.signals.reason import Evidence
from flows.signals.view import View, beside_usual, evidence


def own_mean_and_sd(course: Course) -> tuple[float, float]:
    """The mean and the standard deviation of the earlier ratings, in points."""
    earlier = course.earlier
    mean = math.fsum(earlier) / len(earlier)
    squares = math.fsum((level - mean) ** 2 for level in earlier)
    return mean, math.sqrt(squares / (len(earlier) - 1))


def below(view: View, *, mean: float, spread: float, times: float) -> Evidence | None:
    """Evidence where the newest rating lies more than ``times`` spreads below the mean."""
    course = view.course
    if course is None or course.rating >= mean - times * spread - 1e-9:
        return None
    beside = _beside(course, mean, spread)
    return evidence(view, threshold=round(mean - times * spread, 4), beside=beside)


def beside_own(course: Course) -> Evidence:
    """The newest rating beside the client's own mean, for rules that look at something else."""
    return _beside(course, *own_mean_and_sd(course))


def _beside(course: Course, mean: float, spread: float) -> Evidence:
    z = (course.rating - mean) / spread if spread else 0.0
    return beside_usual(course, usual=mean, spread=spread, z=z, ratings=len(course.earlier))
