"""The sources of settings: a TOML file whose values keep their places, and the environment.

Used by ``bot.config.merging`` alone. It reads and never judges: what a value should look like
stands in ``bot.config.settings``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import toml_rs

from bot.config.mistakes import ConfigProblem

PREFIX = "INTERLUDE_"
FILE_VARIABLE = "INTERLUDE_CONFIG"
USUAL_FILE = Path("config.toml")

Loc = tuple[int | str, ...]
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A settings file as read: its name, its values, and where each of them stands."""

    name: str
    values: Tree
    places: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"SettingsFile({self.name!r})"  # the values may be secrets

    def where(self, loc: Loc) -> str | None:
        """``file:line`` of a setting, of its table if it is not there, or None if neither is."""
        line = _line(self.places, loc)
        return None if line is None else f"{self.name}:{line}"

    def holds(self, loc: Loc) -> bool:
        """True if the file sets exactly this."""
        here: Any = self.values
        for part in loc:
            if not isinstance(here, dict) or part not in here:
                return False
            here = here[part]
        return True


NO_FILE = SettingsFile("", {}, {})


def _line(places: Mapping[str, Any], loc: Loc) -> int | None:
    """The line of the deepest part of ``loc`` that the file has; None if it has none of them."""
    child = places.get(str(loc[0])) if loc else None
    if not isinstance(child, Mapping):
        return None
    own = child.get("key_line")
    inner = child if own is None else child.get("value")
    if not isinstance(inner, Mapping):
        return own
    if own is None and inner:  # a [table] has no place of its own: its first key's
        own = _line(inner, (next(iter(inner)),))
    found = _line(inner, loc[1:])
    return own if found is None else found


def choose_file(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The named file, else the environment's, else ``config.toml`` if it is there, else None."""
    if path is not None:
        return path
    if named := environ.get(FILE_VARIABLE):
        return Path(named)
    return USUAL_FILE if USUAL_FILE.exists() else None


def read_file(path: Path) -> SettingsFile | ConfigProblem:
    """The file's values with their places, or why there are none."""
    try:
        document = toml_rs.load_with_metadata(path.read_text("utf-8-sig"), toml_version="1.0.0")
    except OSError as error:
        return unreadable(str(path), error)
    except UnicodeDecodeError:
        return ConfigProblem(path.name, "is not written in UTF-8", "save it as UTF-8")
    except toml_rs.TOMLDecodeError as error:
        # The last line names the mistake; those before it show the source, perhaps a secret.
        what = str(error).rstrip().splitlines()[-1]
        return ConfigProblem(
            f"{path.name}:{error.lineno}", f"is not valid TOML ({what})", "mend this line"
        )
    return SettingsFile(path.name, document.value, document.meta["nodes"])


def unreadable(where: str, error: OSError, what: str = "read") -> ConfigProblem:
    """The problem of a file that the system does not let us read, or have ``written``."""
    reason = (error.strerror or "unknown error").lower()
    return ConfigProblem(
        where, f"cannot be {what} ({reason})", "check the path and its permissions"
    )


def read_environment(environ: Mapping[str, str]) -> tuple[dict[Loc, str], Tree]:
    """The name of the variable for each setting it sets, and the values as a tree."""
    names: dict[Loc, str] = {}
    tree: Tree = {}
    for name, value in sorted(environ.items()):
        if name.startswith(PREFIX) and name != FILE_VARIABLE:
            loc = name.removeprefix(PREFIX).lower().split("__")
            names[tuple(loc)] = name
            _plant(tree, loc, _decoded(value))
    return names, tree


def _plant(tree: Tree, loc: list[str], value: Any) -> None:
    """Put a value into the tree; not below one that is no table, which is a mistake to report."""
    for part in loc[:-1]:
        inner = tree.setdefault(part, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    tree[loc[-1]] = value


def _decoded(value: str) -> Any:
    """A list may be written as JSON; anything else is taken as it stands."""
    if value.startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def merge(below: Tree, above: Tree) -> Tree:
    """Both trees in one, ``above`` winning; a table never hides a value that is wrongly none."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key, {})
        if not isinstance(value, dict):
            merged[key] = value
        elif isinstance(old, dict):
            merged[key] = merge(old, value)
    return merged
