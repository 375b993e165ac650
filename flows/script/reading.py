"""TOML text -> a plain document with positions, or the one problem that keeps it from being read.

Used by ``parse`` alone. It refuses what is too large or too deep before the TOML reader sees it,
because that reader follows nesting on the machine's stack and would take the process down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import toml_rs

from flows.script.places import Places
from flows.script.problems import Problem
from flows.script.refused import without_strings
from flows.script.syntax import explain

MOST_BYTES = 256 * 1024
MOST_STEPS = 200
MOST_OF_A_TABLE = {"step": MOST_STEPS, "block": 50, "value": 50, "score": 20}
MOST_NESTING = 24

_KEY_LIKE = re.compile(r"[\w. \t-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is valid TOML, with the place of each of its keys and values."""

    value: dict[str, Any]
    places: Places


def read(text: str) -> Document | Problem:
    """The document of a TOML 1.0 text, or why it cannot be read.

    Line ends of every system are read as one, and a byte order mark is none of the text, so that
    places are those that an editor shows.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    refused = _too_large(text) or _too_deep(text)
    if refused:
        return refused
    try:
        found = toml_rs.load_with_metadata(text, toml_version="1.0.0")
    except toml_rs.TOMLDecodeError as error:
        return explain(text, error.pos, str(error).rstrip().splitlines()[-1])
    document = Document(found.value, Places(text, found.meta["nodes"]))
    return _too_many_tables(document) or document


def _too_large(text: str) -> Problem | None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        rows = text[: error.start].split("\n")
        message = "This character cannot be written in UTF-8."
        return Problem(len(rows), len(rows[-1]) + 1, "F001", message, "Remove it.")
    if size <= MOST_BYTES:
        return None
    message = f"The file has {size // 1024} KiB; {MOST_BYTES // 1024} KiB is the most."
    return Problem(1, 1, "F090", message, "Split it into several flows.")


def _too_deep(text: str) -> Problem | None:
    """Refuses deep brackets and long dotted keys, looking past strings and comments."""
    bare = without_strings(text)
    long_keys = (k.start() for k in _KEY_LIKE.finditer(bare) if k[0].count(".") > MOST_NESTING)
    at = next(long_keys, None)
    if at is None:
        at = _first_too_deep(bare)
    if at is None:
        return None
    rows = bare[:at].split("\n")
    message = f"This is nested more than {MOST_NESTING} levels deep."
    hint = "A flow needs no more than four levels; look for a bracket that is never closed."
    return Problem(len(rows), len(rows[-1]) + 1, "F090", message, hint)


def _first_too_deep(bare: str) -> int | None:
    depth = 0
    for found in re.finditer(r"[\[\]{}]", bare):
        depth = depth + 1 if found[0] in "[{" else max(depth - 1, 0)
        if depth > MOST_NESTING:
            return found.start()
    return None


def _too_many_tables(document: Document) -> Problem | None:
    for table, most in MOST_OF_A_TABLE.items():
        entries = document.value.get(table)
        if isinstance(entries, list) and len(entries) > most:
            line, column = document.places.of_value((table, most))
            message = f"The flow has {len(entries)} {table}s; {most} is the most."
            return Problem(line, column, "F090", message, "Split it into several flows.")
    return None
