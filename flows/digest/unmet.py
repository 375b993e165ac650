"""A therapy session at which client and therapist did not meet, as the client says.

Part of a client's section. It never says whose doing it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

How = Literal["moved", "no_show"]
"""It is at another time; or it did not take place."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """One therapy session, by when it was to begin."""

    starts_at: datetime
    how: How


def unmet_to(unmet: Unmet) -> dict[str, Any]:
    """A JSON object."""
    return {"starts_at": unmet.starts_at.isoformat(), "how": unmet.how}


def unmet_from(body: dict[str, Any]) -> Unmet:
    """The value behind the JSON object of an ``Unmet``."""
    return Unmet(datetime.fromisoformat(body["starts_at"]), body["how"])
