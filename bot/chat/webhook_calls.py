"""The webhook at Telegram: looked at, set, removed. What waits there is never dropped."""

from __future__ import annotations

from collections.abc import Awaitable
from http import HTTPStatus

from telegram import Bot
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bot.chat.http_requests import SHORTEST_WAIT
from bot.chat.polling import ADVICE, ALLOWED
from bot.ports import AtWebhook, PollFailed

CONNECTIONS = 40
"""The most deliveries at once, as many as Telegram makes unless it is told another number."""


class BotWebhooks:
    """The webhook of one bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def look(self) -> AtWebhook | PollFailed:
        try:
            found = await self._bot.get_webhook_info()
        except TelegramError as error:
            return _failed(error)
        return AtWebhook(
            found.url,
            found.pending_update_count,
            found.last_error_date,
            found.last_error_message or "",
        )

    async def put(self, url: str, secret: str) -> PollFailed | None:
        return await _outcome(
            self._bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=ALLOWED,
                max_connections=CONNECTIONS,
                drop_pending_updates=False,
            )
        )

    async def remove(self) -> PollFailed | None:
        return await _outcome(self._bot.delete_webhook(drop_pending_updates=False))


async def _outcome(call: Awaitable[bool]) -> PollFailed | None:
    try:
        await call
    except TelegramError as error:
        return _failed(error)
    return None


def _failed(error: TelegramError) -> PollFailed:
    """Say what it means in the words of a poll that failed, so that the same is done about it."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        seconds = wait if isinstance(wait, int) else wait.total_seconds()
        return PollFailed("slow_down", max(float(seconds), SHORTEST_WAIT))
    if isinstance(error, InvalidToken):
        code = HTTPStatus.UNAUTHORIZED
        return PollFailed(f"http_{code}", 1.0, advice=ADVICE[code])
    if isinstance(error, BadRequest):
        advice = f"Telegram does not take webhook.url: {error.message} (docs/webhook.md)"
        return PollFailed("webhook_refused", 1.0, advice=advice)
    return PollFailed(type(error.__cause__ or error).__name__, 1.0)
