"""Every name that the program can write into its log stands in docs/log-events.md, and none that
it cannot: whoever reads a line at night finds what to do.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.workers.day_messages import day_messages

PAGE = (Path(__file__).parents[2] / "docs" / "log-events.md").read_text("utf-8")
LEVELS = frozenset({"debug", "info", "warning", "error", "critical", "exception"})
ASKED_FOR = {"message.trouble": [each.trouble for each in day_messages()]}
"""The names that stand in a variable where they are written."""


def calls(module: ast.Module) -> Iterator[ast.Call]:
    """Each line that the module can write."""
    for each in ast.walk(module):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            logger = ast.unparse(each.func.value)
            if each.func.attr in LEVELS and (logger == "log" or "get_logger" in logger):
                yield each


def names(first: ast.expr) -> list[str]:
    """The names that this argument can be; KeyError: nobody can tell."""
    if isinstance(first, ast.IfExp):
        return [*names(first.body), *names(first.orelse)]
    if isinstance(first, ast.Constant):
        return [str(first.value)]
    return ASKED_FOR[ast.unparse(first)]


def told() -> list[str]:
    """The names in the first cells of the page's tables."""
    cells = re.findall(r"^\| (`[^|]*`) \|", PAGE, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


def test_the_page_has_every_name_once_and_no_other(modules: dict[str, ast.Module]) -> None:
    written = {
        name
        for module in modules.values()
        for call in calls(module)
        for name in names(call.args[0])
    }
    assert len(written) > 50
    assert set(told()) == written
    assert [name for name, times in Counter(told()).items() if times > 1] == []


def test_every_line_says_what_it_means_or_what_to_do() -> None:
    rows = re.findall(r"^\| `.*$", PAGE, re.MULTILINE)
    assert [row for row in rows if len(row.split(" | ")[1].strip(" |")) < 20] == []
