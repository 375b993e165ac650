"""The schedule of a checked file -> values. Used by ``build``."""

from __future__ import annotations

from datetime import timedelta

from flows.authoring import spans
from flows.authoring.values import given
from flows.schedule.timing import USUAL_WINDOW, Schedule
from flows.script.schema import ScheduleShape
from flows.triggers.registry import BY_NAME


def schedule_of(shape: ScheduleShape) -> Schedule:
    """Return when the check-ins of a flow come, are recalled and lapse."""
    ends = shape.expires
    trigger = BY_NAME[given(shape.trigger)].build(shape.of_trigger())
    return Schedule(
        trigger=trigger,
        on_request=bool(shape.on_request) or trigger.family == "request",
        starts=_length(shape.starts, timedelta(0)),
        ends=_length_if(shape.ends),
        remind=tuple(given(spans.duration(one)) for one in shape.remind or []),
        expires_unstarted=_length(ends.unstarted if ends else None, timedelta(hours=48)),
        expires_started=_length_if(ends.started if ends else None),
        expires_idle=_length(ends.idle if ends else None, timedelta(hours=24)),
        window=_length(shape.window, USUAL_WINDOW),
    )


def _length(written: str | None, otherwise: timedelta) -> timedelta:
    return otherwise if written is None else given(spans.duration(written))


def _length_if(written: str | None) -> timedelta | None:
    return None if written is None else given(spans.duration(written))
