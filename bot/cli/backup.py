"""``interlude backup``: make a backup now, or the key that backups are encrypted to."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.surroundings import CLOCK, refuse, settings_or_exit, with_store
from storage.store import Store

PRINT = """\
The secret key of your backups. Print this, or write it down, and keep it apart from the computer:
without it no backup can ever be read, and with it everything can. It is shown this once.

  {secret}

The public key goes into config.toml, below [backup]:

  key = "{public}"
"""


@click.group(invoke_without_command=True)
@click.pass_context
def backup(context: click.Context) -> None:
    """Make a backup now, into the folder of [backup]; the bot may run meanwhile."""
    if context.invoked_subcommand is None:
        _back_up(context.obj)


@backup.command("key", short_help="Make the key that backups are encrypted to; shown once.")
def key() -> None:
    """Make a pair of keys: the secret one to print and keep apart, the public one for the settings.
    Nothing is written anywhere.
    """
    from storage.age_files import new_identity

    secret, public = new_identity()
    click.echo(PRINT.format(secret=secret, public=public))


def _back_up(config: Path | None) -> None:
    from bot.workers.backing_up import back_up, keep_log
    from storage.backups import Facts, path_in

    settings = settings_or_exit(config)
    folder, now = settings.backup.folder, CLOCK.now()
    if folder is None or not settings.backup.key:
        refuse(
            [
                "backup.folder and backup.key are needed: name a folder on another disk, and "
                "`interlude backup key` makes the key"
            ]
        )

    async def work(store: Store) -> Facts:
        facts = await back_up(store, settings, now)
        # a sign of life: where nobody runs, it is known all the same that nothing was lost since
        await keep_log(store, settings, now, at_least_once=True)
        return facts

    facts = with_store(settings, work)
    click.echo(f"{path_in(folder, now)}: {shown(facts.counts)}")
    click.echo("Try it once: interlude restore --verify")


def shown(counts: dict[str, int]) -> str:
    """The counts of a backup in a line."""
    return ", ".join(f"{count} {name.replace('_', '-')}" for name, count in counts.items())
