"""A checked sheet -> the ``Flow`` that it means. Used by ``parse`` once no error was found."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from flows.script import spans
from flows.script.checks.conditions import cel_of
from flows.script.conditions import names_in
from flows.script.flow import (
    LANGUAGES,
    AfterTherapySession,
    ChoiceStep,
    Condition,
    Flow,
    Language,
    MessageStep,
    NumberStep,
    Option,
    ScaleStep,
    Schedule,
    Step,
    TextStep,
    Trigger,
    Weekly,
    Words,
    YesNoStep,
)
from flows.script.schema import FlowShape, ScheduleShape, StepShape, WordsShape

Value = TypeVar("Value")


def build(shape: FlowShape, fingerprint: str) -> Flow:
    """The flow of a shape without errors."""
    title = _label(_given(shape.title))
    spoken = {language for language, _ in title.by_language}
    languages: tuple[Language, ...] = tuple(
        one for one in LANGUAGES if one in spoken or (one == "de_du" and "de" in spoken)
    )
    steps: list[Step] = []
    for step in _given(shape.step):
        steps.append(_step(step, frozenset(one.id for one in steps)))
    return Flow(
        id=_given(shape.id),
        fingerprint=fingerprint,
        title=title,
        schedule=_schedule(_given(shape.schedule)),
        steps=tuple(steps),
        languages=languages,
        default=bool(shape.default),
    )


def _given(value: Value | None) -> Value:
    assert value is not None, "the checks let a flow pass that lacks something"
    return value


def _words(shape: WordsShape) -> Words:
    texts = ((one, getattr(shape, one)) for one in LANGUAGES)
    return Words(tuple((one, text) for one, text in texts if text is not None), bool(shape.neutral))


def _label(shape: WordsShape) -> Words:
    words = _words(shape)
    return Words(words.by_language, neutral=words.neutral or shape.de_du is None)


def _step(shape: StepShape, earlier: frozenset[str]) -> Step:
    id_, ask = _given(shape.id), _words(_given(shape.ask))
    condition = _condition(shape, earlier)
    if shape.kind == "message":
        return MessageStep(id_, ask, condition=condition)
    asked = (
        id_,
        ask,
        _words(shape.help) if shape.help is not None else None,
        condition,
        bool(shape.optional),
        shape.measures,
    )
    match shape.kind:
        case "choice":
            options = (Option(_given(o.id), _label(o)) for o in _given(shape.options))
            return ChoiceStep(*asked, options=tuple(options))
        case "yes_no":
            return YesNoStep(*asked)
        case "scale":
            low, high = _label(_given(shape.low)), _label(_given(shape.high))
            ends = int(_given(shape.min)), int(_given(shape.max))
            return ScaleStep(*asked, min=ends[0], max=ends[1], low=low, high=high)
        case "number":
            return _number(shape, asked)
        case _:
            length = shape.max_length
            return TextStep(*asked) if length is None else TextStep(*asked, max_length=length)


def _number(
    shape: StepShape,
    asked: tuple[str, Words, Words | None, Condition | None, bool, str | None],
) -> NumberStep:
    return NumberStep(
        *asked,
        min=0 if shape.min is None else shape.min,
        max=1_000_000 if shape.max is None else shape.max,
        whole=shape.whole is not False,
        unit=_label(shape.unit) if shape.unit is not None else None,
    )


def _condition(shape: StepShape, earlier: frozenset[str]) -> Condition | None:
    if shape.only_if is not None:
        return Condition(cel_of(shape.only_if), frozenset(shape.only_if))
    if shape.when is not None:
        return Condition(shape.when, names_in(shape.when) & earlier)
    return None


def _schedule(shape: ScheduleShape) -> Schedule:
    ends = shape.expires
    return Schedule(
        trigger=_trigger(shape),
        on_request=bool(shape.on_request),
        remind=tuple(_given(spans.duration(one)) for one in shape.remind or []),
        expires_unstarted=_length(ends.unstarted if ends else None, timedelta(hours=48)),
        expires_idle=_length(ends.idle if ends else None, timedelta(hours=24)),
        window=_length(shape.window, timedelta(hours=12)),
    )


def _length(written: str | None, otherwise: timedelta) -> timedelta:
    return otherwise if written is None else _given(spans.duration(written))


def _trigger(shape: ScheduleShape) -> Trigger:
    if shape.trigger == "weekly":
        days = sorted(spans.WEEKDAYS.index(day) for day in _given(shape.days))
        return Weekly(tuple(days), _given(spans.time_of_day(_given(shape.at))))
    return AfterTherapySession(_given(spans.duration(_given(shape.after))))
