"""The figures of one rule on simulated courses, each with its Monte-Carlo error.

Used by ``interlude evaluate --simulate``. Counted from a client's fourth session on. A figure must
never be printed without its error.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from flows.signals.evaluation.presets import CALM, STRAINED, Preset, World
from flows.signals.evaluation.replay import Verdict, replay
from flows.signals.evaluation.simulation import Simulated, simulated
from flows.signals.rules import RULES
from flows.signals.series import SessionRating
from flows.signals.spreads import Spreads, learnt
from flows.signals.view import Rule

COUNTED_FROM = 3
"""The place of the fourth session."""
PRACTICE = 100
"""The clients of one practice that are counted; its swing is learnt from as many besides. A figure
is taken over many practices, since how much is false hangs on the swing that one has learnt.
"""
START_AT = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)
COMPUTED = tuple(rule for rule in RULES if rule.raises == "flag" and rule.id != "said_so")
"""The rules that reckon; the client's own word is counted apart."""
SHOWN = (*COMPUTED, *(rule for rule in RULES if rule.id == "said_so"))


@dataclass(frozen=True, slots=True)
class Figure:
    """A share or a mean, its standard error, and of how many cases."""

    value: float
    error: float
    cases: int


@dataclass(slots=True)
class Ratio:
    """Counted cases over possible ones, client by client: a client's sessions are not apart."""

    pairs: list[tuple[float, int]] = field(default_factory=list)

    def add(self, counted: float, possible: int) -> None:
        """One client's count."""
        if possible:
            self.pairs.append((counted, possible))

    def figure(self, times: float = 1.0) -> Figure:
        """The ratio and its error over clients; nan where there was no case."""
        possible = sum(n for _, n in self.pairs)
        if not possible:
            return Figure(math.nan, math.nan, 0)
        value = math.fsum(x for x, _ in self.pairs) / possible
        squares = math.fsum((x - value * n) ** 2 for x, n in self.pairs)
        return Figure(times * value, times * math.sqrt(squares) / possible, possible)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One rule on one preset."""

    rule: str
    preset: str
    false_flags: Figure
    """New flags a session in a practice where nothing happens."""
    sensitivity: Figure
    """Visible strains with a reason at their first session or the next."""
    delay: Figure
    """Sessions from the beginning to the first reason, of those found while they went on."""
    predictive: Figure
    """New flags that stand in a visible strain; silent ones count as false."""
    per_week: Figure
    """New flags a week for 20 clients with one session each."""
    silent: Figure
    """Silent strains with a reason at their session or the next."""


Rated = tuple[tuple[SessionRating, float], ...]


@dataclass(frozen=True, slots=True)
class Course:
    """One client's sessions as they were, as they were rated, and what their practice knew."""

    sessions: tuple[Simulated, ...]
    ratings: Rated
    spreads: Spreads


@dataclass(frozen=True, slots=True)
class Practices:
    """The simulated courses of one preset, calm and strained."""

    preset: str
    calm: Sequence[Course]
    strained: Sequence[Course]


def practices(
    preset: Preset, *, clients: int, seed: int, world: World = STRAINED, calm: World = CALM
) -> Practices:
    """Draw practices of 100: in all so many clients without strain, as many with it."""
    beside = simulated(preset, world, clients=clients + PRACTICE, seed=seed + 2)
    known = [_learnt(islice(beside, PRACTICE)) for _ in range(0, clients, PRACTICE)]
    return Practices(
        preset.name,
        _courses(simulated(preset, calm, clients=clients, seed=seed), known),
        _courses(simulated(preset, world, clients=clients, seed=seed + 1), known),
    )


def _learnt(courses: Iterable[tuple[Simulated, ...]]) -> Spreads:
    return learnt([each.rating for each in course] for course in courses)


def _courses(drawn: Iterable[tuple[Simulated, ...]], known: Sequence[Spreads]) -> list[Course]:
    return [
        Course(
            sessions,
            tuple((_rating(place, each), each.rating) for place, each in enumerate(sessions)),
            known[number // PRACTICE],
        )
        for number, sessions in enumerate(drawn)
    ]


def _rating(place: int, session: Simulated) -> SessionRating:
    strain = "a_little" if session.says_strain else "no"
    return SessionRating(place, START_AT + place * WEEK, (("level", session.rating),), strain)


def behaviour(rule: Rule, drawn: Practices) -> Behaviour:
    """The figures of ``rule``, counted by itself."""
    false = Ratio()
    for each in drawn.calm:
        verdicts = _verdicts(rule, each)
        false.add(sum(v.opens for v in verdicts[COUNTED_FROM:]), len(verdicts) - COUNTED_FROM)
    found, delay, predictive, often, silent = Ratio(), Ratio(), Ratio(), Ratio(), Ratio()
    for each in drawn.strained:
        course, verdicts = each.sessions, _verdicts(rule, each)
        places = range(COUNTED_FROM, len(course))
        new = [place for place in places if verdicts[place].opens]
        often.add(len(new), len(places))
        predictive.add(sum(course[place].is_strained for place in new), len(new))
        onsets = [place for place in places if course[place].is_onset]
        found.add(sum(_spoke(verdicts, place) for place in onsets), len(onsets))
        waits = [w for place in onsets if (w := _wait(course, verdicts, place)) is not None]
        delay.add(sum(waits), len(waits))
        quiet = [place for place in places if course[place].is_silent]
        silent.add(sum(_spoke(verdicts, place) for place in quiet), len(quiet))
    return Behaviour(
        rule.id,
        drawn.preset,
        false.figure(),
        found.figure(),
        delay.figure(),
        predictive.figure(),
        often.figure(times=20),
        silent.figure(),
    )


def _verdicts(rule: Rule, course: Course) -> Sequence[Verdict]:
    return list(replay((rule,), course.ratings, lambda _: course.spreads))


def _spoke(verdicts: Sequence[Verdict], place: int) -> bool:
    return any(verdict.rule is not None for verdict in verdicts[place : place + 2])


def _wait(course: Sequence[Simulated], verdicts: Sequence[Verdict], onset: int) -> int | None:
    """Sessions from the onset to the first reason while the strain goes on; None: never."""
    for place in range(onset, len(course)):
        if not course[place].is_strained or (place > onset and course[place].is_onset):
            return None
        if verdicts[place].rule is not None:
            return place - onset
    return None
