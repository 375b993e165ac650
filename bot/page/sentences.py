"""The sentences of the page itself, which holds none: they go to it with the first event.

Used by whoever shows a page, for ``hello``. It must never fill in a value: the page does, as text.
"""

from __future__ import annotations

from bot.texts import Text, Texts
from flows.languages import Language


def sentences(texts: Texts, language: Language, *areas: str) -> dict[str, Text]:
    """Every sentence of the page, and those of ``areas``, by its key within its area."""
    return {
        key.partition(".")[2]: text
        for area in ("page", *areas)
        for key, text in texts.area(language, area).items()
    }
