"""Raw updates by long polling. Nothing is parsed here, so no update can hold up the others."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.chat.connection import poll_connection
from bot.ports import MOST_UPDATES, Polled, PollFailed

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
GRACE_SECONDS = 10.0
"""How much longer than the long poll an answer may take."""


class RawUpdates:
    """``getUpdates`` as plain JSON over a connection of its own."""

    def __init__(self, token: str, api_url: str) -> None:
        self._url = f"{api_url.rstrip('/')}/bot{token}/getUpdates"
        self._request = poll_connection(2)
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
        try:
            body = await self._request.retrieve(
                f"{self._url}?{urlencode(wanted)}", read_timeout=seconds + GRACE_SECONDS
            )
        except InvalidToken:
            return PollFailed("token_refused", 30.0, refused=True)
        except RetryAfter as error:
            return PollFailed("slow_down", retry_seconds(error))
        except TelegramError as error:
            return PollFailed(type(error.__cause__ or error).__name__, 1.0)
        return _read(body)

    async def renew(self) -> None:
        """Drop the connection, which may have died silently, and begin with a new one."""
        await self.close()
        self._request = poll_connection(2)

    async def close(self) -> None:
        """Let go of the connection."""
        if self._open:
            self._open = False
            await self._request.shutdown()


def _read(body: bytes) -> Polled | PollFailed:
    try:
        answer = json.loads(body)
        if b"\\ud" in body.lower():
            # half of a surrogate pair is no character: it could be neither sealed nor stored
            whole = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
            answer = json.loads(whole)
    except (ValueError, RecursionError):
        return PollFailed("not_json", 1.0)
    updates = answer.get("result") if isinstance(answer, dict) else None
    return Polled(tuple(updates)) if isinstance(updates, list) else PollFailed("not_updates", 1.0)


def retry_seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait; an int or a timedelta, by python-telegram-bot's settings."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
