"""The assumptions of the simulation, varied one at a time.

Used by ``interlude evaluate --sweep``: none of them is known, so a rule must not hang on one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flows.signals.evaluation.presets import CALM, STRAINED, Preset, World


@dataclass(frozen=True, slots=True)
class Varied:
    """A preset and its worlds with one assumption changed, and which."""

    says: str
    preset: Preset
    world: World = STRAINED
    calm: World = CALM


def varied(preset: Preset) -> Iterator[Varied]:
    """Each assumption lower and higher than the one that the preset makes."""
    for hazard in (0.02, 0.045):
        world = replace(STRAINED, visible=hazard)
        yield Varied(f"strain begins at {hazard:g} of sessions", preset, world)
    for follows in (0.0, 0.5):
        yield Varied(f"correlation {follows:g}", replace(preset, follows=follows))
    for times in (0.6, 1.5):
        yield Varied(f"depth times {times:g}", replace(preset, depth=times * preset.depth))
    for named in (0.45, 0.75):
        world = replace(STRAINED, named_visible=named)
        yield Varied(f"{named:g} of visible strains named", preset, world)
    for false in (0.05, 0.15):
        yield Varied(
            f"named at {false:g} where nothing was",
            preset,
            replace(STRAINED, named_none=false),
            replace(CALM, named_none=false),
        )
