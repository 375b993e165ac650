"""Time travel: application, sandbox and people take turns; the clock jumps only when all is
quiet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.app import App
from bot.clock import TravelClock
from storage import uptimes

STRIDE = timedelta(hours=12)
"""The farthest jump: plans are continued in between, as they would be."""


class Actor(Protocol):
    """A simulated person."""

    def look(self, now: datetime) -> None: ...

    def act(self, now: datetime) -> None: ...

    def next_at(self) -> datetime | None: ...


class Journey:
    """Runs one application through time. Everything in it is in one event loop and in turn."""

    def __init__(self, app: App, clock: TravelClock, people: Sequence[Actor]) -> None:
        self._app = app
        self._clock = clock
        self._people = people
        self._next: datetime | None = None

    async def go(self, until: datetime, passed: Callable[[datetime], None]) -> None:
        """Live through the time to ``until``; ``passed`` hears of each jump."""
        await self.quieten()
        while self._clock.now() < until:
            await self.step(until)
            passed(self._clock.now())
            await self.quieten()

    async def step(self, until: datetime) -> None:
        """Jump to the soonest thing that is to happen, at most to ``until``, and let people act."""
        await self._live_until(min(self.soonest(), until))
        for person in self._people:
            person.act(self._clock.now())

    async def _live_until(self, at: datetime) -> None:
        """The time until then is lived through: a jump is no outage."""
        await self._app.store.write(partial(uptimes.go_on, now=at, silence=timedelta.max))
        self._clock.jump(at)

    async def quieten(self) -> None:
        """Until updates are confirmed, inbox and outbox are empty and nobody has more to say."""
        app = self._app
        while True:
            self._next = await app.ticker.tick()
            received, _ = await app.receiver.tick()
            handled = await app.handler.tick()
            await app.handler.settle()
            before = app.sender.sent
            send_at = await app.sender.tick()
            for person in self._people:
                person.look(self._clock.now())
            if not received and not handled and app.sender.sent == before:
                break
        self._next = min((at for at in (self._next, send_at) if at is not None), default=None)

    def soonest(self) -> datetime:
        """The time of what happens next; nothing but planning happens for so long as a stride."""
        now = self._clock.now()
        times = [at for person in self._people if (at := person.next_at()) is not None]
        if self._next is not None:
            times.append(self._next)
        ahead = [at for at in times if at > now]
        return min([*ahead, now + STRIDE])
