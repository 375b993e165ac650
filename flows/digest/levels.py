"""A client's after-session ratings of the last twelve weeks, as the picture of a digest draws them.

Part of a client's section. It holds days and never an hour, nothing that was skipped or held back,
and no judgement but the flags that were raised: a mark, its day, and who said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from flows.signals.assess import view_of
from flows.signals.baseline import Episode
from flows.signals.gaps import Cause, Missing, Series
from flows.signals.reason import Reason
from flows.signals.series import HIGHEST, SessionRating
from flows.signals.spreads import Spreads

WEEKS = 12

Mark = Literal["said_so", "possible"]
"""The client said that something wasn't right; or the rating alone raised a possible strain."""
NOT_TOLD = frozenset[Cause]({"blank"})
"""Nobody holds it against anyone that every question was skipped: it leaves no mark."""


@dataclass(frozen=True, slots=True)
class Level:
    """One after-session check-in, in points of 0..10; None: no item was rated."""

    on: date
    value: float | None = field(repr=False)
    mark: Mark | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Gap:
    """A day on which a rating might have been given."""

    on: date
    cause: Cause = field(repr=False)


@dataclass(frozen=True, slots=True)
class Levels:
    """Twelve weeks up to the cut-off, oldest first, by the therapist's clock."""

    until_on: date
    """The day of the cut-off; the twelve weeks end with it."""
    given: tuple[Level, ...] = ()
    usual: tuple[float, float] | None = field(default=None, repr=False)
    """From where to where the newest rating would be usual: as far around what is usual for the
    client as their ratings swing. None: fewer than three earlier ratings can be compared.
    """
    ratings: int = 0
    """The number of earlier ratings that say what is usual."""
    gaps: tuple[Gap, ...] = ()

    @property
    def from_on(self) -> date:
        """The first day that is drawn."""
        return first_day(self.until_on)

    @property
    def newest(self) -> Level | None:
        """The newest rating that is a number."""
        return next((each for each in reversed(self.given) if each.value is not None), None)

    @property
    def missing_since(self) -> tuple[Gap, ...]:
        """The gaps after the newest rating; none before the first one."""
        newest = self.newest
        return () if newest is None else tuple(gap for gap in self.gaps if gap.on > newest.on)


@dataclass(frozen=True, slots=True)
class Known:
    """The things that are known of a care at the cut-off."""

    series: Series
    reasons: Mapping[int, Sequence[Reason]]
    """Every reason that was raised, by check-in, as the digest tells its rating."""
    set_aside: frozenset[int]
    """The check-ins whose computed flag was something else: nothing is marked."""
    flag_open_since: datetime | None
    settled: Sequence[Episode]
    spreads: Spreads


def first_day(until_on: date) -> date:
    """The day after which twelve weeks end with ``until_on``."""
    return until_on - timedelta(weeks=WEEKS) + timedelta(days=1)


def levels_of(known: Known, *, cut_off_at: datetime, zone: ZoneInfo) -> Levels:
    """The twelve weeks before the cut-off. That no session took place is told only of a week
    without a rating: a meeting that was moved within it left no gap.
    """
    until_on = cut_off_at.astimezone(zone).date()
    days = _Days(first_day(until_on), until_on, zone)
    inside = (r for r in known.series.ratings if days.holds(r.rated_at))
    rated = [r for r in inside if r.items or r.says_strain]
    given = tuple(_level(known, rating, days) for rating in rated)
    usual, ratings = _usual(known)
    return Levels(
        until_on=until_on,
        given=given,
        usual=usual if given else None,
        ratings=ratings if given else 0,
        gaps=_gaps(known.series.missing, {days.week(level.on) for level in given}, days),
    )


@dataclass(frozen=True, slots=True)
class _Days:
    """The days that are drawn."""

    first: date
    last: date
    zone: ZoneInfo

    def of(self, at: datetime) -> date:
        """The local day."""
        return at.astimezone(self.zone).date()

    def holds(self, at: datetime) -> bool:
        """True where that moment falls into the twelve weeks."""
        return self.first <= self.of(at) <= self.last

    def week(self, on: date) -> int:
        """The number of the drawn week, from 0."""
        return (on - self.first).days // 7


def _level(known: Known, rating: SessionRating, days: _Days) -> Level:
    told = _told(known, rating)
    value = None if told is None else told.number("rating")
    value = rating.level if value is None else value
    return Level(days.of(rating.rated_at), _points(value), _mark(known, rating))


def _mark(known: Known, rating: SessionRating) -> Mark | None:
    if rating.says_strain:
        return "said_so"
    is_flagged = bool(known.reasons.get(rating.check_in_id))
    return "possible" if is_flagged and rating.check_in_id not in known.set_aside else None


def _told(known: Known, rating: SessionRating) -> Reason | None:
    """Find the reason with which the text tells this rating: the picture shows the same number."""
    found = known.reasons.get(rating.check_in_id, ())
    said = (reason for reason in found if reason.rule == "said_so")
    return next(said, found[0] if found else None)


def _usual(known: Known) -> tuple[tuple[float, float] | None, int]:
    """Find what was usual when the newest number was given, as the text tells it."""
    ratings_given = known.series.ratings
    rated = [n for n, rating in enumerate(ratings_given) if rating.items]
    if not rated:
        return None, 0
    up_to = ratings_given[: rated[-1] + 1]
    told = _told(known, up_to[-1])
    usual = None if told is None else told.number("usual")
    spread = None if told is None else told.number("spread")
    ratings = 0 if told is None else int(told.number("ratings") or 0)
    if usual is None or spread is None:
        view = view_of(up_to, known.flag_open_since, known.settled, known.spreads)
        if view is None or view.usual is None:
            return None, 0
        usual, spread, ratings = view.usual.usual, view.usual.spread, view.usual.ratings
    return (_within(usual - spread), _within(usual + spread)), ratings


def _within(value: float) -> float:
    return round(min(HIGHEST, max(0.0, value)), 2)


def _points(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _gaps(missing: Iterable[Missing], rated: set[int], days: _Days) -> tuple[Gap, ...]:
    gaps: set[Gap] = set()
    for each in missing:
        on = days.of(each.at)
        if each.cause in NOT_TOLD or not days.holds(each.at):
            continue
        if each.cause != "no_session" or days.week(on) not in rated:
            gaps.add(Gap(on, each.cause))
    return tuple(sorted(gaps, key=lambda gap: (gap.on, gap.cause)))


def levels_to(levels: Levels) -> dict[str, Any]:
    """A JSON object."""
    return {
        "until_on": levels.until_on.isoformat(),
        "given": [[each.on.isoformat(), each.value, each.mark] for each in levels.given],
        "usual": levels.usual,
        "ratings": levels.ratings,
        "gaps": [[gap.on.isoformat(), gap.cause] for gap in levels.gaps],
    }


def levels_from(body: dict[str, Any]) -> Levels:
    """The value behind the JSON object of a ``Levels``."""
    given = tuple(Level(date.fromisoformat(on), value, mark) for on, value, mark in body["given"])
    gaps = tuple(Gap(date.fromisoformat(on), cause) for on, cause in body["gaps"])
    usual = None if body["usual"] is None else cast("tuple[float, float]", tuple(body["usual"]))
    return Levels(date.fromisoformat(body["until_on"]), given, usual, body["ratings"], gaps)
