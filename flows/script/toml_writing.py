"""A plain document -> the lines of a TOML file, each with the place that it says.

Used by ``packs`` for the flow files that it joins. It writes what ``reading`` reads and nothing
else: no dates, no comments.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flows.authoring.report import Loc

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

_LARGEST = 10**18
"""Larger numbers are refused anyway, and Python does not print those of thousands of digits."""

Line = tuple[str, Loc]


def written(document: dict[str, Any]) -> list[Line]:
    """The lines of the document: plain keys first, then tables, then lists of tables."""
    tables = {key: value for key, value in document.items() if _is_headed(key, value)}
    lists = {key: value for key, value in document.items() if _is_list_of_tables(value)}
    plain = {k: v for k, v in document.items() if k not in tables and k not in lists}
    lines = _leaves(plain, (), "")
    for key, value in tables.items():
        lines += [("", (key,)), (f"[{_key(key)}]", (key,)), *_leaves(value, (key,), "")]
    for key, value in lists.items():
        for number, entry in enumerate(value):
            loc: Loc = (key, number)
            lines += [("", loc), (f"[[{_key(key)}]]", loc), *_leaves(entry, loc, "")]
    return lines


def _is_headed(key: str, value: Any) -> bool:
    return key == "schedule" and isinstance(value, dict)


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _leaves(table: dict[str, Any], loc: Loc, before: str) -> list[Line]:
    """One line a key, those of inner tables with dots: ``ask.en = "…"``."""
    lines: list[Line] = []
    for key, value in table.items():
        name = f"{before}{_key(key)}"
        if isinstance(value, dict) and value:
            lines += _leaves(value, (*loc, key), f"{name}.")
        else:
            lines.append((f"{name} = {_value(value)}", (*loc, key)))
    return lines


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(max(min(value, _LARGEST), -_LARGEST))
    return str(value).lower() if isinstance(value, bool | float) else _text(str(value))


def _text(value: str) -> str:
    """JSON's escapes are TOML's, but for the delete character, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
