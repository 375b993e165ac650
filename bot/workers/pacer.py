"""Decides how fast messages may leave: Telegram's own limits, kept before they are hit.

Used by the sender. In memory: after a restart a full bucket can at worst earn one 429, which is
obeyed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

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


MARGIN = 29.5 / 30
"""Part of the cap that is used: a little slower is faster, for any second that holds one too many
costs everybody a second or more.
"""
SPARE = 0.01
"""Seconds by which two messages may be counted closer together than answers can tell."""
CATCH_UP = 0.5
"""Seconds of slots that may be made good after a moment in which nothing could leave."""
ROUND_TRIPS = 64
"""From so many of the last answers the shortest is taken for the way itself."""
EASED = 0.95
"""Part of the usual rate after a 429: what arrives unevenly needs more room."""
EASED_SECONDS = 60.0

UNCOUNTED = frozenset({"edit", "delete", "menu"})
"""Kinds that are no new message in a chat: the limits for those do not hold for them."""


@dataclass(slots=True)
class Slot:
    """A message's place among all others."""

    left_at: float
    """The time when it was let go."""
    counted_at: float
    """The time when Telegram counted it, as far as is known: it was there by then at the latest."""


class Spacing:
    """Evenly spaced slots (a generic cell rate). Those that were missed are made good, but any
    second holds at most the cap by Telegram's count, which goes by when messages arrive. An answer
    tells when its message had arrived: what it took beyond the shortest way was lateness.
    """

    def __init__(self, per_second: float, now: float) -> None:
        self.rate = self._span = 0.0
        """Messages a second, and the seconds for which the most of them are counted."""
        self._most = 0
        self._next = now
        self._slots: deque[Slot] = deque()
        """The last messages, as many as a second may hold."""
        self._counted_before = now - 1
        """The time when the last of those before had been counted."""
        self._ways: deque[float] = deque(maxlen=ROUND_TRIPS)
        self._eased_until = now
        self.change(per_second)

    def change(self, per_second: float) -> None:
        """Another pace from now on; what has left counts as before."""
        self.rate = per_second * MARGIN
        self._most = max(int(per_second), 1)
        self._span = max(self._most / per_second, 1.0) + SPARE
        while len(self._slots) > self._most:
            self._fall_out(self._slots.popleft())

    def wait(self, now: float) -> float:
        """Seconds until one more may leave; 0 if it may."""
        left = self._next - CATCH_UP - now
        if len(self._slots) == self._most:
            counted = max(self._counted_before, self._slots[0].counted_at)
            left = max(left, counted + self._span - now)
        return left if left > 1e-9 else 0.0

    def take(self, now: float) -> Slot:
        """Use one slot up."""
        rate = self.rate * EASED if now < self._eased_until else self.rate
        self._next = max(self._next, now) + 1 / rate
        slot = Slot(now, now)
        self._slots.append(slot)
        if len(self._slots) > self._most:
            self._fall_out(self._slots.popleft())
        return slot

    def answered(self, slot: Slot, now: float) -> None:
        """Telegram has answered to the message of this slot."""
        way = now - slot.left_at
        self._ways.append(way)
        slot.counted_at = slot.left_at + way - min(self._ways)
        if slot.left_at < self._slots[0].left_at:
            self._fall_out(slot)

    def _fall_out(self, slot: Slot) -> None:
        self._counted_before = max(self._counted_before, slot.counted_at)

    def ease(self, now: float) -> None:
        """Telegram had too many: go a little slower for a while."""
        self._eased_until = now + EASED_SECONDS


class Pacer:
    """30 a second overall, per chat a bucket of 5 filled 1 a second, edits uncounted; halts on
    429. A chat is named by any key: a person's id, or a stranger's chat.
    """

    def __init__(self, settings: Sending, now: float) -> None:
        self._settings = settings
        self._all = Spacing(settings.per_second, now)
        self._chats: dict[Hashable, Bucket] = {}
        self._halted: dict[Hashable, float] = {}
        self._all_halted_until = now
        self._sharers = 1

    def share_with(self, count: int) -> None:
        """So many processes send at once, each at its part of the pace of all."""
        if count != self._sharers:
            self._sharers = count
            self._all.change(self._settings.per_second / count)

    @property
    def rate(self) -> float:
        """Messages a second to all chats together."""
        return self._all.rate

    def wait(self, chat: Hashable, kind: str, now: float) -> float:
        """Seconds until this message may leave; 0 if it may."""
        chat_wait = self.wait_of_chat(chat, kind, now)
        return chat_wait if kind in UNCOUNTED else max(chat_wait, self._all.wait(now))

    def wait_of_chat(self, chat: Hashable, kind: str, now: float) -> float:
        """As ``wait``, without asking for a place among all messages."""
        halted = max(self._all_halted_until, self._halted.get(chat, now)) - now
        if kind in UNCOUNTED or halted > 0:
            return max(halted, 0.0)
        bucket = self._chats.get(chat)
        return 0.0 if bucket is None else bucket.wait(now)

    def take(self, chat: Hashable, kind: str, now: float) -> Slot | None:
        """The message leaves now; its slot, to be handed to ``answered``, if it needs one."""
        if kind in UNCOUNTED:
            return None
        self._bucket(chat, now).take(now)
        return self._all.take(now)

    def answered(self, slot: Slot | None, now: float) -> None:
        """Telegram has answered to the message of this slot."""
        if slot is not None:
            self._all.answered(slot, now)

    def halt(self, now: float) -> float:
        """Seconds until anybody may be written to at all; 0 if now."""
        return max(self._all_halted_until - now, 0.0)

    def slow_down(self, chat: Hashable, seconds: float, now: float) -> None:
        """Telegram asked to wait: this chat does; when several chats are asked, everyone does."""
        self._halted = {c: until for c, until in self._halted.items() if until > now}
        self._halted[chat] = now + seconds
        self._all.ease(now + seconds)
        if len(self._halted) > 1:
            self._all_halted_until = max(self._all_halted_until, now + seconds)

    def _bucket(self, chat: Hashable, now: float) -> Bucket:
        bucket = self._chats.get(chat)
        if bucket is None:
            if len(self._chats) > 10_000:
                self._chats = {c: b for c, b in self._chats.items() if not b.is_full(now)}
            settings = self._settings
            bucket = Bucket(settings.per_chat_burst, settings.per_chat_per_second, now)
            self._chats[chat] = bucket
        return bucket
