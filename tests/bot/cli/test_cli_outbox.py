"""``interlude outbox`` beside a living bot: what is in doubt is seen, done again, let go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from bot.sandbox import Fault, Person
from bot.sandbox.faults import CLOSE
from storage import audit
from tests.support.house import House

MINUTES = timedelta(minutes=1)
ONCE_MORE = "In case the last question did not reach you, here it is once more."
Typed = Callable[..., Awaitable[Result]]
CONFIG = """\
[database]
url = "sqlite+aiosqlite:///interlude.db"
key_file = "interlude.key"
[practice]
zone = "Europe/Berlin"
"""


@pytest.fixture
def typed(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type ``interlude outbox …`` while the bot lives, by its clock."""
    (tmp_path / "config.toml").write_text(CONFIG)
    for module in ("surroundings", "kept_messages"):
        monkeypatch.setattr(f"bot.cli.{module}.CLOCK", house.clock)

    async def run(*words: str, answer: str = "") -> Result:
        arguments = ["--config", str(tmp_path / "config.toml"), "outbox", *words]
        return await asyncio.to_thread(CliRunner().invoke, main, arguments, input=answer)

    return run


def spoil(house: House, person: Person, status: int = CLOSE, method: str = "sendMessage") -> None:
    """The next message to this chat comes to nothing."""
    house.sandbox.faults.add(Fault(method, status, count=1, chat_id=person.chat_id))


def slow_down(house: House, person: Person) -> None:
    """Telegram asks to wait a minute and a half for each message to this chat."""
    chat = person.chat_id
    house.sandbox.faults.add(Fault("sendMessage", 429, count=None, retry_after=90, chat_id=chat))


async def listed(typed: Typed, *more: str) -> list[tuple[int, str, str]]:
    """The number, sort and state of each message in the listing."""
    shown = await typed("list", "--json", *more)
    assert shown.exit_code == 0, shown.output
    return [(row["id"], row["what"], row["state"]) for row in json.loads(shown.output)]


async def in_doubt(house: House, typed: Typed, client: Person, status: int = CLOSE) -> int:
    """The number of a question of which nobody knows, or that was refused."""
    await house.say(client, "/checkin")
    spoil(house, client, status)
    await house.tap(client, "7")
    ((number, what, state),) = await listed(typed)
    assert what == "a question" and state == ("uncertain" if status == CLOSE else "refused")
    return number


async def test_a_question_in_doubt_is_asked_once_more_after_a_yes_and_not_again(
    house: House, typed: Typed
) -> None:
    client = await house.client(await house.therapist())
    number = await in_doubt(house, typed, client)
    told = await typed("explain", str(number))
    assert "may have arrived or not" in told.output
    assert f"interlude outbox retry {number}" in told.output
    mark = client.mark
    refused = await typed("retry", str(number))
    assert refused.exit_code == 2 and "may have arrived already" in refused.output
    refused = await typed("retry", str(number), answer="n\n")
    assert refused.exit_code == 2 and "Nothing was done." in refused.output
    await house.travel(by=timedelta(seconds=2))
    assert client.heard(mark) == []
    assert (await typed("retry", str(number), answer="y\n")).exit_code == 0
    await house.travel(by=timedelta(seconds=2))
    assert client.last.startswith(ONCE_MORE)
    again = await typed("retry", "--yes", str(number))
    assert again.exit_code == 2 and "not asked again now" in again.output
    rows = await house.app.store.read(lambda tx: audit.list_(tx, 50))
    assert [row.detail for row in rows if row.action == "outbox.retried"] == [str(number)]


async def test_a_copy_that_may_be_lost_as_well_is_asked_once_more(
    house: House, typed: Typed
) -> None:
    client = await house.client(await house.therapist())
    number = await in_doubt(house, typed, client)
    spoil(house, client)
    assert (await typed("retry", "--yes", str(number))).exit_code == 0
    await house.travel(by=timedelta(seconds=2))
    assert len(await listed(typed)) == 2
    mark = client.mark
    assert (await typed("retry", "--yes", str(number))).exit_code == 0
    await house.travel(by=timedelta(seconds=2))
    assert [entry.text.startswith(ONCE_MORE) for entry in client.heard(mark)] == [True]


