"""Headers, keys and values that cannot be read: what is wrong with a line.

Used by ``syntax`` alone. Each function looks for one kind of slip and gives None where it finds
none.
"""

from __future__ import annotations

import re

from flows.authoring.spans import time_meant
from flows.script.refused import (
    COLON,
    HEADER,
    LONGEST_SHOWN,
    NO_SIGN,
    PAIR,
    STRINGS,
    TABLES,
    Found,
    Refused,
    match,
)
from flows.script.syntax_marks import within

_TRUE = ("true", "yes", "on", "ja", "wahr")
_FALSE = ("false", "no", "off", "nein", "falsch", "none", "null")


def single_bracket(at: Refused) -> Found | None:
    """``[step]`` where each step begins with ``[[step]]``."""
    if "duplicate key" not in at.said:
        return None
    here = match(HEADER, at.bare[at.line - 1])
    if here is None or here[2] not in TABLES:
        return None
    for number, row in enumerate(at.bare, start=1):
        found = match(HEADER, row)
        if found and found[1] == "[" and found[2] == here[2]:
            name = found[2]
            message = f"`[{name}]` has one bracket on each side, so there could be only one {name}."
            hint = f"Write [[{name}]], with two, before every {name}."
            return Found(number, row.index("[") + 1, message, hint)
    return None


def twice(at: Refused) -> Found | None:
    """The same key or header twice."""
    if "duplicate key" not in at.said:
        return None
    header = match(HEADER, at.bare[at.line - 1])
    if header:
        written = at.row.strip()
        before = next((n for n, row in enumerate(at.rows, 1) if row.strip() == written), at.line)
        where = f"stands in line {before} and again here" if before < at.line else "stands twice"
        hint = "Put all its keys under one of them."
        return Found(at.line, at.row.index("[") + 1, f"`{written[:60]}` {where}.", hint)
    pair = match(PAIR, at.row)
    if pair is None:
        message = "The same key stands twice in these brackets."
        return Found(at.line, at.column, message, "Keep one of them.")
    key = pair["key"]
    first: int | None = None
    for number in range(at.line - 1, 0, -1):
        if match(HEADER, at.bare[number - 1]):
            break
        earlier = match(PAIR, at.rows[number - 1])
        if earlier and earlier["key"] == key:
            first = number
    where = f"stands in line {first} and again here" if first else "stands twice in this part"
    return Found(at.line, pair.start("key") + 1, f"`{key}` {where}.", _advice_on_twice(key))


def _advice_on_twice(key: str) -> str:
    if key in ("id", "language", "title.en", "title.de", "title.de_du"):
        top = (
            "language, id and title of the flow stand at the top, before the first line in brackets"
        )
        return f"Keep one. A new step begins with [[step]]; {top}."
    return "Keep one. A new step begins with [[step]]."


def header(at: Refused) -> Found | None:
    """A line in brackets that is not closed, or goes on behind them."""
    found = match(HEADER, at.code)
    if found is None or "=" in at.code.partition("[")[0]:
        return None
    opening, name, closing, rest = found.groups()
    whole = f"{opening}{name}{']' * len(opening)}"
    column = at.row.index("[") + 1
    if opening != "[" * len(closing):
        return Found(
            at.line, column, "This bracket is not closed in the same way.", f"Write {whole}."
        )
    if rest:
        hint = f"Write {whole} in a line of its own."
        return Found(at.line, found.start(4) + 1, "Behind the brackets nothing may follow.", hint)
    return None


def colon(at: Refused) -> Found | None:
    """A colon where the = should be."""
    found = match(COLON, at.code)
    if found is None:
        return None
    message = "Between a key and its value stands =, not a colon."
    hint = f"Write {found['key']} = {found['value'].rstrip() or '…'}."
    return Found(at.line, found.start("sign") + 1, message, hint)


