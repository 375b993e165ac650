"""Raw updates by long polling. Nothing is parsed here, so no update can hold up the others."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from telegram.error import TelegramError

from bot.chat.connection import poll_connection
from bot.chat.http_requests import Slowed, retry_seconds
from bot.chat.update_json import newest, read_json
from bot.checked_clock import CheckedClock
from bot.ports import MOST_UPDATES, Polled, PollFailed

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
ADVICE: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "Telegram does not accept the token. If this goes on, the token was "
    "revoked: get the new one from @BotFather, put it where telegram.token says, start again",
    HTTPStatus.NOT_FOUND: "Telegram knows no bot of this token, or telegram.api_url leads to no "
    "Bot API server. If this goes on, compare both settings with what @BotFather says",
    HTTPStatus.CONFLICT: "another program asks for the messages of this bot, or a webhook is set. "
    "If this goes on, end the other program, or get a new token from @BotFather and revoke the old",
}
"""The advice to an admin about a refusal."""
CONFLICTS = {True: "webhook", False: "second_poller"}
"""The reason of a conflict, by whether Telegram speaks of a webhook: the code is the same."""
GRACE_SECONDS = 10.0
"""The time by which an answer may outlast the long poll."""


class RawUpdates:
    """``getUpdates`` as plain JSON over a connection of its own."""

    def __init__(
        self, token: str, api_url: str, clock: CheckedClock, slowed: Slowed | None = None
    ) -> None:
        self._url = f"{api_url.rstrip('/')}/bot{token}/getUpdates"
        self._clock, self._slowed = clock, slowed
        self._request = poll_connection(2, clock, slowed)
        self._open = False

    async def poll(self, offset: int | None, seconds: float) -> Polled | PollFailed:
        """The updates from ``offset`` on, waiting at most ``seconds`` for the first."""
        if not self._open:
            await self._request.initialize()
            self._open = True
        wanted: dict[str, Any] = {
            "timeout": int(seconds),
            "limit": MOST_UPDATES,
            "allowed_updates": json.dumps(ALLOWED),
        }
        if offset is not None:
            wanted["offset"] = offset
        url = f"{self._url}?{urlencode(wanted)}"
        try:
            code, body = await self._request.do_request(
                url, "GET", read_timeout=seconds + GRACE_SECONDS
            )
        except TelegramError as error:
            return PollFailed(type(error.__cause__ or error).__name__, 1.0)
        if code != HTTPStatus.OK:
            return _refused(code, body)
        found = _read(body)
        at = None if isinstance(found, PollFailed) else newest(found.updates)
        if at is not None:
            self._clock.hear(at)
        return found

    async def renew(self) -> None:
        """Drop the connection, which may have died silently, and begin with a new one."""
        await self.close()
        self._request = poll_connection(2, self._clock, self._slowed)

    async def close(self) -> None:
        """Let go of the connection."""
        if self._open:
            self._open = False
            await self._request.shutdown()


def _refused(code: int, body: bytes) -> PollFailed:
    """Say what a status other than 200 means; the first one of any kind is no cause for alarm."""
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        return PollFailed("slow_down", retry_seconds(body))
    if code == HTTPStatus.CONFLICT:
        reason = CONFLICTS[b"webhook is active" in body]
        return PollFailed(reason, 1.0, advice=ADVICE.get(code))
    return PollFailed(f"http_{code}", 1.0, advice=ADVICE.get(code))


def _read(body: bytes) -> Polled | PollFailed:
    try:
        answer = read_json(body)
    except (ValueError, RecursionError):
        return PollFailed("not_json", 1.0)
    updates = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(updates, list):
        return PollFailed("not_updates", 1.0)
    return Polled(tuple(updates), is_all=len(updates) < MOST_UPDATES)
