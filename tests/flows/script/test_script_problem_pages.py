"""Every code has its page in the guide, with the example that the tests find it in."""

from __future__ import annotations

import os
from pathlib import Path

from flows.script.problem_pages import problem_pages
from flows.script.problems import CATALOGUE

BROKEN = Path(__file__).parent / "broken"
PAGES = Path(__file__).parents[3] / "flows" / "problems.md"


def expected() -> str:
    texts = {
        path.stem.partition("-")[0]: path.read_text("utf-8", errors="replace")
        for path in BROKEN.glob("*.toml")
    }
    return problem_pages(texts)


def test_the_pages_are_up_to_date() -> None:
    """UPDATE_GOLDEN=1 writes them anew."""
    if os.environ.get("UPDATE_GOLDEN"):
        PAGES.write_text(expected(), "utf-8")
    assert PAGES.read_text("utf-8") == expected()


def test_every_code_has_a_page_that_says_why_and_what_to_do() -> None:
    text = PAGES.read_text("utf-8")
    for entry in CATALOGUE.values():
        page = text.partition(f"## {entry.code} ")[2].partition("\n## ")[0]
        assert entry.why in page and entry.do in page
