"""Lists what ``interlude run`` needs beyond settings that are right in themselves.

Used by ``run`` and ``doctor``. It must never name the value of a setting.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.config.mistakes import ConfigProblem
from bot.config.settings import TELEGRAM, Settings


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
    problems.extend(_needs_for_webhook(settings))
    return tuple(problems)


def _needs_for_webhook(settings: Settings) -> Iterator[ConfigProblem]:
    """List what a webhook lacks, where there is to be one."""
    webhook = settings.webhook
    if not webhook.is_on:
        return
    if not webhook.secret.get_secret_value():
        what = "there is no secret, and without one anybody could write in a client's name"
        advice = (
            "name a file in webhook.secret_file"
            if webhook.secret_file is None
            else f"{webhook.secret_file} is missing"
        )
        yield ConfigProblem("webhook.secret", what, f"{advice}, and let `interlude init` write it")
    refused = webhook.refused_by_telegram
    if settings.telegram.api_url == TELEGRAM and refused is not None:
        advice = "write the address under which your reverse proxy answers (docs/webhook.md)"
        what = f"{refused}, so Telegram would not deliver to it"
        yield ConfigProblem("webhook.url", what, advice)
