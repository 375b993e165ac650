"""The client's usual rating, and how far the newest one lies from it.

Used by every rule that looks at ratings. It compares a client with themself only, and only items
that were answered on both sides: leaving out an item can never look like a dip.

Source: research on within-person criteria (median centre, spread shrunken towards the
instrument's, baseline frozen while an episode is open).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.signals.series import SessionRating

WINDOW = 10
"""At most so many earlier ratings say what is usual."""
NEEDED = 3
"""With fewer earlier ratings nothing is usual yet."""
PRIOR_SPREAD = 0.6
"""Assumed spread of one client's mean ratings on four 0..10 items, in points (presets: .55-.60)."""
PRIOR_WEIGHT = 6
"""The assumed spread counts as much as so many ratings."""
FLOOR = 0.5
"""Half an item step: a client who always rates alike has a spread all the same, in points."""
SMOOTHING = 0.4
"""Weight of the newest rating in the smoothed level."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A span whose ratings say nothing about what is usual: ``from_at`` <= rated < ``until_at``."""

    from_at: datetime
    until_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """True where ``at`` lies inside; without an end it is still going on."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The newest rating beside what is usual, all in points of 0..10 except ``z``."""

    rating: float
    usual: float
    spread: float
    ratings: int
    """Over how many earlier ratings."""
    z: float
    """(rating - usual) / (spread * sqrt(1 + 1/ratings)): how many usual spreads away."""
    smoothed: float
    """The exponentially weighted mean of those earlier ratings and the newest one."""
    usual_from_at: datetime
    """The time when the oldest of those earlier ratings was given."""
    earlier: tuple[float, ...]
    """Those earlier ratings over the same items, oldest first."""


def compare(series: Sequence[SessionRating], episodes: Iterable[Episode]) -> Comparison | None:
    """The last rating of ``series`` (in order of time) beside up to 10 earlier ones.

    None where the newest has no rating or fewer than 3 comparable earlier ratings lie outside
    ``episodes``.
    """
    if not series:
        return None
    newest, spans = series[-1], tuple(episodes)
    outside = [r for r in series[:-1] if not any(span.holds(r.rated_at) for span in spans)]
    shared = _shared(newest, outside)
    rating = newest.level_over(shared)
    levels = [(r.rated_at, level) for r in outside if (level := r.level_over(shared)) is not None]
    if rating is None or len(levels) < NEEDED:
        return None
    return _comparison(rating, levels[-WINDOW:])


def _shared(newest: SessionRating, outside: Sequence[SessionRating]) -> tuple[str, ...]:
    """The items of the newest rating that were answered often enough before."""
    before = [measure for rating in outside[-WINDOW:] for measure, _ in rating.items]
    return tuple(measure for measure, _ in newest.items if before.count(measure) >= NEEDED)


def _comparison(rating: float, levels: Sequence[tuple[datetime, float]]) -> Comparison:
    earlier = [level for _, level in levels]
    usual, spread = statistics.median(earlier), shrunken_spread(earlier)
    return Comparison(
        rating=rating,
        usual=usual,
        spread=spread,
        ratings=len(earlier),
        z=(rating - usual) / (spread * math.sqrt(1 + 1 / len(earlier))),
        smoothed=_smoothed([*earlier, rating]),
        usual_from_at=levels[0][0],
        earlier=tuple(earlier),
    )


def shrunken_spread(levels: Sequence[float]) -> float:
    """sqrt((6 s0² + (n-1) s²) / (6 + n - 1)), at least the floor; in points. Needs two levels."""
    own = (len(levels) - 1) * statistics.variance(levels)
    weight = PRIOR_WEIGHT + len(levels) - 1
    return max(FLOOR, math.sqrt((PRIOR_WEIGHT * PRIOR_SPREAD**2 + own) / weight))


def _smoothed(levels: Sequence[float]) -> float:
    mean = levels[0]
    for level in levels[1:]:
        mean += SMOOTHING * (level - mean)
    return mean
