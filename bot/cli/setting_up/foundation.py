"""The master key, the database and the shipped flows of a new practice; the secret of a webhook.

Used by ``interlude init``. It must never make a key where there is data, nor a database where there
is a key, unless told to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.cli.surroundings import CLOCK, refuse
from bot.config import Settings
from bot.config.origins import unreadable
from bot.ids import SystemIds


async def lay(settings: Settings, *, is_new: bool) -> bool:
    """Key, database and shipped flows are there; True where somebody was invited before.

    StorageError: the database cannot be used. It ends with 2 where a key or a database is missing
    that belongs to the other, unless ``is_new`` asks for a new database.
    """
    from bot.app import open_store
    from bot.cli.authoring.file_arguments import check_sources, read_sources
    from bot.services.flow_files.publishing import publish
    from storage import people
    from storage.key_file import create_key_file
    from storage.migrate import none_at, revision, upgrade

    key_file, url = settings.database.key_file, settings.database.url
    schema, newest = await revision(url)
    if schema is None and key_file.exists() and not is_new:
        refuse([none_at(url, "interlude init --new")])
    if schema is not None and not key_file.exists():
        refuse(
            [
                f"{key_file} is missing, and only it opens the database that is there: put it back "
                "from your copy; a new key would open nothing"
            ]
        )
    if not key_file.exists():
        create_key_file(key_file)
        click.echo(f"{key_file}: new master key; keep a copy apart from the database")
    _make_secret(settings)
    _make_folder(settings)
    with _nobody_running(settings, is_older=schema not in (None, newest)):
        await upgrade(url, may_create=True)
    click.echo("database: ready")
    checked = check_sources(settings, read_sources((settings.flows.directory,)))
    if not checked.is_good:
        click.echo("flows: some have problems and are left out; see: interlude flows check")
    now = CLOCK.now()
    async with open_store(settings) as store:
        new = await store.write(
            lambda tx: publish(
                tx, checked, now=now, who="init", why="first set-up", only_missing=True
            )
        )
        is_anybody = await store.read(people.is_anybody)
    click.echo(f"flows: published {', '.join(new)}" if new else "flows: nothing new to publish")
    return is_anybody


def _make_secret(settings: Settings) -> None:
    """The file that is to hold the webhook's secret has one, and nobody else can read it."""
    path = settings.webhook.secret_file
    if path is None or path.exists() or settings.webhook.secret.get_secret_value():
        return
    try:
        path.touch(mode=0o600)
        path.write_text(f"{SystemIds().token()}\n", "utf-8")
    except OSError as error:
        refuse([unreadable(str(path), error, "written")])
    click.echo(f"{path}: new secret of the webhook")


@contextmanager
def _nobody_running(settings: Settings, *, is_older: bool) -> Iterator[None]:
    """AlreadyRunning: a run of the version before has the SQLite file that is to be migrated, and
    would be served columns that it does not know.
    """
    from bot.cli.alone import lock_path
    from storage.locks import instance_lock

    if settings.database.file is None or not is_older:
        yield
        return
    with instance_lock(lock_path(settings)):
        yield


def _make_folder(settings: Settings) -> None:
    if settings.database.file is not None:
        settings.database.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
