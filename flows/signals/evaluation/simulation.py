"""Invented courses of ratings, drawn from a preset and a seed.

Used by the evaluation. The same seed draws the same courses. Formula: a client's level, plus
growth with the logarithm of sessions, plus a deviation that follows the one before (AR 1), minus
the depth of a strain; each item adds noise and is rounded and clipped to its range.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from flows.signals.evaluation.presets import Preset, World

DEPTH_UNLIKE = 0.45
"""Spread of the logarithm of a strain's depth."""
SESSIONS = (6, 16)


@dataclass(frozen=True, slots=True)
class Simulated:
    """One session: its rating on 0..10, the client's word, and what had happened."""

    rating: float
    says_strain: bool
    is_strained: bool = False
    """A visible strain is going on."""
    is_onset: bool = False
    is_silent: bool = False


@dataclass(slots=True)
class _Strain:
    """A visible strain that goes on."""

    depth: float
    left: int | None
    """Sessions that it still lasts, this one included; None: to the end."""


def simulated(
    preset: Preset, world: World, *, clients: int, seed: int
) -> Iterator[tuple[Simulated, ...]]:
    """One course a client, of 6 to 16 sessions."""
    draw = random.Random(seed)
    for _ in range(clients):
        yield tuple(_course(preset, world, draw))


def _course(preset: Preset, world: World, draw: random.Random) -> Iterator[Simulated]:
    level = draw.gauss(preset.mean, preset.between)
    within = preset.within * math.exp(draw.gauss(0, preset.unlike))
    growth = draw.gauss(preset.growth, preset.growth / 2)
    deviation, strain = draw.gauss(0, within), None
    fresh = within * math.sqrt(1 - preset.follows**2)
    for number in range(draw.randint(*SESSIONS)):
        if number:
            deviation = preset.follows * deviation + draw.gauss(0, fresh)
        begun = _begun(preset, world, draw) if number and strain is None else None
        strain = strain or begun
        quiet = number > 0 and strain is None and draw.random() < world.silent
        lowered = strain.depth if strain else world.silent_depth * preset.depth if quiet else 0.0
        yield Simulated(
            _rating(preset, level + growth * math.log(1 + number) + deviation - lowered, draw),
            draw.random() < _named(world, strain is not None, quiet),
            is_strained=strain is not None,
            is_onset=begun is not None,
            is_silent=quiet,
        )
        strain = _goes_on(strain)


def _begun(preset: Preset, world: World, draw: random.Random) -> _Strain | None:
    if draw.random() >= world.visible:
        return None
    depth = preset.depth * math.exp(draw.gauss(0, DEPTH_UNLIKE))
    if draw.random() >= world.repaired:
        return _Strain(depth, None)
    left = 1
    while draw.random() >= world.ends:
        left += 1
    return _Strain(depth, left)


def _goes_on(strain: _Strain | None) -> _Strain | None:
    if strain is None or strain.left is None:
        return strain
    return _Strain(strain.depth, strain.left - 1) if strain.left > 1 else None


def _named(world: World, is_strained: bool, is_silent: bool) -> float:
    if is_strained:
        return world.named_visible
    return world.named_silent if is_silent else world.named_none


def _rating(preset: Preset, level: float, draw: random.Random) -> float:
    """The mean of the items, on 0..10 whatever the instrument's range."""
    low, high, noise = preset.low, preset.high, preset.noise
    total = sum(
        min(high, max(low, round(level + draw.gauss(0, noise)))) for _ in range(preset.items)
    )
    return (total / preset.items - low) * 10 / (high - low)
