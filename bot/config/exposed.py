"""Files with a secret in them that other people on the machine can read.

``interlude run`` and ``init`` say it and go on: a container may mount its secrets so.
It must never print what a file holds.
"""

from __future__ import annotations

import stat
from pathlib import Path

from bot.config.mistakes import ConfigProblem
from bot.config.settings import Settings

READ_BY_ALL = stat.S_IROTH


def exposed_secrets(settings: Settings, file: Path | None) -> tuple[ConfigProblem, ...]:
    """A line for each file with the bot's token that everyone may read; ``file`` is the settings'.

    Who has the token reads what is sent to the bot and writes in its name.
    """
    token_file = settings.telegram.token_file
    files = [path for path in (token_file, file) if path is not None and _holds(settings, path)]
    return tuple(
        ConfigProblem(
            str(path), "everyone on this machine can read the bot's token", f"run: chmod 600 {path}"
        )
        for path in files
        if path.stat().st_mode & READ_BY_ALL
    )


def _holds(settings: Settings, path: Path) -> bool:
    """True where the file is there and the token stands in it."""
    token = settings.telegram.token.get_secret_value()
    return bool(token) and path.is_file() and token in path.read_text("utf-8", errors="replace")
