"""The steps of a checked file -> values. Used by ``build``."""

from __future__ import annotations

from typing import TypedDict

from flows.authoring import spans
from flows.authoring.words import Condition, Words
from flows.script.build_words import Naming, given, label, words
from flows.script.flow import (
    ChoiceStep,
    DateStep,
    Jump,
    MessageStep,
    NumberStep,
    Option,
    Reflection,
    ScaleStep,
    SeveralStep,
    Step,
    TextStep,
    TimeStep,
    YesNoStep,
)
from flows.script.schema import FlowShape, StepShape


class _Asked(TypedDict):
    """What every kind of step has."""

    id: str
    ask: Words
    help: Words | None
    condition: Condition | None
    optional: bool
    measures: str | None
    rather_not_say: bool
    wordings: tuple[Words, ...]
    reflections: tuple[Reflection, ...]
    jumps: tuple[Jump, ...]


def steps_of(shape: FlowShape) -> tuple[Step, ...]:
    """The steps in the order of the file."""
    naming = Naming(shape)
    return tuple(_step(step, naming) for step in given(shape.step))


def _step(shape: StepShape, naming: Naming) -> Step:
    asked = _asked(shape, naming)
    match shape.kind:
        case "message":
            return MessageStep(**asked)
        case "choice":
            return ChoiceStep(**asked, options=_options(shape))
        case "several":
            return _several(shape, asked)
        case "yes_no":
            return YesNoStep(**asked)
        case "scale":
            return _scale(shape, asked)
        case "number":
            return _number(shape, asked)
        case "time":
            return _time(shape, asked)
        case "date":
            return _date(shape, asked)
        case _:
            least, most = shape.min_length or 1, shape.max_length or 2000
            return TextStep(**asked, min_length=least, max_length=most)


def _asked(shape: StepShape, naming: Naming) -> _Asked:
    replies = (Reflection(words(r), naming.counts_if(r, shape)) for r in shape.reflect or [])
    jumps = (Jump(given(go.to), naming.counts_if(go, shape)) for go in shape.go or [])
    return _Asked(
        id=given(shape.id),
        ask=words(given(shape.ask)),
        help=words(shape.help) if shape.help is not None else None,
        condition=naming.asked_if(shape),
        optional=bool(shape.optional),
        measures=shape.measures,
        rather_not_say=bool(shape.rather_not_say),
        wordings=tuple(words(one) for one in shape.wording or []),
        reflections=tuple(replies),
        jumps=tuple(jumps),
    )


def _options(shape: StepShape) -> tuple[Option, ...]:
    return tuple(Option(given(one.id), label(one)) for one in given(shape.options))


def _several(shape: StepShape, asked: _Asked) -> SeveralStep:
    options = _options(shape)
    most = len(options) if shape.max is None else int(shape.max)
    return SeveralStep(**asked, options=options, min=int(shape.min or 0), max=most)


def _scale(shape: StepShape, asked: _Asked) -> ScaleStep:
    least, most = int(given(shape.min)), int(given(shape.max))
    if shape.labels is not None:
        labels = tuple((given(one.value), label(one)) for one in shape.labels)
        return ScaleStep(**asked, min=least, max=most, labels=labels)
    low, high = label(given(shape.low)), label(given(shape.high))
    return ScaleStep(**asked, min=least, max=most, low=low, high=high)


def _number(shape: StepShape, asked: _Asked) -> NumberStep:
    return NumberStep(
        **asked,
        min=0 if shape.min is None else shape.min,
        max=1_000_000 if shape.max is None else shape.max,
        whole=shape.whole is not False,
        unit=label(shape.unit) if shape.unit is not None else None,
    )


def _time(shape: StepShape, asked: _Asked) -> TimeStep:
    return TimeStep(
        **asked,
        earliest=given(spans.time_of_day(shape.earliest or "00:00")),
        latest=given(spans.time_of_day(shape.latest or "23:59")),
    )


def _date(shape: StepShape, asked: _Asked) -> DateStep:
    bounds = [
        None if written is None else given(spans.days_from_today(written))
        for written in (shape.earliest, shape.latest)
    ]
    return DateStep(**asked, earliest=bounds[0], latest=bounds[1])
