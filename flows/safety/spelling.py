"""A text as the screen looks at it: the same letters however it was typed, in words and sentences.

Used by the rules (``words_of``) and before the encoder (``tidied``, ``sentences_of``). Small
letters, accents and umlauts spelt out, letters held down taken back; nothing of it is kept.
"""

from __future__ import annotations

import re
import unicodedata

END = "."
"""The sign for the end of a sentence among the words."""

LONGEST_SENTENCE = 28
"""Words after which talk without a full stop is cut, at a comma where there is one."""

_SPELT_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ё": "е"}
_SHORT_I = "\u0306"  # makes й of и: a letter of its own
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
_QUOTES = re.compile(r"['’‘`´ʼ]")
_PAUSE = re.compile(r"\.{2,}|…")
_TOKEN = re.compile(r"[^\W_]+|[.!?\n]")
_HELD_DOWN = re.compile(r"(.)\1{2,}")
_BREAK = re.compile(r"(?<=[.!?…;])\s+|\n+|\s+[-–—]+\s+|\s*[()]\s*")
_FEWEST = 3


def words_of(text: str) -> list[str]:
    """The words of a text, spelt out; each end of a sentence is a word of its own. A letter held
    down counts once.
    """
    once = _HELD_DOWN.sub(r"\1", text.lower())
    plain = _PAUSE.sub(" ", _spelt_out(_QUOTES.sub("", tidied(once))))
    return [END if one in "!?\n" else one for one in _TOKEN.findall(plain)]


def tidied(text: str) -> str:
    """The text in small letters, without what is not seen; a letter held down counts twice."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).lower()
    return _HELD_DOWN.sub(r"\1\1", _QUOTES.sub("'", plain)).strip()


def sentences_of(text: str) -> tuple[str, ...]:
    """The sentences of a tidied text; a very short one stays with the one before it."""
    pieces = (piece.split() for piece in _BREAK.split(text))
    joined: list[list[str]] = []
    for words in (part for piece in pieces for part in _cut(piece)):
        if joined and (len(words) < _FEWEST or len(joined[-1]) < _FEWEST):
            joined[-1] += words
        else:
            joined.append(words)
    return tuple(" ".join(words) for words in joined)


def _cut(words: list[str]) -> list[list[str]]:
    parts = []
    while len(words) > LONGEST_SENTENCE:
        commas = (place for place in range(14, 26) if words[place - 1].endswith(","))
        at = next(commas, 20)
        parts.append(words[:at])
        words = words[at:]
    return [*parts, words] if words else parts


def _spelt_out(text: str) -> str:
    """The text without accents, umlauts as ae, oe, ue."""
    apart = unicodedata.normalize("NFD", "".join(_SPELT_OUT.get(one, one) for one in text))
    kept = (one for one in apart if one == _SHORT_I or not unicodedata.combining(one))
    return unicodedata.normalize("NFC", "".join(kept))
