"""Puts the sources together and says every mistake at once, each with its place.

Used through ``bot.config``. It must never repeat a value in a problem: it may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.mistakes import ConfigProblem, nearest
from bot.config.origins import (
    NO_FILE,
    PREFIX,
    Loc,
    SettingsFile,
    Tree,
    choose_file,
    merge,
    read_environment,
    read_file,
    unreadable,
)
from bot.config.settings import TOKEN, Settings, setting_names
from bot.config.webhook_settings import SECRET


@dataclass(frozen=True, slots=True)
class _Kept:
    """A secret that may stand in a file of its own, and what to say of one that holds none."""

    section: str
    name: str
    form: re.Pattern[str]
    what: str
    advice: str
    is_made_by_init: bool = False

    @property
    def setting(self) -> str:
        """The name of the setting that names the file."""
        return f"{self.section}.{self.name}_file"


KEPT_IN_FILES = (
    _Kept(
        "telegram",
        "token",
        TOKEN,
        "bot token",
        "put the token from @BotFather there, and nothing else: no quotes, no space in it",
    ),
    _Kept(
        "webhook",
        "secret",
        SECRET,
        "secret of a webhook",
        "remove it, and let `interlude init` write it anew",
        is_made_by_init=True,
    ),
)


def load_settings(
    path: Path | None, environ: Mapping[str, str]
) -> Settings | tuple[ConfigProblem, ...]:
    """The settings from the file at ``path`` and the environment, which wins; or every mistake.

    Without a path it is the file that ``INTERLUDE_CONFIG`` names, or ``config.toml`` in the present
    folder if there is one, or no file at all: defaults and environment. Relative paths start at the
    file's folder, without a file at the present one.
    """
    chosen = choose_file(path, environ)
    base = Path.cwd() if chosen is None else chosen.absolute().parent
    read = NO_FILE if chosen is None else read_file(chosen)
    problems = [read] if isinstance(read, ConfigProblem) else []
    file = NO_FILE if isinstance(read, ConfigProblem) else read
    names, above = read_environment(environ)
    # A section that is not mentioned is validated as an empty one: its paths need their base.
    tree = merge({name: {} for name in Settings.model_fields}, merge(file.values, above))
    sources = _Sources(file, names)
    problems.extend(_take_secrets(tree, base, sources))
    try:
        settings = Settings.model_validate(tree, context=base)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        problems.extend(sources.problem(each) for each in details)
        return tuple(problems)
    return tuple(problems) or settings


class _Sources:
    """Knows for each setting where its value came from."""

    def __init__(self, file: SettingsFile, names: Mapping[Loc, str]) -> None:
        self._file = file
        self._names = names

    def where(self, loc: Loc) -> str | None:
        """The variable or the line that gave this setting its value, or the nearest table's."""
        for end in range(len(loc), 0, -1):
            if loc[:end] in self._names:
                return self._names[loc[:end]]
        if not self._file.holds(loc):
            below = (name for key, name in self._names.items() if key[: len(loc)] == loc)
            if name := next(below, None):
                return name
        return self._file.where(loc)

    def problem(self, error: ErrorDetails) -> ConfigProblem:
        """A finding of pydantic in our words."""
        loc = error["loc"]
        dotted = ".".join(str(part) for part in loc)
        where = self.where(loc)
        what, advice = _explained(error, dotted, self._names.get(loc))
        return ConfigProblem(where or dotted, f"{dotted} {what}", advice)


def _explained(error: ErrorDetails, dotted: str, variable: str | None) -> tuple[str, str]:
    """Say what is wrong and what to do, without the value that was given."""
    if error["type"] == "extra_forbidden":
        return "is not a setting", _meant(dotted, variable)
    if error["type"] == "interlude":
        return error["msg"], str(error["ctx"]["advice"])
    if error["type"] in ("model_type", "model_attributes_type"):
        return "is a table, not a value", f"write its settings below [{dotted}]"
    wanted = error["msg"].removeprefix("Input should be ").split(", unable")[0]
    return "does not fit", f"it should be {wanted}"


def _meant(dotted: str, variable: str | None) -> str:
    known = setting_names()
    if variable is None:
        tables = sorted({name.rpartition(".")[0] for name in known})
        meant = nearest(dotted, (*known, *tables))
    else:
        meant = nearest(variable, (PREFIX + name.upper().replace(".", "__") for name in known))
    return f"did you mean {meant}?" if meant else "config.example.toml has all that there are"


def _take_secrets(tree: Tree, base: Path, sources: _Sources) -> list[ConfigProblem]:
    """Put what each file of a secret holds into the tree, where the secret is not given itself."""
    problems = []
    for kept in KEPT_IN_FILES:
        table = tree[kept.section]
        if not isinstance(table, dict) or table.get(kept.name):
            continue
        name = table.get(f"{kept.name}_file")
        if not isinstance(name, str) or not name:
            continue
        where = sources.where((kept.section, f"{kept.name}_file")) or kept.setting
        found = _held(kept, base / name, where)
        if isinstance(found, ConfigProblem):
            problems.append(found)
        elif found is not None:
            table[kept.name] = found
    return problems


def _held(kept: _Kept, path: Path, where: str) -> str | ConfigProblem | None:
    """The secret in a file; None where `init` is still to write it."""
    try:
        secret = path.read_text("utf-8-sig", errors="replace").strip()
    except OSError as error:
        if kept.is_made_by_init and isinstance(error, FileNotFoundError):
            return None
        problem = unreadable(where, error)
        return ConfigProblem(where, f"the file of {kept.setting} {problem.what}", problem.advice)
    if not kept.form.fullmatch(secret):
        return ConfigProblem(where, f"the file of {kept.setting} holds no {kept.what}", kept.advice)
    return secret
