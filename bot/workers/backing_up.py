"""Makes the daily backup, and removes those that have served their time.

Used by ``interlude run`` and ``interlude backup``. A failure is said in the log and tried again an
hour later; nobody's check-in waits for it.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from pyrage.x25519 import Recipient

from bot.clock import Clock
from bot.config import Settings
from flows.schedule.zones import zone
from storage import alarms, backups, key_backups, replay_log
from storage.age_files import BackupProblem, recipient_of
from storage.backups import Facts
from storage.errors import StorageError
from storage.key_backups import KeyBackup
from storage.key_file import load_key_file
from storage.replay_log import Noted
from storage.store import Store, Tx

log = structlog.get_logger(__name__)

AGAIN = timedelta(hours=1)
"""From a failed backup to the next try."""
LOG_AGAIN = timedelta(minutes=1)
LOG_MAY_FAIL = 900.0
"""Seconds for which the log may fail before somebody hears of it: a folder in a network comes and
goes.
"""
SIGN_OF_LIFE = timedelta(minutes=10)
"""The log says at least so often until when the bot ran."""
PATIENCE = 5.0
"""Real seconds that a message waits for the log at most: a folder in a network may not answer."""


@dataclass(slots=True)
class BackingUp:
    """The daily backup of one practice, and the log beside it."""

    store: Store
    settings: Settings
    clock: Clock
    _again_at: datetime | None = None
    _log_again_at: datetime | None = None
    _logged_at: datetime | None = None
    _log_fails_since: float | None = None
    """On the steady counter: when the log first could not be written; None: it can."""
    _is_log_told: bool | None = None
    """True where its alarm goes on; None: not known, as after a start."""

    async def tick(self) -> None:
        """Make the backup of the day where it is owed; called once a minute."""
        folder, now = self.settings.backup.folder, self.clock.now()
        if folder is None:
            return
        await self.keep_log()
        if self._again_at is not None and now < self._again_at:
            return
        if not await asyncio.to_thread(is_owed, self.settings, folder, now):
            return
        try:
            facts = await back_up(self.store, self.settings, now)
        except backups.UnderWay:
            return  # somebody typed `interlude backup`; the next look tells how that ended
        except StorageError as problem:
            self._again_at = now + AGAIN
            log.error("backup_failed", why=str(problem))
            await self.store.write(lambda tx: alarms.begin(tx, "backup_overdue", now=now))
        else:
            self._again_at = None
            log.info("backed_up", **facts.counts)
            await self.store.write(lambda tx: alarms.end(tx, "backup_overdue", now=now))

    async def keep_log(self) -> None:
        """All that was ended, withdrawn or sent stands in the log beside the backups. Where it
        cannot be written, nobody waits for it; it is tried again in a minute.
        """
        now = self.clock.now()
        if self._log_again_at is not None and now < self._log_again_at:
            return
        is_quiet = self._logged_at is None or now - self._logged_at >= SIGN_OF_LIFE
        try:
            async with asyncio.timeout(PATIENCE):
                if await keep_log(self.store, self.settings, now, at_least_once=is_quiet):
                    self._logged_at = now
        except (BackupProblem, TimeoutError) as problem:
            self._log_again_at = now + LOG_AGAIN
            log.error("log_not_written", why=str(problem) or "its folder does not answer")
            await self._note_failure_of_log(now)
        else:
            self._log_again_at = self._log_fails_since = None
            if self._is_log_told is not False:
                await self.store.write(lambda tx: alarms.end(tx, "log_not_written", now=now))
                self._is_log_told = False

    async def _note_failure_of_log(self, now: datetime) -> None:
        """The alarm goes on once the log has failed for long."""
        here = self.clock.monotonic()
        if self._log_fails_since is None:
            self._log_fails_since = here
        if here - self._log_fails_since >= LOG_MAY_FAIL and not self._is_log_told:
            await self.store.write(lambda tx: alarms.begin(tx, "log_not_written", now=now))
            self._is_log_told = True


async def keep_log(
    store: Store, settings: Settings, now: datetime, *, at_least_once: bool = False
) -> bool:
    """Write down all that was noted, and the keys of now where somebody's is new or gone; with
    ``at_least_once`` a sign of life where nothing was. True if anything was written.
    """
    folder = settings.backup.folder
    if folder is None or not (at_least_once or await store.read(replay_log.has_noted)):
        return False
    recipient = recipient_of(settings.backup.key)
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, replay_log.alone(folder))
        while True:
            noted, line = await store.read(lambda tx: _noted(tx, recipient, now))
            if noted.is_of_keys:
                await _write_keys(store, settings, folder, recipient, now)
            await asyncio.to_thread(replay_log.append, folder, line)
            if noted.until == 0:
                return True
            await store.write(partial(replay_log.drop_noted, until=noted.until))
            if not await store.read(replay_log.has_noted):
                return True


def _noted(tx: Tx, recipient: Recipient, now: datetime) -> tuple[Noted, str]:
    noted = replay_log.list_noted(tx)
    return noted, replay_log.sealed(tx, noted, recipient, now)


async def _write_keys(
    store: Store, settings: Settings, folder: Path, recipient: Recipient, now: datetime
) -> None:
    keyring = load_key_file(settings.database.key_file)
    keys = await store.read(key_backups.list_keys)
    await asyncio.to_thread(key_backups.write, folder, KeyBackup(now, keyring, keys), recipient)


def is_owed(settings: Settings, folder: Path, now: datetime) -> bool:
    """True where no backup was made since the hour for it came last."""
    newest = backups.list_in(folder)
    local = now.astimezone(zone(settings.practice.zone))
    hour = local.replace(
        hour=settings.backup.at.hour, minute=settings.backup.at.minute, second=0, microsecond=0
    )
    last = hour if hour <= local else hour - timedelta(days=1)
    return not newest or newest[-1].made_at < last


async def back_up(store: Store, settings: Settings, now: datetime) -> Facts:
    """The folder holds a backup of now and the keys of now, and no more than are to be kept.
    StorageError: it could not be written, or the database is not sound.
    """
    folder, recipient = settings.backup.folder, recipient_of(settings.backup.key)
    if folder is None:
        raise BackupProblem("backup.folder is empty: write there where backups are to go")
    if not folder.is_dir():
        raise BackupProblem(f"{folder} is missing; is its disk mounted? make the folder once")
    path = backups.path_in(folder, now)
    keep_keys = partial(_write_keys, store, settings, folder, recipient, now)
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, backups.alone(folder))
        await asyncio.to_thread(replay_log.begin, folder, now)
        facts = await backups.take(store, path, scratch_for(settings), recipient, now, keep_keys)
        await asyncio.to_thread(_prune, settings, folder)
    return facts


def scratch_for(settings: Settings) -> Path:
    """Return where the plain copy lies while it is made: beside the database, as sealed as it."""
    path = settings.database.file
    if path is None:
        raise ValueError("the database lies on a server")
    return path.with_name(f"{path.name}.copying")


def _prune(settings: Settings, folder: Path) -> None:
    made, wanted = backups.list_in(folder), settings.backup
    keep = backups.kept(
        (each.made_at for each in made),
        zone=zone(settings.practice.zone),
        daily=wanted.keep_daily,
        weekly=wanted.keep_weekly,
        monthly=wanted.keep_monthly,
    )
    for each in made:
        if each.made_at not in keep:
            each.path.unlink(missing_ok=True)
    replay_log.drop_before(folder, min(keep))
