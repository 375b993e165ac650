"""Telegram was silent for a day, or the bot was, and then all of it comes at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from bot.sandbox import CLOSE, Fault, Person
from bot.services.work.unit_of_work import Work
from storage import answers, cares, notes
from tests.support.house import House, texts

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
"""18:00 in Berlin: the week's questions."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CLIENTS, EACH = 8, 34
"""Nearly three polls of them."""


async def test_hundreds_of_updates_that_waited_are_all_taken_in_and_each_in_its_order(
    house: House,
) -> None:
    """The bot comes back when reminders are due. Whoever answered in time gets none, though theirs
    is the last of all that waits.
    """
    weber = await house.therapist()
    clients = [await house.client(weber, f"C{number}") for number in range(CLIENTS)]
    await house.travel(to=WEDNESDAY + 20 * HOUR)
    marks = [client.mark for client in clients]
    written = [[f"word {n} of {who}" for n in range(EACH)] for who in range(CLIENTS)]
    *early, late = clients
    for client in early:
        client.tap("7")
    for n in range(EACH):
        for client, words in zip(early, written, strict=False):
            client.say(words[n])
        house.jump(by=5 * MINUTE)
    late.tap("7")
    house.jump(by=2 * HOUR)
    house.app.receiver.start_over()
    await house.settle()
    assert house.sandbox.world.account().updates.pending == 0
    told = [texts(client.heard(mark)) for client, mark in zip(clients, marks, strict=True)]
    assert [[text[:28] for text in each] for each in told] == [
        ["How has your week been so fa", "The next question had not be"]
    ] * (CLIENTS - 1) + [["How has your week been so fa", "What is one thing that went "]]

    for person, words in zip(early, written, strict=False):
        assert await _kept(house, person) == words
    assert await house.rows("SELECT count(*) FROM answers") == [(CLIENTS,)]


async def _kept(house: House, client: Person) -> list[str]:
    """The words that are kept for their therapist, in the order in which they were written."""
    stored = await house.stored(client)

    def ask(work: Work) -> list[str]:
        (care,) = cares.list_for_client(work.tx, stored.id)
        found = notes.list_kept(work.tx, care.id, since=WEDNESDAY, until=work.now + HOUR)
        return [note.words for note in found]

    return await house.work(ask)


async def test_a_day_without_telegram_is_said_and_ends_by_itself(house: House) -> None:
    """Neither polls nor messages get through; the client answers in the middle of it."""
    weber = await house.admin()
    client = await house.client(weber, "M.K.")
    await house.travel(to=WEDNESDAY + HOUR)
    marks = weber.mark, client.mark
    house.sandbox.faults.add(Fault("getUpdates", CLOSE, count=None))
    house.sandbox.faults.add(Fault("sendMessage", 409, count=None))
    with capture_logs() as lines:
        for step in range(24 * 6):
            if step == 18 * 6:
                client.say("7")
            house.jump(by=10 * MINUTE)
            await house.settle()
            await house.app.watchman.tick()
    failures = [line["failures"] for line in lines if line["event"] == "poll_failed"]
    assert failures[:3] == [1, 2, 4], "it is said at once and from time to time"
    assert len(failures) < 12, "and does not fill the disk"
    assert texts(weber.heard(marks[0])) == texts(client.heard(marks[1])) == []
    house.sandbox.faults.clear()
    await house.travel(by=HOUR)
    (asked,) = texts(client.heard(marks[1]))
    assert asked.startswith("What is one thing that went well"), "nothing is said to be lost"
    (told,) = texts(weber.heard(marks[0]))
    assert told.startswith(
        "The bot could not be reached from Wed 25 Nov, 19:10 to Thu 26 Nov, 19:00."
    )
    (answer,) = await house.work(lambda work: answers.list_for_check_in(work.tx, 1))
    assert answer.given_at == WEDNESDAY + 19 * HOUR
