"""The sentences of the page itself, which holds none: they go to it with the first event.

Used by whoever shows a page, for ``hello``. It must never fill in a value: the page does, as text.
"""

from __future__ import annotations

from bot.texts import Texts
from flows.languages import Language, tongue_of

AREA = "page."


def sentences(texts: Texts, language: Language) -> dict[str, str]:
    """Every sentence of the page by its key, in the plain form of ``language``."""
    written = texts.written(tongue_of(language).plain)
    return {
        key.removeprefix(AREA): text
        for key, text in written.items()
        if key.startswith(AREA) and isinstance(text, str)
    }
