"""The measures of flows: that one name means one thing in all of them, and what the program needs.

Used when a flow is read and when flows are looked at together. Answers of all flows are kept under
the name that their step measures; a name with two ranges would make the best answer of one look
like a fall in the other. It must never look at an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from flows.kinds.choice import ChoiceStep
from flows.kinds.number import NumberStep
from flows.kinds.registry import kind_of
from flows.kinds.scale import ScaleStep
from flows.kinds.several import SeveralStep
from flows.kinds.step import Better, Step
from flows.script.directions import Ends, asks_alike, compared, told
from flows.script.flow import Flow
from flows.script.structure import Score
from flows.triggers.therapy_session_end import AfterTherapySession

ALLIANCE = "alliance."
_OF_THE_PROGRAM = {"week": (0.0, 10.0), "strain_linger": (0.0, 4.0)}
_SAY_BETTER = 'Write better = "high" if a higher number is better, else better = "low".'
STRAIN = ("no", "a_little", "yes", "rather_not_say")
"""The answers to the question about a strain; flags and digest know these words."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a name: the sort of answer, its range or options, and its ends."""

    owner: str
    """``step mood``, for messages."""
    sort: str
    range: tuple[float | None, float | None] | None = None
    options: frozenset[str] | None = None
    ends: Ends = field(default_factory=Ends)
    """The words at its ends, and which of them its author calls the better one."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A measure that a flow means otherwise than one before it."""

    measure: str
    message: str
    hint: str


def meanings(flow: Flow) -> dict[str, Meaning]:
    """Return what each measure of the flow means there."""
    found = {step.measures: _of_step(step) for step in flow.steps if step.measures is not None}
    for score in flow.scores:
        if score.measures is not None:
            found[score.measures] = Meaning(f"score {score.id}", "a score", _bounds_of(flow, score))
    return found


def range_needed(measure: str) -> tuple[float, float] | None:
    """The range in which the program reads this measure; None where it does not reckon with it."""
    return (0.0, 10.0) if measure.startswith(ALLIANCE) else _OF_THE_PROGRAM.get(measure)


def better_needed(measure: str) -> Better | None:
    """The end that the program takes for the better one; None where it does not care."""
    if range_needed(measure) is None:
        return None
    return "low" if measure == "strain_linger" else "high"


def is_read_rightly(flow: Flow, measure: str) -> bool:
    """True if a number that the flow keeps under this name is what the program takes it for."""
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
    better = better_needed(measure)
    if needed is not None and (meaning.sort != "a number" or meaning.range != needed):
        low, high = needed
        message = f"`{measure}` is read as a number from {low:g} to {high:g}, {better}er is better."
        hint = f"Write min = {low:g} and max = {high:g}, or measure it under a name of your own."
        return message, hint
    said = told(meaning.ends)
    if better is not None and said is not None and said != better:
        message = f"`{measure}` is read as {better}er is better, but {said}er is better here."
        hint = "Turn the scale round, its words too, or measure it under a name of your own."
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


def undirected(flow: Flow, others: Sequence[Flow]) -> Iterator[Disagreement]:
    """Each measure of the flow of which its author must say which end is the better one.

    The program reads it in one direction, or another flow or an earlier version asks it otherwise,
    and neither its words tell nor a flow that asks it in the same way.
    """
    before = [(other, meanings(other)) for other in others]
    for measure, meaning in meanings(flow).items():
        if meaning.sort != "a number" or meaning.ends.better is not None:
            continue
        there = [(other.id, known[measure].ends) for other, known in before if measure in known]
        compare = [(other_id, ends, compared(meaning.ends, ends)) for other_id, ends in there]
        # a copy that does not say it either answers for nobody
        if any(how == "same" and told(ends) is not None for _, ends, how in compare):
            continue
        needed = better_needed(measure)
        if needed is not None:
            was_read = any(i == flow.id and how == "same" for i, _, how in compare)
            if told(meaning.ends) is None and not was_read:
                yield Disagreement(measure, *_asked_by_the_program(measure, meaning, needed))
            continue
        unlike = next(((i, ends) for i, ends, how in compare if how == "unknown"), None)
        if unlike is not None:
            other_id, ends = unlike
            why = _asked_beside if asks_alike(meaning.ends, ends) else _asked_otherwise
            yield Disagreement(measure, *why(measure, meaning, _named(flow, other_id)))


def _asked_by_the_program(measure: str, meaning: Meaning, needed: Better) -> tuple[str, str]:
    message = (
        f"`{measure}` is read as {needed}er is better, and what {meaning.owner} says at its ends "
        "does not tell whether that is so here."
    )
    return message, f'Write better = "{needed}" if it is, or measure it under a name of your own.'


def _asked_beside(measure: str, meaning: Meaning, where: str) -> tuple[str, str]:
    message = (
        f"`{measure}` has other words at its ends here ({meaning.owner}) than in {where}, and they "
        "do not tell which end is the better one."
    )
    return message, _SAY_BETTER


def _asked_otherwise(measure: str, meaning: Meaning, where: str) -> tuple[str, str]:
    message = (
        f"`{measure}` belongs to another question here ({meaning.owner}) than in {where}, and the "
        "words at its ends do not tell which end is the better one."
    )
    return message, _SAY_BETTER


def _named(flow: Flow, other_id: str) -> str:
    return "an earlier version of this flow" if other_id == flow.id else f"`{other_id}`"


def _worded(
    measure: str, meaning: Meaning, flow: Flow, other: Flow, said: tuple[str, str]
) -> tuple[str, str]:
    here, there = said
    message = (
        f"`{measure}` means two things: {here} here ({meaning.owner}), but {there} in "
        f"{_named(flow, other.id)}. "
        "Their answers would be taken for one series."
    )
    return message, "Ask it in the same way, or measure it under a name of its own."


def _differ(one: Meaning, other: Meaning) -> tuple[str, str] | None:
    """Say how each of two meanings is, where they are not the same."""
    if one.sort != other.sort:
        return one.sort, other.sort
    if one.range != other.range:
        return _span(one.range), _span(other.range)
    if one.sort == "a number" and compared(one.ends, other.ends) == "turned":
        return _direction(one.ends, other.ends), _direction(other.ends, one.ends)
    if one.options is None or other.options is None:
        return None
    if one.options <= other.options or other.options <= one.options:
        return None
    return f"answers {_ids(one.options)}", _ids(other.options)


def _direction(ends: Ends, others: Ends) -> str:
    """Say which end is the better one, as far as one of the two tells."""
    better, there = told(ends), told(others)
    if better is None and there is None:
        low = next((text for _, text in ends.low.by_language), "") if ends.low else ""
        return f"the lowest number is “{low[:40]}”"
    is_low = better == "low" if better is not None else there == "high"
    return f"the {'lowest' if is_low else 'highest'} number is the best"


def _of_step(step: Step) -> Meaning:
    owner = f"step {step.id}"
    better = kind_of(step).better(step)
    if isinstance(step, ScaleStep):
        low, high = step.low, step.high
        if step.labels:
            low, high = step.labels[0][1], step.labels[-1][1]
        span = (float(step.min), float(step.max))
        return Meaning(owner, "a number", span, ends=Ends(low, high, better, step.ask))
    if isinstance(step, NumberStep):
        span = (float(step.min), float(step.max))
        return Meaning(owner, "a number", span, ends=Ends(better=better, question=step.ask))
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
