"""Faults on demand: refusals, broken answers and lost connections, before or after the effect.

Tests and the control API add them, ``asgi`` asks for them at each call. A fault must never change
what Telegram would have stored: *before* means nothing happened, *after* means it all did.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import Literal

from bot.clock import Clock
from bot.sandbox.methods.receiving import TERMINATED
from bot.sandbox.refusal import RefusedError, too_many

CLOSE = 0
"""Status of a fault that cuts the connection instead of answering."""
GARBLED = 1
"""Status of a fault that answers 200 with a body that breaks off."""
LATE = 200
"""Status of a fault that answers as if nothing was wrong, only later."""

WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: TERMINATED,
    500: "Internal Server Error",
    502: "Bad Gateway",
}
OVERALL = 30
BURST = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule: which calls it hits, how often, and what becomes of them.

    ``method`` is Telegram's name or ``*``. ``status`` is an HTTP code, ``CLOSE``, ``GARBLED`` or
    ``LATE``; 502 comes with an HTML body. ``delay`` are seconds of the clock before the answer.
    ``count`` None means until ``clear``; ``retry_after`` None, that a 429 does not say how long to
    wait. ``skip`` calls pass first; ``probability`` is drawn from ``seed``.
    """

    method: str = "*"
    status: int = 500
    when: Literal["before", "after"] = "before"
    count: int | None = 1
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    delay: float = 0.0
    retry_after: int | None = 1
    chat_id: int | None = None
    description: str = ""

    def refusal(self) -> RefusedError:
        """The error answer of this fault."""
        if self.status == 429:
            return too_many(self.retry_after)
        return RefusedError(self.status, self.description or WORDS.get(self.status, "Error"))


@dataclass(slots=True)
class _Armed:
    """A fault with what is left of its counts, and its own source of chance."""

    fault: Fault
    left: int | None
    skip: int
    draw: random.Random = field(repr=False)

    def hits(self, when: str, method: str, chat_id: int | None) -> bool:
        fault = self.fault
        if self.left == 0 or fault.when != when:
            return False
        if fault.method != "*" and fault.method.lower() != method:
            return False
        if fault.chat_id is not None and fault.chat_id != chat_id:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if fault.probability < 1.0 and self.draw.random() >= fault.probability:
            return False
        self.left = None if self.left is None else self.left - 1
        return True


class Faults:
    """All faults that are armed, the latency, and Telegram's pace if it is enforced.

    ``latency`` is in real seconds and meant for benchmarks; everything else goes by the clock.
    """

    def __init__(self, clock: Clock, rate_limits: bool = False) -> None:
        self.latency = 0.0
        self.says_date = True
        """False where something between the bot and Telegram takes the ``Date`` away."""
        self.rate_limits = rate_limits
        self._clock = clock
        self._armed: list[_Armed] = []
        self._floods: dict[int | None, float] = {}
        self._overall: list[float] = []
        self._buckets: dict[int, tuple[float, float]] = {}

    def add(self, fault: Fault) -> None:
        """Arm a fault; the first that fits a call is used."""
        self._armed.append(_Armed(fault, fault.count, fault.skip, random.Random(fault.seed)))

    @property
    def armed(self) -> bool:
        """True while a fault may still hit a call."""
        return any(each.left != 0 for each in self._armed)

    def flood(self, seconds: float, chat_id: int | None = None) -> None:
        """Answer every send (to one chat, or to all) with 429 until ``seconds`` have passed."""
        self._floods[chat_id] = self._clock.monotonic() + seconds

    def clear(self) -> None:
        """Disarm everything; latency and rate limits stay."""
        self._armed.clear()
        self._floods.clear()

    def pick(
        self, when: Literal["before", "after"], method: str, chat_id: int | None
    ) -> Fault | None:
        """The fault for this call, already counted; ``method`` in lower case."""
        if not self._armed:
            return None
        return next((a.fault for a in self._armed if a.hits(when, method, chat_id)), None)

    def check_pace(self, chat_id: int | None) -> None:
        """Refuse a send with 429 while a flood window or Telegram's pace says so."""
        now = self._clock.monotonic()
        for about in (None, chat_id):
            until = self._floods.get(about, 0.0)
            if until > now:
                raise too_many(max(1, math.ceil(until - now)))
        if self.rate_limits and chat_id is not None:
            self._overall_pace(now)
            self._chat_pace(now, chat_id)
            self._overall.append(now)

    def _overall_pace(self, now: float) -> None:
        self._overall = [at for at in self._overall if at > now - 1.0]
        if len(self._overall) >= OVERALL:
            raise too_many(1)

    def _chat_pace(self, now: float, chat_id: int) -> None:
        tokens, at = self._buckets.get(chat_id, (float(BURST), now))
        tokens = min(float(BURST), tokens + now - at)
        if tokens < 1.0 - 1e-9:
            raise too_many(max(1, math.ceil(1.0 - tokens)))
        self._buckets[chat_id] = (tokens - 1.0, now)
