"""Values that the program reads itself (ids, kinds, times): no character in them may deceive.

Used by the shape check before everything else, so that an invisible space is told once, where it
stands, and not again by every check that no longer finds the word. Texts for people and conditions
are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows.authoring.report import Loc
from flows.languages import is_spoken
from flows.script.characters import mended, odd_in
from flows.script.sheet import Sheet

LEFT_ALONE = frozenset({"licence", "when", "is", "again_while"})


def tidy(sheet: Sheet, document: dict[str, Any]) -> None:
    """Reports every deceiving character in such a value, and takes it out of ``document``."""
    for holder, key, loc in list(_words(document, ())):
        written = holder[key]
        right = mended(written).strip()
        if right == written or not right.isascii() or " " in right:
            continue  # nothing odd, or no word of a program: a text in the wrong place
        odd = next(odd_in(written), None)
        if odd is None:
            at = 0 if written[0] == " " else len(written.rstrip())
            message, hint = "Here stands a space too many.", f"Delete it: `{right[:60]}`."
        else:
            at, message, hint = odd.at, f"Here stands {odd.name}.", f"Write `{right[:60]}`."
            if not odd.instead.strip() and right == written.replace(written[odd.at], ""):
                hint = f"Delete it: `{right[:60]}`."
        sheet.inside("F002", loc, at, message, hint)
        holder[key] = right


def _words(value: Any, loc: Loc) -> Iterator[tuple[Any, Any, Loc]]:
    """Every such value: what holds it, its key or number there, and its place."""
    if isinstance(value, dict):
        entries: Any = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    else:
        return
    for key, entry in entries:
        if key in LEFT_ALONE or is_spoken(key):
            continue
        if isinstance(entry, str) and entry.strip():
            yield value, key, (*loc, key)
        else:
            yield from _words(entry, (*loc, key))
