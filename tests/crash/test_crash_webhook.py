"""``interlude run`` with a webhook, in processes of its own: deliveries over HTTP, an orderly stop,
and two runs behind one address of which one is killed.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import inbox
from tests.crash.answering import Client, answer_all, compare, is_all_quiet, judge, stored_answers
from tests.crash.questions import long_flow, number_in
from tests.crash.test_crash_health import ask, figures
from tests.crash.world import (
    FIRST_CHAT,
    Bot,
    FarEnd,
    ask_store,
    await_until,
    furnish,
    write_config,
)
from tests.support.house import HOOK_SECRET, PUBLIC
from tests.support.postgres import postgres_or_skip, sqlalchemy_url
from tests.support.sockets import free_port

PATIENCE = 240.0
"""Real seconds: Telegram tries again after some, and machines are slow."""
CLIENTS = 3
HOOK = f"{PUBLIC}/telegram"


def with_webhook(bot: Bot, port: int) -> None:
    """Its settings name a webhook."""
    bot.settings |= {
        "INTERLUDE_WEBHOOK__URL": HOOK,
        "INTERLUDE_WEBHOOK__SECRET": HOOK_SECRET,
        "INTERLUDE_WEBHOOK__PORT": str(port),
        "INTERLUDE_HEALTH__PORT": str(free_port()),
    }


def lead(far_end: FarEnd, *ports: int) -> None:
    """The reverse proxy passes on to these."""
    far_end.tell("proxy", public=PUBLIC, to=[f"http://127.0.0.1:{port}" for port in ports])


def is_ready(bot: Bot) -> bool:
    """True where the run says that it lacks nothing."""
    return ask(int(bot.settings["INTERLUDE_HEALTH__PORT"]), "readyz") == (200, '{"lacking":[]}')


def started(bot: Bot) -> None:
    """Start it, and wait until it lacks nothing."""
    bot.launch()
    await_until(lambda: is_ready(bot), "a run that is ready", PATIENCE)


@pytest.mark.promise("P1a")
def test_what_is_delivered_is_answered_and_a_stop_leaves_the_webhook_set(
    bot: Bot, tmp_path: Path
) -> None:
    side, port = bot.far_end, free_port()
    settings = write_config(tmp_path, side.url)
    asyncio.run(furnish(settings, long_flow(), 1))
    with_webhook(bot, port)
    lead(side, port)
    started(bot)
    for text in ("/checkin", "an answer"):
        before = len(side.heard(FIRST_CHAT))
        side.tell("say", chat=FIRST_CHAT, text=text)
        await_until(lambda seen=before: len(side.heard(FIRST_CHAT)) > seen, "a question")
    assert bot.stop() == 0
    assert side.ask("counts")["webhook"] == HOOK
    side.tell("say", chat=FIRST_CHAT, text="another answer")
    await_until(lambda: side.ask("counts")["pending"] == 1, "Telegram keeps it")
    started(bot)
    await_until(lambda: len(side.heard(FIRST_CHAT)) == 3, "it comes once the bot is back")
    assert bot.stop() == 0
    assert [number_in(text) for text in side.heard(FIRST_CHAT)] == [1, 2, 3]
    assert side.calls("getUpdates") == 0
    assert HOOK_SECRET not in bot.log
    assert "updates_unreadable" not in bot.log
    bot.settings.clear()
    bot.start()
    await_until(lambda: side.ask("counts")["webhook"] == "", "back to polls")
    assert bot.stop() == 0


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgres_or_skip() as folder:
        yield folder


@pytest.mark.promise("P1b")
def test_any_of_two_runs_takes_a_delivery_and_one_that_dies_loses_none(
    tmp_path: Path, other_side: FarEnd, server: Path
) -> None:
    database = sqlalchemy_url(server)
    settings = write_config(tmp_path, other_side.url, database=database)
    asyncio.run(furnish(settings, long_flow(), CLIENTS))
    ports, bots = (free_port(), free_port()), []
    for number, port in enumerate(ports):
        place = tmp_path / f"run{number}"
        place.mkdir()
        write_config(place, other_side.url, database=database)
        (place / "interlude.key").write_bytes((tmp_path / "interlude.key").read_bytes())
        (place / "interlude.key").chmod(0o600)
        bots.append(Bot(place, other_side))
        with_webhook(bots[-1], port)
    lead(other_side, *ports)
    over, calm = threading.Event(), threading.Event()
    clients = [Client(other_side, FIRST_CHAT + place, calm) for place in range(CLIENTS)]
    crowd = threading.Thread(target=answer_all, args=(clients, over))
    try:
        for bot in bots:
            started(bot)
        crowd.start()
        await_until(lambda: all(map(has_taken, bots)), "deliveries to both", PATIENCE)
        bots[0].kill()
        await_until(lambda: sum(len(each.answered) for each in clients) > CLIENTS, "more", PATIENCE)
        started(bots[0])
        calm.set()
        await_until(lambda: all(each.is_done for each in clients), "all answers", PATIENCE)
        await_until(lambda: is_all_quiet(other_side), "every chat", PATIENCE)
        assert [bot.stop(PATIENCE) for bot in bots] == [0, 0]
    finally:
        over.set()
        if crowd.is_alive():
            crowd.join()
        for bot in bots:
            bot.close()
    for client in clients:
        judge(other_side, client)
    compare(asyncio.run(ask_store(settings, stored_answers)), clients)
    assert asyncio.run(ask_store(settings, inbox.count_new)) == 0
    assert other_side.calls("getUpdates") == 0


def has_taken(bot: Bot) -> bool:
    """True where this run took a delivery itself."""
    port = int(bot.settings["INTERLUDE_HEALTH__PORT"])
    return figures(port)["interlude_updates_received_total"] > 0
