"""The view that a rule gets, and the evidence that every reason carries.

Used by the rules and by ``flows.signals.assess``. Evidence must hold all that the digest needs to
explain a reason months later, even after the rule has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flows.signals.baseline import Comparison
from flows.signals.reason import Evidence
from flows.signals.series import SessionRating

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
    """The newest rating, what is usual, and the ratings that say so."""

    newest: SessionRating
    earlier: tuple[SessionRating, ...]
    """Earlier ratings outside an episode, oldest first."""
    usual: Comparison | None
    flag_open_since: datetime | None


@dataclass(frozen=True, slots=True)
class Rule:
    """An inspectable rule: ``judge`` returns evidence where it speaks, None where it is silent."""

    id: str
    version: int
    raises: Literal["flag", "statement"]
    """"flag": its reason opens a flag or joins it; "statement": it is reported apart."""
    judge: Callable[[View], Evidence | None]


def evidence(view: View, *, threshold: float | str) -> Evidence:
    """All facts about the newest rating under their fixed names; absent ones are None.

    ``rating``, ``usual``, ``spread`` and ``smoothed`` are points of 0..10; ``rated_at``, ``since``
    and ``usual_from`` are ISO instants; ``words`` is verbatim.
    """
    newest = view.newest
    return (
        ("rated_at", newest.rated_at.isoformat()),
        ("since", (view.flag_open_since or newest.rated_at).isoformat()),
        *_comparison(view),
        ("threshold", threshold),
        ("strain", newest.strain),
        ("strain_kind", newest.strain_kind),
        ("words", newest.strain_words),
        ("linger", newest.linger),
        ("talked", newest.talked),
        ("who_raises", newest.who_raises),
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
