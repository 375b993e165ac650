"""The rules of crisis wording, read from ``rules/*.toml``, and what they find in a text.

Used by ``screening``. A rule is a handful of phrases with an id; a veto (denied, past, fiction,
others) close to it takes its weight away. The files are data that an admin reads: see
``docs/safety.md``. The phrases were written for this project; no clinician has read them.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from flows.safety.phrases import WIDEST_GAP, Phrases
from flows.safety.spelling import END, words_of

Strength = Literal["likely", "explicit"]
Veto = Literal["denied", "past", "fiction", "others"]

VETOES: tuple[Veto, ...] = get_args(Veto)
_TAKEN_OUT = "~"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for. Its id may be logged; the client's words may not."""

    id: str
    risk: Strength
    phrases: tuple[str, ...]
    says_not: bool = False
    """True where the phrase itself holds the negation: a denial does not weaken it then."""
    of_anyone: bool = False
    """True where it may be said of somebody else: only then does naming others weaken it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched, and the vetoes that stand close to it."""

    rule: Rule
    vetoes: frozenset[Veto]


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of the rules in a text: every hit, and which vetoes it holds anywhere."""

    hits: tuple[Hit, ...]
    markers: frozenset[Veto]
    has_idiom: bool = False
    """True where an everyday idiom was taken out of the text."""
    words: int = 0
    """The number of words of the text."""

    def free(self, risk: Strength) -> bool:
        """True where a rule of this strength matched and no veto stands against it."""
        return any(hit.rule.risk == risk and not hit.vetoes for hit in self.hits)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rules that matched without a veto, each once, in order of the table."""
        return tuple(dict.fromkeys(hit.rule.id for hit in self.hits if not hit.vetoes))


class Rules:
    """The rules of one or more languages, ready to be looked for."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Read the rules of each language, by its code."""
        self.all = tuple(
            Rule(
                row["id"],
                row["risk"],
                tuple(row["phrases"]),
                row.get("says_not", False),
                row.get("of_anyone", False),
            )
            for document in documents.values()
            for row in document["rule"]
        )
        self._places = {rule.id: place for place, rule in enumerate(self.all)}
        self._rules = Phrases((rule, phrase) for rule in self.all for phrase in rule.phrases)
        self._idioms = Phrases(
            (name == "everyday", phrase)
            for document in documents.values()
            for name in ("everyday", "aside")
            for phrase in document[name]
        )
        self._vetoes = {
            code: Phrases((veto, phrase) for veto in VETOES for phrase in document["vetoes"][veto])
            for code, document in documents.items()
        }

    def find(self, text: str) -> Findings:
        """The rules found in a text. Idioms are taken out of it first, and asides too: "after the
        film" excuses nothing that is said of oneself.
        """
        words = words_of(text)
        count = sum(word != END for word in words)
        has_idiom = False
        for start in range(len(words)):
            for is_everyday, begin, end in list(self._idioms.found_at(words, start)):
                words[begin:end] = [_TAKEN_OUT] * (end - begin)
                has_idiom = has_idiom or is_everyday
        hits = [
            Hit(rule, self._against(words, start, end, rule))
            for rule, start, end in self._rules.found_in(words)
        ]
        hits.sort(key=lambda hit: self._places[hit.rule.id])
        markers = frozenset(
            veto for vetoes in self._vetoes.values() for veto, _, _ in vetoes.found_in(words)
        )
        return Findings(tuple(hits), markers, has_idiom, count)

    def _against(self, words: list[str], start: int, end: int, rule: Rule) -> frozenset[Veto]:
        """The vetoes in the sentence of a hit; a denial counts close before it and inside it."""
        begin, stop = _sentence(words, start)
        found = set()
        for veto, at, _ in self._vetoes[rule.id.partition(".")[0]].found_in(words[begin:stop]):
            place = begin + at
            if veto == "denied":
                counts = not rule.says_not and start - WIDEST_GAP <= place < end
            else:
                counts = veto != "others" or rule.of_anyone
            if counts:
                found.add(veto)
        return frozenset(found)


def _sentence(words: list[str], place: int) -> tuple[int, int]:
    """Find where the sentence around a word begins and ends."""
    begin = max((at + 1 for at in range(place) if words[at] == END), default=0)
    stop = next((at for at in range(place, len(words)) if words[at] == END), len(words))
    return begin, stop


@cache
def shipped_rules() -> Rules:
    """The rules that come with Interlude."""
    documents = {}
    for file in importlib.resources.files("flows.safety").joinpath("rules").iterdir():
        code, _, ending = file.name.partition(".")
        if ending == "toml":
            documents[code] = tomllib.loads(file.read_text("utf-8"))
    return Rules(dict(sorted(documents.items())))
