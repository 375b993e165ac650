"""``interlude run`` on PostgreSQL: a question, its answer, an orderly stop."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.cli.surroundings import CANNOT_START
from storage import inbox
from tests.crash.answering import Client, answer_all, compare, is_all_handled, judge, stored_answers
from tests.crash.questions import long_flow, number_in
from tests.crash.world import FIRST_CHAT, Bot, ask_store, await_until, furnish, write_config
from tests.storage.conftest import statement
from tests.support.postgres import DURABLE, Cluster, cluster_or_skip, sqlalchemy_url

CHAT = FIRST_CHAT
TROUBLE = (None, signal.SIGINT, None, signal.SIGQUIT, None)
"""None: all connections are cut; a signal: the server is stopped by it and started again."""
PATIENCE = 120.0
"""Seconds, on a machine that does much else."""
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'interlude'"
MIGRATED = "UPDATE alembic_version SET version_num = '9999'"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with cluster_or_skip(DURABLE) as running:
        yield running


@pytest.fixture
def server(cluster: Cluster) -> Path:
    return cluster.folder


def test_a_question_is_asked_and_answered_on_postgresql(
    bot: Bot, tmp_path: Path, server: Path
) -> None:
    far_end = bot.far_end
    settings = write_config(tmp_path, far_end.url, database=sqlalchemy_url(server))
    asyncio.run(furnish(settings, long_flow(), 1))
    bot.start()
    for text in ("/checkin", "an answer"):
        before = len(far_end.heard(CHAT))
        far_end.tell("say", chat=CHAT, text=text)
        await_until(lambda seen=before: len(far_end.heard(CHAT)) > seen, "a question")
    assert bot.stop() == 0
    assert [number_in(text) for text in far_end.heard(CHAT)] == [1, 2]
    assert asyncio.run(ask_store(settings, inbox.count_new)) == 0


async def in_database(url: str, sql: str) -> None:
    """Run one statement there, as an administrator would."""
    engine = create_async_engine(url)
    async with engine.begin() as conn:
        await conn.execute(sa.text(sql))
    await engine.dispose()


@pytest.mark.promise("P1b")
def test_a_server_that_restarts_or_cuts_connections_loses_no_answer(
    bot: Bot, tmp_path: Path, cluster: Cluster
) -> None:
    """In order and by a crash, while somebody answers; the bot says so and goes on by itself."""
    side, server = bot.far_end, cluster.folder
    asyncio.run(statement(server, "CREATE DATABASE cut"))
    settings = write_config(tmp_path, side.url, database=sqlalchemy_url(server, "cut"))
    asyncio.run(furnish(settings, long_flow(), 1))
    bot.start()
    over, calm = threading.Event(), threading.Event()
    client = Client(side, CHAT, calm)
    crowd = threading.Thread(target=answer_all, args=([client], over))
    crowd.start()
    try:
        for how in TROUBLE:
            before = len(side.heard(CHAT))
            await_until(lambda seen=before: len(side.heard(CHAT)) > seen, "a message", PATIENCE)
            if how is None:
                asyncio.run(statement(server, CUT))
            else:
                _restart(bot, cluster, how)
        calm.set()
        await_until(lambda: client.is_done, "all answers", PATIENCE)
        await_until(lambda: is_all_handled(side, settings), "the chat", PATIENCE)
    finally:
        over.set()
        crowd.join()
    assert bot.starts == 1
    assert bot.stop() == 0
    judge(side, client)
    compare(asyncio.run(ask_store(settings, stored_answers)), [client])


def _restart(bot: Bot, cluster: Cluster, how: signal.Signals) -> None:
    """Stop the server and start it again, once the bot has said that it is away; until it has said
    that it is back.
    """
    away, back = (bot.log.count(word) for word in ("database_away", "database_back"))
    cluster.stop(how)
    await_until(lambda: bot.log.count("database_away") > away, "a word on it", PATIENCE)
    cluster.start()
    await_until(lambda: bot.log.count("database_back") > back, "it to be back", PATIENCE)


def test_a_run_of_before_an_upgrade_ends_and_says_why(
    bot: Bot, tmp_path: Path, server: Path
) -> None:
    asyncio.run(statement(server, "CREATE DATABASE upgraded"))
    url = sqlalchemy_url(server, "upgraded")
    asyncio.run(furnish(write_config(tmp_path, bot.far_end.url, database=url), long_flow(), 1))
    bot.start()
    asyncio.run(in_database(url, MIGRATED))
    process = bot.process
    assert process is not None
    assert process.wait(PATIENCE) == CANNOT_START
    assert "a newer version of Interlude has brought the database up to date" in bot.log
    bot.far_end.tell("say", chat=CHAT, text="/checkin")
    assert bot.far_end.ask("counts")["pending"] == 1, "Telegram keeps it for the newer version"
