"""The invented practices on which rules are compared, and what is assumed of strain in them.

Used by the simulation. Most figures are assumptions; their sources stand in docs/signals.md. It
must never be taken for a norm of any instrument.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """One kind of instrument and practice, in the instrument's own units."""

    name: str
    says: str
    low: int
    high: int
    items: int
    mean: float
    between: float
    """Standard deviation of the clients' own means."""
    within: float
    """Median over clients of the standard deviation within one of them."""
    unlike: float
    """Spread of its logarithm: clients differ in how much they swing."""
    growth: float
    """Mean growth, per logarithm of sessions."""
    noise: float
    """Standard deviation that each item adds."""
    depth: float
    """Median depth of a visible strain."""
    follows: float = 0.25
    """Correlation of one session's deviation with the next one's."""


@dataclass(frozen=True, slots=True)
class World:
    """The assumed occurrence of strain, and how often clients name it when they are asked."""

    visible: float = 0.03
    """Chance per session that a visible strain begins."""
    silent: float = 0.05
    """Chance per session of a silent one, which lasts one session and hardly lowers the rating."""
    silent_depth: float = 0.15
    repaired: float = 0.58
    """Share of visible ones that end; they last 1.8 sessions on average."""
    ends: float = 0.55
    named_visible: float = 0.60
    named_silent: float = 0.25
    named_none: float = 0.08
    """Clients who say that something wasn't right though nothing happened."""


IDEAL: Mapping[str, float] = {"A": 0.684, "B": 0.666, "C": 0.621, "D": 0.601}
"""Sensitivity of an observer who knows the whole model, with the strain question, at PPV >= .65
and at most .015 false flags a session (a particle filter, reckoned once).
"""
IDEAL_SOURCE = "a particle filter that knows the whole model, docs/signals.md"
STRAINED = World()
CALM = World(visible=0.0, silent=0.0)
"""Nothing happens, and yet some say so; whatever a rule flags here is false."""

PRESETS: Mapping[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "A",
            "four items 0 to 10, nearly at the top",
            0,
            10,
            4,
            9.45,
            0.75,
            0.55,
            0.45,
            0.10,
            0.40,
            1.4,
        ),
        Preset(
            "B",
            "four items 0 to 10, lower mean",
            0,
            10,
            4,
            8.30,
            0.95,
            0.60,
            0.40,
            0.15,
            0.45,
            1.4,
        ),
        Preset("C", "six items 1 to 7", 1, 7, 6, 5.55, 0.80, 0.38, 0.35, 0.12, 0.55, 0.85),
        Preset("D", "six items 1 to 5", 1, 5, 6, 3.85, 0.60, 0.30, 0.35, 0.10, 0.45, 0.65),
    )
}
