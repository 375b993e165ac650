"""Phrases that are looked for among words, and where they stand.

A phrase is a row of words: ``a|b`` is either, ``kill*`` any word with that beginning, ``..`` up to
three words of the same sentence, ``$`` the end of a sentence. Used by ``rules`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from flows.safety.spelling import END

WIDEST_GAP = 3

Pattern = tuple[tuple[str, ...], ...]
Owner = TypeVar("Owner")


class Phrases(Generic[Owner]):
    """A table of phrases, each with what it stands for; most words of a text cost one look."""

    def __init__(self, rows: Iterable[tuple[Owner, str]]) -> None:
        """Keep the phrases under each word with which they may begin."""
        self._by_word: dict[str, list[tuple[Owner, Pattern]]] = {}
        self._by_stem: dict[str, list[tuple[Owner, Pattern]]] = {}
        for owner, phrase in rows:
            pattern = tuple(tuple(word.split("|")) for word in phrase.split())
            for word in pattern[0]:
                index = self._by_stem if word.endswith("*") else self._by_word
                index.setdefault(word.rstrip("*"), []).append((owner, pattern))

    def found_in(self, words: list[str]) -> Iterator[tuple[Owner, int, int]]:
        """Each phrase that stands among the words: what it means, where it begins and ends."""
        for start in range(len(words)):
            yield from self.found_at(words, start)

    def found_at(self, words: list[str], start: int) -> Iterator[tuple[Owner, int, int]]:
        """The phrases that begin at this word."""
        word = words[start]
        for owner, pattern in self._by_word.get(word, ()):
            end = _match(words, start, pattern)
            if end is not None:
                yield owner, start, end
        for length in range(1, len(word) + 1):
            for owner, pattern in self._by_stem.get(word[:length], ()):
                end = _match(words, start, pattern)
                if end is not None:
                    yield owner, start, end


def _match(words: list[str], start: int, pattern: Pattern) -> int | None:
    """Find where a pattern that begins at ``start`` ends; None: it does not begin there."""
    if not pattern:
        return start
    head, rest = pattern[0], pattern[1:]
    if head == ("..",):
        return _match_after_gap(words, start, rest)
    if head == ("$",):
        return start if start == len(words) or words[start] == END else None
    if start < len(words) and _fits(words[start], head):
        return _match(words, start + 1, rest)
    return None


def _match_after_gap(words: list[str], start: int, rest: Pattern) -> int | None:
    for end in range(start, min(start + WIDEST_GAP, len(words)) + 1):
        if END in words[start:end]:
            return None
        found = _match(words, end, rest)
        if found is not None:
            return found
    return None


def _fits(word: str, either: tuple[str, ...]) -> bool:
    return any(word.startswith(one[:-1]) if one.endswith("*") else word == one for one in either)
