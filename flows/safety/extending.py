"""A practice's own examples joined to the screen, unless they lose a direct wish to die.

Whatever is added, the sentences of ``direct.toml`` stay ``likely`` or ``explicit``. Used when the
screen is loaded and by ``interlude safety test``.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from flows.safety.examples import Example
from flows.safety.learning import learn_added
from flows.safety.screening import Screen
from flows.safety.vote import Parts, Voters, parts_of

NEEDED = ("likely", "explicit")


def extended(screen: Screen, examples: Sequence[Example]) -> Screen | list[str]:
    """The screen with these examples added; or which of them take a direct wish away from it."""
    ear = screen.ear
    if ear is None or not examples:
        return screen
    parts = parts_of([example.text for example in examples], ear.encoder)
    added = learn_added(examples, parts, ear.learnt.voters)
    wider = replace(screen, ear=replace(ear, added=added))
    lost = lost_wishes(wider)
    if not lost:
        return wider
    return [
        f"the example {_against(added, parts_of([sentence], ear.encoder)[0])} would take"
        f" “{sentence}” from what is answered with the card; word it otherwise or leave it out"
        for sentence in lost
    ]


def lost_wishes(screen: Screen) -> list[str]:
    """The direct wishes to die that a screen would not answer with the card."""
    sentences = [one for rows in direct_wishes().values() for one in rows]
    verdicts = screen.judge_all(sentences)
    return [
        sentence
        for sentence, verdict in zip(sentences, verdicts, strict=True)
        if verdict.risk not in NEEDED
    ]


@cache
def direct_wishes() -> dict[str, list[str]]:
    """Sentences that must lead to the card whatever is changed, by language."""
    file = importlib.resources.files("flows.safety").joinpath("direct.toml")
    table: dict[str, list[str]] = tomllib.loads(file.read_text("utf-8"))
    return table


def _against(added: Voters, parts: Parts) -> str:
    pulls = added.close(parts.rows)[0] * added.weights
    return added.ids[int(pulls.argmin())]
