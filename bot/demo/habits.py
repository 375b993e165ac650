"""The way each simulated client answers: one habit each, so that a digest has things to tell apart.

Pure data and small functions of the week; the randomness comes from the caller.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.demo.invented_words import ODD, easier_words, hard_words, strain_words, well_words
from flows.languages import BASE, Language

Reply = str | int | None
"""An option's id, a number or words; None to skip."""
Told = dict[str, Reply]
"""The replies that stand fast, by step."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One question as a habit sees it."""

    step_id: str
    week: int
    language: Language
    rng: random.Random


@dataclass(frozen=True, slots=True)
class Habit:
    """One simulated client: how they are addressed, when they meet the therapist, how they
    answer.
    """

    alias: str
    name: str
    language: Language
    meets: tuple[int, int]
    """Weekday (0 is Monday) and hour of the weekly therapy session."""
    answer: Callable[[Moment], Reply]
    answers_week: Callable[[int], bool] = lambda week: True
    dawdles: tuple[float, float] = (0.2, 5.0)
    """Hours until they look at a first question, from and to."""
    blocks_in: int | None = None
    """The week in which they block the bot; two weeks later they let it write again."""
    is_odd: bool = False
    """True for whoever first sends what does not fit."""
    wants_receipts: bool = False
    """True for whoever agrees to be told when a digest was read."""

    def delay(self, rng: random.Random) -> timedelta:
        """Return the time until they answer a first question."""
        return timedelta(hours=rng.uniform(*self.dawdles))


def _near(rng: random.Random, level: float, spread: float = 0.7) -> int:
    return max(0, min(10, round(rng.gauss(level, spread))))


def _everyday(moment: Moment, level: float) -> Reply:
    """Return the answers alike for most: ratings around a level, some words, no strain."""
    if moment.step_id == "strain":
        return "no"
    if moment.step_id == "well":
        return well_words(moment.language, moment.rng)
    if moment.step_id == "hard":
        return hard_words(moment.language, moment.rng)
    if moment.step_id in ("topic", "change"):
        return None
    if moment.step_id == "week":
        return _near(moment.rng, level - 2, 1.2)
    return _near(moment.rng, level)


def _steady(moment: Moment) -> Reply:
    if moment.step_id == "topic" and moment.week % 3 == 2:
        return "The talk with my brother on Sunday."
    return _everyday(moment, 8.4)


def _drifting(moment: Moment) -> Reply:
    return _everyday(moment, 9.3 - 0.55 * max(0, moment.week - 2))


def _strained(moment: Moment, since: int, weeks: int, level: float, told: Told) -> Reply:
    """For so many weeks something stands between them, and they say so."""
    if not since <= moment.week < since + weeks:
        return _everyday(moment, 8.8)
    if moment.step_id in told:
        return told[moment.step_id]
    if moment.step_id == "strain_words":
        return strain_words(moment.language, moment.week - since)
    return _everyday(moment, level)


def _repaired(moment: Moment, since: int) -> Reply:
    told: Told = {
        "strain": "a_little",
        "strain_kind": "misunderstood",
        "linger": 3,
        "talked": "not_yet",
        "who_raises": "ask_me",
    }
    if moment.step_id == "repair":
        return "yes_better"
    return _strained(moment, since, 1, 5.6, told)


def _unrepaired(moment: Moment, since: int) -> Reply:
    talked = moment.week >= since + 2
    told: Told = {
        "strain": "yes" if moment.week == since else "a_little",
        "strain_kind": "went_along",
        "linger": 3,
        "talked": "partly" if talked else "not_yet",
        "who_raises": "leave_it",
        "repair": "partly" if talked else "not_yet",
        "repair_words": easier_words(moment.language),
    }
    return _strained(moment, since, 95, 5.2, told)


def _tens(moment: Moment) -> Reply:
    if moment.step_id in ("well", "hard", "topic", "change"):
        return None
    return "no" if moment.step_id == "strain" else 10


def _dip_without_words(moment: Moment) -> Reply:
    return _everyday(moment, 5.2 if moment.week == 5 else 8.9)


def _odd(moment: Moment) -> Reply:
    if moment.step_id in ODD:
        return ODD[moment.step_id][moment.week % len(ODD[moment.step_id])]
    return _everyday(moment, 8.2)


SIE, DU = Language("de"), Language("de_du")


def habits(*, strained_since: int = 4, wants_receipts: bool = False) -> tuple[Habit, ...]:
    """The clients of the practice. From week ``strained_since`` on something stands between two of
    them and their therapist; these may want to be told when a digest was read.
    """
    repaired = partial(_repaired, since=strained_since)
    unrepaired = partial(_unrepaired, since=strained_since)
    return (
        Habit("A.B.", "Anna", BASE, (1, 10), _steady),
        Habit("C.D.", "Carl", SIE, (1, 11), _drifting),
        Habit("E.F.", "Eva", BASE, (1, 14), repaired, wants_receipts=wants_receipts),
        Habit("G.H.", "Grete", DU, (2, 9), unrepaired, wants_receipts=wants_receipts),
        Habit("I.J.", "Ivo", BASE, (2, 11), _steady, answers_week=lambda week: week <= 4),
        Habit("K.L.", "Klara", SIE, (3, 10), _tens),
        Habit("M.N.", "Mona", BASE, (3, 12), _steady, blocks_in=4),
        Habit("O.P.", "Oyelaran", BASE, (3, 15), _odd, is_odd=True),
        Habit("Q.R.", "Quirin", DU, (4, 10), _dip_without_words),
    )


HABITS = habits()
"""The clients as they are written down by the demo without a page."""
