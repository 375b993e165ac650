"""A text that the TOML reader refused, cut into rows, and the forms of a row.

Used by the modules that recognise what an author did wrong (``syntax_marks``, ``syntax_lines``). It
recognises nothing itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

STRINGS = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\\?\Z)|'
    r"'''.*?(?:'''|\Z)|"
    r'"(?:\\.|[^"\\\n])*(?:"|\\?\Z|(?=\n))|'
    r"'[^'\n]*(?:'|\Z|(?=\n))|"
    r"#[^\n]*",
    re.DOTALL,
)
"""Strings, closed or not, and comments. Every alternative ends somewhere, so a scan is linear."""

TABLES = ("step", "block", "value", "score")
LONGEST_SHOWN = 70
"""A longer line is not written out in a hint."""
LONGEST_ROW = 2000
"""A longer line is not looked at: nobody wrote it by hand."""

_KEY = r"[A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*"
PAIR = re.compile(rf"\s*(?P<key>{_KEY})\s*(?P<sign>=)\s*(?P<value>.*)")
COLON = re.compile(rf"\s*(?P<key>{_KEY})\s*(?P<sign>:)\s*(?P<value>.*)")
NO_SIGN = re.compile(rf"\s*(?P<key>{_KEY})\s+(?P<value>[\"'\[{{\d].*)")
HEADER = re.compile(r"\s*(\[{1,2})\s*([\w.-]+)\s*(\]{0,2})\s*(.*)", re.ASCII)
CLOSED = re.compile(
    r'"""(?:\\.|[^\\])*?"""|'
    r"'''.*?'''|"
    r'"(?:\\.|[^"\\\n])*"|'
    r"'[^'\n]*'|"
    r"#[^\n]*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused text, with and without its strings and comments, and where the reader stopped."""

    rows: tuple[str, ...]
    bare: tuple[str, ...]
    """The rows with ``_`` for every character of a string or a comment."""
    line: int
    column: int
    said: str

    @property
    def row(self) -> str:
        """The row in which the reader stopped."""
        return self.rows[self.line - 1]

    @property
    def code(self) -> str:
        """The row at hand without its comment."""
        bare, row = self.bare[self.line - 1], self.row
        hashes = [m.start() for m in STRINGS.finditer(row) if m[0].startswith("#")]
        return row[: hashes[0]] if hashes and bare[hashes[0]] == "_" else row


@dataclass(frozen=True, slots=True)
class Found:
    """An author's mistake, its place, and what to write instead."""

    line: int
    column: int
    message: str
    hint: str


def match(form: re.Pattern[str], row: str) -> re.Match[str] | None:
    """The match of a whole row; None as well where the row is longer than anybody writes."""
    return form.fullmatch(row) if len(row) <= LONGEST_ROW else None


def without_strings(text: str) -> str:
    """The text with ``_`` for every character of a string or a comment, line ends kept."""
    return STRINGS.sub(lambda found: re.sub(r"[^\n]", "_", found[0]), text)
