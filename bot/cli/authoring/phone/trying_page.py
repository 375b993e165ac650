"""``interlude flows try --page``: the author's phone on a page of this machine, beside the editor.

Used by ``trying``. A change on disk is on the page within a fraction of a second; a file that
cannot be played is looked at once more before that is told, as editors save in several writes. It
must never end because of a file, and writes none but the story that the author asks for.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from traceback import format_exception

import click
from watchfiles import Change, awatch

from bot.cli import desktop
from bot.cli.authoring.file_arguments import shown as shown_path
from bot.cli.authoring.phone.desk import Desk, Why
from bot.cli.authoring.phone.picture import CHAT, news, picture
from bot.cli.stop_signals import stop_on_signals
from bot.cli.surroundings import CLOCK, refuse
from bot.page.feed import Feed
from bot.page.one_page import CannotNow, Deed, Json, ShownFile, shown
from bot.workers.supervise import outcome

SETTLING = 0.25
"""Seconds for which a file that cannot be played may still be in the middle of being saved."""
_FAULT = (
    "Something went wrong in Interlude while it read the files. The command's window says more. "
    "They are read again the next time you save."
)
_NOT_UNDERSTOOD = "That was not understood. Load the page again."


class Table:
    """The desk with the windows that look at it; used inside one event loop."""

    def __init__(self, desk: Desk) -> None:
        """Nobody looks yet."""
        self.desk = desk
        self.feed = Feed(self._hello)
        self._told = picture(desk)

    async def _hello(self, _: str) -> Mapping[str, object]:
        return picture(self.desk)

    def tell(self) -> None:
        """Every window hears what is otherwise than it was told."""
        before, self._told = self._told, picture(self.desk)
        for kind, value in news(before, self._told):
            self.feed.send(kind, value)

    def deeds(self) -> Mapping[str, Deed]:
        """Everything that can be done on the page."""
        desk = self.desk
        return {
            "say": self._deed(lambda wish: desk.say(_text(wish, "text")), is_move=True),
            "tap": self._deed(lambda wish: desk.tap(*_place(wish)), is_move=True),
            "sticker": self._deed(lambda _: desk.send_sticker(), is_move=True),
            "wait": self._deed(lambda wish: desk.wait(_text(wish, "for")), is_move=True),
            "language": self._deed(lambda wish: desk.speak(_text(wish, "to"))),
            "restart": self._deed(lambda _: desk.restart()),
            "keep": self._deed(lambda wish: desk.keep(_text(wish, "name"))),
            "choose": self._deed(lambda wish: desk.choose(_text(wish, "flow"))),
        }

    def _deed(self, do: Callable[[Json], Why], *, is_move: bool = False) -> Deed:
        async def deed(wish: Json) -> CannotNow | None:
            if not _is_understood(wish):
                return CannotNow(_NOT_UNDERSTOOD)
            why = do(wish)
            if why is not None:
                return CannotNow(why)
            self.tell()
            toast = self.desk.chat().toast if is_move else None
            if toast is not None:
                self.feed.send("toast", {"chat": CHAT, "text": toast, "alert": False})
            return None

        return deed

    async def keep_up(self) -> None:
        """Follow the files until the task is cancelled."""
        changed = asyncio.Event()
        looking = asyncio.create_task(self._look_again_and_again(changed))
        try:
            while True:
                await self._watch(changed)
        finally:
            looking.cancel()

    async def _watch(self, changed: asyncio.Event) -> None:
        """Set ``changed`` with each change, until the folders to be watched are others: one that
        went is not watched any more, not even where it has come back under its name.
        """
        folders = self.desk.folder.watched()
        changed.set()  # what was saved before it watches is looked at once it does
        try:
            async with aclosing(awatch(*folders, recursive=False)) as seen:
                async for changes in seen:
                    changed.set()
                    gone = {path for kind, path in changes if kind is Change.deleted}
                    if gone & set(map(str, folders)) or self.desk.folder.watched() != folders:
                        return
        except FileNotFoundError:
            return  # it went just before it was watched: the next folders are without it

    async def _look_again_and_again(self, changed: asyncio.Event) -> None:
        while await changed.wait():
            changed.clear()
            looked = await outcome(self.look(changed))
            if isinstance(looked, Exception):
                click.echo("".join(format_exception(looked)), err=True)
                self.feed.send("problem", {"text": _FAULT})

    async def look(self, changed: asyncio.Event) -> None:
        """Take the files as they are. While the one that is tried may be half-written, ``changed``
        is waited for a moment: where it is set, this look was too early, and takes nothing.
        """
        leaves = await asyncio.to_thread(self.desk.folder.leaves)
        if self.desk.is_doubtful(leaves) and await CLOCK.wait(changed, SETTLING):
            return
        self.desk.take(leaves)
        self.tell()


_PLACE = ("message", "row", "column")
_WORDS = ("text", "for", "to", "name", "flow")


def _is_understood(wish: Json) -> bool:
    """True where all that is sent is of the right sort."""
    numbers = all(isinstance(wish[key], int) for key in _PLACE if key in wish)
    return numbers and all(isinstance(wish[key], str) for key in _WORDS if key in wish)


def _place(wish: Json) -> tuple[int, int, int]:
    """The message, the row and the column of a button; one that is not told is nowhere."""
    message, row, column = (wish.get(key, -1) for key in _PLACE)
    return message, row, column


def _text(wish: Json, key: str) -> str:
    """The words under a key; half a character, which nobody can type, becomes a question mark."""
    return str(wish.get(key, "")).encode("utf-8", "replace").decode()


async def _no_file(_: str) -> ShownFile | None:
    return None


@asynccontextmanager
async def open_page(desk: Desk, port: int = 0) -> AsyncIterator[tuple[str, asyncio.Task[None]]]:
    """The page is there meanwhile: its address, and the task that follows the files, which ends
    only where that is not possible. OSError: another program has the port.
    """
    desk.take(desk.folder.leaves())
    table = Table(desk)
    async with shown(
        "try.html", table.feed, deeds=table.deeds(), find_file=_no_file, port=port
    ) as url:
        following = asyncio.create_task(table.keep_up())
        try:
            yield url, following
        finally:
            following.cancel()
            await asyncio.wait([following])


def run_page(desk: Desk, *, port: int, browser: bool) -> None:
    """Show the page until Ctrl-C; it opens in the browser where that is wanted. 2 where the port
    cannot be had, or the files cannot be watched.
    """
    try:
        asyncio.run(_serve(desk, port, browser))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            refuse([f"--port: another program has {port}; choose another one, or leave it out"])
        why = error.strerror or error
        refuse([f"--page: the page cannot be shown, or its files not followed ({why})"])


async def _serve(desk: Desk, port: int, browser: bool) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with open_page(desk, port) as (url, following):
        click.echo(f"{url} shows {shown_path(desk.folder.place)} on a phone, as often as you save.")
        click.echo("Only this machine gets in. Ctrl-C ends it.")
        if browser:
            await desktop.open_page(url)
        await asyncio.to_thread(desk.client_side.screen.warm_up)
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([stopped, following], return_when=asyncio.FIRST_COMPLETED)
        if following.done():
            await following
        stopped.cancel()
