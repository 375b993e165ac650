"""``screen``: looks for crisis wording in one text.

Used through ``flows.safety``. It keeps and returns nothing of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from flows.safety.wording import EVERYDAY, FICTION, NEGATIONS, RULES, Rule

Risk = Literal["none", "maybe", "likely", "explicit"]

WIDEST_GAP = 3
_APART = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
_DROPPED = re.compile(r"['’‘`´ʼ\u00ad\u200b-\u200d\u2060\ufeff]")
_PAUSE = re.compile(r"\.{2,}|…")
_TOKEN = re.compile(r"[^\W_]+|[.!?\n]")
_END, _TAKEN_OUT = ".", "~"

Pattern = tuple[tuple[str, ...], ...]
Owner = TypeVar("Owner")
Index = dict[str, list[tuple[Owner, Pattern]]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. ``none`` means only that no wording of the list matched, never safety.

    ``matched`` holds ids of rules in the order of the table, ``nearest`` those of the examples that
    weighed most; never a word of the text.
    """

    risk: Risk
    matched: tuple[str, ...]
    nearest: tuple[str, ...] = ()


def screen(text: str) -> Verdict:
    """The strongest risk among the rules that match ``text``, and the ids of those rules.

    An explicit wording that is negated, such as "I would never …", counts as likely; wording
    about anyone is left out where its sentence speaks of a film or a book.
    """
    tokens = _tokens(text)
    _take_out_idioms(tokens)
    found: dict[str, Risk] = {}
    for start, token in enumerate(tokens):
        for rule, pattern in _starting_with(token, _RULES):
            risk = _risk(tokens, start, rule, pattern)
            if risk is not None and found.get(rule.id) != "explicit":
                found[rule.id] = risk
    risks = set(found.values())
    strongest: Risk = "explicit" if "explicit" in risks else "likely" if risks else "none"
    return Verdict(strongest, tuple(rule.id for rule in RULES if rule.id in found))


def _tokens(text: str) -> list[str]:
    """Words in small letters with umlauts spelt out; the end of each sentence as a full stop."""
    plain = unicodedata.normalize("NFKC", _DROPPED.sub("", text)).lower()
    plain = _PAUSE.sub(" ", "".join(_APART.get(letter, letter) for letter in plain))
    return [_END if one in "!?\n" else one for one in _TOKEN.findall(plain)]


def _take_out_idioms(tokens: list[str]) -> None:
    for start, token in enumerate(tokens):
        for _, idiom in _starting_with(token, _IDIOMS):
            end = _match(tokens, start, idiom)
            if end is not None:
                tokens[start:end] = [_TAKEN_OUT] * (end - start)


def _risk(tokens: list[str], start: int, rule: Rule, pattern: Pattern) -> Risk | None:
    end = _match(tokens, start, pattern)
    if end is None or (rule.of_anyone and _is_fiction(tokens, start)):
        return None
    if rule.risk == "explicit" and (rule.says_not or not _negated(tokens, start, end)):
        return "explicit"
    return "likely"


def _match(tokens: list[str], start: int, pattern: Pattern) -> int | None:
    """Where a pattern that begins at ``start`` ends; None: it does not begin there."""
    if not pattern:
        return start
    head, rest = pattern[0], pattern[1:]
    if head == ("..",):
        return _match_after_gap(tokens, start, rest)
    if head == ("$",):
        return start if start == len(tokens) or tokens[start] == _END else None
    if start < len(tokens) and _fits(tokens[start], head):
        return _match(tokens, start + 1, rest)
    return None


def _match_after_gap(tokens: list[str], start: int, rest: Pattern) -> int | None:
    for end in range(start, min(start + WIDEST_GAP, len(tokens)) + 1):
        if _END in tokens[start:end]:
            return None
        found = _match(tokens, end, rest)
        if found is not None:
            return found
    return None


def _fits(token: str, words: tuple[str, ...]) -> bool:
    return any(
        token.startswith(word[:-1]) if word.endswith("*") else token == word for word in words
    )


def _negated(tokens: list[str], start: int, end: int) -> bool:
    before = tokens[max(start - WIDEST_GAP, 0) : start]
    if _END in before:
        before = before[len(before) - before[::-1].index(_END) :]
    return not NEGATIONS.isdisjoint(before + tokens[start:end])


def _is_fiction(tokens: list[str], start: int) -> bool:
    begin = max((at + 1 for at in range(start) if tokens[at] == _END), default=0)
    sentence = tokens[begin:]
    if _END in sentence:
        sentence = sentence[: sentence.index(_END)]
    return not FICTION.isdisjoint(sentence)


def _pattern(phrase: str) -> Pattern:
    return tuple(tuple(word.split("|")) for word in phrase.split())


def _by_first_word(rows: Iterable[tuple[Owner, str]]) -> Index[Owner]:
    """The phrases under each word with which they may begin, so that most words cost nothing."""
    index: Index[Owner] = {}
    for owner, phrase in rows:
        pattern = _pattern(phrase)
        for word in pattern[0]:
            index.setdefault(word, []).append((owner, pattern))
    return index


def _starting_with(token: str, index: Index[Owner]) -> list[tuple[Owner, Pattern]]:
    found = list(index.get(token, ()))
    for word, entries in index.items():
        if word[-1] == "*" and token.startswith(word[:-1]):
            found += entries
    return found


_RULES = _by_first_word((rule, phrase) for rule in RULES for phrase in rule.phrases)
_IDIOMS = _by_first_word((None, phrase) for phrase in EVERYDAY)
