"""``interlude move``: the practice carried from SQLite to PostgreSQL, or back, and compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.surroundings import CLOCK, run_or_exit, settings_or_exit
from bot.config import Settings

if TYPE_CHECKING:
    from storage.moving import Moved

NEXT = """\
Now write the new database into config.toml, below [database]:

  url = "{url}"

with its password in place of ***, if it has one. The key file stays: it opens this database, too.
Then look with `interlude doctor`, and start the bot. The old database was not changed; never start
a bot on it again, and remove it, with its copies, once all is well."""


@click.command(short_help="Carry the practice from SQLite to PostgreSQL, or back.")
@click.option("--from", "source", metavar="URL", prompt="The database to move (url)")
@click.option("--to", "target", metavar="URL", prompt="The empty database to fill (url)")
@click.pass_obj
def move(config: Path | None, source: str, target: str) -> None:
    """Carry everything over into an empty database, and compare each table on both sides. Nothing
    is kept there unless all is the same; given again, it says that all is there. Every bot must be
    stopped; the key file is that of the settings. A url is written as in database.url. Leave one
    with a password out, and it is asked for: others on the machine can see the words of a command.
    """
    settings = settings_or_exit(config)
    moved = run_or_exit(_move(settings, source, target))
    rows = sum(moved.rows.values())
    if moved.was_there:
        click.echo("An earlier move had come to its end; nothing was written.")
    click.echo(f"{rows} rows of {len(moved.rows)} tables read the same on both sides.")
    click.echo(f"The audit trail is whole: {moved.trail} rows.")
    click.echo(NEXT.format(url=_shown(target)))


async def _move(settings: Settings, source: str, target: str) -> Moved:
    from storage import moving
    from storage.key_file import load_key_file

    keyring = load_key_file(settings.database.key_file)
    return await moving.move(source, target, keyring, CLOCK.now())


def _shown(url: str) -> str:
    from storage.engine import checked_url

    return checked_url(url).render_as_string(hide_password=True)
