"""The screen held against its own examples: how many it finds that it has not learnt from.

Used by ``interlude safety test``. The texts of one hand are judged by what was learnt from all
other hands, so that twins and translations never stand on both sides. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flows.safety.encoder import Encoder
from flows.safety.examples import Example
from flows.safety.learning import learn, learn_letters, lessons_of
from flows.safety.risk import Risk
from flows.safety.screening import Screen
from flows.safety.vote import parts_of

LONG = 40
"""Words above which a text counts as long."""
_SURE = 1.96


@dataclass(frozen=True, slots=True)
class Tried:
    """An example and the verdict on it."""

    example: Example
    risk: Risk

    @property
    def has_card(self) -> bool:
        """True where it would be answered with the card."""
        return self.risk in ("likely", "explicit")

    @property
    def is_wrong(self) -> bool:
        """True where the verdict is not what the label says: nothing heard, or a card too many."""
        return self.risk == "none" if self.example.is_crisis else self.has_card


@dataclass(frozen=True, slots=True)
class Share:
    """The share of some texts that led to a card, and to a card or the quiet line."""

    name: str
    cards: int
    heard: int
    of: int

    def __str__(self) -> str:
        """The shares with their intervals, in one line."""
        card, heard = interval(self.cards, self.of), interval(self.heard, self.of)
        return (
            f"{self.name:<32} card {self.cards} of {self.of} ({card[0]:.0%} to {card[1]:.0%}),"
            f" card or quiet line {self.heard} ({heard[0]:.0%} to {heard[1]:.0%})"
        )


def held_out(screen: Screen, examples: Sequence[Example], encoder: Encoder) -> list[Tried]:
    """The verdict on each example by a screen that has learnt from all other hands."""
    if screen.ear is None:
        return []
    parts = parts_of([example.text for example in examples], encoder)
    lessons = lessons_of(examples, parts)
    tried: list[Tried] = []
    for hand in sorted({example.hand for example in examples}):
        others = lessons.without(hand)
        learnt = replace(screen.ear.learnt, voters=learn(others), letters=learn_letters(others))
        ear = replace(screen.ear, learnt=learnt)
        tried += [
            Tried(example, ear.verdict(screen.rules.find(example.text), part).risk)
            for example, part in zip(examples, parts, strict=True)
            if example.hand == hand
        ]
    return tried


def changed(
    before: Screen, after: Screen, examples: Sequence[Example]
) -> Iterator[tuple[Example, Risk, Risk]]:
    """Each example on which two screens differ."""
    texts = [example.text for example in examples]
    verdicts = zip(before.judge_all(texts), after.judge_all(texts), strict=True)
    for example, (one, other) in zip(examples, verdicts, strict=True):
        if one.risk != other.risk:
            yield example, one.risk, other.risk


def shares(tried: Sequence[Tried]) -> list[Share]:
    """Count how many of each label, length, language and kind were heard."""
    found = []
    for is_crisis, name in ((True, "crisis"), (False, "harmless")):
        some = [one for one in tried if one.example.is_crisis == is_crisis]
        found.append(_share(name, some))
        for words, fits in (("short", False), ("long", True)):
            of_length = [one for one in some if _is_long(one.example) == fits]
            found.append(_share(f"{name}, {words}", of_length))
        for language in sorted({one.example.language for one in some}):
            spoken = [one for one in some if one.example.language == language]
            found.append(_share(f"{name}, {language}", spoken))
        found += [
            _share(f"{name}, {kind}", [one for one in some if one.example.kind == kind])
            for kind in sorted({one.example.kind for one in some})
        ]
    return [share for share in found if share.of]


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share, for nineteen times of twenty."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, _SURE**2 / of
    middle = share + spread / 2
    reach = _SURE * math.sqrt((share * (1 - share) + spread / 4) / of)
    return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))


def _share(name: str, tried: Sequence[Tried]) -> Share:
    cards = sum(one.has_card for one in tried)
    heard = sum(one.risk != "none" for one in tried)
    return Share(name, cards, heard, len(tried))


def _is_long(example: Example) -> bool:
    return len(example.text.split()) > LONG
