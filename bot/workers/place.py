"""The place of this run among all on the same database: whether it leads, which people are its
share, whether it may send.

Used by the other workers and the runner. The one that leads polls, ticks, keeps house and reads
calendars; all handle and send, each for its share of the people, so that what a worker remembers
of a chat is in one process; the database sees to it that no two act at once, whatever they believe.
On SQLite there is one run, which leads and may do everything. A run must never begin to send on a
lease that may be over: it asks its own steady counter, not a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from bot.clock import Clock
from bot.logs import trouble
from bot.workers.supervise import outcome
from storage import runs
from storage.runs import WHOLE, Beat, Share
from storage.store import Store

log = structlog.get_logger(__name__)

BEAT_SECONDS = 1.0
LIFE = timedelta(seconds=20)
"""So long after its last beat a run counts as living: what it had claimed is left to it."""
LEADS_FOR = timedelta(seconds=6)
"""So long after its last beat a run leads: another one follows within seconds."""
SPARE_SECONDS = 2.0
"""A run stops by itself so long before its lease is over: what it has begun takes a moment."""


@dataclass(slots=True)
class Place:
    """Begun and kept by the runner; without that it is a run alone."""

    store: Store
    clock: Clock
    share: Share = WHOLE
    run_id: int = 0
    is_outdated: bool = False
    """True once a newer version has migrated the database: this one must take nothing more in."""
    _schema: str = ""
    _beat: Beat | None = None
    _beaten_at: float = field(default=0.0)
    _is_shared: bool = False
    _is_away: bool = False
    """True while the database does not answer."""

    async def begin(self) -> None:
        """The run has an id of its own, under which it claims."""
        self._is_shared = self.store.is_shared
        begin = partial(runs.begin, lasts=LIFE, alone=not self._is_shared)
        self._schema = self._schema or await self.store.read(runs.schema)
        self.run_id = await self.store.write_beside(begin)
        self.store.write_as(self.run_id)
        self._beat, self.share = None, WHOLE

    async def keep(self, *, caught_up: bool) -> None:
        """Say that the run lives, and see who else does. Where the database does not answer, that
        is said once; the lease runs out meanwhile.
        """
        began, led = self.clock.monotonic(), self.leads
        found = await outcome(self._tell(caught_up=caught_up and led))
        if isinstance(found, Exception):
            if not self._is_away:
                self._is_away = True
                log.error("database_away", **trouble(found))
            return
        if self._is_away:
            self._is_away = False
            log.info("database_back")
        if self.is_outdated:
            log.error("database_migrated", advice="a newer version is at work; this one stops")
            return
        if found is None:
            log.warning("run_given_up", run=self.run_id, advice="it begins anew by itself")
            await self.begin()
            return
        self._beat, self._beaten_at = found, began
        self.share = Share(found.living.index(self.run_id), len(found.living))
        if self.leads != led:
            log.info("leads" if self.leads else "follows", run=self.run_id, term=found.term)

    async def _tell(self, *, caught_up: bool) -> Beat | None:
        self.is_outdated = await self.store.read(runs.schema) != self._schema
        if self.is_outdated:
            return None  # it may be that nothing of what we would write has its place any more
        tell = partial(
            runs.beat, run_id=self.run_id, lasts=LIFE, leads_for=LEADS_FOR, caught_up=caught_up
        )
        return await self.store.write_beside(tell)

    async def end(self) -> None:
        """The run is over: another one may lead at once."""
        await self.store.write_beside(partial(runs.end, run_id=self.run_id))

    @property
    def leads(self) -> bool:
        """True while this run polls and ticks, and surely no other."""
        if not self._is_shared:
            return True
        return self._beat is not None and self._beat.leads and self._is_within(LEADS_FOR)

    @property
    def may_send(self) -> bool:
        """True while what this run has claimed is left to it, and all others leave it its share of
        the pace.
        """
        if not self._is_shared:
            return True
        return self._beat is not None and self._beat.is_known and self._is_within(LIFE)

    @property
    def is_caught_up(self) -> bool:
        """True where the run that leads has taken in all that waited at Telegram."""
        return self._beat is not None and self._beat.is_caught_up

    @property
    def has_others(self) -> bool:
        """True where hints reach somebody."""
        return self.share.count > 1

    def token(self, number: int) -> str:
        """The token of a claim: no other claim of any run has it."""
        return f"{self.run_id}.{number}"

    def holds(self, token: str | None) -> bool:
        """False for a claim from before this run was given up: it may be another's by now."""
        return token is not None and token.startswith(f"{self.run_id}.")

    def _is_within(self, lease: timedelta) -> bool:
        passed = self.clock.monotonic() - self._beaten_at
        return passed < lease.total_seconds() - SPARE_SECONDS
