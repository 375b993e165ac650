"""A wall time, typed as people write it: 18:30, 1830, 6:30 pm, 18.30 Uhr."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Any, ClassVar

from flows.authoring import spans
from flows.authoring.report import Loc, Report
from flows.authoring.values import given
from flows.kinds.keys import MomentKeys
from flows.kinds.kind import Asked, Fits, Kind, Refused, Reply, Sample, Sort, Unfit, Value
from flows.kinds.step import Shared, Step
from flows.kinds.typed import word
from flows.languages import Language, typed_words


@dataclass(frozen=True, slots=True)
class TimeStep(Step):
    """A wall time. The answer is a str such as ``18:30``."""

    earliest: time = time(0, 0)
    latest: time = time(23, 59)
    kind: ClassVar[str] = "time"


class Time(Kind[MomentKeys, TimeStep]):
    """The kind that is answered with a time of day."""

    step = TimeStep
    keys = MomentKeys
    called = "time of day"
    does = "says a time of day, such as 18:30"
    is_listed = True
    is_time_of_day = True
    samples = (
        Sample(
            'earliest = "06:00"\nlatest = "22:00"',
            fitting=(("6:30 pm", "18:30"), ("7", "07:00")),
            refused=(
                (0, "not_an_option"),
                ("late", "not_a_time"),
                ("5:00", "too_early"),
                ("23:00", "too_late"),
            ),
            condition='it > "12:00"',
        ),
    )

    def build(self, shared: Shared, keys: MomentKeys) -> TimeStep:
        return TimeStep(
            **shared,
            earliest=given(spans.time_of_day(keys.earliest or "00:00")),
            latest=given(spans.time_of_day(keys.latest or "23:59")),
        )

    def check(self, found: Report, keys: MomentKeys, loc: Loc) -> None:
        """Reports bounds that are no times, or between which there is none."""
        read = {}
        for key in ("earliest", "latest"):
            written = getattr(keys, key)
            if written is None:
                continue
            read[key] = spans.time_of_day(written)
            if read[key] is None:
                message = f"`{written[:60]}` is no time of day."
                found.at_value("F061", (*loc, key), message, spans.write_time(written))
        earliest, latest = read.get("earliest"), read.get("latest")
        if earliest is not None and latest is not None and earliest >= latest:
            message = f"`latest` ({keys.latest}) is not after `earliest` ({keys.earliest})."
            hint = "Make `latest` the later one; a night is asked about without bounds."
            found.at_value("F070", (*loc, "latest"), message, hint)

    def unfit(self, keys: MomentKeys, answer: Any) -> Unfit | None:
        if isinstance(answer, str) and spans.time_of_day(answer):
            return None
        return f"is no answer to `{keys.id}`.", 'Write a time such as "18:30".'

    def sort(self, keys: MomentKeys) -> Sort | None:
        return "string"

    def ask(self, step: TimeStep, language: Language) -> Asked:
        """No buttons: there are too many times."""
        return Asked()

    def accept(
        self, step: TimeStep, reply: Reply, language: Language, today: date
    ) -> Fits | Refused:
        """The time as ``18:30``, within the author's bounds."""
        if isinstance(reply, int):
            return Refused("not_an_option")
        read = read_time(word(reply))
        if read is None:
            return Refused("not_a_time")
        if read < step.earliest:
            return Refused("too_early")
        return Refused("too_late") if read > step.latest else Fits(f"{read:%H:%M}")

    def show(self, step: TimeStep, value: Value, language: Language) -> str:
        """The time of day with 24 hours, as it is kept."""
        return str(value)

    def describe(self, step: TimeStep, language: Language) -> str:
        return f"from {step.earliest:%H:%M} to {step.latest:%H:%M}"

    def limits(self, step: TimeStep) -> tuple[object, ...]:
        return step.earliest, step.latest


@cache
def _pattern(at: tuple[str, ...], o_clock: tuple[str, ...]) -> re.Pattern[str]:
    before, behind = ("|".join(map(re.escape, words)) for words in (at, o_clock))
    return re.compile(
        rf"(?:(?:{before}) )?(?:(\d{{1,2}})(?: ?[:.h] ?(\d{{2}}))?|(\d{{1,2}})(\d{{2}}))"
        rf" ?(?:([ap])\.? ?m|{behind})?(?: ?(\d{{2}}))?",
        re.ASCII,
    )


def read_time(typed: str) -> time | None:
    """The time of day in small letters, as people write it; None for anything else."""
    found = _pattern(typed_words("at"), typed_words("o_clock")).fullmatch(typed)
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
