"""Tells an author why a text is not TOML, and what to write instead.

Used by the reader alone, once the TOML reader has refused a text. Its own messages are for
programmers; here the text around the refused place is looked at again, and what people do wrong is
recognised: a quote left out, a word processor's quotes, one bracket for two.
"""

from __future__ import annotations

from collections.abc import Callable

from flows.script.problems import Problem
from flows.script.refused import LONGEST_ROW, Found, Refused, without_strings
from flows.script.syntax_lines import colon, header, no_sign, single_bracket, twice, value
from flows.script.syntax_marks import control_character, odd_characters, open_bracket, unclosed_text

_LOOKS: tuple[Callable[[Refused], Found | None], ...] = (
    unclosed_text,
    odd_characters,
    control_character,
    single_bracket,
    twice,
    open_bracket,
    header,
    colon,
    value,
    no_sign,
)
"""From what misleads most to what is left over."""


def explain(text: str, byte: int, said: str) -> Problem:
    """The problem of a text that the TOML reader refused at ``byte`` with the words ``said``."""
    before = text.encode()[:byte].decode(errors="ignore").split("\n")
    rows = tuple(text.split("\n"))
    bare = tuple(without_strings(text).split("\n"))
    column = min(len(before[-1]), len(rows[len(before) - 1])) + 1
    at = Refused(rows, bare, len(before), column, said)
    for look in _LOOKS if len(at.row) <= LONGEST_ROW else ():
        found = look(at)
        if found is not None:
            return Problem(found.line, found.column, "F001", found.message, found.hint)
    message = "This line cannot be read."
    hint = "Look for a missing quote, bracket, comma or = in it or in the line above."
    return Problem(at.line, at.column, "F001", message, hint)
