"""A client's leaving, as the digest tells it: once, with its day, and without a reason.

Part of a client's section. It never says why somebody left, nor what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

How = Literal["declined", "stopped", "therapy_ended"]
"""The client said no before anything was asked; or took part, and then stopped; or the therapist
ended the therapy.
"""


@dataclass(frozen=True, slots=True)
class Left:
    """A client who does not take part any more, or never did."""

    at: datetime
    how: How


def left_to(left: Left) -> dict[str, Any]:
    """A JSON object."""
    return {"at": left.at.isoformat(), "how": left.how}


def left_from(body: dict[str, Any]) -> Left:
    """The value behind the JSON object of a ``Left``."""
    return Left(datetime.fromisoformat(body["at"]), body["how"])
