"""Makes the daily backup, and removes those that have served their time.

Used by ``interlude run`` and ``interlude backup``. A failure is said in the log and tried again an
hour later; nobody's check-in waits for it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.config import Settings
from flows.schedule.zones import zone
from storage import backups, key_backups
from storage.age_files import BackupProblem, recipient_of
from storage.backups import Facts
from storage.errors import StorageError
from storage.key_backups import KeyBackup
from storage.key_file import load_key_file
from storage.store import Store

log = structlog.get_logger(__name__)

AGAIN = timedelta(hours=1)
"""From a failed backup to the next try."""


@dataclass(slots=True)
class BackingUp:
    """The daily backup of one practice."""

    store: Store
    settings: Settings
    clock: Clock
    _again_at: datetime | None = None

    async def tick(self) -> None:
        """Make the backup of the day where it is owed; called once a minute."""
        folder, now = self.settings.backup.folder, self.clock.now()
        if folder is None or (self._again_at is not None and now < self._again_at):
            return
        if not await asyncio.to_thread(is_owed, self.settings, folder, now):
            return
        try:
            facts = await back_up(self.store, self.settings, now)
        except StorageError as problem:
            self._again_at = now + AGAIN
            log.error("backup_failed", why=str(problem))
        else:
            self._again_at = None
            log.info("backed_up", **facts.counts)


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
    facts = await backups.take(store, path, scratch_for(settings), recipient, now)
    keyring = load_key_file(settings.database.key_file)
    keys = await store.read(key_backups.list_keys)
    await asyncio.to_thread(key_backups.write, folder, KeyBackup(now, keyring, keys), recipient)
    await asyncio.to_thread(_prune, settings, folder)
    return facts


def scratch_for(settings: Settings) -> Path:
    """Return where the plain copy lies while it is made: beside the database, as sealed as it."""
    path = Path(settings.database.url.partition(":///")[2])
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
