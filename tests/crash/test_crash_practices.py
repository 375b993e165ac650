"""Several practices on one machine: real processes that share nothing, and what is refused where
they would.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.questions import long_flow
from tests.crash.world import FIRST_CHAT, Bot, FarEnd, await_until, far_end, furnish, write_config
from tests.support.house import HOOK_SECRET, PUBLIC
from tests.support.sockets import free_port


@pytest.fixture
def practices(tmp_path: Path) -> Iterator[tuple[Bot, Bot]]:
    """Two practices with a client each, in folders of their own, each with its bot."""
    with far_end() as one, far_end() as other:
        bots = []
        for name, end in (("hill", one), ("river", other)):
            folder = tmp_path / name
            folder.mkdir()
            asyncio.run(furnish(write_config(folder, end.url), long_flow(), 1))
            bots.append(Bot(folder, end))
        yield bots[0], bots[1]
        for bot in bots:
            bot.close()


LIMIT = 120.0
"""Real seconds: two processes start at once here, beside the other tests."""


def _started(bot: Bot, far_end: FarEnd | None = None) -> None:
    end = far_end or bot.far_end
    polls = end.calls("getUpdates")
    bot.launch()
    await_until(lambda: end.calls("getUpdates") > polls, "its first poll", LIMIT)


def _refused(bot: Bot, **settings: str) -> str:
    """The only line with which this practice refuses to start."""
    bot.settings = settings
    bot.launch()
    assert bot.process is not None
    assert bot.process.wait(LIMIT) == 2, bot.log
    return bot.log.splitlines()[-1]


def test_two_practices_run_side_by_side_and_each_has_its_own(practices: tuple[Bot, Bot]) -> None:
    hill, river = practices
    for bot in practices:
        _started(bot)
    hill.far_end.tell("say", chat=FIRST_CHAT, text="/checkin")
    await_until(lambda: hill.far_end.heard(FIRST_CHAT), "a question of the first", LIMIT)
    assert river.far_end.heard(FIRST_CHAT) == [], "the same chat with another bot"
    assert {path.name for path in hill.folder.iterdir()} == {
        path.name for path in river.folder.iterdir()
    }
    assert hill.stop(LIMIT) == 0
    river.far_end.tell("say", chat=FIRST_CHAT, text="/checkin")
    await_until(lambda: river.far_end.heard(FIRST_CHAT), "the other one goes on", LIMIT)
    assert river.stop(LIMIT) == 0


def test_what_two_practices_must_not_share_is_refused_clearly(practices: tuple[Bot, Bot]) -> None:
    hill, river = practices
    _started(hill)
    database = f"sqlite+aiosqlite:///{hill.folder / 'interlude.db'}"
    key = str(hill.folder / "interlude.key")
    line = _refused(river, INTERLUDE_DATABASE__URL=database, INTERLUDE_DATABASE__KEY_FILE=key)
    assert "runs already with this database" in line
    line = _refused(river, INTERLUDE_DATABASE__KEY_FILE=key)
    assert "another practice runs with the key file" in line and key in line
    line = _refused(river, INTERLUDE_TELEGRAM__API_URL=hill.far_end.url)
    assert "telegram.token" in line and "a bot of its own" in line
    assert "canary" not in line, "the token itself is not shown"
    assert hill.stop(LIMIT) == 0
    river.settings = {"INTERLUDE_TELEGRAM__API_URL": hill.far_end.url}
    _started(river, hill.far_end)
    assert river.stop(LIMIT) == 0, "what ended holds nothing any more"


def test_two_practices_do_not_listen_at_one_port(practices: tuple[Bot, Bot]) -> None:
    """What a monitoring program asks, and what Telegram delivers, would be the other's."""
    hill, river = practices
    health, hook = (str(free_port()) for _ in range(2))
    webhook = {
        "INTERLUDE_WEBHOOK__URL": f"{PUBLIC}/telegram",
        "INTERLUDE_WEBHOOK__SECRET": HOOK_SECRET,
        "INTERLUDE_WEBHOOK__PORT": hook,
    }
    hill.far_end.tell("proxy", public=PUBLIC, to=[f"http://127.0.0.1:{hook}"])
    hill.settings = {"INTERLUDE_HEALTH__PORT": health, **webhook}
    hill.launch()
    await_until(lambda: hill.far_end.ask("counts")["webhook"], "its webhook", LIMIT)
    line = _refused(river, INTERLUDE_HEALTH__PORT=health)
    assert "health.port" in line and "a port of its own" in line
    line = _refused(river, **webhook)
    assert "webhook.port" in line and "a port of its own" in line
    assert HOOK_SECRET not in river.log
    assert hill.stop(LIMIT) == 0
    with socket.create_server(("127.0.0.1", int(hook))):
        line = _refused(river, **webhook)
    assert f"webhook.port: the bot cannot listen at 127.0.0.1, port {hook}" in line


def test_a_key_that_is_another_practice_s_opens_nothing(practices: tuple[Bot, Bot]) -> None:
    hill, river = practices
    line = _refused(river, INTERLUDE_DATABASE__KEY_FILE=str(hill.folder / "interlude.key"))
    assert "key" in line and "Traceback" not in river.log
