"""Every promise of ``docs/architecture.md`` has a test, and no test cites one that is not made."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
PROMISED = re.findall(r"^- \*\*(P\d+[a-z])\*\* ", PAGE, re.MULTILINE)
GROUPS = re.findall(r"^\*\*(P\d+) ", PAGE, re.MULTILINE)


def letters(call: ast.expr) -> list[str]:
    """The letters that one decorator cites."""
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "pytest.mark.promise":
        return []
    return [each.value for each in call.args if isinstance(each, ast.Constant)]


def cited() -> Counter[str]:
    """Count the tests that cite each letter."""
    found: Counter[str] = Counter()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for each in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                found.update(letter for mark in each.decorator_list for letter in letters(mark))
    return found


def test_the_page_numbers_its_promises_in_order() -> None:
    assert [f"P{number}" for number in range(1, len(GROUPS) + 1)] == GROUPS
    for group in GROUPS:
        own = [each for each in PROMISED if each.rstrip("abcdefghijklmnopqrstuvwxyz") == group]
        assert own == [f"{group}{chr(ord('a') + place)}" for place in range(len(own))]
        assert own


def test_every_promise_has_a_test() -> None:
    proved = cited()
    assert [each for each in PROMISED if not proved[each]] == []


def test_no_test_cites_a_promise_that_was_not_made() -> None:
    assert cited().keys() <= set(PROMISED)


@pytest.mark.parametrize("top", ["flows", "bot", "bot/services"])
def test_the_page_names_every_package_of_the_house(top: str) -> None:
    begins, written = {
        "flows": ("\nflows/ ", r"^  (\w+)/ "),
        "bot": ("\nbot/ ", r"  (\w+)/ "),
        "bot/services": ("\nInside `bot/services`", r"`(\w+)`"),
    }[top]
    named = set(re.findall(written, PAGE.partition(begins)[2].partition("\n\n")[0], re.MULTILINE))
    packages = {each.parent.name for each in (ROOT / top).glob("*/__init__.py")}
    assert named - {"library"} == packages
