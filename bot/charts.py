"""The contents of a picture of numbers over some weeks, as a value that fits an outbox row.

Services fill it with words and numbers, ``bot.report`` draws it when its message leaves. It never
names a colour or a size, and it holds no answer that is text.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Dot:
    """One answer. ``at`` is its place on the chart, in weeks from where that begins."""

    at: float
    value: float = field(repr=False)
    shown: str = field(repr=False)
    joined: bool
    """True where a line leads to it from the dot before; it breaks where a week lies between."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One question with its answers, oldest first; at least one."""

    title: str = field(repr=False)
    ends: str = field(repr=False)
    """Both ends of the scale in words; empty where they have none."""
    least: float
    most: float
    """The ends of the scale: ``least`` < ``most``."""
    least_shown: str
    most_shown: str
    dots: tuple[Dot, ...] = field(repr=False)
    usual: tuple[float, float] | None = field(default=None, repr=False)
    """From where to where most of the earlier answers lie."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A few panels over the same weeks, below one another."""

    heading: str = field(repr=False)
    below: str = field(repr=False)
    """A second line of the heading, or nothing."""
    weeks: int
    days: tuple[tuple[float, str], ...]
    """A few places on the way with their dates, the first and the last place among them."""
    panels: tuple[Panel, ...]
    legend: tuple[str, ...]
    instead: str
    """The words in front of the message where the picture cannot be drawn."""

    def to_json(self) -> dict[str, Any]:
        """The chart as kept in an outbox row."""
        return asdict(self)


def chart_from_json(body: dict[str, Any]) -> Chart:
    """The chart kept by ``Chart.to_json``."""
    panels = tuple(_panel(each) for each in body["panels"])
    days = tuple((at, label) for at, label in body["days"])
    return Chart(**{**body, "panels": panels, "days": days, "legend": tuple(body["legend"])})


def _panel(body: dict[str, Any]) -> Panel:
    usual = None if body["usual"] is None else tuple(body["usual"])
    return Panel(**{**body, "dots": tuple(Dot(**each) for each in body["dots"]), "usual": usual})
