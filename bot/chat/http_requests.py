"""HTTP requests that understand every 429: with ``retry_after``, without it, or with 0.

Used by ``connection`` and ``polling``. python-telegram-bot knows a 429 by ``retry_after`` alone and
takes any other for a request that may have had its effect; a 429 never had one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from telegram.request import HTTPXRequest

Slowed = Callable[[float], None]
"""Told of so many seconds that Telegram asked to wait."""
SHORTEST_WAIT = 1.0
"""Seconds to wait where Telegram says that there were too many requests, but not how long."""


class PatientRequest(HTTPXRequest):
    """As its base, and a 429 always says how long to wait; ``slowed`` is told of each."""

    def __init__(self, *, slowed: Slowed | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._slowed = slowed

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        code, body = await super().do_request(*args, **options)
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            seconds = retry_seconds(body)
            if self._slowed is not None:
                self._slowed(seconds)
            refusal = {
                "ok": False,
                "description": "Too Many Requests",
                "parameters": {"retry_after": seconds},
            }
            body = json.dumps(refusal).encode()
        return code, body


def retry_seconds(body: bytes) -> float:
    """Return how long the body of a 429 asks to wait, at least a second."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return SHORTEST_WAIT
    parameters = answer.get("parameters") if isinstance(answer, dict) else None
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return max(asked, SHORTEST_WAIT) if isinstance(asked, int | float) else SHORTEST_WAIT
