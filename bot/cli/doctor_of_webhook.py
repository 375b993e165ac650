"""The part of ``interlude doctor`` that looks at the webhook: what stands in its way here, and what
Telegram says of it. It changes nothing, and never shows the secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.cli.findings import Finding
from bot.cli.surroundings import CLOCK
from bot.config import Settings, needs_for_run

if TYPE_CHECKING:
    from bot.ports import AtWebhook, PollFailed

OLD = timedelta(minutes=15)
"""A failure that lies further back, with nothing that waits, is history."""


def webhook_findings(settings: Settings) -> Iterator[Finding]:
    """Nothing where the bot polls."""
    if not settings.webhook.is_on:
        return
    missing = [each for each in needs_for_run(settings) if each.where.startswith("webhook.")]
    yield from (Finding("webhook", "mend", str(each)) for each in missing)
    if not missing and settings.telegram.token.get_secret_value():
        yield from of_webhook(asyncio.run(_asked(settings)), settings.webhook.url, CLOCK.now())


def of_webhook(found: AtWebhook | PollFailed, url: str, now: datetime) -> Iterator[Finding]:
    """Say what Telegram knows of the webhook, and what to do where that is not as it should be."""
    from bot.ports import PollFailed

    if isinstance(found, PollFailed):
        says = f"Telegram cannot be asked about it now ({found.reason}); {found.advice or 'later'}"
        yield Finding("webhook", "look", says)
        return
    if found.url and found.url != url:
        says = "Telegram delivers to another address; if that was a former one of yours, the next "
        says += "start of the bot sets this one, else get a new token from @BotFather"
        yield Finding("webhook", "look", says)
    elif not found.url:
        yield Finding("webhook", "good", "not set yet; `interlude run` sets it")
    failed_at = found.failed_at
    is_failing = failed_at is not None and (found.waiting > 0 or now - failed_at < OLD)
    if failed_at is not None and is_failing:
        at = f"{failed_at:%Y-%m-%d %H:%M} UTC"
        says = f"Telegram did not get through, last at {at}: {found.failure}; waiting there: "
        yield Finding("webhook", "look", f"{says}{found.waiting} (docs/webhook.md)")
    elif found.url == url:
        yield Finding("webhook", "good", f"set; waiting at Telegram: {found.waiting}")


async def _asked(settings: Settings) -> AtWebhook | PollFailed:
    from bot.app import webhook_of

    return await webhook_of(settings)
