"""A wall time, typed as people write it in English or German: 18:30, 1830, 6:30 pm, 18.30 Uhr."""

from __future__ import annotations

import re
from datetime import date, time

from flows.engine.check_in import Value
from flows.engine.steps.kind import Asked, Fits, Kind, Refused, Reply
from flows.engine.steps.typed import word
from flows.languages import Language
from flows.script.flow import TimeStep

_TIME = re.compile(
    r"(?:at |um )?(?:(\d{1,2})(?: ?[:.h] ?(\d{2}))?|(\d{1,2})(\d{2}))"
    r" ?(?:([ap])\.? ?m|uhr|o'clock|h)?(?: ?(\d{2}))?",
    re.ASCII,
)


def ask(step: TimeStep, language: Language) -> Asked:
    """No buttons: there are too many times."""
    return Asked()


def accept(step: TimeStep, reply: Reply, language: Language, today: date) -> Fits | Refused:
    """The time as ``18:30``, within the author's bounds."""
    if isinstance(reply, int):
        return Refused("not_an_option")
    read = read_time(word(reply))
    if read is None:
        return Refused("not_a_time")
    if read < step.earliest:
        return Refused("too_early")
    return Refused("too_late") if read > step.latest else Fits(f"{read:%H:%M}")


def show(step: TimeStep, value: Value, language: Language) -> str:
    """The time of day with 24 hours, as it is kept."""
    return str(value)


def read_time(typed: str) -> time | None:
    """The time of day in small letters, as people write it; None for anything else."""
    found = _TIME.fullmatch(typed)
    if found is None:
        return None
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or found[6] or 0)
    if found[6] and (found[2] or found[4] or found[5]):  # "18:30 uhr 20" names its minutes twice
        return None
    if found[5]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[5] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


KIND = Kind(TimeStep, ask, accept, show)
