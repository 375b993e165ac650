"""Nobody is ever told that there is no risk."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import bot.texts

ALL_CLEAR = re.compile(
    r"no risk|not at risk|low risk|without risk|nothing to worry|you are safe|is safe\b|all clear"
    r"|kein(erlei)? risiko|geringes risiko|keine gefahr|nicht gefährdet|unbedenklich|entwarnung"
    r"|in sicherheit|kein grund zur sorge",
    re.IGNORECASE,
)


def test_no_text_gives_an_all_clear() -> None:
    files = sorted(Path(bot.texts.__file__).parent.glob("*.toml"))
    assert files
    for file in files:
        for key, text in _texts(tomllib.loads(file.read_text("utf-8")), file.name):
            assert not ALL_CLEAR.search(text), key


def test_such_words_would_be_found() -> None:
    for text in ("There is no risk.", "Es besteht keine Gefahr.", "You are safe now."):
        assert ALL_CLEAR.search(text)


def _texts(table: dict[str, object], where: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            found += _texts(value, f"{where}.{key}")
        else:
            found.append((f"{where}.{key}", str(value)))
    return found
