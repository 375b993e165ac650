"""The place of a key or a value in the author's text, down to one character inside a string.

Made from the positions that toml-rs gives; used by the shape check and the meaning checks. It
counts characters, as editors do, and never names a place outside the text.
"""

from __future__ import annotations

import re
from typing import Any

from flows.authoring.report import Loc

FARTHEST = 2000
"""No text may be longer than this; beyond it the start of the string is place enough."""

_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[btnfre\"\\])|\\[ \t\r]*\n\s*")


class Places:
    """The positions of one file."""

    def __init__(self, text: str, nodes: dict[str, Any]) -> None:
        self._rows = text.split("\n")
        self._nodes = nodes

    def of_key(self, loc: Loc) -> tuple[int, int]:
        """Line and column of the key at ``loc``, or of its nearest parent in the file."""
        return self._in_characters(*_walk(self._nodes, loc)[0])

    def of_header(self, name: str) -> tuple[int, int]:
        """Line and column of the line ``[name]``; of the table's first key where there is none."""
        starts = (f"[{name}]", f"[ {name} ]")
        for number, row in enumerate(self._rows, start=1):
            if row.lstrip().startswith(starts):
                return number, row.index("[") + 1
        return self.of_key((name,))

    def of_text(self, written: str) -> tuple[int, int]:
        """Line and column at which a word first stands, outside of comments; else the top."""
        for number, row in enumerate(self._rows, start=1):
            if written in row and not row.lstrip().startswith("#"):
                return number, row.index(written) + 1
        return 1, 1

    def of_measure(self, measure: str) -> tuple[int, int]:
        """Line and column of the value of ``measures`` that is this one; else the top."""
        for table in ("step", "score"):
            entries = _walk(self._nodes, (table,))[2]
            count = len(entries["value"]) if isinstance(entries, dict) and "value" in entries else 0
            for loc in ((table, number, "measures") for number in range(count)):
                node = _walk(self._nodes, loc)[2]
                if node.get("key") == "measures" and node.get("value") == measure:
                    return self.of_value(loc)
        return 1, 1

    def of_value(self, loc: Loc) -> tuple[int, int]:
        """Line and column of the value at ``loc``, or of its nearest parent in the file."""
        return self._in_characters(*_walk(self._nodes, loc)[1])

    def inside(self, loc: Loc, offset: int) -> tuple[int, int]:
        """Line and column of the character ``offset`` (from 0) of the string at ``loc``."""
        line, column = self.of_value(loc)
        node = _walk(self._nodes, loc)[2]
        raw = node.get("value_raw") if isinstance(node, dict) else None
        if not isinstance(raw, str) or offset > FARTHEST:
            return line, column
        before = raw[: _raw_offset(raw, offset)]
        rows = before.split("\n")
        return self.within(line + len(rows) - 1, len(rows[-1]) + (column if len(rows) == 1 else 1))

    def within(self, line: int, column: int) -> tuple[int, int]:
        """The place itself, or the nearest one that lies in the text."""
        line = min(max(line, 1), len(self._rows))
        return line, min(max(column, 1), len(self._rows[line - 1]) + 1)

    def _in_characters(self, line: int, byte: int) -> tuple[int, int]:
        """A line and byte column of toml-rs as line and character column of the text."""
        line = min(max(line, 1), len(self._rows))
        row = self._rows[line - 1]
        column = len(row.encode()[: max(byte, 1) - 1].decode(errors="ignore")) + 1
        return line, min(column, len(row) + 1)


def _walk(nodes: dict[str, Any], loc: Loc) -> tuple[tuple[int, int], tuple[int, int], Any]:
    """Key place, value place and node of ``loc``, or of its nearest parent in the file."""
    here: Any = nodes
    key = value = (1, 1)
    node: Any = None
    for part in loc:
        child = _child(here, part)
        if child is None:
            break
        key, value = _places(child, fallback=value)
        node, here = child, child["value"] if _is_leaf(child) else child
    return key, value, node


def _child(here: Any, part: int | str) -> Any:
    if isinstance(here, dict):
        return here.get(part)
    if isinstance(here, list) and isinstance(part, int) and part < len(here):
        return here[part]
    return None


def _is_leaf(node: dict[str, Any]) -> bool:
    return isinstance(node.get("value_line", node.get("key_line")), int | tuple)


def _places(
    node: dict[str, Any], fallback: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """A table written as a [header] or by dotted keys has no place of its own: its first key's."""
    while not _is_leaf(node):
        if not node:
            return fallback, fallback
        node = next(iter(node.values()))
    key, value = _place(node, "key"), _place(node, "value")
    return key or value or fallback, value or key or fallback


def _place(node: dict[str, Any], what: str) -> tuple[int, int] | None:
    line, column = node.get(f"{what}_line"), node.get(f"{what}_col")
    if line is None or column is None:
        return None
    return _first(line), _first(column)


def _first(found: Any) -> int:
    return int(found[0] if isinstance(found, tuple) else found)


def _raw_offset(raw: str, offset: int) -> int:
    """Return where the decoded character ``offset`` stands in a TOML string with quotes."""
    quotes = 3 if raw[:3] in ('"""', "'''") else 1
    at = quotes
    if quotes == 3:
        at += 2 if raw.startswith("\r\n", at) else raw.startswith("\n", at)
    decoded = 0
    while at < len(raw) and (decoded < offset or _is_joint(raw, at)):
        escape = _ESCAPE.match(raw, at) if raw[0] == '"' else None
        decoded += 0 if escape and "\n" in escape[0] else 1
        at = escape.end() if escape else at + 1
    return at


def _is_joint(raw: str, at: int) -> bool:
    """A backslash at the end of a line joins it to the next and stands for no character."""
    escape = _ESCAPE.match(raw, at) if raw[0] == '"' else None
    return escape is not None and "\n" in escape[0]