def value(at: Refused) -> Found | None:
    """A value that is left out, has no quotes, or goes on behind its end."""
    found = match(PAIR, at.code)
    if found is None:
        return None
    key, value = found["key"], found["value"].rstrip()
    column = found.start("value") + 1
    if not value:
        hint = f'Write something behind it: {key} = "…".'
        return Found(at.line, found.start("sign") + 1, f"`{key}` has no value.", hint)
    if value[0] in "\"'":
        return _behind_text(at, value, column)
    if value[0] in "[{":
        return within(at)
    return _unquoted(at, key, value, column)


def _unquoted(at: Refused, key: str, value: str, column: int) -> Found:
    if value[-1] in "\"'" and value.count(value[-1]) == 1:
        hint = (
            f"Write {key} = {value[-1]}{value}." if len(value) <= LONGEST_SHOWN else "Put it there."
        )
        return Found(at.line, column, "The quote before this text is missing.", hint)
    lower = value.lower()
    if lower in (*_TRUE, *_FALSE):
        right = "true" if lower in _TRUE else "false"
        message = f"`{value}` is not known here."
        hint = f"Yes is true and no is false, in small letters: {key} = {right}."
        return Found(at.line, column, message, hint)
    meant = time_meant(value)
    if meant is not None:
        hint = f'Write {key} = "{meant}".'
        return Found(at.line, column, "A time of day stands in quotes.", hint)
    if re.fullmatch(r"[+-]?\d[\d.,']*", value):
        plain = value.replace("'", "").replace(",", ".")
        plain = plain.removesuffix(".0") if plain.endswith(".0") else plain
        message = f"`{value[:60]}` cannot be read as a number."
        hint = (
            f"Write it with digits, and a point before decimals: {key} = {plain.lstrip('0') or 0}."
        )
        return Found(at.line, column, message, hint)
    shown = f': {key} = "{value}"' if len(value) <= LONGEST_SHOWN and '"' not in value else ""
    return Found(at.line, column, "A text stands in quotes.", f"Put quotes around it{shown}.")


def _behind_text(at: Refused, value: str, column: int) -> Found | None:
    """More words behind a text: a quote inside it, or a second text."""
    string = STRINGS.match(value)
    if string is None:
        return None
    rest = value[string.end() :].strip()
    if not rest:
        return _escape(at, value, column)
    place = column + string.end() + len(value[string.end() :]) - len(value[string.end() :].lstrip())
    if rest[0] in ",\"'" and re.fullmatch(r"[\s,]*([\"']).*\1[\s,]*", rest):
        message = "There is more than one text here."
        return Found(at.line, place, message, 'Several stand in square brackets: ["a", "b"].')
    message = "The text ends at the quote before this place, but more follows."
    hint = 'For a quote inside a text write \\" or “ ”; a remark begins with #.'
    return Found(at.line, place, message, hint)


def _escape(at: Refused, value: str, column: int) -> Found | None:
    """A backslash that stands for nothing."""
    found = re.search(r"(?<!\\)(?:\\\\)*(\\)(?![btnfre\"\\uU])", value)
    if value[0] != '"' or found is None:
        return None
    message = "A backslash in a text begins a special sign, and this is none."
    return Found(at.line, column + found.start(1), message, "Write it twice: \\\\.")


def no_sign(at: Refused) -> Found | None:
    """A line that has no ``=``, or a key that cannot be one."""
    code = at.code.strip()
    column = len(at.row) - len(at.row.lstrip()) + 1
    if code.startswith(("//", ";", "--", "/*", "%")):
        return Found(at.line, column, "This line is no part of a flow.", "A remark begins with #.")
    missing = match(NO_SIGN, at.code)
    if missing:
        hint = f"Write {missing['key']} = {missing['value'].rstrip()}."
        return Found(at.line, missing.end("key") + 1, "The sign = is missing here.", hint)
    key, sign, _ = code.partition("=")
    if sign:
        message = f"`{key.strip()[:60]}` cannot be a key."
        hint = "A key is one word of small letters, digits and _, such as ask.en."
        return Found(at.line, column, message, hint)
    message = "This line says nothing that can be read."
    hint = 'A line is such as kind = "text", or [[step]], or a remark that begins with #.'
    return Found(at.line, column, message, hint)
