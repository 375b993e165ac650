"""Ratings from elsewhere, as a table of client, time and rating, judged in the order of time.

Used by ``interlude evaluate --csv``. What is usual in the practice is learnt from what lies before
each rating, as it would have been then. It must never keep anything of the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flows.signals.evaluation.replay import Verdict, replay
from flows.signals.series import SessionRating
from flows.signals.spreads import Learning, Moments, Spreads
from flows.signals.view import Rule

START_AT = datetime(2000, 1, 1, tzinfo=UTC)
SAID = frozenset({"1", "yes", "true", "a_little", "y"})


@dataclass(frozen=True, slots=True)
class Scale:
    """The range of a rating, for which more is better."""

    low: float
    high: float

    def of_ten(self, rating: float) -> float:
        """The rating on 0..10."""
        return (rating - self.low) * 10 / (self.high - self.low)

    def own(self, level: float) -> float:
        """A level of 0..10 on this scale."""
        return self.low + self.distance(level)

    def distance(self, points: float) -> float:
        """A distance of 0..10 on this scale."""
        return points * (self.high - self.low) / 10


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns; ``strain`` may be missing."""

    client: str
    time: str
    rating: str
    strain: str | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """Every name that must stand in the first line."""
        needed = (self.client, self.time, self.rating)
        return needed if self.strain is None else (*needed, self.strain)


@dataclass(frozen=True, slots=True)
class ForeignRating:
    """One line of the table."""

    line: int
    client: str
    time: str
    at: datetime
    """The time as a moment; a plain number counts days."""
    rating: float
    level: float
    """The rating on 0..10."""
    says_strain: bool = False

    def __repr__(self) -> str:
        return f"ForeignRating(line {self.line}, …)"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read, and why."""

    line: int
    says: str


def read_table(
    text: str, columns: Columns, scale: Scale
) -> tuple[list[ForeignRating], list[BadLine]] | str:
    """The ratings of a table with a first line of names, and what could not be read of it.

    Lines without a rating are left out. A sentence, where a column is missing.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text))
    names = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    missing = [name for name in columns.named if name not in names]
    if missing:
        there = ", ".join(names) or "nothing"
        return f"no column {', '.join(missing)}; the first line has {there}"
    good: list[ForeignRating] = []
    bad: list[BadLine] = []
    try:
        for row in reader:
            found = _line(reader.line_num, row, columns, scale)
            if isinstance(found, BadLine):
                bad.append(found)
            elif found is not None:
                good.append(found)
    except csv.Error as error:
        bad.append(BadLine(reader.line_num + 1, f"nothing can be read from here on: {error}"))
    return good, bad


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _line(
    number: int, row: dict[str, str | None], columns: Columns, scale: Scale
) -> ForeignRating | BadLine | None:
    written = (row[columns.rating] or "").strip()
    if not written:
        return None
    time, at = (row[columns.time] or "").strip(), _moment((row[columns.time] or "").strip())
    if not (row[columns.client] or "").strip():
        return BadLine(number, "it names no client")
    rating = _number(written)
    if rating is None:
        return BadLine(number, f"the rating {written} is no number")
    if not scale.low <= rating <= scale.high:
        return BadLine(number, f"the rating {written} is not from {scale.low:g} to {scale.high:g}")
    if at is None:
        return BadLine(number, f"the time {time or '(none)'} is neither a date nor a number")
    said = columns.strain is not None and (row[columns.strain] or "").strip().casefold() in SAID
    client = (row[columns.client] or "").strip()
    return ForeignRating(number, client, time, at, rating, scale.of_ten(rating), said)


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < 1e9 else None  # nan and inf are no numbers here


def _moment(text: str) -> datetime | None:
    """An ISO date or time, or a number of days from a beginning of its own."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        days = _number(text)
        return None if days is None or abs(days) > 500_000 else START_AT + timedelta(days=days)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def judged(
    rules: Sequence[Rule], ratings: Sequence[ForeignRating]
) -> list[tuple[ForeignRating, Verdict]]:
    """The verdict on each rating, in the order of the file."""
    ordered = sorted(ratings, key=lambda rating: (rating.at, rating.line))
    known = dict(zip((r.line for r in ordered), _known_before(ordered), strict=True))
    by_client: dict[str, list[ForeignRating]] = {}
    for rating in ordered:
        by_client.setdefault(rating.client, []).append(rating)
    found = [pair for own in by_client.values() for pair in _judged_client(rules, own, known)]
    return sorted(found, key=lambda pair: pair[0].line)


def _judged_client(
    rules: Sequence[Rule], own: Sequence[ForeignRating], known: dict[int, Spreads]
) -> Iterator[tuple[ForeignRating, Verdict]]:
    rated = [(_as_session(place, rating), rating.level) for place, rating in enumerate(own)]
    verdicts = replay(rules, rated, lambda place: known[own[place].line])
    return zip(own, verdicts, strict=True)


def _as_session(place: int, rating: ForeignRating) -> SessionRating:
    strain = "a_little" if rating.says_strain else "no"
    return SessionRating(place, rating.at, (("level", rating.level),), strain)


def _known_before(ordered: Sequence[ForeignRating]) -> Iterator[Spreads]:
    """The swings learnt from all that lies before each rating, of every client."""
    learning = Learning()
    known: dict[str, Moments] = {}
    for rating in ordered:
        yield learning.spreads()
        before = known.get(rating.client, Moments())
        learning.add(before, times=-1)
        known[rating.client] = before.and_one(rating.level)
        learning.add(known[rating.client])
