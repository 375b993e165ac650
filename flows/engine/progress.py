"""Progress: where on its way a question stands, and how many there will be.

Used by ``prompts``. As answers come in the least only rises and the most only falls: nobody is told
of an end that then moves away, unless they change an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from flows.engine.check_in import CheckIn
from flows.engine.walk import Guess, guessed_way
from flows.engine.way import Visit, Way
from flows.kinds.registry import asks, kind_of

TAPPED = timedelta(seconds=10)
WRITTEN = timedelta(seconds=30)
"""So long a question usually takes: to be read and tapped, or to be answered in words."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The open question is the ``number``-th of ``least`` to ``most``."""

    number: int
    least: int
    most: int
    takes: timedelta
    """The time that all of them take, half way between the shortest and the longest way."""


def progress_at(way: Way, check_in: CheckIn) -> Progress:
    """Progress at the open question, at which ``way`` ends."""
    before = {visit.id for visit in way.visits[:-1]}
    known = tuple(answer for answer in check_in.answers if answer.step_id in before)
    asked = replace(check_in, answers=known)
    fewest, most = _questions(way, asked, "fewest"), _questions(way, asked, "most")
    return Progress(
        number=sum(asks(visit.step) for visit in way.visits),
        least=len(fewest),
        most=len(most),
        takes=sum((_takes(visit) for visit in (*fewest, *most)), timedelta()) / 2,
    )


def _questions(way: Way, check_in: CheckIn, guess: Guess) -> list[Visit]:
    found = guessed_way(way.scope.flow, check_in, guess)
    return [visit for visit in found.visits if asks(visit.step)]


def _takes(visit: Visit) -> timedelta:
    return WRITTEN if kind_of(visit.step).is_free else TAPPED
