"""``after_flow``: a delay after a check-in of another flow was finished."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Self

from flows.authoring.keys import Key, Written
from flows.authoring.span_checks import length_within
from flows.schedule.happenings import Awaited, CheckInFinished, Happening
from flows.schedule.plain_words import length
from flows.schedule.trigger import ByAnEvent, Wanted
from flows.triggers.keys import AFTER

LONGEST_WAIT = timedelta(days=366)

FLOW: Key[str] = Key(
    name="flow",
    sort=str,
    read=str,
    says="The id of the flow that it follows.",
    what="the id of the other flow",
    sample='"goals"',
    form={"type": "string", "pattern": r"^[a-z][a-z0-9-]*$", "maxLength": 40},
)
LONG_AFTER = replace(AFTER, sample='"7d"', check=length_within(timedelta(0), LONGEST_WAIT))


@dataclass(frozen=True, slots=True)
class AfterFlow(ByAnEvent):
    """A delay after a check-in of another flow was finished."""

    flow_id: str
    after: timedelta

    name = "after_flow"
    keys = (FLOW, LONG_AFTER)
    comes = "after another flow was finished"
    awaits: ClassVar[Awaited] = "check_in"

    @classmethod
    def build(cls, written: Written) -> Self:
        return cls(FLOW.given(written), LONG_AFTER.given(written))

    def in_words(self) -> str:
        return f"{length(self.after)} after a check-in of {self.flow_id} was finished"

    def wanted(self, happening: Happening) -> Wanted | None:
        if isinstance(happening, CheckInFinished) and happening.flow_id == self.flow_id:
            return Wanted(happening.at + self.after)
        return None

    def awaited(self, at: datetime) -> CheckInFinished:
        return CheckInFinished(self.flow_id, at)

    def follows_flow(self) -> str:
        return self.flow_id
