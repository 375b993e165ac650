"""How fast messages may leave: Telegram's own limits, kept before they are hit.

Used by the sender. In memory: after a restart a full bucket can at worst earn one 429, which is
obeyed.
"""

from __future__ import annotations

from collections import deque

from bot.config.settings import Sending


class Bucket:
    """Allows ``burst`` at once and ``rate`` a second after that."""

    def __init__(self, burst: float, rate: float, now: float) -> None:
        self._burst = burst
        self._rate = rate
        self._level = burst
        self._at = now

    def wait(self, now: float) -> float:
        """Seconds until one more is allowed; 0 if it is."""
        self._fill(now)
        # a hair below one counts as one: sums of floats must not cost a message its turn
        return 0.0 if self._level > 1 - 1e-9 else (1 - self._level) / self._rate

    def take(self, now: float) -> None:
        """Use one up."""
        self._fill(now)
        self._level -= 1

    def is_full(self, now: float) -> bool:
        """True if nothing was taken for long enough."""
        self._fill(now)
        return self._level >= self._burst

    def _fill(self, now: float) -> None:
        self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now


JITTER = 0.1
"""Seconds by which messages may bunch up on their way: Telegram counts when they arrive. A 429
holds up everybody for a second or more, so a little slower is faster.
"""


class Window:
    """Allows ``rate`` in any second, also as counted at the far end of a network with jitter."""

    def __init__(self, rate: float) -> None:
        self._most = max(int(rate), 1)
        self._span = self._most / rate + JITTER
        self._times: deque[float] = deque(maxlen=self._most)

    def wait(self, now: float) -> float:
        """Seconds until one more is allowed; 0 if it is."""
        if len(self._times) < self._most:
            return 0.0
        left = self._times[0] + self._span - now
        return left if left > 1e-9 else 0.0

    def take(self, now: float) -> None:
        """Use one up."""
        self._times.append(now)


class Pacer:
    """30 a second overall, per chat a bucket of 5 filled 1 a second, edits uncounted; halts on
    429.
    """

    def __init__(self, settings: Sending, now: float) -> None:
        self._settings = settings
        self._all = Window(settings.per_second)
        self._chats: dict[int, Bucket] = {}
        self._halted: dict[int, float] = {}
        self._all_halted_until = now
        self._soonest: float | None = None

    def begin(self) -> None:
        """Start a look at the rows: forget what the last look had to wait for."""
        self._soonest = None

    def allows(self, person_id: int, kind: str, now: float) -> bool:
        """Take a place for this message, or remember when there will be one."""
        wait = self._wait(person_id, kind, now)
        if wait > 0:
            until = now + wait
            self._soonest = until if self._soonest is None else min(self._soonest, until)
            return False
        if kind != "edit":
            self._all.take(now)
            self._chat(person_id, now).take(now)
        return True

    def _wait(self, person_id: int, kind: str, now: float) -> float:
        halted = max(self._all_halted_until, self._halted.get(person_id, now)) - now
        if kind == "edit" or halted > 0:
            return max(halted, 0.0)
        return max(self._all.wait(now), self._chat(person_id, now).wait(now))

    def _chat(self, person_id: int, now: float) -> Bucket:
        bucket = self._chats.get(person_id)
        if bucket is None:
            if len(self._chats) > 10_000:
                self._chats = {p: b for p, b in self._chats.items() if not b.is_full(now)}
            settings = self._settings
            bucket = Bucket(settings.per_chat_burst, settings.per_chat_per_second, now)
            self._chats[person_id] = bucket
        return bucket

    def slow_down(self, person_id: int, seconds: float, now: float) -> None:
        """Telegram asked to wait: this chat does; when several chats are asked, everyone does."""
        self._halted = {p: until for p, until in self._halted.items() if until > now}
        self._halted[person_id] = now + seconds
        if len(self._halted) > 1:
            self._all_halted_until = max(self._all_halted_until, now + seconds)

    def soonest(self) -> float | None:
        """When, on the steady counter, a message that was held back may leave; None if none was."""
        return self._soonest
