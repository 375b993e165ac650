"""Writes ``bot/texts/keys.py``: the name of every built-in text, so that the type checker finds a
missing one. Run it after a text was added, renamed or taken away: ``python -m bot.texts.generate``.
"""

from __future__ import annotations

from pathlib import Path

from bot.texts import FOLDER, Texts
from flows.languages import BASE

KEYS = FOLDER / "keys.py"
HEAD = '''"""The name of every built-in text: written by ``python -m bot.texts.generate``."""

from __future__ import annotations

from typing import Literal
'''


def keys_of(texts: Texts) -> dict[str, list[str]]:
    """The keys of each area, in their order."""
    found: dict[str, list[str]] = {}
    for key in sorted(texts.written(BASE)):
        area, _, name = key.partition(".")
        found.setdefault(area, []).append(name)
    return found


def module(texts: Texts) -> str:
    """The source of the module for these texts."""
    areas = (
        f"\n{area.title()}Key = Literal[\n" + "".join(f'    "{key}",\n' for key in keys) + "]\n"
        for area, keys in sorted(keys_of(texts).items())
    )
    return HEAD + "".join(areas)


def main(file: Path = KEYS) -> None:
    """The module is there anew."""
    file.write_text(module(Texts()), "utf-8")


if __name__ == "__main__":
    main()
