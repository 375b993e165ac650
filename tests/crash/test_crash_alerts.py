"""Kill -9 between hard words, the card, what is recorded and the alert: the card may come twice,
never not at all; there is one case, and one alert a case and person.

Where a message is held at the network while the process dies, nobody can know whether it arrived,
so a safety text is sent again then, the card and the alert alike.
"""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import open_app
from bot.clock import SystemClock
from bot.config import Settings, load_settings
from bot.ids import SystemIds
from flows.languages import Language
from storage import consents, inbox
from storage.store import Tx
from tests.crash.questions import long_flow
from tests.crash.world import (
    CLOCK,
    FIRST_CHAT,
    THERAPIST_CHAT,
    Bot,
    FarEnd,
    ask_store,
    await_until,
    furnish,
    write_config,
)

CLIENT = FIRST_CHAT
HARD = "I want to kill myself"
SEED = 20261126
KILLS = 4


@pytest.fixture
def settings(bot: Bot, tmp_path: Path) -> Settings:
    """A practice that tells people at once, and one client who has agreed to it."""
    write_config(tmp_path, bot.far_end.url)
    path = tmp_path / "config.toml"
    path.write_text(path.read_text("utf-8") + '[safety]\nalerts = "on"\n', "utf-8")
    found = load_settings(path, {})
    assert isinstance(found, Settings), found
    asyncio.run(furnish(found, long_flow(), 1))
    # a bot may write to nobody who has not written to it
    bot.far_end.tell("say", chat=THERAPIST_CHAT, text="/help")
    asyncio.run(_begin(found))
    return found


async def _begin(settings: Settings) -> None:
    """The client has agreed, and the therapist was answered."""

    def decide(tx: Tx) -> None:
        consents.add(
            tx,
            care_id=1,
            version="1",
            text_hash="a hash",
            language=Language("en"),
            update_id=None,
            now=CLOCK.now(),
            item="alerts",
        )

    async with open_app(settings, clock=SystemClock(), ids=SystemIds()) as app:
        await app.store.write(decide)
        await app.receiver.tick()
        await app.handler.tick()
        await app.handler.settle()
        await app.sender.tick()
        await app.receiver.tick()  # which tells Telegram that the first update is in


def _cards(far_end: FarEnd) -> list[str]:
    return [text for text in far_end.heard(CLIENT) if "112" in text]


def _alerts(far_end: FarEnd) -> list[str]:
    return [text for text in far_end.heard(THERAPIST_CHAT) if "should not wait" in text]


def _work_until(settings: Settings, *steps: str) -> None:
    """Do what a process did that died after the last of these."""

    async def live() -> None:
        async with open_app(settings, clock=SystemClock(), ids=SystemIds()) as app:
            assert (await app.receiver.tick())[0] == 1
            if "handling" in steps:
                assert await app.handler.tick() == 1

    asyncio.run(live())


def _kept(settings: Settings) -> tuple[int, list[str], int]:
    """Return the number of cases, every step, and how many times the words were audited."""

    def ask(tx: Tx) -> tuple[int, list[str], int]:
        cases = tx.conn.execute(sa.text("SELECT count(*) FROM risk_cases")).scalar_one()
        steps = tx.conn.execute(sa.text("SELECT what FROM risk_steps ORDER BY id")).scalars()
        audited = sa.text("SELECT count(*) FROM audit WHERE action = 'safety.explicit'")
        return cases, list(steps), tx.conn.execute(audited).scalar_one()

    return asyncio.run(ask_store(settings, ask))


def _await_both(far_end: FarEnd) -> None:
    await_until(lambda: _cards(far_end), "the card")
    await_until(lambda: _alerts(far_end), "the alert")


@pytest.mark.promise("P4a")
@pytest.mark.parametrize("steps", [(), ("handling",)])
def test_before_and_after_the_transaction_both_go_once(
    bot: Bot, settings: Settings, steps: tuple[str, ...]
) -> None:
    far_end = bot.far_end
    far_end.tell("say", chat=CLIENT, text=HARD)
    _work_until(settings, "intake", *steps)
    waits = asyncio.run(ask_store(settings, inbox.count_new))
    assert (waits, _kept(settings)[0]) == ((0, 1) if steps else (1, 0))
    assert _cards(far_end) == _alerts(far_end) == []
    bot.start()
    _await_both(far_end)
    assert bot.stop() == 0
    assert (len(_cards(far_end)), len(_alerts(far_end))) == (1, 1)
    assert _kept(settings) == (1, ["explicit", "alerted"], 1)


@pytest.mark.promise("P4a")
@pytest.mark.parametrize("chat", [CLIENT, THERAPIST_CHAT])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_safety_text_that_hangs_while_the_process_dies_goes_again_and_the_case_stays_one(
    bot: Bot, settings: Settings, when: str, chat: int
) -> None:
    """Held ``before`` it arrives, it comes once all the same; held ``after``, twice."""
    far_end = bot.far_end
    bot.start()
    hold = {"method": "sendMessage", "status": 200, "when": when, "delay": 60, "count": None}
    far_end.tell("fault", **hold, chat_id=chat)
    far_end.tell("say", chat=CLIENT, text=HARD)
    other = _alerts if chat == CLIENT else _cards
    held = _cards if chat == CLIENT else _alerts
    await_until(lambda: other(far_end), "the other message")
    if when == "after":
        await_until(lambda: held(far_end), "the message that is held")
    bot.kill()
    assert len(held(far_end)) == (1 if when == "after" else 0)
    far_end.tell("clear")
    bot.start()
    await_until(lambda: len(held(far_end)) == (2 if when == "after" else 1), "the second sending")
    assert bot.stop() == 0
    # the other one may hang unrecorded as well, so it is at least there
    assert len(other(far_end)) in (1, 2)
    assert _kept(settings) == (1, ["explicit", "alerted"], 1)


@pytest.mark.promise("P4a")
def test_killed_at_random_moments_the_card_is_never_lost_and_the_alert_is_one(
    bot: Bot, settings: Settings
) -> None:
    """Each time hard words and a death within the next tenth of a second."""
    far_end, draw = bot.far_end, random.Random(SEED)
    far_end.tell("latency", seconds=0.01)
    for _ in range(KILLS):
        bot.start()
        far_end.tell("say", chat=CLIENT, text=HARD)
        time.sleep(draw.uniform(0.0, 0.1))  # the moment is what this test draws by lot
        bot.kill()
    bot.start()
    await_until(lambda: len(_cards(far_end)) >= KILLS, "a card for each of the words")
    _await_both(far_end)
    assert bot.stop() == 0
    cases, steps, audited = _kept(settings)
    assert (cases, audited) == (1, KILLS)
    assert (steps.count("explicit"), steps.count("alerted")) == (KILLS, 1)
    assert len(_alerts(far_end)) <= 1 + KILLS  # as often again as a sending was cut off
