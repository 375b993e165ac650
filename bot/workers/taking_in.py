"""Commits raw updates to the inbox, whoever brought them; strangers get their line, groups are
left.

Used by the receiver, which asks Telegram, and by the webhook's intake, to which Telegram delivers.
It must never wait for anything but the database, and never write a stranger down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.clock import Clock
from bot.logs import trouble
from bot.metrics import Figures
from bot.ports import Transport
from bot.services.arriving import intake
from bot.workers.errands import Errands
from bot.workers.strangers import Strangers
from bot.workers.supervise import outcome
from storage import people
from storage.store import Store

log = structlog.get_logger(__name__)

NOBODY_ADVICE = (
    "no updates are taken until a therapist is invited: interlude people invite-therapist; "
    "if this practice has people, this is not its database"
)
_SPOILT = (UnicodeError, ArithmeticError, RecursionError)
"""Errors that only an update itself can cause; anything else leaves it with Telegram."""


def _unheard(_: intake.TakenIn) -> None:
    """Nobody wants to know."""


@dataclass(slots=True)
class TakingIn:
    """The way of an update to the disk."""

    store: Store
    transport: Transport
    clock: Clock
    errands: Errands
    strangers: Strangers
    figures: Figures
    is_waiting_for_people: bool = False
    """True while updates are left with Telegram, because nobody is in the database."""
    _anybody: bool = False

    async def is_anybody_here(self) -> bool:
        """False in a database in which nobody is, and nobody was invited: a wrong one, as like as
        not. Every update would be a stranger's, and gone from Telegram once it is answered.
        """
        if not self._anybody:
            self._anybody = await self.store.read(people.is_anybody)
            if not self._anybody and not self.is_waiting_for_people:
                log.warning("nobody_is_here", advice=NOBODY_ADVICE)
            self.is_waiting_for_people = not self._anybody
        return self._anybody

    async def take_in(
        self, raw: tuple[Any, ...], heard: Callable[[intake.TakenIn], None] = _unheard
    ) -> None:
        """All of them are on disk, in this order, or are such as nobody can keep; ``heard`` learns
        what was taken in as soon as it is. The database's errors are raised: what was not heard of
        then is not on disk.
        """
        now = self.clock.now()
        taken = await outcome(self._commit(raw, now))
        if isinstance(taken, _SPOILT):
            await self._take_in_singly(raw, now, heard)
        elif isinstance(taken, Exception):
            raise taken
        else:
            self._follow_up(taken)
            heard(taken)
        self.figures.updates_received.inc(len(raw))

    async def _commit(self, raw: tuple[Any, ...], now: datetime) -> intake.TakenIn:
        return await self.store.write(lambda tx: intake.take_in(tx, raw, now))

    async def _take_in_singly(
        self, raw: tuple[Any, ...], now: datetime, heard: Callable[[intake.TakenIn], None]
    ) -> None:
        """One update that cannot be kept must not cost the others: it is counted and left."""
        for update in raw:
            taken = await outcome(self._commit((update,), now))
            if isinstance(taken, _SPOILT):
                log.error("update_not_kept", **trouble(taken))
                taken = await self._commit((_bare(update),), now)
            elif isinstance(taken, Exception):
                raise taken
            self._follow_up(taken)
            heard(taken)

    def _follow_up(self, taken: intake.TakenIn) -> None:
        if taken.unreadable:
            log.error("updates_unreadable", kinds=dict(Counter(taken.unreadable)))
        for stranger in taken.strangers:
            self.strangers.meet(stranger)
        for chat_id in taken.groups:
            self.errands.run(partial(self.transport.leave, chat_id))


def _bare(update: Any) -> Any:
    """An update without anything but its number, so that the offset passes it."""
    return {"update_id": update["update_id"]} if isinstance(update, dict) else None
