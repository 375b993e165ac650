"""The webhook is set by itself, removed by itself, never touched where it is somebody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.app import open_app
from bot.ids import SeededIds
from bot.sandbox.delivering import Webhook
from bot.sandbox.faults import CLOSE, Fault
from bot.workers.webhook_watch import FAILED_LATELY
from tests.bot.workers.test_watchman import open_kinds
from tests.support.house import HOOK_SECRET, PUBLIC, House, by_webhook, settings_for

OWN = f"{PUBLIC}/telegram"
FOREIGN = "https://elsewhere.example/hook"
MINUTE = timedelta(minutes=1)


def webhook(house: House) -> Webhook:
    """The webhook as Telegram has it."""
    return house.sandbox.world.account().webhook


@asynccontextmanager
async def started_again(house: House, **sections: dict[str, Any]) -> AsyncIterator[House]:
    """The same practice in a process of its own, under other settings."""
    telegram = {"token": house.sandbox.token, "api_url": house.sandbox.url}
    settings = settings_for(house.folder, telegram=telegram, **sections)
    async with open_app(settings, clock=house.machine, ids=SeededIds(8)) as app:
        yield House(app, house.clock, house.machine, house.sandbox, house.folder)


async def test_it_is_set_at_the_start_with_its_secret_and_what_it_wants(delivered: House) -> None:
    therapist = delivered.stranger()
    therapist.start(await delivered.invite_therapist())
    await delivered.settle()
    found = webhook(delivered)
    assert (found.url, found.secret, found.connections) == (OWN, HOOK_SECRET, 40)
    assert delivered.sandbox.world.account().updates.allowed == [
        "callback_query",
        "edited_message",
        "message",
        "my_chat_member",
    ]
    assert therapist.last, "what waited before it was set has come"
    assert delivered.sandbox.calls["setWebhook"] == 1
    await delivered.settle()
    assert delivered.sandbox.calls["setWebhook"] == 1, "once a process"
    assert delivered.sandbox.calls["deleteWebhook"] == 0


async def test_back_to_polls_it_is_removed_and_nothing_that_waits_is_dropped(
    delivered: House,
) -> None:
    therapist = await delivered.therapist()
    mark = therapist.mark
    delivered.sandbox.proxy(PUBLIC)
    therapist.say("/help")
    await delivered.settle()
    with capture_logs() as lines:
        async with started_again(delivered) as polls:
            await polls.settle()
            assert len(therapist.heard(mark)) == 1
            assert polls.app.receiver.is_in_touch()
    assert webhook(delivered).url == ""
    assert [line["event"] for line in lines] == ["webhook_removed"]


async def test_it_is_known_again_though_nobody_heard_that_telegram_took_it(
    delivered: House,
) -> None:
    await delivered.invite_therapist()
    delivered.sandbox.faults.add(Fault("setWebhook", CLOSE, when="after", count=1))
    await delivered.app.receiver.tick()
    assert not delivered.app.receiver.is_in_touch()
    assert webhook(delivered).url == OWN
    async with started_again(delivered) as polls:
        await polls.app.receiver.tick()
    assert webhook(delivered).url == ""


async def test_a_former_address_of_the_practice_gives_way_to_the_new_one(delivered: House) -> None:
    await delivered.therapist()
    moved = by_webhook() | {"url": f"{PUBLIC}/elsewhere"}
    async with started_again(delivered, webhook=moved) as again:
        await again.app.receiver.tick()
    assert webhook(delivered).url == f"{PUBLIC}/elsewhere"


@pytest.mark.parametrize("settings", [{}, {"webhook": by_webhook()}], ids=["polls", "webhook"])
async def test_somebody_else_s_is_left_alone_and_told(
    house: House, settings: dict[str, Any]
) -> None:
    await house.admin()
    webhook(house).url = FOREIGN
    async with started_again(house, **settings) as again:
        for _ in range(3):
            await again.app.receiver.tick()
        assert await open_kinds(again) == ["foreign_webhook"]
        assert webhook(house).url == FOREIGN
        assert not again.app.receiver.is_in_touch()


async def test_one_that_was_removed_is_set_anew_and_more_than_a_blip_is_told(
    delivered: House,
) -> None:
    await delivered.admin()
    for _ in range(3):
        assert await open_kinds(delivered) == []
        webhook(delivered).url = ""
        await delivered.app.receiver.tick()
        await delivered.app.receiver.tick()
        assert webhook(delivered).url == OWN
    assert await open_kinds(delivered) == ["second_poller"]


async def test_an_address_that_telegram_refuses_is_told_with_its_words(delivered: House) -> None:
    await delivered.admin()
    async with started_again(
        delivered, webhook=by_webhook() | {"url": "http://practice.example/"}
    ) as again:
        with capture_logs() as lines:
            for _ in range(7):
                await again.app.receiver.tick()
                await again.live_until(again.clock.now() + MINUTE)
        assert await open_kinds(again) == ["webhook_failing"]
    assert "https url must be provided" in lines[0]["advice"].lower()
    assert HOOK_SECRET not in str(lines)


async def test_what_failed_while_the_bot_was_down_comes_at_once_after_its_start(
    delivered: House,
) -> None:
    therapist = await delivered.therapist()
    mark = therapist.mark
    delivered.sandbox.proxy(PUBLIC)
    therapist.say("/help")
    await delivered.travel(by=10 * MINUTE)
    port = delivered.app.settings.webhook.port
    delivered.sandbox.proxy(PUBLIC, f"http://127.0.0.1:{port}")
    await delivered.settle()
    assert therapist.heard(mark) == [], "Telegram would try again in a minute or two"
    again = by_webhook() | {"port": port}
    async with started_again(delivered, webhook=again) as started:
        await started.app.receiver.tick()
        await delivered.settle()
    assert len(therapist.heard(mark)) == 1


@pytest.mark.parametrize(
    ("fault", "reason", "wait"),
    [
        (Fault("getWebhookInfo", 429, retry_after=9, count=1), "slow_down", 9),
        (Fault("getWebhookInfo", 401, count=1), "http_401", 2),
        (Fault("getWebhookInfo", 502, count=1), "TelegramError", 2),
    ],
    ids=["429", "401", "502"],
)
async def test_a_look_that_fails_is_tried_again_and_nothing_is_known_meanwhile(
    delivered: House, fault: Fault, reason: str, wait: float
) -> None:
    await delivered.therapist()
    delivered.sandbox.faults.add(fault)
    with capture_logs() as lines:
        assert await delivered.app.receiver.tick() == (0, wait)
    assert [line["reason"] for line in lines] == [reason]
    assert not delivered.app.receiver.caught_up
    assert await delivered.app.receiver.tick() == (0, 0.0)
    assert delivered.app.receiver.caught_up


async def test_all_is_in_only_once_nothing_waits_to_be_delivered(delivered: House) -> None:
    therapist = await delivered.therapist()
    delivered.app.receiver.start_over()
    delivered.sandbox.world.account().deliverer.stop()
    therapist.say("/help")
    assert await delivered.app.receiver.tick() == (0, 1.0), "not failed yet, and not in"
    assert not delivered.app.receiver.caught_up
    assert not await delivered.app.receiver.has_all_until(delivered.clock.now())


async def test_signs_of_life_come_from_the_door_and_not_from_looks(
    delivered: House,
) -> None:
    await delivered.therapist()
    signs = delivered.app.signs
    await delivered.live_until(delivered.clock.now() + 60 * MINUTE)
    signs.ticked_at = delivered.clock.monotonic()
    assert await signs.lacking() == (), "Telegram may be silent for an hour"
    assert not signs.is_in_touch()


async def test_a_door_that_does_not_answer_is_missed(house: House) -> None:
    async with started_again(house, webhook=by_webhook()) as again:
        again.app.signs.ticked_at = house.clock.monotonic()
        assert await again.app.signs.lacking() == ("listener",)


async def test_a_run_that_stands_by_shows_life(house: House) -> None:
    await house.therapist()
    signs = house.app.signs
    await house.live_until(house.clock.now() + 60 * MINUTE)
    signs.ticked_at = house.clock.monotonic()
    assert await signs.lacking() == ("poll",)
    house.app.receiver.stand_back()
    assert await signs.lacking() == ()


async def test_the_folder_of_the_practice_names_no_address(
    delivered: House, tmp_path: Path
) -> None:
    await delivered.therapist()
    await delivered.app.store.checkpoint()
    kept = (tmp_path / "interlude.db").read_bytes()
    assert b"practice.example" not in kept
    assert HOOK_SECRET.encode() not in kept


@pytest.mark.parametrize(
    ("ago", "waits", "in_touch", "all_in"),
    [
        (FAILED_LATELY - timedelta(seconds=1), True, False, False),
        (FAILED_LATELY, True, True, False),
        (timedelta(), False, True, True),
    ],
    ids=["lately", "long ago", "settled"],
)
async def test_a_failure_counts_while_something_waits_and_it_is_fresh(
    delivered: House, ago: timedelta, waits: bool, in_touch: bool, all_in: bool
) -> None:
    therapist = await delivered.therapist()
    delivered.app.receiver.start_over()
    if waits:
        delivered.sandbox.world.account().deliverer.stop()
        therapist.say("/help")
    webhook(delivered).failed_at = delivered.clock.now() - ago
    await delivered.app.receiver.tick()
    assert delivered.app.receiver.is_in_touch() == in_touch
    assert delivered.app.receiver.caught_up == all_in


async def test_a_wrong_clock_is_noticed_though_nothing_is_delivered(delivered: House) -> None:
    await delivered.therapist()
    assert delivered.app.clock.standing == "right"
    delivered.machine.ahead = 60 * MINUTE
    assert delivered.app.clock.standing == "unchecked"
    await delivered.app.receiver.tick()
    assert delivered.app.clock.standing == "wrong"
