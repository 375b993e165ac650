"""Quotes, brackets and characters that keep a text from being read: what is wrong with them.

Used by ``syntax`` alone. Each function looks for one kind of slip and gives None where it finds
none.
"""

from __future__ import annotations

import re

from flows.script.characters import mended, odd_in
from flows.script.refused import (
    CLOSED,
    HEADER,
    LONGEST_ROW,
    LONGEST_SHOWN,
    PAIR,
    STRINGS,
    Found,
    Refused,
    match,
)

_INSTEAD = {
    "": "Delete it",
    " ": "Type an ordinary space instead",
    '"': 'Type the straight quote " instead',
    "'": "Type the straight quote ' instead",
}
_GAP = re.compile(r"(?<=[_}\]])\s*(?=[{\[])|(?<=_)\s+(?=_)")
"""The place where a comma should be, in a row without its strings."""
_LOOSE_WORD = re.compile(r"(?<![\w.+-])[A-Za-z]+(?:\w*[A-Za-z0-9])?(?![\w.]*\s*=)", re.ASCII)


def odd_characters(at: Refused) -> Found | None:
    """A typographic quote, an invisible space or the like outside of all texts."""
    places = [
        (number, odd)
        for number, row in enumerate(at.bare, start=1)
        for odd in odd_in(row[:LONGEST_ROW])
    ]
    here = next((found for found in places if found[0] == at.line), None)
    if here is None:
        return None
    line, odd = here
    message = f"Here stands {odd.name}."
    instead = _INSTEAD.get(odd.instead, f"Type {odd.instead} instead")
    mend = mended(at.row).strip()
    shown = f": {mend}" if len(mend) <= LONGEST_SHOWN else ""
    others = sorted({number for number, _ in places} - {line})
    also = f" There are more in line {_listed(others)}." if others else ""
    return Found(line, odd.at + 1, message, f"{instead}{shown}.{also}".replace("..", "."))


def _listed(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:5]))
    return f"{shown} and others" if len(lines) > 5 else shown


def control_character(at: Refused) -> Found | None:
    """One that the reader takes nowhere, not even inside a text."""
    for number in (at.line, at.line - 1):
        row = at.rows[number - 1] if number else ""
        found = next(
            (
                odd
                for odd in odd_in(row[:LONGEST_ROW])
                if row[odd.at] < " " or row[odd.at] == "\x7f"
            ),
            None,
        )
        if found is not None:
            message = f"Here stands {found.name}."
            return Found(number, found.at + 1, message, "Delete it; a space may be meant.")
    return None


def unclosed_text(at: Refused) -> Found | None:
    """A quote that opens a text and is not closed before the end of its line."""
    text, line, seen = "\n".join(at.rows), 1, 0
    for found in STRINGS.finditer(text):
        line, seen = line + text.count("\n", seen, found.start()), found.start()
        if line > at.line:
            return None
        column = found.start() - text.rfind("\n", 0, found.start())
        before = at.rows[line - 1][: column - 1].rstrip()
        if CLOSED.fullmatch(found[0]) or (before and before[-1] not in "=,[{("):
            continue
        quote = found[0][0]
        if found[0].startswith(quote * 3):
            hint = f"Close it with {quote * 3}."
            return Found(line, column, "The text that begins here is never closed.", hint)
        row = at.rows[line - 1].strip()
        shown = f": {row}{quote}" if len(row) <= LONGEST_SHOWN else ""
        message = "The text that begins here is not closed in its line."
        hint = f"Put {quote} at its end{shown}"
        if line < len(at.rows) and at.rows[line].rstrip().endswith(quote):
            hint = 'Write it in one line, or begin and end it with """'
        return Found(line, column, message, f"{hint}.")
    return None


def open_bracket(at: Refused) -> Found | None:
    """A list or a table in braces that an earlier line opened and nothing closed."""
    opened: list[tuple[int, int, str]] = []
    for number, row in enumerate(at.bare[: at.line - 1], start=1):
        if not opened and match(HEADER, row):
            continue
        for column, char in enumerate(row, start=1):
            if char in "[{":
                opened.append((number, column, char))
            elif char in "]}" and opened:
                opened.pop()
    if not opened:
        return None
    line, column, char = opened[-1]
    here = at.bare[at.line - 1].strip()
    if char == "{" or match(PAIR, here) or match(HEADER, here) or not here:
        return _never_closed(line, column, char)
    if here[:1] in "{_[":
        message = "A comma is missing between this entry and the one before it."
        place = len(at.row) - len(at.row.lstrip()) + 1
        return Found(at.line, place, message, "Put a comma at the end of the line above.")
    return None


def within(at: Refused) -> Found | None:
    """A slip inside the brackets or braces of one line."""
    bare = at.bare[at.line - 1]
    gap = _GAP.search(bare)
    if gap:
        message = "A comma is missing between two entries."
        return Found(at.line, gap.end() + 1, message, "Put a comma between them.")
    doubled = re.search(r",\s*[,}]", bare)
    if doubled:
        return Found(at.line, doubled.start() + 1, "There is a comma too many.", "Remove it.")
    opened: list[int] = []
    for place, char in enumerate(bare):
        if char in "[{":
            opened.append(place)
        elif char in "]}" and opened:
            opened.pop()
    if opened:
        return _never_closed(at.line, opened[-1] + 1, bare[opened[-1]])
    word = _LOOSE_WORD.search(bare, bare.index("=") + 1)
    if word and word[0] not in ("true", "false", "inf", "nan"):
        hint = f'Put quotes around it: "{word[0]}".'
        return Found(at.line, word.start() + 1, "A text stands in quotes.", hint)
    return None


def _never_closed(line: int, column: int, char: str) -> Found:
    if char == "{":
        message = "What stands between { and } must stand in one line."
        return Found(line, column, message, "Close the brace in this line, or join the lines.")
    message = "The bracket that opens here is never closed."
    return Found(line, column, message, "Put ] at the end of the list.")
