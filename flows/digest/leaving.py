"""A client's leaving, as the digest tells it: once, with its day, and without a reason; and a
client's coming from another therapist.

Part of a client's section. It never says why somebody left, nor what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

How = Literal["declined", "stopped", "therapy_ended", "handed_over"]
"""The client said no before anything was asked; or took part, and then stopped; or the therapist
ended the therapy; or another therapist goes on, to whom the client has said yes.
"""


@dataclass(frozen=True, slots=True)
class Left:
    """A client who does not take part any more, or never did."""

    at: datetime
    how: How
    to: str = ""
    """The name of the therapist with whom they are now; empty where they left otherwise."""


@dataclass(frozen=True, slots=True)
class Came:
    """A client who came from another therapist of the practice."""

    at: datetime
    therapist: str
    """The name of the one with whom they were before."""
    readable: int
    """The number of digests from before that may be read."""


def left_to(left: Left) -> dict[str, Any]:
    """A JSON object."""
    return {"at": left.at.isoformat(), "how": left.how, "to": left.to}


def left_from(body: dict[str, Any]) -> Left:
    """The value behind the JSON object of a ``Left``; those of before have no ``to``."""
    return Left(datetime.fromisoformat(body["at"]), body["how"], body.get("to", ""))


def came_to(came: Came) -> dict[str, Any]:
    """A JSON object."""
    return {"at": came.at.isoformat(), "therapist": came.therapist, "readable": came.readable}


def came_from(body: dict[str, Any]) -> Came:
    """The value behind the JSON object of a ``Came``."""
    return Came(datetime.fromisoformat(body["at"]), body["therapist"], body["readable"])
