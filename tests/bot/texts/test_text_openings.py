"""Every way to open a strain is on the page that says what it rests on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
WORKS = ("3RS", "SM", "E18", "PSQ")


def test_each_wording_has_its_source() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \|[^|]+\|[^|]+\|([^|]+)\|$",
        (ROOT / "docs/openings.md").read_text("utf-8"),
        re.MULTILINE,
    )
    sources = {
        name: {word for word in ("3RS", "SM", "E18", "PSQ") if word in of} for name, of in rows
    }
    for path in sorted((ROOT / "bot/texts").glob("digest.*.toml")):
        wordings = set(tomllib.loads(path.read_text("utf-8"))["open"]) - {"with"}
        assert wordings == set(sources), path.name
    assert all(sources.values())
