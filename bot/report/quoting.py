"""Client text made safe to stand beside ours: one line, no hidden characters, in quotation marks.

Used by ``bot.report``. Telegram gets plain text, so markup is harmless; what must not happen is
that a client's words look like a heading or another client's line of ours, or act when tapped.
"""

from __future__ import annotations

import re
import unicodedata

from flows.digest.section import QUOTED_UP_TO

LONGEST_ALIAS = 40
ELLIPSIS = "…"
_MARKS_IN_A_ROW = 3
"""Accents on one letter; more is decoration that would run over the lines around it."""
_FIRST_MARK = "\u0300"
"""No accent that stands by itself comes before it: most texts need not be looked through."""
_JOINERS = "\u200c\u200d"
"""Needed inside emoji and in several scripts, though they are format characters."""
_OUR_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"') | {"▪": "·", "•": "·"})
_COMMAND = re.compile(r"(?<!\S)/(?=\w)")
_WORD_JOINER = "\u2060"


def one_line(text: str) -> str:
    """``text`` on one line: no control, bidi or other hidden characters, few accents a letter.

    Our own quotation marks and bullets in it become plain ones, and ``/word`` can no longer be
    tapped as a command.
    """
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    kept = composed
    if not composed.isprintable():  # whatever is not shown is not printable
        kept = "".join(c for c in composed if _is_shown(c))
    if max(kept, default="") >= _FIRST_MARK:
        kept = _few_marks(kept)
    folded = " ".join(kept.translate(_OUR_QUOTES).split())
    return _COMMAND.sub("/" + _WORD_JOINER, folded)


def shortened(line: str, longest: int = QUOTED_UP_TO) -> str:
    """``line`` in at most ``longest`` characters, cut at a word, an ellipsis in place of the rest.

    A single word longer than that is cut where no accent or emoji is torn apart.
    """
    if len(line) <= longest:
        return line
    end = line.rfind(" ", 0, longest)
    if end < longest // 2:
        end = longest - len(ELLIPSIS)
        while end > 1 and _continues(line, end):
            end -= 1
    return line[:end].rstrip(" ,;:–-") + ELLIPSIS


def short_alias(alias: str) -> str:
    """An alias on one line, at most 40 characters; never empty."""
    return shortened(one_line(alias), LONGEST_ALIAS) or ELLIPSIS


def _is_shown(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


def _few_marks(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def _continues(line: str, end: int) -> bool:
    """True where a cut before ``end`` would part a letter from its accents or an emoji."""
    after, before = line[end], line[end - 1]
    modifier = "\U0001f3fb" <= after <= "\U0001f3ff"
    return _is_mark(after) or after in _JOINERS or before in _JOINERS or modifier
