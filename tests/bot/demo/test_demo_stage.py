"""The stage without a page: wishes that come at once are carried out in turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.demo.box import THERAPIST_CHAT, Box, open_box
from bot.demo.on_show import ON_STAGE
from bot.demo.stage import Stage
from bot.demo.visitor_wishes import Block, GoToStop, Say, Show, Tap, Wish
from flows.languages import BASE

EVA = 1001
PATIENCE = 120
"""Real seconds after which a test gives up waiting."""


async def renamed(box: Box, was: str, now: str) -> None:
    """A table has another name from now on."""
    await box.app.store.write(
        lambda tx: tx.conn.execute(sa.text(f"ALTER TABLE {was} RENAME TO {now}"))
    )


class Told:
    """All that the stage has told, in order."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self._changed = asyncio.Event()

    def __call__(self, kind: str, value: Any) -> None:
        self.heard.append((kind, value))
        self._changed.set()

    def all_of(self, kind: str) -> list[Any]:
        """What was told of one kind."""
        return [value for each, value in self.heard if each == kind]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Something was told after which that is so."""
        async with asyncio.timeout(PATIENCE):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def living(folder: Path) -> AsyncIterator[tuple[Box, Stage, Told]]:
    """A practice of one client, which lives; its first morning goes by itself."""
    told = Told()
    async with open_box(folder, weeks=1, seed=7, habits=ON_STAGE[2:3]) as box:
        stage = Stage(box, BASE, told)
        life = asyncio.create_task(stage.live())
        try:
            yield box, stage, told
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)


async def test_where_the_bot_knows_nobody_its_silence_is_explained(tmp_path: Path) -> None:
    async with living(tmp_path) as (box, stage, told):
        assert await stage.wish(Say(EVA, "one")) is None
        await told.until(lambda: told.heard[-2][0] == "message" and told.heard[-1][0] == "now")
        assert [each.kind for each in box.clients[0].person.ledger] == ["said", "sent"]
        assert await stage.wish(Say(EVA, "two")) is None
        await told.until(lambda: len(told.all_of("notice")) > 1)
        assert [each.kind for each in box.clients[0].person.ledger] == ["said", "sent", "said"]
        assert await stage.wish(Say(THERAPIST_CHAT, "/crisis")) is None
        await told.until(lambda: told.heard[-2][0] == "message" and told.heard[-1][0] == "now")
    starts = [each["text"][:20] for each in told.all_of("notice")]
    assert starts == ["You are Eva now: not", "The bot does not kno", "You are Dr. Weber no"]


async def test_the_tour_does_not_run_weeks_away_for_somebody_who_cannot_answer(
    tmp_path: Path,
) -> None:
    async with living(tmp_path) as (box, stage, told):
        person = box.clients[0].person
        await told.until(lambda: is_still(told))
        assert await stage.wish(Block(EVA, True)) is None
        await the_tour_ends_here(box, stage, told)
        assert await stage.wish(Block(EVA, False)) is None
        assert await stage.wish(Say(EVA, "/erase")) is None
        for label in ("Go on to erasing", "Erase everything now"):
            await told.until(lambda shown=label: [shown] in person.labels)
            message = person.screen[-1]
            row = person.labels.index([label])
            assert await stage.wish(Tap(EVA, message.message_id, row, 0)) is None
        await told.until(lambda: "has been erased" in person.last)
        await the_tour_ends_here(box, stage, told)


def is_still(told: Told) -> bool:
    """The clock stands, as far as was told."""
    now = told.all_of("now")
    return bool(now) and not now[-1]["travelling"]


async def the_tour_ends_here(box: Box, stage: Stage, told: Told) -> None:
    """Its stop says so at once, and nothing leads on from it."""
    now, before = box.clock.now(), len(told.all_of("tour"))
    assert await stage.wish(GoToStop(3)) is None
    await told.until(lambda: len(told.all_of("tour")) == before + 2)
    assert told.all_of("tour")[-1]["can_go_on"] is False
    assert told.all_of("tour")[-1]["why"].startswith("The bot cannot write to Eva now")
    assert box.clock.now() == now


async def test_wishes_that_come_at_once_are_carried_out_in_turn(tmp_path: Path) -> None:
    wishes: list[Wish] = [
        *(GoToStop(3), Say(EVA, "one"), Say(EVA, "two"), Block(EVA, True), Say(EVA, "three"))
    ]
    tour: list[Any] = []
    async with open_box(tmp_path, weeks=1, seed=7, habits=ON_STAGE[2:3]) as box:
        stage = Stage(box, BASE, lambda kind, value: kind == "tour" and tour.append(value))
        asked = [asyncio.create_task(stage.wish(each)) for each in wishes]
        living = asyncio.create_task(stage.live())
        answered = await asyncio.gather(*asked)
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        assert answered == [None, None, None, None, "blocked"]
        ledger = box.clients[0].person.ledger
        assert [e.text or e.kind for e in ledger if e.kind != "sent"] == ["one", "two", "blocked"]
        assert [each["can_go_on"] for each in tour] == [False, True], "given up where they wrote"


async def test_a_fault_is_told_and_nobody_waits_for_ever(tmp_path: Path) -> None:
    told: list[str] = []
    async with open_box(tmp_path, weeks=1, seed=7, habits=ON_STAGE[2:3]) as box:
        stage = Stage(box, BASE, lambda kind, _: told.append(kind))
        living = asyncio.create_task(stage.live())
        assert await stage.wish(Say(EVA, "one")) is None
        box.sandbox.world.account().chats[EVA].deactivated = True  # no phone can do this to itself
        after_it = asyncio.gather(stage.wish(Say(EVA, "two")), stage.wish(Show(EVA)))
        assert await asyncio.wait_for(after_it, PATIENCE) == ["fault", "fault"]
        assert await stage.wish(Show(EVA)) is None, "it goes on"
        await renamed(box, "people", "away")  # nothing can be looked up, whatever is wished for
        async with asyncio.timeout(PATIENCE):
            while await stage.wish(Show(EVA)) != "fault":
                continue  # it came into a turn that had begun before
        await renamed(box, "away", "people")
        assert await stage.wish(Show(EVA)) is None, "and goes on"
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
    assert "problem" in told
