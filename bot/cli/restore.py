"""``interlude restore``: the practice as it was in a backup, without whoever was erased since; or
a rehearsal of that.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.alone import lock_path
from bot.cli.backup import shown
from bot.cli.surroundings import CLOCK, refuse, run_or_exit, settings_or_exit, sqlite_file
from bot.config import Settings

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

    from storage.backups import Backup
    from storage.data_keys import Keyring
    from storage.restoring import Assembled

ASKED = "Secret key of the backups (AGE-SECRET-KEY-1…)"


@click.command(short_help="Bring the practice back from a backup, or rehearse that.")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--verify", is_flag=True, help="Rehearse it in a temporary place; change nothing.")
@click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file with the secret key; otherwise it is asked for.",
)
@click.pass_obj
def restore(config: Path | None, file: Path | None, verify: bool, identity: Path | None) -> None:
    """Bring the practice back from the backup FILE, or from the newest one in the folder. The key
    backup must lie beside it. The bot must not run. What is there now is kept under another name.
    """
    settings = settings_or_exit(config)
    if settings.database.file is None:
        refuse(["restore is for SQLite; a PostgreSQL server has its own tools: docs/backups.md"])
    chosen = _chosen(settings, file)
    text = identity.read_text("utf-8") if identity else click.prompt(ASKED, hide_input=True)
    run_or_exit(_restore(settings, chosen, text, is_rehearsal=verify))


def _chosen(settings: Settings, file: Path | None) -> Backup:
    from storage import backups

    folder = file.parent if file is not None else settings.backup.folder
    if folder is None:
        refuse(["Name the FILE of the backup, or its folder in the settings: backup.folder"])
    listed = backups.list_in(folder)
    found = [each for each in listed if file is None or each.path.name == file.name]
    if not found:
        refuse([f"{file or folder}: there is no backup here; one is named interlude-2…Z.age"])
    return found[-1]


async def _restore(settings: Settings, backup: Backup, text: str, *, is_rehearsal: bool) -> None:
    from storage.age_files import identity_of
    from storage.locks import instance_lock

    identity = identity_of(text)
    with ExitStack() as stack:
        if is_rehearsal:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="interlude-"))
            made = await _assembled(backup, Path(folder) / "interlude.db", identity)
            _tell(backup, made)
            _mark_tried(backup)
            click.echo("It can be brought back. Nothing was changed.")
            return
        database = sqlite_file(settings)
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        stack.enter_context(instance_lock(lock_path(settings)))
        await _put(settings, backup, database, identity)


def _mark_tried(backup: Backup) -> None:
    """Note it for ``doctor``, where the folder can be written."""
    from storage.backups import mark_tried

    with suppress(OSError):
        mark_tried(backup.path.parent, CLOCK.now())


async def _put(settings: Settings, backup: Backup, database: Path, identity: Identity) -> None:
    from storage import restoring
    from storage.files_beside import discard

    target = database.with_name(f"{database.name}.restoring")
    discard(target)
    try:
        made = await _assembled(backup, target, identity)
        aside_key = _put_key(settings, made.keyring)
        aside = restoring.put_in_place(target, database, CLOCK.now())
    finally:
        discard(target)
    _tell(backup, made)
    for kept in filter(None, (aside, aside_key)):
        click.echo(f"What was there before is kept as {kept}; remove it once all is well.")
    click.echo("The practice is back. Start the bot: interlude run")


async def _assembled(backup: Backup, target: Path, identity: Identity) -> Assembled:
    from storage.restoring import assemble

    return await assemble(backup, target, identity, CLOCK.now())


def _put_key(settings: Settings, keyring: Keyring) -> Path | None:
    """The key file holds the keys of the backup; where it held others, those are kept aside."""
    from storage.errors import KeyFileProblem
    from storage.key_file import load_key_file, write_key_file

    path = settings.database.key_file
    aside = None
    if path.exists():
        try:
            if load_key_file(path) == keyring:
                return None
        except KeyFileProblem as problem:
            click.echo(str(problem), err=True)
        aside = path.with_name(f"{path.name}.before-{CLOCK.now():%Y%m%dT%H%M%S}")
        path.rename(aside)
    write_key_file(path, keyring)
    return aside


def _tell(backup: Backup, made: Assembled) -> None:
    click.echo(f"{backup.path}: {shown(made.facts.counts)}")
    click.echo(f"  made {made.facts.made_at:%Y-%m-%d %H:%M} UTC, schema {made.facts.schema}")
    click.echo(f"  erased since, and gone here, too: {made.erased}")
    done = made.replayed
    if done.last_at is None:
        click.echo("  no log beside it: what was ended or withdrawn since is not known")
    else:
        lines = "1 line" if done.lines == 1 else f"{done.lines} lines"
        click.echo(f"  the log of {lines} goes on until {done.last_at:%Y-%m-%d %H:%M} UTC")
    if done.refused:
        click.echo(f"  lines of the log that are damaged or not of this practice: {done.refused}")
