"""Lists what ``interlude run`` needs beyond settings that are right in themselves.

Used by ``run`` and ``doctor``. It must never name the value of a setting.
"""

from __future__ import annotations

from bot.config.mistakes import ConfigProblem
from bot.config.settings import Settings


def needs_for_run(settings: Settings) -> tuple[ConfigProblem, ...]:
    """List what ``interlude run`` needs beyond the defaults and does not have; empty if nothing."""
    problems = []
    if not settings.telegram.token.get_secret_value():
        advice = (
            "ask @BotFather on Telegram for one (/newbot) and put it into a file named by "
            "telegram.token_file, or into INTERLUDE_TELEGRAM__TOKEN; "
            "`interlude demo` needs no token"
        )
        problems.append(ConfigProblem("telegram.token", "there is no bot token", advice))
    practice = settings.practice
    if practice.own_crisis_text(practice.language) is None:
        where = f"practice.crisis.{practice.language}"
        advice = "write what a client can do in an emergency, with the numbers of your place"
        problems.append(ConfigProblem(where, "there is no crisis text", advice))
    return tuple(problems)
