"""The messages of a therapist's day as the ticker looks for them: the evening's list, the morning
card, the word at the end of a leave.

Used by the ticker alone. What is owed to whom is the services' to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.services.digest import coming_back, morning
from bot.services.therapy_sessions import evening
from bot.services.work.unit_of_work import Work


class _OfADay(Protocol):
    """A message that a therapist gets once a day, at an hour of theirs."""

    def list_owed(self, work: Work) -> list[int]: ...

    def next_at(self, work: Work) -> datetime | None: ...

    def tell(self, work: Work, therapist_id: int) -> None: ...


@dataclass(slots=True)
class DayMessage:
    """One such message, and when it is looked for again."""

    what: _OfADay
    origin: str
    trouble: str
    """The name of a failure in the log."""
    due_at: datetime | None = None
    """The next time at which it is due to some therapist."""
    look_at: datetime | None = None
    """The time to look for it again; None before the first look."""


def day_messages() -> tuple[DayMessage, ...]:
    """Each of them, not looked for yet."""
    return (
        DayMessage(evening, "evening", "day_not_listed"),
        DayMessage(morning, "morning", "day_not_told"),
        DayMessage(coming_back, "back", "return_not_told"),
    )
