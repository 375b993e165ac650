"""Whoever installs Interlude gets what it uses and nothing else: each library is imported by it, or
the reason for which it is there all the same stands here.
"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CALLED = {
    "cel-expr-python": "cel_expr_python",
    "python-telegram-bot": "telegram",
    "toml-rs": "toml_rs",
}
"""The libraries that are imported by another name."""
NOT_IMPORTED = {
    "manimgx-fonts": "letters, read as files",
    "sniffio": "httpcore looks for it in every request",
    "tzdata": "the rules of time zones, read by zoneinfo",
}
KEPT_OUT = {"rich": "structlog imports it wherever it is installed, and the bot has no use for it"}


def wanted() -> set[str]:
    """The names of the libraries that come along."""
    return {re.split(r"[\[<>=~! ]", each)[0] for each in PROJECT["dependencies"]}


def test_each_library_is_used_or_its_reason_stands_here(modules: dict[str, ast.Module]) -> None:
    imported = {
        name.split(".")[0]
        for module in modules.values()
        for each in ast.walk(module)
        if isinstance(each, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in each.names]
            if isinstance(each, ast.Import)
            else [each.module or ""]
        )
    }
    unused = {name for name in wanted() if CALLED.get(name, name.replace("-", "_")) not in imported}
    assert unused == NOT_IMPORTED.keys()


def test_what_costs_memory_for_nothing_stays_out() -> None:
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    names = set(re.findall(r"^([a-z0-9.-]+)==", locked, re.MULTILINE))
    assert "structlog" in names
    assert not names & KEPT_OUT.keys()
