"""A client's answers that are numbers, as series over time: one a question and scale.

Used by the bot's services, which show clients their own answers. It compares nobody, adds nothing
up and judges nothing: what is usual is only where most of somebody's own answers lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest

from flows.engine.check_in import ROUND, Answer, CheckIn
from flows.engine.looking_back import Given, given_for
from flows.kinds.registry import kind_of
from flows.script.flow import Flow

FEWEST_EARLIER = 3
"""With fewer earlier answers nothing is usual yet."""
LEFT_OUT = 6
"""Of every so many earlier answers, the highest and the lowest do not count as usual."""

_Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Number:
    """One answer that is a number, and when it was given."""

    at: datetime
    value: float = field(repr=False)


_Key = tuple[str, str, _Ends]
_Found = tuple[Number, tuple[Flow, CheckIn, Answer]]


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers that a client answered to one question, oldest first, and the newest as given."""

    flow_id: str
    least: float
    most: float
    """The ends of the scale."""
    numbers: tuple[Number, ...]
    newest: Given

    @property
    def usual(self) -> tuple[float, float] | None:
        """The span of at least two thirds of the answers before the newest; None with fewer than
        3 of them.
        """
        return usual_span([number.value for number in self.numbers[:-1]])


def usual_span(values: Sequence[float]) -> tuple[float, float] | None:
    """The lowest and the highest of ``values`` without the outermost sixth at either end, rounded
    down: of 3 to 5 all count, of 6 to 11 all but one at each end. None with fewer than 3.
    """
    if len(values) < FEWEST_EARLIER:
        return None
    ordered, out = sorted(values), len(values) // LEFT_OUT
    return ordered[out], ordered[len(ordered) - 1 - out]


def has_number(flow: Flow, check_in: CheckIn, *, since: datetime) -> bool:
    """True if a question with numbers was answered since then."""
    return any(_number(flow, answer, since) is not None for answer in check_in.answers)


def series_in(rounds: Iterable[tuple[Flow, CheckIn]], *, since: datetime) -> list[Series]:
    """The series of these check-ins, those with the most answers first, else in the order in which
    they were asked.

    Left out are answers before ``since`` and those off the way that was gone in the end. Where a
    question's scale was changed, what was answered before is a series of its own.
    """
    found: dict[_Key, list[_Found]] = {}
    for flow, check_in in rounds:
        for answer in check_in.answers:
            number = _number(flow, answer, since)
            if number is not None:
                key = (flow.id, _asked(flow, check_in, answer), number[1])
                found.setdefault(key, []).append((number[0], (flow, check_in, answer)))
    made = [each for key, answers in found.items() if (each := _series(key, answers)) is not None]
    return sorted(made, key=lambda each: len(each.numbers), reverse=True)


def a_few_of_each(series: Iterable[Series], most: int) -> list[Series]:
    """At most ``most`` of the series, in turn one of each flow: no long list pushes others out."""
    by_flow: dict[str, list[Series]] = {}
    for each in series:
        by_flow.setdefault(each.flow_id, []).append(each)
    turns = zip_longest(*by_flow.values())
    return [each for turn in turns for each in turn if each is not None][:most]


def _series(key: _Key, answers: list[_Found]) -> Series | None:
    ordered = sorted(answers, key=lambda each: each[0].at)
    given = (given_for(*where) for _, where in reversed(ordered))
    newest = next((each for each in given if each is not None), None)
    if newest is None:
        return None
    flow_id, _, (least, most) = key
    return Series(flow_id, least, most, tuple(each[0] for each in ordered), newest)


def _number(flow: Flow, answer: Answer, since: datetime) -> tuple[Number, _Ends] | None:
    """A number that was answered since then, and the ends of its scale; None: it is none."""
    value, step = answer.value, flow.step(answer.of_step)
    if answer.off_path or answer.given_at < since:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    ends = kind_of(step).range_of(step)
    return None if ends is None else (Number(answer.given_at, value), ends)


def _asked(flow: Flow, check_in: CheckIn, answer: Answer) -> str:
    """A name for the question: its step, and in a round what the round is about."""
    if ROUND not in answer.step_id:
        return answer.step_id
    given = given_for(flow, check_in, answer)
    return answer.step_id if given is None else f"{answer.of_step}{ROUND}{given.question}"
