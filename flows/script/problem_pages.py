"""The guide's pages on problems: one for each code, with a file that has it. Read by authors.

Written from the catalogue and the tests' broken files, so that page, code and example cannot drift
apart; a test holds ``flows/problems.md`` against it.
"""

from __future__ import annotations

from collections.abc import Mapping

from flows.script.problems import CATALOGUE, Code

LONGEST_EXAMPLE = 60
"""Lines of an example; longer ones (a file that is too large) are left to the words."""
HEAD = """\
# What a problem means, and what to do

One page for each code that `interlude flows check` shows. Each has a file with this very mistake in
it; the tests check that it is found there. The [guide](README.md) says how flow files are written.
"""


def problem_pages(examples: Mapping[str, str]) -> str:
    """The whole document; ``examples`` holds the text of a broken file by code, in lower case."""
    pages = (_page(entry, examples.get(entry.code.lower(), "")) for entry in CATALOGUE.values())
    return HEAD + "".join(pages)


def _page(entry: Code, example: str) -> str:
    kind = "" if entry.severity == "error" else " (a warning)"
    parts = [f"## {entry.code} {entry.title}{kind}", entry.why, f"**What to do:** {entry.do}"]
    if example and len(example.splitlines()) <= LONGEST_EXAMPLE:
        parts.append(f"For example, this file has it:\n\n```toml\n{example.rstrip()}\n```")
    return "\n" + "\n\n".join(parts) + "\n"
