"""``drifting``: the ratings have come down slowly, without one clear dip.

Formula: the exponentially weighted mean (lambda .4) of up to 10 earlier ratings and the newest one
lies below b - 3 s sqrt(.4 / 1.6), where b is the median and s the shrunken spread of the older half
of those earlier ratings (at least 3); at least 5 earlier ratings; the newest below 9.0, lower than
usual and no dip by itself. Only while no flag is open: it is a statement, reported apart from dips,
and opens no flag.

Source: a control chart of exponentially weighted means (EWMA) with asymptotic limits, with one
change. Usually b is the median of all 10, which follows the drift that it should reveal: simulated
with a loss of .15 points a session it spoke at 5 % of ratings, with the older half at 23-25 % and
about a session earlier; without any change at 1-2 % of ratings.
"""

from __future__ import annotations

import math
import statistics

from flows.signals.baseline import NEEDED as REFERENCE_NEEDED
from flows.signals.baseline import SMOOTHING, Comparison, shrunken_spread
from flows.signals.reason import Evidence
from flows.signals.view import DIP, STILL_HIGH, Rule, View, evidence

LIMIT = 3.0
NEEDED = 5
"""Fewer earlier ratings cannot tell slow from sudden."""


def judge(view: View) -> Evidence | None:
    """Evidence where the smoothed level has sunk below its limit; None otherwise."""
    usual = view.usual
    if usual is None or view.flag_open_since is not None or usual.ratings < NEEDED:
        return None
    if usual.z <= DIP or usual.rating >= STILL_HIGH or usual.rating >= usual.usual:
        return None
    before, limit = _reference(usual, view.spreads.within)
    if usual.smoothed >= limit:
        return None
    return (*evidence(view, threshold=round(limit, 4)), ("before", round(before, 4)))


def _reference(usual: Comparison, within: float) -> tuple[float, float]:
    """The centre of the older half and the limit below it, in points."""
    older = usual.earlier[: max(REFERENCE_NEEDED, (usual.ratings + 1) // 2)]
    before = statistics.median(older)
    width = LIMIT * shrunken_spread(older, within) * math.sqrt(SMOOTHING / (2 - SMOOTHING))
    return before, before - width


RULE = Rule(id="drifting", version=1, raises="statement", judge=judge)
