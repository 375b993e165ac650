"""What flows measure: that one name means one thing in all of them, and what the program needs.

Used when a flow is read and when flows are looked at together. Answers of all flows are kept under
the name that their step measures; a name with two ranges would make the best answer of one look
like a fall in the other. It must never look at an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flows.authoring.words import Words
from flows.kinds.choice import ChoiceStep
from flows.kinds.number import NumberStep
from flows.kinds.scale import ScaleStep
from flows.kinds.several import SeveralStep
from flows.kinds.step import Step
from flows.script.flow import Flow
from flows.script.structure import Score
from flows.triggers.therapy_session_end import AfterTherapySession

ALLIANCE = "alliance."
_OF_THE_PROGRAM = {"week": (0.0, 10.0), "strain_linger": (0.0, 4.0)}
STRAIN = ("no", "a_little", "yes", "rather_not_say")
"""The answers to the question about a strain; flags and digest know these words."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is kept under a name: the sort of answer, its range or options, and its ends."""

    owner: str
    """``step mood``, for messages."""
    sort: str
    range: tuple[float | None, float | None] | None = None
    options: frozenset[str] | None = None
    ends: tuple[Words, Words] | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A measure that a flow means otherwise than one before it."""

    measure: str
    message: str
    hint: str


def meanings(flow: Flow) -> dict[str, Meaning]:
    """What each measure of the flow means there."""
    found = {step.measures: _of_step(step) for step in flow.steps if step.measures is not None}
    for score in flow.scores:
        if score.measures is not None:
            found[score.measures] = Meaning(f"score {score.id}", "a score", _bounds_of(flow, score))
    return found


def range_needed(measure: str) -> tuple[float, float] | None:
    """The range in which the program reads this measure; None where it does not reckon with it."""
    return (0.0, 10.0) if measure.startswith(ALLIANCE) else _OF_THE_PROGRAM.get(measure)


def is_read_rightly(flow: Flow, measure: str) -> bool:
    """Whether a number that the flow keeps under this name is what the program takes it for."""
    meaning = meanings(flow).get(measure)
    return meaning is not None and _fault(flow, measure, meaning) is None


def misused(flow: Flow) -> Iterator[Disagreement]:
    """Each measure of the flow that the program would read as something else than it is."""
    for measure, meaning in meanings(flow).items():
        fault = _fault(flow, measure, meaning)
        if fault is not None:
            yield Disagreement(measure, *fault)


def _fault(flow: Flow, measure: str, meaning: Meaning) -> tuple[str, str] | None:
    needed = range_needed(measure)
    if needed is not None and (meaning.sort != "a number" or meaning.range != needed):
        low, high = needed
        message = f"`{measure}` is read as a number from {low:g} to {high:g}, higher is better."
        if measure == "strain_linger":
            message = f"`{measure}` is read as a number from {low:g} to {high:g}."
        hint = f"Write min = {low:g} and max = {high:g}, or measure it under a name of your own."
        return message, hint
    if measure.startswith(ALLIANCE) and not isinstance(flow.schedule.trigger, AfterTherapySession):
        message = f"`{measure}` is compared from one therapy session to the next."
        hint = 'Use trigger = "therapy_session_end", or measure it under a name of your own.'
        return message, hint
    if measure == "strain" and not (meaning.options or frozenset({"?"})) <= frozenset(STRAIN):
        message = "`strain` is read as the answer to one question, with answers of fixed ids."
        hint = f"Give the options the ids {', '.join(STRAIN)}, or choose a name of your own."
        return message, hint
    return None


def disagreements(flow: Flow, others: Sequence[Flow]) -> Iterator[Disagreement]:
    """Each measure that the flow means otherwise than one of the others, once each.

    ``others`` may hold earlier versions of the same flow: their answers are kept as well.
    """
    before = [(other, meanings(other)) for other in others]
    for measure, meaning in meanings(flow).items():
        for other, known in before:
            said = _differ(meaning, known[measure]) if measure in known else None
            if said is not None:
                yield Disagreement(measure, *_worded(measure, meaning, flow, other, said))
                break


def _worded(
    measure: str, meaning: Meaning, flow: Flow, other: Flow, said: tuple[str, str]
) -> tuple[str, str]:
    here, there = said
    where = "an earlier version of this flow" if other.id == flow.id else f"`{other.id}`"
    message = (
        f"`{measure}` means two things: {here} here ({meaning.owner}), but {there} in {where}. "
        "Their answers would be taken for one series."
    )
    return message, "Ask it in the same way, or measure it under a name of its own."


def _differ(one: Meaning, other: Meaning) -> tuple[str, str] | None:
    """How each of two meanings is, where they are not the same."""
    if one.sort != other.sort:
        return one.sort, other.sort
    if one.range != other.range:
        return _span(one.range), _span(other.range)
    if one.ends is not None and other.ends is not None and _turned(one.ends, other.ends):
        return "the lowest number is the best", "the highest number is"
    if one.options is None or other.options is None:
        return None
    if one.options <= other.options or other.options <= one.options:
        return None
    return f"answers {_ids(one.options)}", _ids(other.options)


def _turned(one: tuple[Words, Words], other: tuple[Words, Words]) -> bool:
    """Whether what is low in one is high in the other, in any language that both have."""
    for language, low in one[0].by_language:
        high = dict(one[1].by_language).get(language)
        low_there = dict(other[0].by_language).get(language)
        high_there = dict(other[1].by_language).get(language)
        if _same(low, high_there) or _same(high, low_there):
            return not _same(low, low_there)
    return False


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.strip().lower() == other.strip().lower()


def _of_step(step: Step) -> Meaning:
    owner = f"step {step.id}"
    if isinstance(step, ScaleStep):
        ends = (step.low, step.high)
        if step.labels:
            ends = (step.labels[0][1], step.labels[-1][1])
        return Meaning(owner, "a number", (float(step.min), float(step.max)), ends=ends)
    if isinstance(step, NumberStep):
        low, high = (None if end is None else float(end) for end in (step.min, step.max))
        return Meaning(owner, "a number", (low, high))
    if isinstance(step, ChoiceStep | SeveralStep):
        sort = "one choice" if isinstance(step, ChoiceStep) else "several choices"
        return Meaning(owner, sort, options=frozenset(option.id for option in step.options))
    return Meaning(owner, {"yes_no": "yes or no"}.get(step.kind, f"a {step.kind}"))


def _bounds_of(flow: Flow, score: Score) -> tuple[float | None, float | None]:
    lows: list[float | None] = []
    highs: list[float | None] = []
    for item in map(flow.step, score.of):
        if isinstance(item, ScaleStep | NumberStep):
            lows.append(item.min)
            highs.append(item.max)
    return _together(lows, score.method, min), _together(highs, score.method, max)


def _together(
    ends: Sequence[float | None], method: str, outermost: Callable[[list[float]], float]
) -> float | None:
    bounds = [end for end in ends if end is not None]
    if not ends or len(bounds) < len(ends):
        return None
    return float(sum(bounds) if method == "sum" else outermost(bounds))


def _span(ends: tuple[float | None, float | None] | None) -> str:
    low, high = ends or (None, None)
    shown = ["no bound" if end is None else f"{end:g}" for end in (low, high)]
    return f"{shown[0]} to {shown[1]}"


def _ids(options: frozenset[str]) -> str:
    return ", ".join(sorted(options)[:6])
