"""Every trigger. One that is not listed here does not exist; tests walk the list.

Used by the shape, the checks and the building of a schedule, by the JSON Schema and the guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.authoring.keys import Key
from flows.schedule.trigger import Trigger
from flows.triggers.after_flag import AfterFlag
from flows.triggers.after_flow import AfterFlow
from flows.triggers.before_therapy_session import BeforeTherapySession
from flows.triggers.daily import Daily
from flows.triggers.every import Every
from flows.triggers.on_request import OnRequest
from flows.triggers.random import RandomTimes
from flows.triggers.therapy_session_end import AfterTherapySession
from flows.triggers.weekly import Weekly

TRIGGERS: tuple[type[Trigger], ...] = (
    Weekly,
    Daily,
    Every,
    RandomTimes,
    AfterTherapySession,
    BeforeTherapySession,
    AfterFlow,
    AfterFlag,
    OnRequest,
)
"""In the order of the guide."""

BY_NAME: Mapping[str, type[Trigger]] = {trigger.name: trigger for trigger in TRIGGERS}

KEYS: Mapping[str, Key[Any]] = {key.name: key for trigger in TRIGGERS for key in trigger.keys}
"""Every key that belongs to a trigger; where several have it, as the last of them has it."""


def owners(key: str) -> tuple[str, ...]:
    """The triggers that have a key of this name."""
    return tuple(one.name for one in TRIGGERS if key in {own.name for own in one.keys})
