"""``points``: the dip below the client's own usual and the client's own word, added up.

Formula: usual = mean of the last up to 20 earlier ratings (at least 3), not frozen while a flag is
open; spread = sqrt((6 s0² + (n-1) s²) / (n+5)), at least .3, where s is the client's own and s0 the
practice's swing of one client's ratings; d = (usual - rating) / (spread sqrt(1 + 1/n));
p = d, and 2.2 more if the client said that something wasn't right; points = p + half of what last
time's p exceeded .5. It speaks at 3.2 points, where the rating lies below the usual; and at 9 or
more (90 % of the range) only together with the client's word.

Source: a rule of this project, chosen by simulation on presets A to C: within .01 to .03 of what an
observer reaches who knows the whole model. Version 1 spoke at 3, with 2.1 for the word and excess
from 1 on. docs/signals.md has the figures, the bound and limits.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from flows.signals.baseline import Course, shrunken_spread
from flows.signals.reason import Evidence
from flows.signals.spreads import Spreads
from flows.signals.view import STILL_HIGH, Rule, View, beside_usual, evidence

ENOUGH = 3.2
"""From so many points on it speaks."""
SAID = 2.2
"""The points that the client's own word is worth."""
CARRIED = 0.5
"""The share of last time's excess that still counts."""
EXCESS_FROM = 0.5
FLOOR = 0.3


def judge(view: View) -> Evidence | None:
    """Evidence where the points suffice; None otherwise."""
    return reckoned(view, _nothing_more, enough=ENOUGH)


More = Callable[[float, Spreads], float]
"""The points that a rating is worth for another cause than its dip, by what the practice knows."""


def reckoned(view: View, more: More, *, enough: float) -> Evidence | None:
    """Evidence where the points, with those that are given for something ``more``, suffice."""
    course = view.course
    if course is None:
        return None
    usual, spread = usual_and_spread(course, view.spreads.within)
    if course.rating >= usual or (course.rating >= STILL_HIGH and not view.newest.says_strain):
        return None
    carried = CARRIED * max(0.0, _points_of(view.last, more) - EXCESS_FROM)
    points = _points_of(view, more) + carried
    if points < enough:
        return None
    z = -_dip(course, usual, spread)
    beside = beside_usual(course, usual=usual, spread=spread, z=z, ratings=len(course.earlier))
    facts = evidence(view, threshold=enough, beside=beside)
    return (*facts, ("points", round(points, 4)), ("carried", round(carried, 4)))


def _nothing_more(rating: float, spreads: Spreads) -> float:
    return 0.0


def usual_and_spread(course: Course, within: float) -> tuple[float, float]:
    """The mean of the earlier ratings and the client's spread, in points of the scale."""
    usual = math.fsum(course.earlier) / len(course.earlier)
    return usual, shrunken_spread(course.earlier, within, floor=FLOOR)


def _dip(course: Course, usual: float, spread: float) -> float:
    return (usual - course.rating) / (spread * math.sqrt(1 + 1 / len(course.earlier)))


def _points_of(view: View | None, more: More) -> float:
    """The points of a rating by itself, without what came before it."""
    if view is None or view.course is None:
        return 0.0
    usual, spread = usual_and_spread(view.course, view.spreads.within)
    said = SAID if view.newest.says_strain else 0.0
    return _dip(view.course, usual, spread) + said + more(view.course.rating, view.spreads)


RULE = Rule(id="points", version=2, raises="flag", judge=judge)
