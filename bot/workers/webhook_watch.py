"""Sees to it that Telegram delivers to this practice's webhook, and says whether all has arrived.

Where there is a webhook, the receiver asks ``WebhookWatch`` in place of ``getUpdates``: no update
comes through it. ``FormerWebhook`` removes one that this practice had set, once its settings name
none any more. Neither must ever touch a webhook that somebody else has set: that is an alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from bot.clock import Clock
from bot.config import Settings
from bot.ports import AtWebhook, Polled, PollFailed, Updates, Webhooks
from storage import own_webhooks
from storage.store import Store

log = structlog.get_logger(__name__)

FAILED_LATELY = timedelta(minutes=4)
"""A delivery that fails is tried again after two minutes at most; with an error younger than this
and updates that wait, Telegram does not get through.
"""
FOREIGN = PollFailed(
    "webhook",
    1.0,
    advice="another webhook is set than this practice's. If this goes on, get a new token from "
    "@BotFather and revoke the old",
)
GONE = PollFailed(
    "second_poller",
    1.0,
    advice="somebody removed the webhook of this bot, which is set anew now. If this goes on, end "
    "the other program, or get a new token from @BotFather and revoke the old",
)


@dataclass(slots=True)
class WebhookWatch:
    """The receiver's view of a practice with a webhook."""

    store: Store
    webhooks: Webhooks
    clock: Clock
    url: str
    secret: str
    _is_set: bool = False
    """True once this process has told Telegram address and secret."""

    async def poll(self, offset: int | None, seconds: float) -> Polled | PollFailed:
        """After ``seconds`` ask Telegram what waits; nothing is ever among what comes back."""
        if seconds:
            await self.clock.sleep(seconds)
        found = await self.webhooks.look()
        if isinstance(found, PollFailed):
            return found
        if not self._is_set or found.url != self.url:
            return await self._set(found)
        if found.waiting and self._failed_lately(found):
            advice = f"Telegram says: {found.failure}; `interlude doctor` and docs/webhook.md"
            return PollFailed("not_delivered", 1.0, advice=advice)
        return Polled((), is_all=not found.waiting)

    async def renew(self) -> None:
        """Each look is a call of its own: nothing hangs."""

    async def _set(self, found: AtWebhook) -> Polled | PollFailed:
        if self._is_set and not found.url:
            self._is_set = False
            return GONE
        if found.url and found.url != self.url and not await _is_own(self.store, found.url):
            return FOREIGN
        now = self.clock.now()
        # before Telegram hears of it: a webhook that nobody remembers would be a stranger's
        await self.store.write(partial(own_webhooks.add, url=self.url, now=now))
        failed = await self._tell(is_begun_anew=bool(found.waiting and found.failed_at))
        if failed is not None:
            return failed
        self._is_set = True
        log.info("webhook_set")
        return Polled((), is_all=False)

    async def _tell(self, *, is_begun_anew: bool) -> PollFailed | None:
        """Let Telegram deliver here. ``is_begun_anew``: what failed while the bot was down is
        delivered at once, and not after the minutes that Telegram would still wait.
        """
        if is_begun_anew:
            failed = await self.webhooks.remove()
            if failed is not None:
                return failed
        return await self.webhooks.put(self.url, self.secret)

    def _failed_lately(self, found: AtWebhook) -> bool:
        return found.failed_at is not None and self.clock.now() - found.failed_at < FAILED_LATELY


@dataclass(slots=True)
class FormerWebhook:
    """``getUpdates``, and in its way at most a webhook that somebody else has set."""

    store: Store
    updates: Updates
    webhooks: Webhooks

    async def poll(self, offset: int | None, seconds: float) -> Polled | PollFailed:
        """As ``updates``; a webhook of this practice is removed first, and what waits stays."""
        got = await self.updates.poll(offset, seconds)
        if not isinstance(got, PollFailed) or got.reason != FOREIGN.reason:
            return got
        found = await self.webhooks.look()
        if isinstance(found, PollFailed) or not await _is_own(self.store, found.url):
            return got
        failed = await self.webhooks.remove()
        if failed is not None:
            return failed
        log.info("webhook_removed")
        return await self.updates.poll(offset, 0.0)

    async def renew(self) -> None:
        await self.updates.renew()


async def _is_own(store: Store, url: str) -> bool:
    return await store.read(partial(own_webhooks.is_own, url=url))


def updates_for(
    settings: Settings, store: Store, polling: Updates, webhooks: Webhooks, clock: Clock
) -> Updates:
    """The way of receiving that the settings choose."""
    webhook = settings.webhook
    if not webhook.is_on:
        return FormerWebhook(store, polling, webhooks)
    return WebhookWatch(store, webhooks, clock, webhook.url, webhook.secret.get_secret_value())
