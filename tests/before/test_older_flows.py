"""Flows as they were written before: they are still read, and whoever is in the middle of one that
has changed meanwhile goes on in it; also on the way back.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from functools import partial

import pytest

from bot.config.settings import SHIPPED_FLOWS
from bot.sandbox import Person
from bot.services.flow_files.publishing import Source, check, publish, roll_back
from flows.script import parse
from flows.script.diff import diff
from storage.store import Tx
from tests.before.test_before import HERE, chat, old, tap
from tests.support.house import House

__all__ = ["old"]

OLDER: dict[str, list[str]] = json.loads(gzip.decompress((HERE / "flows.json.gz").read_bytes()))
"""The text of each earlier version of the flows that come with Interlude, by its file."""
UNDER_WAY = "SELECT fingerprint, status FROM check_ins WHERE id >= 6 ORDER BY id"
LIBRARY = SHIPPED_FLOWS
AGAIN = "Noch einmal antworten"
WORDS = 3
"""The questions of Dora's flow that are answered in words, after the first one."""


@pytest.mark.parametrize("file", OLDER)
def test_each_earlier_version_of_a_flow_is_still_read(file: str, published: dict[str, str]) -> None:
    """Its fingerprint is the one under which it was published then."""
    todays = parse((LIBRARY / file).read_text("utf-8"), file).flow
    for text in OLDER[file]:
        read = parse(text, file)
        assert read.flow is not None and todays is not None and not read.problems
        assert published.get(text, read.flow.fingerprint) == read.flow.fingerprint
        assert diff(read.flow, todays), "what the update means is still told"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The fingerprints in the practice from before, by the text of the flow."""
    path = tmp_path_factory.mktemp("before") / "interlude.db"
    path.write_bytes(gzip.decompress((HERE / "database.gz").read_bytes()))
    with closing(sqlite3.connect(path)) as conn:
        return dict(conn.execute("SELECT text, fingerprint FROM flow_versions"))


async def test_who_is_in_the_middle_finishes_the_version_that_was_begun_also_on_the_way_back(
    old: House,
) -> None:
    dora, now = chat(old, "dora"), old.clock.now()
    ((before, _),) = await old.rows(UNDER_WAY)
    await old.app.store.write(partial(_publish_todays, old))
    said = await tap(old, dora, "dora", "7")
    assert said[-1].startswith("Was ist gut gelaufen")
    await _answer_in_words(old, dora)
    assert await old.rows(UNDER_WAY) == [(before, "finished")]

    await old.read_consent(dora)
    await old.tap(dora, "Ich bin einverstanden")
    await _begin_again(old, dora)
    (todays, status) = (await old.rows(UNDER_WAY))[-1]
    assert (todays != before, status) == (True, "open")

    back = partial(roll_back, flow_id="mid-week", beginning=None, now=now, who="admin", why="back")
    await old.app.store.write(back)
    await _answer_in_words(old, dora)
    assert (await old.rows(UNDER_WAY))[-1] == (todays, "finished")
    await _begin_again(old, dora)
    assert (await old.rows(UNDER_WAY))[-1] == (before, "open")


def _publish_todays(house: House, tx: Tx) -> None:
    paths = sorted(house.app.settings.flows.directory.glob("*.toml"))
    checked = check([Source(path.name, path.read_text("utf-8")) for path in paths])
    changed = publish(tx, checked, now=house.clock.now(), who="admin", why="the new version")
    assert "mid-week" in changed


async def _begin_again(house: House, client: Person) -> None:
    """The same questions once more on one day, up to the first that is answered in words."""
    await house.say(client, "/checkin")
    await house.tap(client, AGAIN)
    await house.tap(client, "7")


async def _answer_in_words(house: House, client: Person) -> None:
    for number in range(WORDS):
        await house.say(client, f"answer {number}")
