"""``Screen``: what the rules and the examples together say to one text.

Used through ``flows.safety``. It takes a text and nothing else, neither hour nor speed nor who
wrote it, and keeps and returns nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.safety.risk import Risk
from flows.safety.rules import Findings, Rules, shipped_rules
from flows.safety.spelling import END, words_of

if TYPE_CHECKING:  # without numpy the rules work alone
    from flows.safety.encoder import Encoder
    from flows.safety.learnt import Learnt
    from flows.safety.vote import Parts, Voters

FEWEST_WORDS = 3
"""The number of words below which only a rule speaks."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The screen's finding. ``none`` means only that nothing known stood there, never safety.

    ``matched`` holds the ids of rules, in the order of the table, ``nearest`` those of the examples
    that weighed most; never a word of the text.
    """

    risk: Risk
    matched: tuple[str, ...]
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ear:
    """An encoder with what was learnt for it: by these the screen knows what is meant."""

    encoder: Encoder
    learnt: Learnt
    added: Voters | None = None
    """The voters that the practice's own examples add."""

    def verdict(self, found: Findings, parts: Parts) -> Verdict:
        """Joins what the rules found and what the examples say. ``explicit`` only where a rule
        without a veto and the examples agree.
        """
        from flows.safety.vote import voted

        parties = [self.learnt.voters, *([self.added] if self.added is not None else [])]
        vote = voted(parties, self.learnt.letters, parts)
        risk = self.learnt.risk(
            self.learnt.score(vote.numbers, clues(found)),
            vote.length,
            by_rule=found.free("explicit"),
            is_tiny=found.words < FEWEST_WORDS and not found.ids,
        )
        return Verdict(risk, found.ids, () if risk == "none" else vote.nearest)


@dataclass(frozen=True, slots=True)
class Screen:
    """Judges texts. Without an ear it goes by the rules alone, which miss most of what is said."""

    ear: Ear | None = None
    rules: Rules = field(default_factory=shipped_rules)

    def judge(self, text: str) -> Verdict:
        """The risk that the words of a text speak of, by what rules and by what examples."""
        return self.judge_all([text])[0]

    def judge_all(self, texts: Sequence[str]) -> list[Verdict]:
        """The verdict on each text, as ``judge`` would give it."""
        if self.ear is None:
            return [_by_rules(self.rules.find(text)) for text in texts]
        from flows.safety.vote import parts_of

        spoken = [any(word != END for word in words_of(text)) for text in texts]
        asked = [text for text, is_one in zip(texts, spoken, strict=True) if is_one]
        parts = iter(parts_of(asked, self.ear.encoder))
        return [
            self.ear.verdict(self.rules.find(text), next(parts)) if is_one else Verdict("none", ())
            for text, is_one in zip(texts, spoken, strict=True)
        ]


def _by_rules(found: Findings) -> Verdict:
    risk: Risk = "none"
    if found.free("explicit"):
        risk = "explicit"
    elif found.free("likely"):
        risk = "likely"
    return Verdict(risk, found.ids)


def clues(found: Findings) -> tuple[float, ...]:
    """Return what the rules found, as numbers beside those of the vote."""
    explicit = found.free("explicit")
    return (
        float(explicit),
        float(found.free("likely") and not explicit),
        float(any(hit.vetoes for hit in found.hits)),
        float("past" in found.markers),
        float("fiction" in found.markers),
        float("others" in found.markers),
        float(found.has_idiom),
    )
