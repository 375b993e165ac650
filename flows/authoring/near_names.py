"""The names that a problem mentions: the nearest one, and all that there are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

MOST_SHOWN, LONGEST_SHOWN = 40, 60
"""The number of names that a problem lists, and the length of each."""
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def near(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """ "Did you mean …?" for the nearest known word, else ``otherwise``."""
    short = [one for one in known if len(one) <= LONGEST_SHOWN]
    found = get_close_matches(word[:LONGEST_SHOWN], short, n=1, cutoff=0.6)
    return f"Did you mean `{found[0]}`?" if found else otherwise


def listed(words: Iterable[str]) -> str:
    """The words in code marks, with commas between them; of very many only the first."""
    shown = [f"`{word[:LONGEST_SHOWN]}`" for word in islice(words, MOST_SHOWN + 1)]
    return ", ".join([*shown[:MOST_SHOWN], *(["…"] if len(shown) > MOST_SHOWN else [])])


def id_advice(form: re.Pattern[str], name: str, advice: str, *, gap: str) -> str:
    """The advice, with the id in the letters that an id has, where that makes one."""
    spelt = unicodedata.normalize("NFKD", name.strip().lower().translate(_SPELT))
    kept = re.sub(r"[\s_-]+", gap, spelt.encode("ascii", "ignore").decode())
    return f"{advice} For example: `{kept}`." if form.fullmatch(kept) and kept != name else advice
