"""The stage without a page: wishes that come at once are carried out in turn."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.demo.box import Box, open_box
from bot.demo.on_show import ON_STAGE
from bot.demo.stage import Stage
from bot.demo.visitor_wishes import Block, GoToStop, Say, Show, Wish
from flows.languages import BASE

EVA = 1001


async def renamed(box: Box, was: str, now: str) -> None:
    """A table has another name from now on."""
    await box.app.store.write(
        lambda tx: tx.conn.execute(sa.text(f"ALTER TABLE {was} RENAME TO {now}"))
    )


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
        assert await asyncio.wait_for(after_it, 60) == ["fault", "fault"]
        assert await stage.wish(Show(EVA)) is None, "it goes on"
        await renamed(box, "people", "away")  # nothing can be looked up, whatever is wished for
        assert await asyncio.wait_for(stage.wish(Show(EVA)), 60) == "fault"
        await renamed(box, "away", "people")
        assert await stage.wish(Show(EVA)) is None, "and goes on"
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
    assert "problem" in told
