"""``therapy_session_end``: a delay after a therapy session has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Self

from flows.authoring.keys import Written
from flows.schedule.happenings import Awaited, Happening, SessionHeld
from flows.schedule.plain_words import length
from flows.schedule.trigger import ByAnEvent, Wanted
from flows.triggers.keys import AFTER


@dataclass(frozen=True, slots=True)
class AfterTherapySession(ByAnEvent):
    """A delay after a therapy session has ended."""

    after: timedelta

    name = "therapy_session_end"
    keys = (AFTER,)
    comes = "after a therapy session"
    awaits: ClassVar[Awaited] = "therapy_session"

    @classmethod
    def build(cls, written: Written) -> Self:
        return cls(AFTER.given(written))

    def in_words(self) -> str:
        return f"{length(self.after)} after a therapy session"

    def wanted(self, happening: Happening) -> Wanted | None:
        if isinstance(happening, SessionHeld):
            return Wanted(happening.ends_at + self.after)
        return None

    def awaited(self, at: datetime) -> SessionHeld:
        return SessionHeld(at, at)

    def per_week(self) -> float:
        return 1.0
