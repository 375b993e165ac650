"""The settings file as ``interlude init`` makes it and writes answers into it.

Used by the rest of this package. It must never change anything but what was answered: every comment
and every other setting stays as somebody wrote it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from bot.cli.surroundings import refuse
from bot.config import load_settings
from bot.config.mistakes import ConfigProblem
from bot.config.origins import PREFIX, unreadable


def ensure(path: Path) -> bool:
    """The file is there, for its owner alone; True where it was made just now."""
    if path.exists():
        return False
    try:
        path.touch(mode=0o600)  # the token may be written into it
        path.write_text(_example(), "utf-8")
    except OSError as error:
        refuse([unreadable(str(path), error, "written")])
    return True


def write(path: Path, answers: Mapping[str, str]) -> None:
    """Each answer stands at its setting, by its dotted name; the file is whole at every moment and
    keeps its owner.
    """
    import tomlkit

    document = tomlkit.parse(path.read_bytes().decode("utf-8-sig"))
    for name, answer in answers.items():
        *tables, setting = name.split(".")
        place = document
        for table in tables:
            place = place.setdefault(table, tomlkit.table())
        place[setting] = answer
    try:
        with path.open("r+b") as file:
            file.write(tomlkit.dumps(document).encode())
            file.truncate()
    except OSError as error:
        refuse([unreadable(str(path), error, "written")])


def problem_with(path: Path, name: str, answer: str) -> ConfigProblem | None:
    """Say what is wrong with this answer to a setting of a file that is right; None: nothing."""
    variable = PREFIX + name.upper().replace(".", "__")
    found = load_settings(path, {**os.environ, variable: answer})
    return found[0] if isinstance(found, tuple) else None


def _example() -> str:
    import importlib.resources

    packaged = importlib.resources.files("bot").joinpath("config.example.toml")
    if packaged.is_file():
        return packaged.read_text("utf-8")
    return (Path(__file__).parents[3] / "config.example.toml").read_text("utf-8")
