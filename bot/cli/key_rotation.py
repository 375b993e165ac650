"""``interlude keys``: how the master key stands, and a new one while the bot goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.surroundings import CLOCK, refuse, settings_or_exit, with_store
from bot.config import Settings

if TYPE_CHECKING:
    from storage.data_keys import Keyring
    from storage.store import Store

AT_ONCE = 100
"""Keys in one transaction: a few milliseconds, so that the bot beside it waits for nothing."""


@click.group()
def keys() -> None:
    """The master key: how it stands, and a new one."""


@keys.command("status", short_help="Say which keys there are, and what each opens.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.pass_obj
def status(config: Path | None, as_json: bool) -> None:
    """Say which master keys are in the key file, by number, and how many data keys each opens."""
    settings = settings_or_exit(config)
    path = settings.database.key_file
    with _alone(settings):
        keyring, used = _keyring(settings), with_store(settings, _count)
    if as_json:
        body = {"file": str(path), "masters": {n: used.get(n, 0) for n in sorted(keyring.masters)}}
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    click.echo(f"{path}; keep a copy of it apart from the copies of the database")
    for number in sorted(keyring.masters):
        click.echo(f"key {number} opens {used.get(number, 0)} data keys")
    click.echo(_next_step(keyring, used))


@keys.command("rotate", short_help="Put a new master key in the place of the one before.")
@click.option("--yes", is_flag=True, help="The new key file is copied, or will be at once.")
@click.pass_obj
def rotate(config: Path | None, yes: bool) -> None:
    """Put a new master key beside the one before, and wrap every data key by it. The bot goes on
    meanwhile. Stopped at any point, the same command goes on from there.
    """
    from storage.key_file import add_master

    settings = settings_or_exit(config)
    path = settings.database.key_file
    with _alone(settings):
        keyring, used = _keyring(settings), with_store(settings, _count)
        newest = max(keyring.masters)
        if len(keyring.masters) > 1 and set(used) == {newest}:
            refuse([f"all is under key {newest} already; next: interlude keys retire"])
        if set(used) == {newest}:
            keyring = add_master(path, keyring)
            click.echo(f"{path}: key {max(keyring.masters)} is new, beside the one before")
        click.echo(
            f"Copy {path} now to where you keep your copy of the key. Once data is under the new "
            "key, your copy of before opens it no more. If the bot gets the file as a credential "
            "of its service, stop the bot until this is done."
        )
        if not yes and not _is_copied():
            click.echo("Nothing is under the new key yet. When it is copied, run this again.")
            return
        done = with_store(settings, _rewrap_all)
    click.echo(f"{done} keys are wrapped anew; key {max(keyring.masters)} opens all.")
    click.echo("See that everything works; then run: interlude keys retire")


@keys.command("retire", short_help="Take master keys that open nothing any more out of the file.")
@click.pass_obj
def retire(config: Path | None) -> None:
    """Take master keys that open nothing any more out of the key file."""
    from storage.key_file import keep_newest

    settings = settings_or_exit(config)
    path = settings.database.key_file
    with _alone(settings):
        keyring, used = _keyring(settings), with_store(settings, _count)
        if len(keyring.masters) == 1:
            refuse([f"{path} has one key only; nothing is to be taken out"])
        if set(used) != {max(keyring.masters)}:
            refuse(["a key of before still opens something; first run: interlude keys rotate"])
        keep_newest(path, keyring)
    gone = ", ".join(str(number) for number in sorted(keyring.masters)[:-1])
    click.echo(
        f"{path} has key {max(keyring.masters)} only; {gone} is out. Keep your copy of the file of "
        "before as long as you keep backups from before; then destroy it."
    )


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Be the only one at the key file; trouble with it ends the command with 2."""
    from storage.errors import KeyFileProblem
    from storage.key_file import alone_with

    try:
        with alone_with(settings.database.key_file):
            yield
    except KeyFileProblem as problem:
        refuse([problem])


def _keyring(settings: Settings) -> Keyring:
    from storage.key_file import load_key_file

    return load_key_file(settings.database.key_file)


async def _count(store: Store) -> dict[int, int]:
    return await store.count_by_master()


async def _rewrap_all(store: Store) -> int:
    """Wrap everything by the newest master, in small transactions; how many keys that were."""
    from storage import audit
    from storage.store import Tx

    done = 0
    while some := await store.rewrap(AT_ONCE):
        done += some

    def note(tx: Tx) -> None:
        detail = str(done)
        audit.add(
            tx, now=CLOCK.now(), actor="admin", action="keys.rotated", subject="keys", detail=detail
        )

    await store.write(note)
    return done


def _next_step(keyring: Keyring, used: dict[int, int]) -> str:
    newest = max(keyring.masters)
    if set(used) != {newest}:
        return "a new key is half in use; go on with: interlude keys rotate"
    if len(keyring.masters) > 1:
        return "the key of before opens nothing any more; finish with: interlude keys retire"
    return "good"


def _is_copied() -> bool:
    """No where nobody is there to answer."""
    try:
        return click.confirm("Is it copied?", default=False)
    except click.Abort:
        click.echo()
        return False
