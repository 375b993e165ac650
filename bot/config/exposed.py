"""Files with a secret in them that other people on the machine can read.

``interlude run`` and ``init`` say it and go on: a container may mount its secrets so.
It must never print what a file holds.
"""

from __future__ import annotations

import stat
from pathlib import Path

from pydantic import SecretStr

from bot.config.mistakes import ConfigProblem
from bot.config.settings import Settings

READ_BY_ALL = stat.S_IROTH


def exposed_secrets(settings: Settings, file: Path | None) -> tuple[ConfigProblem, ...]:
    """A line for each file with a secret in it that everyone may read; ``file`` is the settings'.

    Who has the token reads what is sent to the bot and writes in its name; who has the webhook's
    secret writes in the name of any client.
    """
    telegram, webhook = settings.telegram, settings.webhook
    kept = (
        ("the bot's token", telegram.token, telegram.token_file),
        ("the webhook's secret", webhook.secret, webhook.secret_file),
    )
    return tuple(
        ConfigProblem(
            str(path), f"everyone on this machine can read {what}", f"run: chmod 600 {path}"
        )
        for what, secret, own_file in kept
        for path in (own_file, file)
        if path is not None and _holds(path, secret) and path.stat().st_mode & READ_BY_ALL
    )


def _holds(path: Path, secret: SecretStr) -> bool:
    """True where the file is there and the secret stands in it."""
    word = secret.get_secret_value()
    return bool(word) and path.is_file() and word in path.read_text("utf-8", errors="replace")
