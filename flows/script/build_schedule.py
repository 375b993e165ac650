"""The schedule of a checked file -> values. Used by ``build``."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Literal

from flows.script import spans
from flows.script.build_words import given
from flows.script.checks.schedule import USUAL_GAP
from flows.script.schema import ScheduleShape
from flows.script.timing import (
    AfterFlag,
    AfterFlow,
    AfterTherapySession,
    BeforeTherapySession,
    Daily,
    Every,
    OnRequest,
    RandomTimes,
    Schedule,
    Trigger,
    Weekly,
)


def schedule_of(shape: ScheduleShape) -> Schedule:
    """When the check-ins of a flow come, are recalled and lapse."""
    ends = shape.expires
    return Schedule(
        trigger=_trigger(shape),
        on_request=bool(shape.on_request) or shape.trigger == "on_request",
        starts=_length(shape.starts, timedelta(0)),
        ends=_length_if(shape.ends),
        remind=tuple(given(spans.duration(one)) for one in shape.remind or []),
        expires_unstarted=_length(ends.unstarted if ends else None, timedelta(hours=48)),
        expires_started=_length_if(ends.started if ends else None),
        expires_idle=_length(ends.idle if ends else None, timedelta(hours=24)),
        window=_length(shape.window, timedelta(hours=12)),
    )


def _length(written: str | None, otherwise: timedelta) -> timedelta:
    return otherwise if written is None else given(spans.duration(written))


def _length_if(written: str | None) -> timedelta | None:
    return None if written is None else given(spans.duration(written))


def _at(shape: ScheduleShape) -> time:
    return given(spans.time_of_day(given(shape.at)))


def _days(written: list[str]) -> tuple[int, ...]:
    return tuple(sorted(spans.WEEKDAYS.index(day) for day in written))


def _trigger(shape: ScheduleShape) -> Trigger:
    match shape.trigger:
        case "weekly":
            return Weekly(_days(given(shape.days)), _at(shape))
        case "daily":
            return Daily(_at(shape))
        case "every":
            return Every(given(shape.every), _at(shape))
        case "random":
            return _random_times(shape)
        case "on_request":
            return OnRequest()
        case "before_therapy_session":
            return BeforeTherapySession(given(spans.duration(given(shape.before))))
        case _:
            return _event(shape, given(spans.duration(given(shape.after))))


def _event(shape: ScheduleShape, after: timedelta) -> Trigger:
    if shape.trigger == "after_flow":
        return AfterFlow(given(shape.flow), after)
    if shape.trigger == "after_flag":
        on: Literal["said_so", "talked"] = "talked" if shape.on == "talked" else "said_so"
        return AfterFlag(on, after)
    return AfterTherapySession(after)


def _random_times(shape: ScheduleShape) -> RandomTimes:
    start, end = given(shape.between)
    return RandomTimes(
        given(spans.time_of_day(start)),
        given(spans.time_of_day(end)),
        1 if shape.per_day is None else shape.per_day,
        _length(shape.gap, USUAL_GAP),
        _days(shape.days if shape.days is not None else list(spans.WEEKDAYS)),
    )
