"""Looks once a minute at what the machine needs to go on, and begins and ends alarms.

Called by the metronome. It mends nothing: the alarm says to whoever is admin what to do. What it
finds is written only where it has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.clock import Clock
from bot.machine import room_of
from bot.services.work.practice import Practice
from bot.workers.receiver import Receiver
from bot.workers.sender import Sender
from bot.workers.supervise import outcome
from storage import alarms, undelivered
from storage.alarms import Fact, Kind
from storage.errors import KeyFileProblem
from storage.key_file import load_key_file
from storage.meanings import DAMAGED, is_damage
from storage.store import Store, Tx

log = structlog.get_logger(__name__)

STUCK_AFTER = timedelta(minutes=15)
"""A message that was to leave so long ago is stuck: the largest wave has left by then."""
LONGEST_PAUSE = timedelta(minutes=10)
"""A message that is tried in vain is tried again within this, unless Telegram says otherwise."""
SOUND_FOR = timedelta(days=1)
"""A database is read through once a day, and soon after each start."""
ENOUGH_AGAIN = 1.1
"""A disk that was low is so until there is a tenth more than enough: it must not come and go."""
REFUSALS: dict[str, Kind] = {
    "webhook": "foreign_webhook",
    "second_poller": "second_poller",
    "not_delivered": "webhook_failing",
    "webhook_refused": "webhook_failing",
}
"""The alarm of a reason for which nothing comes in."""
SHUT_FOR = timedelta(minutes=5)
"""A door to which Telegram did not get through for less than this is worth no alarm."""
UNKNOWN_TOKEN = frozenset({"http_401", "http_404"})
ADVICE: dict[Kind, str] = {
    "database_damaged": DAMAGED,
    "disk_low": "make room: once it is full, nothing that people write can be taken in",
    "foreign_webhook": "somebody set a webhook with this token; get a new one from @BotFather",
    "key_file_lost": "put it back from your copy while the bot runs: the next start opens nothing "
    "without it",
    "outbox_stuck": "see `interlude outbox list` and the lines above for why they do not leave",
    "second_poller": "end the other program that uses this token, or get a new one from @BotFather",
    "webhook_failing": "see `interlude doctor` for what Telegram says, and docs/webhook.md",
}
Facts = Mapping[str, Fact]


@dataclass(slots=True)
class Watchman:
    """The states that it looks at, and which of them it has logged."""

    store: Store
    practice: Practice
    clock: Clock
    receiver: Receiver
    sender: Sender
    _said: set[Kind] = field(default_factory=set)
    _read_through_at: datetime | None = None
    _is_damaged: bool = False
    _refused_since: datetime | None = None
    """Since when Telegram does not know the token; None: it does."""

    async def tick(self) -> None:
        """Every state that has begun or ended since the last look is written down."""
        now = self.clock.now()
        known = {each.kind: each.facts for each in await self.store.read(alarms.list_open)}
        found = await self._states(now, known)
        for kind, facts in found.items():
            self._log(kind, facts)
            if facts != known.get(kind):
                await self.store.write(partial(_note, kind=kind, facts=facts, now=now))
        await self._look_at_the_token(now)

    async def _states(self, now: datetime, known: Mapping[Kind, Facts]) -> dict[Kind, Facts | None]:
        """Each state that is looked at, with its facts while it lasts."""
        refused = self._refused(now)
        return {
            "key_file_lost": await self._key_file(),
            "database_damaged": await self._database(now),
            "disk_low": self._disk(was_low="disk_low" in known),
            "outbox_stuck": await self._outbox(now),
            **{kind: {} if kind == refused else None for kind in REFUSALS.values()},
        }

    def _refused(self, now: datetime) -> Kind | None:
        """The alarm of the reason for which nothing comes in; None: things come in, or a proxy may
        only be starting anew.
        """
        spell = self.receiver.refusal
        kind = None if spell is None else REFUSALS.get(spell.reason)
        if spell is not None and kind == "webhook_failing" and now - spell.since < SHUT_FOR:
            return None
        return kind

    async def _key_file(self) -> Facts | None:
        """The process has the key in memory and would go on without its file; the next would not
        start. A rotation adds keys to it and takes some out, which is no trouble.
        """
        try:
            keyring = load_key_file(self.practice.settings.database.key_file)
        except KeyFileProblem:
            return {}
        return None if await self.store.go_on_with(keyring) else {}

    async def _database(self, now: datetime) -> Facts | None:
        """Damage may lie for months where nobody reads, and by then be in every backup. What
        somebody's words have met is told at the next look.
        """
        if self._read_through_at is None or abs(now - self._read_through_at) >= SOUND_FOR:
            found = await outcome(self.store.check())
            if isinstance(found, Exception) and not is_damage(found):
                raise found
            self._read_through_at, self._is_damaged = now, found is not None
            self.store.has_met_damage = False
        self._is_damaged = self._is_damaged or self.store.has_met_damage
        return {} if self._is_damaged else None

    def _disk(self, *, was_low: bool) -> Facts | None:
        room = room_of(self.practice.settings)
        enough = 0.0 if room is None else room.wanted * (ENOUGH_AGAIN if was_low else 1)
        if room is None or room.free >= enough:
            return None
        return {"free": room.free, "wanted": room.wanted}

    async def _outbox(self, now: datetime) -> Facts | None:
        """Messages that are due and were never tried, or in vain, as is everything for a while."""
        late, failing = now - STUCK_AFTER, self.sender.failing_since
        is_failing = failing is not None and failing <= late
        due_before = now + LONGEST_PAUSE if is_failing else late
        found = await self.store.read(
            partial(undelivered.overdue, made_before=late, due_before=due_before)
        )
        if found is None:
            return None
        oldest = min(found.oldest_at, failing) if failing and is_failing else found.oldest_at
        return {"waiting": found.count, "oldest": oldest}

    def _log(self, kind: Kind, facts: Facts | None) -> None:
        if facts is None:
            if kind in self._said:
                self._said.discard(kind)
                log.info("alarm_over", kind=kind)
        elif kind not in self._said:
            self._said.add(kind)
            log.error("alarm", kind=kind, advice=ADVICE[kind])

    async def _look_at_the_token(self, now: datetime) -> None:
        """A token that Telegram does not know cannot be told with it: it is once it works again."""
        spell = self.receiver.refusal
        if not self.receiver.is_in_touch():
            if spell is not None and spell.reason in UNKNOWN_TOKEN:
                self._refused_since = spell.since
        elif self._refused_since is not None:
            facts: Facts = {"start": self._refused_since, "end": now}
            self._refused_since = None
            await self.store.write(
                lambda tx: alarms.begin(tx, "token_refused", now=now, facts=facts)
            )


def _note(tx: Tx, kind: Kind, facts: Facts | None, now: datetime) -> None:
    if facts is None:
        alarms.end(tx, kind, now=now)
    else:
        alarms.begin(tx, kind, now=now, facts=facts)
