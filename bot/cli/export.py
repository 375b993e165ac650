"""``interlude export``: the copy that a client gets by /export, written to files for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.surroundings import refuse, settings_or_exit, with_store, work_in
from bot.config import Settings
from storage.store import Store, Tx

if TYPE_CHECKING:
    from bot.services.own_data.copying import Copy


@click.command(short_help="Write everything that is kept of a client to three files.")
@click.argument("code")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the files; it is made if it is not there.",
)
@click.pass_obj
def export(config: Path | None, code: str, out: Path) -> None:
    """Write everything that is kept of the client with this CODE to OUT: a text to read, in their
    language; JSON with every row and an explanation of each field; and a zip with the same as
    tables for a spreadsheet (CSV).

    The files hold words in plain: only you can read them; hand them over and delete them.
    """
    settings = settings_or_exit(config)
    wanted = code.strip().upper()

    async def work(store: Store) -> Copy | None:
        made = await store.read(lambda tx: _copy(settings, tx, wanted))
        if made is not None:
            await store.write(lambda tx: _note(settings, tx, made))
        return made

    made = with_store(settings, work)
    if made is None:
        refuse([f"{wanted}: there is no client with this code; `interlude people list` shows them"])
    for end, content in made.files():
        path = out / f"{wanted}-{made.stem}.{end}"
        try:
            out.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, content)
        except FileExistsError:
            refuse([f"{path} is there already; it is not written over"])
        except OSError as error:
            refuse([f"{path} cannot be written: {error.strerror}"])
        click.echo(str(path))


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _copy(settings: Settings, tx: Tx, code: str) -> Copy | None:
    from bot.services.own_data import copying
    from storage import cares, people

    person = people.find_by_code(tx, code)
    if person is None or person.role != "client" or not cares.list_for_client(tx, person.id):
        return None
    return copying.copy_of(work_in(settings, tx), person, by="admin")


def _note(settings: Settings, tx: Tx, made: Copy) -> None:
    from bot.services.own_data import copying

    copying.note(work_in(settings, tx), made)
