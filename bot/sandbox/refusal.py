"""The refusal of a call: the one exception that the sandbox turns into Telegram's error answer.

Raised by the limits and the methods, caught by ``asgi``. It must never be used for a bug of the
sandbox itself: those have to surface as what they are.
"""

from __future__ import annotations


class RefusedError(Exception):
    """Telegram says no: a code, its words, and for 429 the seconds to wait."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad_request(words: str) -> RefusedError:
    """A 400 with Telegram's prefix; ``words`` begin with a small letter as they do there."""
    return RefusedError(400, f"Bad Request: {words}")


def forbidden(words: str) -> RefusedError:
    """A 403 with Telegram's prefix."""
    return RefusedError(403, f"Forbidden: {words}")


def too_many(seconds: int | None) -> RefusedError:
    """A 429 that asks for a pause of ``seconds``, or does not say for how long."""
    if seconds is None:
        return RefusedError(429, "Too Many Requests")
    return RefusedError(429, f"Too Many Requests: retry after {seconds}", seconds)
