"""``before_therapy_session``: some time before a therapy session; moved and cancelled with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Self

from flows.authoring import spans
from flows.authoring.keys import Key, Written
from flows.authoring.span_checks import SHORTEST, length_within
from flows.schedule.happenings import Awaited, Happening, SessionHeld
from flows.schedule.plain_words import length
from flows.schedule.trigger import ByAnEvent, Wanted

BEFORE: Key[timedelta] = Key(
    name="before",
    sort=str,
    read=spans.duration,
    says="How long before the therapy session it comes: 24h.",
    what="how long before the therapy session",
    sample='"24h"',
    form=spans.SPAN_FORM,
    check=length_within(SHORTEST),
)


@dataclass(frozen=True, slots=True)
class BeforeTherapySession(ByAnEvent):
    """Some time before a therapy session begins, and never once it has begun."""

    before: timedelta

    name = "before_therapy_session"
    keys = (BEFORE,)
    comes = "before one; it moves and is cancelled with it"
    awaits: ClassVar[Awaited] = "therapy_session"

    @classmethod
    def build(cls, written: Written) -> Self:
        return cls(BEFORE.given(written))

    def in_words(self) -> str:
        return f"{length(self.before)} before a therapy session"

    def wanted(self, happening: Happening) -> Wanted | None:
        if isinstance(happening, SessionHeld):
            return Wanted(happening.starts_at - self.before, before=happening.starts_at)
        return None

    def awaited(self, at: datetime) -> SessionHeld:
        return SessionHeld(at, at)

    def per_week(self) -> float:
        return 1.0
