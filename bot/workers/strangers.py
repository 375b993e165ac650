"""Lines to people whom the bot does not know, and answers to their taps.

Used by the receiver, which hands them over, and by the sender, which lets them leave when nobody
else is waiting. Nothing of it is ever written down: what is lost is lost. It must never cost a
client a place in the queue.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import structlog

from bot.clock import Clock
from bot.ports import RetryLater, Transport
from bot.services.arriving.intake import Stranger
from bot.texts import Texts
from bot.texts.keys import ClientKey
from bot.workers.errands import Errands
from bot.workers.pacer import Bucket, Pacer, Slot

log = structlog.get_logger(__name__)

MOST_A_DAY = 1000
"""Lines to all strangers together. Who writes after that reads nothing until the next day."""
BURST, PER_SECOND = 5, 1.0
"""The pace of these lines, inside the pace of all messages."""
TAPS_AT_ONCE, TAPS_WAITING = 2, 200


@dataclass(frozen=True, slots=True)
class _Line:
    """One line on its way to somebody whom we do not know."""

    chat_id: int
    text: str

    @property
    def chat(self) -> tuple[str, int]:
        """The name under which the pacer knows the chat."""
        return ("stranger", self.chat_id)


def _few() -> Errands:
    return Errands(at_once=TAPS_AT_ONCE, most_waiting=TAPS_WAITING)


@dataclass(slots=True)
class Strangers:
    """Strangers get one line of each kind a day and chat, and an end to the spinner."""

    transport: Transport
    texts: Texts
    clock: Clock
    _errands: Errands = field(default_factory=_few)
    _waiting: deque[_Line] = field(default_factory=deque)
    _told: set[tuple[int, bool]] = field(default_factory=set)
    _day: date | None = None
    _bucket: Bucket | None = None

    def meet(self, stranger: Stranger) -> None:
        """Answer a tap at once; have the static line said once a day, and once to a bad link."""
        if stranger.query_id is not None:
            self._errands.run(partial(self.transport.answer_tap, stranger.query_id, None))
        today = self.clock.now().date()
        if self._day != today:
            self._day = today
            self._told.clear()
        mark = (stranger.chat_id, stranger.has_link)
        if mark in self._told or len(self._told) >= MOST_A_DAY:
            return
        self._told.add(mark)
        if len(self._told) == MOST_A_DAY:
            log.warning("strangers_not_told", after=MOST_A_DAY)
        key: ClientKey = "stranger_link" if stranger.has_link else "stranger"
        text = self.texts.client(stranger.language, key)
        self._waiting.append(_Line(stranger.chat_id, text))

    def release(self, pacer: Pacer, now: float) -> float | None:
        """Let the lines go that may leave now; seconds until the next may, None if none waits."""
        bucket = self._bucket
        if bucket is None:
            bucket = self._bucket = Bucket(BURST, PER_SECOND, now)
        while self._waiting:
            line = self._waiting[0]
            left = max(bucket.wait(now), pacer.wait(line.chat, "message", now))
            if left > 0:
                return left
            self._waiting.popleft()
            bucket.take(now)
            slot = pacer.take(line.chat, "message", now)
            self._errands.run(partial(self._say, line, pacer, slot))
        return None

    async def _say(self, line: _Line, pacer: Pacer, slot: Slot | None) -> None:
        found = await self.transport.say_to_stranger(line.chat_id, line.text)
        pacer.answered(slot, self.clock.monotonic())
        if isinstance(found, RetryLater) and found.slow_down:
            pacer.slow_down(line.chat, found.seconds, self.clock.monotonic())
            self._waiting.append(line)

    async def settle(self) -> None:
        """Wait until what has begun to leave has left."""
        await self._errands.settle()

    async def finish(self, seconds: float) -> None:
        """Give what leaves so many seconds, and forget the rest."""
        self._waiting.clear()
        await self._errands.finish(seconds)
