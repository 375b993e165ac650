"""The words heard of a client that the digest tells before everything else.

Part of a client's section. It says that words led to the crisis card, never what they mean, and it
quotes them only where they are kept for the therapist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

CALM_AFTER = timedelta(days=28)
"""So long after it nothing calm is said of the client."""

Cause = Literal["words", "others", "flow", "tell"]
"""Words that led to the card; words about danger to others; an answer that a flow names; a tap by
which the client had their therapist told."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that was heard, when, and the client's own words as far as they are kept."""

    at: datetime
    cause: Cause
    words: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Heard({self.at}, {self.cause!r}, …)"


def heard_to(heard: Heard) -> dict[str, Any]:
    """A JSON object."""
    return {"at": heard.at.isoformat(), "cause": heard.cause, "words": list(heard.words)}


def heard_from(body: dict[str, Any]) -> Heard:
    """The value behind the JSON object of a ``Heard``."""
    return Heard(datetime.fromisoformat(body["at"]), body["cause"], tuple(body["words"]))
