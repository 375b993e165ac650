"""``interlude digest``: a therapist's week as files, as it was stored; nothing is sent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.named_therapist import therapist_of
from bot.cli.surroundings import (
    PROBLEMS_FOUND,
    refuse,
    settings_or_exit,
    with_store,
    work_in,
)
from bot.config import Settings
from storage.store import Store, Tx

if TYPE_CHECKING:
    from bot.services.digest.to_files import Written


@click.command(short_help="Write a therapist's week to files; send nothing.")
@click.option("--therapist", required=True, help="The therapist's code; `people list` shows it.")
@click.option("--week", help="The week of a digest, such as 2026-W47; without it the week so far.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the files; it is made if it is not there.",
)
@click.option(
    "--for-supervision",
    is_flag=True,
    help="Only clients who agreed to it, under letters, without names and words.",
)
@click.pass_obj
def digest(
    config: Path | None, therapist: str, week: str | None, out: Path, for_supervision: bool
) -> None:
    """Write the digest of a week to OUT, as it was stored: its text, its picture (PNG) and its
    paper (PDF). Without --week it is the week so far.

    The files hold clients' words in plain. Only you can read them, and the audit trail notes that
    they were written. With --for-supervision there are none in them: one file is the copy to take
    along, the other says who is who and stays with the therapist.
    """
    settings = settings_or_exit(config)
    code = therapist.strip().upper()

    async def work(store: Store) -> Written | list[str]:
        found = await store.read(lambda tx: _find(settings, tx, code, week, for_supervision))
        if not isinstance(found, list):
            await store.write(lambda tx: _note(settings, tx, found))
        return found

    made = with_store(settings, work)
    if isinstance(made, list):
        refuse(made)
    not_drawn = _write_all(out, made)
    for line in not_drawn:
        click.echo(line, err=True)
    if not_drawn:
        raise SystemExit(PROBLEMS_FOUND)


def _write_all(out: Path, made: Written) -> list[str]:
    """Write each file and say where; what could not be drawn comes back, one line each."""
    from bot.report.drawing import draw

    problems: list[str] = []
    _write(out, f"{made.week}.txt", made.text.encode())
    for drawing in made.drawings:
        content = draw(drawing.template, drawing.values, drawing.form)
        if content is None:
            problems.append(f"the {drawing.form.upper()} could not be drawn; the log says why")
        else:
            _write(out, f"{made.week}.{drawing.form}", content)
    return problems


def _write(out: Path, name: str, content: bytes) -> None:
    path = out / name
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except FileExistsError:
        refuse([f"{path} is there already; it is not written over"])
    except OSError as error:
        refuse([f"{path} cannot be written: {error.strerror}"])
    click.echo(str(path))


def _find(
    settings: Settings, tx: Tx, code: str, week: str | None, for_supervision: bool
) -> Written | list[str]:
    """The week; or what stands in the way."""
    from bot.services.digest import to_files

    work = work_in(settings, tx)
    person = therapist_of(tx, code)
    if isinstance(person, str):
        return [person]
    wanted = None if week is None else week.strip().upper()
    found = to_files.find(work, person, wanted, for_supervision=for_supervision)
    if found is not None and for_supervision and not found.codes:
        return ["nobody in this week has agreed to be talked about in supervision"]
    if found is not None:
        return found
    known = ", ".join(to_files.weeks_of(work, person)) or "none yet"
    return [f"{week}: there is no digest of this week; there are: {known}"]


def _note(settings: Settings, tx: Tx, made: Written) -> None:
    from bot.services.digest import to_files

    to_files.note(work_in(settings, tx), made, by="admin")
