"""Cuts a text that is too long for one message into several. Used by ``speak`` for all it says.

It never cuts inside a letter and, where it can, only between paragraphs, lines or words.
"""

from __future__ import annotations

from flows.engine.cut import length

LONGEST = 4096
"""UTF-16 units in a message; more, and Telegram refuses it."""
LONGEST_CAPTION = 1024
"""UTF-16 units in the text below a picture or a file, likewise."""


def pieces(text: str) -> list[str]:
    """The text in order, in as few messages as will do."""
    found = []
    while length(text) > LONGEST:
        end = _place(text)
        found.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*found, text]


def _place(text: str) -> int:
    """Return where the first piece ends: at the last gap that still fits, wide ones preferred."""
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST]
    fits = len(units.decode("utf-16-le", "ignore"))
    gaps = (text.rfind(gap, 1, fits) for gap in ("\n\n", "\n", " "))
    return next((gap for gap in gaps if gap > fits // 2), fits)
