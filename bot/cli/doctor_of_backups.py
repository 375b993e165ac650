"""The lines of ``interlude doctor`` about backups: none, overdue, never tried, on the same disk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot.cli.findings import Finding
from bot.cli.surroundings import CLOCK, sqlite_file
from bot.config import Settings
from storage import backups, key_backups
from storage.backups import Backup

ABOUT = "backups"
OVERDUE = timedelta(hours=36)
TRIED = timedelta(days=180)


def backup_findings(settings: Settings) -> Iterator[Finding]:
    """Say whether the practice would come back, should the disk die today."""
    folder = settings.backup.folder
    if settings.database.file is None:
        says = "PostgreSQL is copied with the server's own tools; see docs/backups.md"
        yield Finding(ABOUT, "look", says)
    elif folder is None or not settings.backup.key:
        says = "none are made: a dead disk would be the end of everything; see docs/backups.md"
        yield Finding(ABOUT, "look", says)
    elif not folder.is_dir():
        yield Finding(ABOUT, "mend", f"{folder} is missing; is its disk mounted?")
    else:
        yield from _of(settings, folder)


def _of(settings: Settings, folder: Path) -> Iterator[Finding]:
    listed = backups.list_in(folder)
    if not listed:
        yield Finding(ABOUT, "look", "none was made yet; run: interlude backup")
        return
    yield _newest(listed[-1])
    if not (folder / key_backups.NAME).exists():
        says = f"{key_backups.NAME} is missing, and no backup opens without it: interlude backup"
        yield Finding(ABOUT, "mend", says)
    yield from _tried(folder)
    yield from _place(settings, folder)


def _newest(newest: Backup) -> Finding:
    made = f"{newest.made_at:%Y-%m-%d %H:%M} UTC"
    if CLOCK.now() - newest.made_at > OVERDUE:
        says = f"the newest is of {made}; does the bot run? make one now: interlude backup"
        return Finding(ABOUT, "mend", says)
    return Finding(ABOUT, "good", f"the newest is of {made}")


def _tried(folder: Path) -> Iterator[Finding]:
    mark = folder / backups.TRIED
    tried_at = backups.tried_at(folder)
    if tried_at is None or CLOCK.now() - tried_at > TRIED:
        what = "never tried" if not mark.exists() else "not tried for half a year"
        yield Finding(ABOUT, "look", f"{what}; run: interlude restore --verify")


def _place(settings: Settings, folder: Path) -> Iterator[Finding]:
    beside = sqlite_file(settings).parent
    if beside.is_dir() and beside.stat().st_dev == folder.stat().st_dev:
        says = f"{folder} is on the disk of the database: copy it elsewhere, or choose another"
        yield Finding(ABOUT, "look", says)
