"""``interlude demo``: watch a practice live through some weeks, and join in, without a token."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click

from bot.cli import desktop
from bot.cli.stop_signals import stop_on_signals
from bot.cli.surroundings import refuse
from flows.languages import Language, is_spoken, languages, nearest

LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The variables by which a terminal says in which language its messages are, in their order."""
OURS = ("transcripts", "digests", "pictures", "interlude.db", "interlude.key")


@click.command()
@click.option(
    "--headless",
    is_flag=True,
    help="No page: live through the weeks, and write down what was said.",
)
@click.option(
    "--weeks", default=8, show_default=True, type=click.IntRange(1, 52), help="How long it goes on."
)
@click.option(
    "--seed",
    default=7,
    show_default=True,
    type=click.IntRange(min=0),
    help="The same number gives the same weeks; another one gives others.",
)
@click.option(
    "--out",
    default=Path("demo"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the database lies, and transcripts, digests and pictures are written.",
)
@click.option("--language", metavar="CODE", help="The page's; otherwise that of this terminal.")
@click.option(
    "--port",
    default=0,
    type=click.IntRange(0, 65535),
    help="Where the page is served on this machine; otherwise a free one.",
)
@click.option("--no-browser", is_flag=True, help="Print the page's address and open nothing.")
def demo(
    headless: bool,
    weeks: int,
    seed: int,
    out: Path,
    language: str | None,
    port: int,
    no_browser: bool,
) -> None:
    """Run the real bot with simulated clients; no token, no network beyond this machine.

    Opens a page with a client's phone, a therapist's and a clock that can be turned; Ctrl-C ends
    it.
    """
    from bot.logs import set_up

    set_up("error", "text")  # what its invented people leave undone is no trouble here
    spoken = _language(language)
    with _room(out):
        if headless:
            _write_down(weeks, seed, out)
            return
        click.echo("One therapist and nine simulated clients; nothing leaves this machine.")
        asyncio.run(_show(out.resolve(), weeks, seed, spoken, port, opens=not no_browser))
        click.echo("\nThe demo has ended.")


def _write_down(weeks: int, seed: int, out: Path) -> None:
    from bot.demo.box import BEGINS_AT
    from bot.demo.practice_in_a_box import run_demo

    shown = 0

    def passed(now: datetime) -> None:
        nonlocal shown
        week = min((now - BEGINS_AT) // timedelta(weeks=1) + 1, weeks)
        if week > shown:
            shown = week
            click.echo(f"week {week} of {weeks} …")

    click.echo("One therapist and nine simulated clients; the clock jumps from event to event.")
    written = asyncio.run(run_demo(out.resolve(), weeks=weeks, seed=seed, passed=passed))
    click.echo(f"\n{written.messages} messages were sent. What everyone saw:")
    for path in (*written.transcripts, *written.digests, *written.pictures):
        click.echo(f"  {out / path.relative_to(out.resolve())}")


async def _show(
    folder: Path, weeks: int, seed: int, language: Language, port: int, *, opens: bool
) -> None:
    """Serve the page until Ctrl-C, or the like, ends it."""
    from bot.demo.on_show import on_show

    stop = asyncio.Event()
    stop_on_signals(stop)
    try:
        async with on_show(folder, weeks=weeks, seed=seed, language=language, port=port) as page:
            click.echo(f"{page}\n\nOpen this address in a browser; Ctrl-C ends the demo.")
            if opens:
                await desktop.open_page(page)
            await stop.wait()
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        refuse([f"--port {port}: {error.strerror}; choose another one"])


def _language(asked: str | None) -> Language:
    """The language asked for, else that of the terminal, in a plain form of address."""
    if asked is not None and not is_spoken(asked):
        refuse([f"--language {asked}: there are {', '.join(languages())}"])
    if asked is not None:
        return Language(asked)
    named = next((found for name in LOCALES if (found := os.environ.get(name))), "")
    return nearest(named.partition(".")[0].replace("_", "-"))


@contextmanager
def _room(out: Path) -> Iterator[None]:
    """The folder is empty and this demo's alone meanwhile: an earlier demo's files are removed. One
    that holds anything else, or in which another demo runs, is refused.
    """
    from storage.errors import AlreadyRunning
    from storage.locks import instance_lock, run_lock_path

    out.mkdir(parents=True, exist_ok=True)
    strangers = [p.name for p in out.iterdir() if not p.name.startswith(OURS)]
    if strangers:
        refuse([f"{out}: holds other files ({strangers[0]}); choose an empty folder with --out"])
    lock = run_lock_path(out / "interlude.db")
    try:
        with instance_lock(lock):
            _empty(out, but=lock)
            yield
            lock.unlink()
    except AlreadyRunning:
        refuse([f"{out}: another demo runs in it; end that one, or choose another --out"])


def _empty(folder: Path, *, but: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path != but:
            path.unlink()