async def test_a_refused_question_is_asked_without_a_yes_but_not_at_night(
    house: House, typed: Typed
) -> None:
    client = await house.client(await house.therapist())
    number = await in_doubt(house, typed, client, 400)
    await house.travel(by=timedelta(hours=15))
    mark = client.mark
    assert (await typed("retry", str(number))).exit_code == 0
    await house.travel(by=30 * MINUTES)
    assert client.heard(mark) == [], "00:30 in Berlin"
    await house.travel(by=timedelta(hours=8))
    assert client.heard(mark)[-1].text.startswith(ONCE_MORE)


async def test_what_was_answered_or_is_over_cannot_be_done_again(
    house: House, typed: Typed
) -> None:
    client = await house.client(await house.therapist())
    number = await in_doubt(house, typed, client, 400)
    await house.say(client, "/checkin")
    await house.tap(client, "Skip")
    over = await typed("retry", "--yes", str(number))
    assert over.exit_code == 2 and "not open any more" in over.output
    unknown = await typed("retry", "--yes", "999999", str(number))
    assert unknown.exit_code == 2 and "999999: there is no such message" in unknown.output
    assert (await typed("drop", str(number))).exit_code == 2, "only what waits can be dropped"


async def test_who_blocked_the_bot_is_not_written_to(house: House, typed: Typed) -> None:
    client = await house.client(await house.therapist())
    number = await in_doubt(house, typed, client, 403)
    told = await typed("retry", "--yes", str(number))
    assert told.exit_code == 2 and "blocked the bot" in told.output


async def test_a_digest_that_may_not_have_arrived_is_sent_anew(house: House, typed: Typed) -> None:
    therapist = await house.therapist()
    client = await house.client(therapist)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    spoil(house, therapist)
    await house.travel(by=timedelta(days=6, hours=10))
    found = await listed(typed)
    ((number, _, _),) = [each for each in found if each[1:] == ("a page of a digest", "uncertain")]
    mark = therapist.mark
    assert (await typed("retry", "--yes", str(number))).exit_code == 0
    await house.travel(by=timedelta(seconds=5))
    assert any("Your week 48" in entry.text for entry in therapist.heard(mark))
    await house.tap(therapist, "I have read this")
    read = await typed("retry", "--yes", str(number))
    assert read.exit_code == 2 and "has been read" in read.output


async def test_what_waits_is_listed_after_ten_minutes_and_can_be_let_go(
    house: House, typed: Typed
) -> None:
    """A dropped question leaves no client waiting in an open check-in."""
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    house.sandbox.faults.add(
        Fault("sendMessage", 429, count=None, retry_after=90, chat_id=client.chat_id)
    )
    await house.tap(client, "7")
    await house.travel(by=9 * MINUTES)
    assert await listed(typed) == []
    await house.travel(by=2 * MINUTES)
    ((number, what, state),) = await listed(typed)
    assert (what, state) == ("a question", "queued")
    assert "by itself" in (await typed("retry", str(number))).output
    gone = await typed("drop", str(number))
    assert gone.exit_code == 0 and "what was answered in it is kept" in gone.output
    house.sandbox.faults.clear()
    mark = client.mark
    await house.travel(by=10 * MINUTES)
    assert [entry for entry in client.heard(mark) if entry.kind == "sent"] == []
    (status,) = await house.rows("SELECT status FROM check_ins ORDER BY id DESC LIMIT 1")
    assert status != ("open",)
    assert await listed(typed) == []
    assert await listed(typed, "--all") == [(number, "a question", "dropped")]
    assert (await typed("drop", str(number))).exit_code == 2


async def test_a_safety_text_is_never_dropped(house: House, typed: Typed) -> None:
    client = await house.client(await house.therapist())
    house.sandbox.faults.add(
        Fault("sendMessage", 429, count=None, retry_after=90, chat_id=client.chat_id)
    )
    await house.say(client, "/crisis")
    await house.travel(by=11 * MINUTES)
    safety = [row for row in await listed(typed) if row[1] == "a safety text or an alert"]
    assert safety
    kept = await typed("drop", str(safety[0][0]))
    assert kept.exit_code == 2 and "is not dropped" in kept.output
    house.sandbox.faults.clear()
    await house.travel(by=10 * MINUTES)
    assert any("112" in entry.text for entry in client.ledger if entry.kind == "sent")
