"""A picture or a paper to be drawn when its message leaves, as a value that fits an outbox row.

Services queue it, ``bot.report`` fills it with words and numbers and draws it. It names in plain
whom it shows: somebody who is erased is found by that in what waits to leave.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Form = Literal["png", "pdf"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A template and the values that it is filled with."""

    form: Form
    template: str
    name: str
    """The name of the file; it says nothing of whom it is about."""
    values: dict[str, Any] = field(repr=False)
    about: tuple[str, ...] = field(repr=False)
    """The aliases of the clients in it, as they were given."""
    instead: str
    """The words in front of the message where it cannot be drawn."""

    def to_json(self) -> dict[str, Any]:
        """The drawing as kept in an outbox row."""
        return asdict(self)


def drawing_from_json(body: dict[str, Any]) -> Drawing:
    """The drawing kept by ``Drawing.to_json``."""
    return Drawing(**{**body, "about": tuple(body["about"])})
