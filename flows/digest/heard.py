"""The words heard of a client that the digest tells before everything else.

Part of a client's section. It says that words led to the crisis card, never what they mean, and it
quotes them only where they are kept for the therapist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    again_at: tuple[datetime, ...] = ()
    """The times at which the same words were heard again: they are one answer."""
    is_reworded: bool = False
    """True where the client has changed those words since; they are not quoted."""

    def __repr__(self) -> str:
        return f"Heard({self.at}, {self.cause!r}, …)"


def together(heard: Iterable[Heard]) -> tuple[Heard, ...]:
    """Each answer once, with every moment at which something was heard in it, oldest first."""
    found: list[Heard] = []
    for each in heard:
        same = [place for place, other in enumerate(found) if _is_one(other, each)]
        if same:
            first = found[same[0]]
            found[same[0]] = replace(first, again_at=(*first.again_at, each.at))
        else:
            found.append(each)
    return tuple(found)


def _is_one(heard: Heard, other: Heard) -> bool:
    return bool(heard.words) and (heard.cause, heard.words) == (other.cause, other.words)


def heard_to(heard: Heard) -> dict[str, Any]:
    """A JSON object."""
    return {
        "at": heard.at.isoformat(),
        "cause": heard.cause,
        "words": list(heard.words),
        "again_at": [at.isoformat() for at in heard.again_at],
        "is_reworded": heard.is_reworded,
    }


def heard_from(body: dict[str, Any]) -> Heard:
    """The value behind the JSON object of a ``Heard``; older ones know neither of the last two."""
    return Heard(
        datetime.fromisoformat(body["at"]),
        body["cause"],
        tuple(body["words"]),
        tuple(datetime.fromisoformat(at) for at in body.get("again_at", ())),
        body.get("is_reworded", False),
    )
