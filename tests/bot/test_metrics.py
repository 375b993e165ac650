"""The page of figures counts what people do, and docs/figures.md has every word of it: so no label
holds an id, a name or a word of anybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from bot import health
from bot.sandbox import Fault, Person
from storage.alarms import KINDS
from storage.outbox_rows import CLASSES
from tests.bot.workers.trouble import refusing
from tests.support.house import House

PAGE = (Path(__file__).parents[2] / "docs" / "figures.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| `(interlude_\w+)` \|([^|]*)\|", PAGE, re.MULTILINE))
"""What the page says of the labels of each figure."""
LATER = timedelta(seconds=5)
Lines: TypeAlias = "Counter[str]"


async def families(house: House) -> list[Metric]:
    """All figures as a monitoring program reads them."""
    transport = httpx.ASGITransport(app=health.pages(house.app))
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        answered = await client.get("/metrics")
    assert answered.status_code == 200
    return list(text_string_to_metric_families(answered.text))


async def lines(house: House) -> Lines:
    """Each line without its prefix: name, then the values of its labels."""
    found: Lines = Counter()
    for sample in (sample for family in await families(house) for sample in family.samples):
        name = sample.name.removeprefix("interlude_")
        found[" ".join((name, *sample.labels.values()))] = sample.value
    return found


@pytest.fixture
async def client(house: House) -> AsyncIterator[Person]:
    """A client, who has agreed."""
    yield await house.client(await house.admin())


async def test_updates_are_counted_as_they_come_in_and_as_they_are_handled(
    house: House, client: Person
) -> None:
    before = await lines(house)
    house.stranger().say("/help")
    await house.say(client, "/help")
    async with refusing(house.app.store, "INSERT ON notes"):
        client.say("words for a note")
        for _ in range(3):
            await house.travel(by=LATER)
    gone_up = await lines(house) - before
    assert gone_up["updates_received_total"] == 3
    assert gone_up["updates_handled_total"] == 1, "a stranger's is none, nor is one set aside"
    assert gone_up["updates_set_aside_total"] == gone_up["inbox_updates quarantined"] == 1
    assert gone_up["reply_seconds_count"] == 1, "that something went wrong is no answer"


async def test_sending_is_counted_by_how_it_ends_and_timed(house: House, client: Person) -> None:
    before = await lines(house)
    house.sandbox.faults.add(Fault("sendMessage", 429, retry_after=7))
    await house.say(client, "/help")
    waited = await lines(house) - before
    assert waited["messages_total reply retry_later"] == waited["too_many_requests_total"] == 1
    assert waited["too_many_requests_seconds_total"] == 7
    assert waited["reply_seconds_count"] == 0, "nobody has read anything"
    await house.travel(by=timedelta(seconds=10))
    gone_up = await lines(house) - before
    assert gone_up["messages_total reply sent"] == gone_up["reply_seconds_count"] == 1
    assert gone_up["send_seconds_count"] == 2
    assert 7 <= gone_up["reply_seconds_sum"] <= 10
    assert gone_up["reply_seconds_bucket 5.0"] == 0 and gone_up["reply_seconds_bucket 10.0"] == 1


async def test_a_question_that_comes_by_itself_answers_nobody(house: House, client: Person) -> None:
    before = await lines(house)
    await house.travel(by=timedelta(days=3))
    gone_up = await lines(house) - before
    assert gone_up["messages_total once sent"] > 0
    assert gone_up["reply_seconds_count"] == gone_up["updates_received_total"] == 0


async def test_polls_that_telegram_slows_down_are_counted_too(house: House, client: Person) -> None:
    before = await lines(house)
    house.sandbox.faults.add(Fault("getUpdates", 429, retry_after=3))
    await house.settle()
    gone_up = await lines(house) - before
    assert gone_up["too_many_requests_seconds_total"] == 3
    assert gone_up["too_many_requests_total"] == 1


async def test_writes_are_timed_and_reads_are_not(house: House) -> None:
    before = await lines(house)
    await house.app.store.read(lambda tx: None)
    assert (await lines(house) - before)["write_seconds_count"] == 0
    await house.app.store.write(lambda tx: None)
    gone_up = await lines(house) - before
    assert gone_up["write_seconds_count"] == 1 and gone_up["write_seconds_sum"] > 0


async def test_the_page_has_every_figure_and_every_word_of_a_label(
    house: House, client: Person
) -> None:
    for method, fault in (("sendMessage", 400), ("sendMessage", 500), ("sendMessage", 403)):
        house.sandbox.faults.add(Fault(method, fault))
        await house.say(client, "/help")
    house.sandbox.faults.flood(60, client.chat_id)
    await house.say(client, "/topic words of mine")
    house.app.settings.database.key_file.chmod(0o644)
    await house.app.watchman.tick()
    found = await families(house)
    assert sorted(family.name for family in found) == sorted(ROWS)
    labels = [
        (family.name, label, word)
        for family in found
        for sample in family.samples
        for label, word in sample.labels.items()
    ]
    names = {label for _, label, _ in labels}
    for name, told in ROWS.items():
        used = {label for of, label, _ in labels if of == name}
        assert used == names & set(re.findall(r"`(\w+)`", told)), name
    known = {"class": set(CLASSES), "kind": set(KINDS)}
    for name, label, word in labels:
        if label == "le":
            assert float(word) > 0
        else:
            assert word in known.get(label, set(re.findall(r"`(\w+)`", ROWS[name]))), (name, word)
    assert {"uncertain", "queued", "key_file_lost"} <= {word for _, _, word in labels}
