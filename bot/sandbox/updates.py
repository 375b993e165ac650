"""The queue of updates of one bot, with Telegram's rules of offset, confirmation and retention.

Used by ``getUpdates``, by what delivers to a webhook and, through ``Account``, by everything a
person does. An update must never leave the queue because it was sent out, only because a later call
or the webhook's 200 confirmed it, or it grew old.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.clock import Clock

RETENTION = timedelta(hours=24)
FIRST_UPDATE_ID = 1000
LONGEST_HOLD = 50
OPT_IN = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

Update = dict[str, object]


@dataclass(eq=False, slots=True)
class Poll:
    """One ``getUpdates`` call that may be hanging; ``wake`` ends the wait, the flags say why."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    replaced: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """An update with its number and when it came, which is where its 24 hours begin."""

    update_id: int
    update: Update
    at: datetime


class UpdateQueue:
    """Updates waiting for one bot, in order of arrival."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: list[Queued] = []
        self._again: list[Queued] = []
        self._recent: deque[Queued] = deque(maxlen=1000)
        self._next_id = FIRST_UPDATE_ID
        self._allowed: frozenset[str] | None = None
        self._poll: Poll | None = None
        self._changed = asyncio.Event()

    @property
    def changed(self) -> asyncio.Event:
        """An event that the next change sets; fetch it before looking, wait on it after."""
        return self._changed

    @property
    def pending(self) -> int:
        """The number of updates that wait, unconfirmed or not yet delivered."""
        return len(self._waiting) + len(self._again)

    @property
    def hanging(self) -> bool:
        """True if a long poll waits with nothing to deliver."""
        return self._poll is not None and not self._poll.wake.is_set() and not self.pending

    def allow(self, kinds: list[str]) -> None:
        """Remember the kinds to queue from now on; an empty list means the default again."""
        self._allowed = frozenset(kinds) or None

    @property
    def allowed(self) -> list[str] | None:
        """The kinds asked for, None while the default holds."""
        return None if self._allowed is None else sorted(self._allowed)

    def push(self, kind: str, payload: dict[str, object]) -> int | None:
        """Queue an update and return its id, None if the bot did not ask for this kind."""
        wanted = kind not in OPT_IN if self._allowed is None else kind in self._allowed
        return self.push_raw({kind: payload}) if wanted else None

    def push_raw(self, update: Update) -> int:
        """Queue any JSON object; an ``update_id`` of its own is kept, else the next one is used."""
        own = update.get("update_id")
        update_id = own if isinstance(own, int) else self._next_id
        self._next_id = max(self._next_id, update_id + 1)
        queued = Queued(update_id, {"update_id": update_id, **update}, self._clock.now())
        self._waiting.append(queued)
        self._recent.append(queued)
        self._rouse()
        return update_id

    def jump_to(self, update_id: int) -> None:
        """Number the next update ``update_id``, as Telegram may after a week of silence."""
        self._next_id = update_id

    def duplicate(self, update_id: int | None = None) -> int:
        """Deliver one update again, confirmed or not: the given one or the newest."""
        chosen = [q for q in self._recent if update_id is None or q.update_id == update_id]
        if not chosen:
            raise LookupError("no such update to deliver again")
        self._again.append(replace(chosen[-1]))
        self._rouse()
        return chosen[-1].update_id

    def confirm(self, offset: int) -> None:
        """Forget what ``offset`` confirms: ids below it, or all but the last ``-offset``."""
        if offset > 0:
            self._waiting = [q for q in self._waiting if q.update_id >= offset]
        elif offset < 0:
            self._waiting = self._waiting[offset:]

    def drop(self) -> None:
        """Forget everything that waits."""
        self._waiting, self._again = [], []

    def listed(self) -> list[Queued]:
        """Everything that a webhook is still to get, oldest first."""
        self._forget_old()
        return self._again + self._waiting

    def delivered(self, queued: Queued) -> None:
        """A webhook has taken it."""
        self._again = [q for q in self._again if q is not queued]
        self._waiting = [q for q in self._waiting if q is not queued]
        self._rouse()

    def _forget_old(self) -> None:
        oldest = self._clock.now() - RETENTION
        if self._waiting and self._waiting[0].at < oldest:
            self._waiting = [q for q in self._waiting if q.at >= oldest]

    def batch(self, limit: int) -> list[Update]:
        """The next updates, oldest first; they stay until confirmed."""
        self._forget_old()
        again, self._again = self._again[:limit], self._again[limit:]
        return [q.update for q in (again + self._waiting)[:limit]]

    def open(self, poll: Poll) -> None:
        """Make ``poll`` the running one; an earlier one that still hangs ends in a conflict."""
        if self._poll is not None:
            self._poll.replaced = True
            self._poll.wake.set()
        self._poll = poll

    def close(self, poll: Poll) -> None:
        """The poll is answered."""
        if self._poll is poll:
            self._poll = None

    def end(self) -> None:
        """Let a hanging poll return empty-handed."""
        if self._poll is not None:
            self._poll.over = True
            self._poll.wake.set()

    async def hold(self, poll: Poll, limit: int, seconds: int) -> list[Update]:
        """Updates as soon as there is one, else nothing after ``seconds`` of the clock."""
        until = self._clock.monotonic() + min(seconds, LONGEST_HOLD)
        while not (batch := self.batch(limit)) and not poll.replaced and not poll.over:
            remaining = until - self._clock.monotonic()
            if remaining <= 0:
                break
            poll.wake.clear()
            await self._clock.wait(poll.wake, remaining)
        return batch

    def _rouse(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
        if self._poll is not None:
            self._poll.wake.set()
