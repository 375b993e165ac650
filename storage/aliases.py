"""Aliases of clients: how one is written, and which read alike.

Used by ``cares``, which finds a client by what the therapist types, and by the invite. An alias
that reads like another one must never open somebody else's card or link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby, pairwise

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Letters, marks and symbols that nobody sees, besides the control and format characters."""
_VARIANTS = range(0xFE00, 0xFE10)
"""Choose how the character before them is drawn; nothing shows of themselves."""
_WORD = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*"
_NAME = re.compile(rf"(?=.*[^\W\d_]{{3}})(?:{_WORD}\.? )*{_WORD}")
"""Words of letters only, one of them with three or more in a row."""
_INITIAL = re.compile(r"[^\W\d_]\.?")
_SPELT_OUT = re.compile(r"[^\W\d_]{2,}")


def readable(typed: str) -> str:
    """The alias in single spaces and one form of each letter, without characters that do not show.

    Empty: nothing of it shows.
    """
    composed = unicodedata.normalize("NFC", " ".join(typed.split()))
    kept = "".join(c for c in composed if not _is_hidden(c))
    shows = any(unicodedata.category(c)[0] in "LNPS" for c in kept)
    return " ".join(kept.split()) if shows else ""


def core(alias: str) -> str:
    """Reduce an alias to what it shares with every one that reads alike.

    That is its letters, digits and symbols, in small letters; dots, hyphens, spaces and what does
    not show make no difference, nor does ß for ss.

    An accent makes one: Ö.K. and O.K. are two people. An alias of nothing but dots stays as it is.
    """
    folded = unicodedata.normalize("NFKC", alias).casefold()
    shown = [c for c in unicodedata.normalize("NFKC", folded) if not _is_hidden(c)]
    kept = "".join(c for c in shown if unicodedata.category(c)[0] in "LNMS")
    return unicodedata.normalize("NFC", kept) or "".join(shown).strip()


def is_full_name(alias: str) -> bool:
    """True where at least two words of it are spelt out, as in a first name and a surname."""
    return sum(1 for word in alias.split() if _SPELT_OUT.search(word)) > 1


def is_surname_first(parts: Sequence[str]) -> bool:
    """True where commas between these parts may stand within names, as in "Krüger, Anna": pairs of
    words that are spelt out, or one with an initial behind it. Initials and short codes are a list,
    and so are three words.
    """
    runs = groupby(parts, key=lambda part: _NAME.fullmatch(part) is not None)
    in_pairs = any(is_name and len(list(run)) % 2 == 0 for is_name, run in runs)
    return in_pairs or any(
        _NAME.fullmatch(one) and _INITIAL.fullmatch(other) for one, other in pairwise(parts)
    )


def _is_hidden(character: str) -> bool:
    hidden = character in _BLANK or ord(character) in _VARIANTS
    return hidden or unicodedata.category(character)[0] == "C"
