"""``interlude run`` on PostgreSQL: a question, its answer, an orderly stop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import inbox
from tests.crash.questions import long_flow, number_in
from tests.crash.world import FIRST_CHAT, Bot, ask_store, await_until, furnish, write_config
from tests.support.postgres import postgres_or_skip, sqlalchemy_url

CHAT = FIRST_CHAT


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    with postgres_or_skip() as folder:
        yield folder


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
