"""The client's usual rating, and how far the newest one lies from it.

Used by every rule that looks at ratings. It compares a client with themself only, and only items
that were answered on both sides: leaving out an item can never look like a dip.

Source: research on within-person criteria (spread shrunken towards what is usual for all clients
of the practice, so that a few ratings alike are no certainty).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.signals.series import SessionRating

WINDOW = 10
"""At most so many earlier ratings outside an episode say what is usual, by their median."""
COURSE = 20
"""At most so many earlier ratings are looked at."""
NEEDED = 3
"""With fewer earlier ratings nothing is usual yet."""
PRIOR_WEIGHT = 6
"""The swing that is usual in the practice counts as much as so many ratings of the client."""
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
class Course:
    """The newest rating and the earlier ones over the same items, oldest first, in points."""

    rating: float
    earlier: tuple[float, ...]
    from_at: datetime
    """The time when the oldest of the earlier ratings was given."""


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


def course_of(
    series: Sequence[SessionRating], episodes: Iterable[Episode] = (), *, window: int = COURSE
) -> Course | None:
    """The last rating of ``series`` (in order of time) and up to ``window`` comparable earlier
    ones outside ``episodes``; None where the newest has no rating or fewer than 3 are comparable.
    """
    if not series:
        return None
    newest, spans = series[-1], tuple(episodes)
    outside = [r for r in series[:-1] if not any(span.holds(r.rated_at) for span in spans)]
    shared = _shared(newest, outside[-window:])
    rating = newest.level_over(shared)
    levels = [(r.rated_at, level) for r in outside if (level := r.level_over(shared)) is not None]
    if rating is None or len(levels) < NEEDED:
        return None
    levels = levels[-window:]
    return Course(rating, tuple(level for _, level in levels), levels[0][0])


def compare(
    series: Sequence[SessionRating], episodes: Iterable[Episode], *, within: float
) -> Comparison | None:
    """The last rating of ``series`` beside the median of up to 10 earlier ones.

    None where the newest has no rating or fewer than 3 comparable earlier ratings lie outside
    ``episodes``. ``within`` is the swing that is usual in the practice.
    """
    course = course_of(series, episodes, window=WINDOW)
    return None if course is None else comparison(course, within)


def _shared(newest: SessionRating, outside: Sequence[SessionRating]) -> tuple[str, ...]:
    """The items of the newest rating that were answered often enough before."""
    before = [measure for rating in outside for measure, _ in rating.items]
    return tuple(measure for measure, _ in newest.items if before.count(measure) >= NEEDED)


def comparison(course: Course, within: float) -> Comparison:
    """The newest rating of ``course`` beside the median of the last 10 before it."""
    earlier = course.earlier[-WINDOW:]
    usual, spread = statistics.median(earlier), shrunken_spread(earlier, within)
    return Comparison(
        rating=course.rating,
        usual=usual,
        spread=spread,
        ratings=len(earlier),
        z=(course.rating - usual) / (spread * math.sqrt(1 + 1 / len(earlier))),
        smoothed=_smoothed([*earlier, course.rating]),
        usual_from_at=course.from_at,
        earlier=tuple(earlier),
    )


def shrunken_spread(levels: Sequence[float], within: float, *, floor: float = FLOOR) -> float:
    """sqrt((6 s0² + (n-1) s²) / (6 + n - 1)), at least the floor; in points. Needs a level.

    s0 is ``within``, the swing that is usual in the practice; s is the client's own.
    """
    mean = math.fsum(levels) / len(levels)
    own = math.fsum((level - mean) ** 2 for level in levels)
    weight = PRIOR_WEIGHT + len(levels) - 1
    return max(floor, math.sqrt((PRIOR_WEIGHT * within**2 + own) / weight))


def _smoothed(levels: Sequence[float]) -> float:
    mean = levels[0]
    for level in levels[1:]:
        mean += SMOOTHING * (level - mean)
    return mean
