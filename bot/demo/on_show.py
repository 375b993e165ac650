"""The practice in a box on a page: opens one, puts it on the stage, and serves what is to be seen.

Used by ``interlude demo``. Whatever the page asks for is a wish, a look behind the glass or a file
of a chat; there is no other way in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.chat.menu import show_menu
from bot.demo import visitor_wishes as wishes
from bot.demo.box import Box, open_box
from bot.demo.glass import Glass
from bot.demo.habits import Habit, habits
from bot.demo.stage import Stage
from bot.demo.views import Json
from bot.page.feed import Feed
from bot.page.one_page import CannotNow, Deed, FindFile, ShownFile, shown
from bot.texts import shipped
from flows.languages import Language, languages

ON_STAGE = habits(strained_since=1, wants_receipts=True)
"""The clients whom a visitor meets: something to see in the first week already."""


@asynccontextmanager
async def on_show(
    folder: Path,
    *,
    weeks: int,
    seed: int,
    language: Language,
    port: int = 0,
    clients: tuple[Habit, ...] = ON_STAGE,
) -> AsyncIterator[str]:
    """The practice lives meanwhile, in ``folder`` (which must be empty), and is to be seen at the
    address that comes back. OSError: another program has the port.
    """
    crisis = {each: shipped().demo(each, "crisis") for each in languages()}
    box_open = open_box(
        folder, weeks=weeks, seed=seed, habits=clients, language=language, crisis=crisis
    )
    async with box_open as box:
        await show_menu(box.app.bot, box.app.practice.texts)
        stage = Stage(box, language, lambda kind, value: feed.send(kind, value))
        feed = Feed(stage.hello)
        find = _finder(box)
        async with shown(
            "demo.html", feed, deeds=_deeds(stage), find_file=find, port=port
        ) as address:
            living = asyncio.create_task(stage.live())
            try:
                yield address
            finally:
                living.cancel()
                await asyncio.gather(living, return_exceptions=True)


def _deeds(stage: Stage) -> Mapping[str, Deed]:
    glass = Glass(stage.box, stage.language)
    looks: dict[str, Deed] = {
        "glass": _look(stage, glass.behind),
        "days": _look(stage, glass.days),
    }
    return {**{what: _deed(stage, what) for what in wishes.WISHES}, **looks}


def _deed(stage: Stage, what: str) -> Deed:
    async def do(body: Mapping[str, object]) -> CannotNow | None:
        wish = wishes.read(what, body)
        why = "not_understood" if wish is None else await stage.wish(wish)
        return None if why is None else CannotNow(stage.say(why))

    return do


def _look(stage: Stage, look: Callable[[Json], Awaitable[Json | None]]) -> Deed:
    async def do(body: Mapping[str, object]) -> Json | CannotNow:
        found = await look(dict(body))
        return CannotNow(stage.say("nothing_there")) if found is None else found

    return do


def _finder(box: Box) -> FindFile:
    async def find(file_id: str) -> ShownFile | None:
        stored = box.sandbox.world.account().files.get(file_id)
        return None if stored is None else ShownFile(stored.name, stored.mime, stored.content)

    return find
