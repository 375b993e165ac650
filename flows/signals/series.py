"""A client's after-session ratings as values: one ``SessionRating`` for each finished check-in.

Made by the bot's services from stored answers, judged by ``flows.signals.assess``. It must never
mix in answers of other flows (like is compared with like) nor show client text in a repr.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.kinds.kind import Value

ALLIANCE_MEASURES = (
    "alliance.bond",
    "alliance.goal",
    "alliance.task",
    "alliance.negotiation",
)
HIGHEST = 10.0


@dataclass(frozen=True, slots=True)
class SessionRating:
    """The answers of one client about one therapy session; every field may be unanswered."""

    check_in_id: int
    rated_at: datetime
    items: tuple[tuple[str, float], ...]
    """Answered items as (measure, 0..10); an unanswered item is absent, never a zero."""
    strain: str | None = None
    """"no", "a_little", "yes", "rather_not_say", or None where it was not answered."""
    strain_kind: str | None = None
    strain_words: str | None = None
    linger: int | None = None
    talked: str | None = None
    who_raises: str | None = None

    @property
    def level(self) -> float | None:
        """The mean of the answered items, 0..10; None where none was answered."""
        return self.level_over(tuple(measure for measure, _ in self.items))

    @property
    def says_strain(self) -> bool:
        """True where the client said directly that something wasn't right: a little, or yes."""
        return self.strain in ("a_little", "yes")

    def level_over(self, measures: tuple[str, ...]) -> float | None:
        """The mean of these items; None where one of them is unanswered, or none is asked for."""
        given = dict(self.items)
        if not measures or any(measure not in given for measure in measures):
            return None
        return math.fsum(given[measure] for measure in measures) / len(measures)

    def __repr__(self) -> str:
        return f"SessionRating({self.check_in_id}, …)"


def session_rating(
    check_in_id: int, rated_at: datetime, measured: Mapping[str, Value | None]
) -> SessionRating:
    """The rating behind the answers of one check-in, by what they measure.

    Unknown measures, declined answers and values of another type count as unanswered.
    """
    return SessionRating(
        check_in_id=check_in_id,
        rated_at=rated_at,
        items=_items(measured),
        strain=_word(measured.get("strain")),
        strain_kind=_word(measured.get("strain_kind")),
        strain_words=_word(measured.get("strain_words")),
        linger=_whole(measured.get("strain_linger")),
        talked=_word(measured.get("strain_talked")),
        who_raises=_word(measured.get("strain_who_raises")),
    )


def _items(measured: Mapping[str, Value | None]) -> tuple[tuple[str, float], ...]:
    numbers = ((measure, _number(measured.get(measure))) for measure in ALLIANCE_MEASURES)
    return tuple((measure, number) for measure, number in numbers if number is not None)


def _number(value: Value | None) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _whole(value: Value | None) -> int | None:
    number = _number(value)
    return None if number is None else round(number)


def _word(value: Value | None) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
