"""The view that a rule gets, and the evidence that every reason carries.

Used by the rules and by ``flows.signals.assess``. Evidence must hold all that the digest needs to
explain a reason months later, even after the rule has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.signals.baseline import Comparison, Course, comparison
from flows.signals.reason import Evidence
from flows.signals.series import SessionRating
from flows.signals.spreads import ASSUMED, Spreads

DIP = -2.0
"""A rating so many usual spreads below the usual is a dip."""
DIP_WITH_STRAIN = -1.5
"""The same where the client also said that something wasn't right."""
DIP_WHEN_LOW = -1.5
"""The same where the rating lies in the lower half of the scale."""
LOWER_HALF = 5.0
STILL_HIGH = 9.0
"""From here up (90 % of the range) the client says that nearly everything was right."""


@dataclass(frozen=True, slots=True)
class View:
    """The newest rating and those before it, as far as they can be compared."""

    newest: SessionRating
    course: Course | None
    """Beside all earlier ratings; None where fewer than 3 can be compared."""
    outside: Course | None
    """The same beside those outside an episode."""
    flag_open_since: datetime | None = None
    spreads: Spreads = ASSUMED
    at_top: bool = False
    """Each item of this rating and of the last 10 (at least 3) outside an episode is at the top."""
    last: View | None = None
    """The rating before the newest as it was seen then; nothing is told of the one before it."""

    @property
    def usual(self) -> Comparison | None:
        """The newest rating beside the median outside an episode; reckoned at each call."""
        return None if self.outside is None else comparison(self.outside, self.spreads.within)


@dataclass(frozen=True, slots=True)
class Rule:
    """An inspectable rule: ``judge`` returns evidence where it speaks, None where it is silent."""

    id: str
    version: int
    raises: Literal["flag", "statement"]
    """"flag": its reason opens a flag or joins it; "statement": it is reported apart."""
    judge: Callable[[View], Evidence | None]


def evidence(view: View, *, threshold: float | str, beside: Evidence | None = None) -> Evidence:
    """All facts about the newest rating under their fixed names; absent ones are None.

    ``rating``, ``usual``, ``spread`` and ``smoothed`` are points of 0..10; ``rated_at``, ``since``
    and ``usual_from`` are ISO instants; ``words`` is verbatim. ``beside`` says what is usual where
    a rule reckons it in its own way.
    """
    newest = view.newest
    return (
        ("rated_at", newest.rated_at.isoformat()),
        ("since", (view.flag_open_since or newest.rated_at).isoformat()),
        *(_comparison(view) if beside is None else beside),
        ("threshold", threshold),
        ("strain", newest.strain),
        ("strain_kind", newest.strain_kind),
        ("words", newest.strain_words),
        ("linger", newest.linger),
        ("talked", newest.talked),
        ("who_raises", newest.who_raises),
    )


def beside_usual(
    course: Course, *, usual: float, spread: float, z: float, ratings: int
) -> Evidence:
    """The newest rating beside what is usual, under the names that every reader knows."""
    return (
        ("rating", round(course.rating, 4)),
        ("usual", round(usual, 4)),
        ("spread", round(spread, 4)),
        ("ratings", ratings),
        ("z", round(z, 4)),
        ("usual_from", course.from_at.isoformat()),
    )


def _comparison(view: View) -> Evidence:
    usual = view.usual
    if usual is None:
        level = view.newest.level
        return (("rating", None if level is None else round(level, 4)), ("ratings", 0))
    return (
        ("rating", round(usual.rating, 4)),
        ("usual", round(usual.usual, 4)),
        ("spread", round(usual.spread, 4)),
        ("ratings", usual.ratings),
        ("z", round(usual.z, 4)),
        ("smoothed", round(usual.smoothed, 4)),
        ("usual_from", usual.usual_from_at.isoformat()),
    )
