"""The bot was away: nobody pays for it, and those concerned learn what it cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.sandbox import Fault, Person
from bot.services.outages import outages
from bot.services.work.unit_of_work import Work
from storage import answers
from storage.store import Tx
from tests.support.house import House, texts

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
"""18:00 in Berlin: the week's questions."""
SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = "How has your week been so far?"
SORRY = "This bot could not be reached from"


def _asked(person: Person, mark: int = 0) -> int:
    sent = [e.text for e in person.heard(mark) if e.kind == "sent"]
    return sum(WEEK in text or text.startswith("A reminder") for text in sent)


async def _asked_on_wednesday(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await house.travel(to=WEDNESDAY + HOUR)
    assert _asked(client) == 1
    return weber, client


async def test_asked_before_an_outage_and_answered_after_it(house: House) -> None:
    weber, client = await _asked_on_wednesday(house)
    mark = client.mark
    house.jump(by=3 * DAY - HOUR)  # Saturday, 18:00
    await house.travel(by=timedelta(seconds=7))
    assert _asked(client, mark) == 1, "the reminder that had come due"
    await house.travel(by=5 * HOUR)
    await house.tap(client, "7")
    await house.tap(client, "Skip")
    await house.travel(to=SUNDAY + HOUR)
    (digest,) = [text for text in texts(weber.heard()) if text.startswith(("The bot", "Your week"))]
    assert digest.splitlines()[0] == (
        "The bot could not be reached from Wed 25 Nov, 19:00 to Sat 28 Nov, 18:00; "
        "nobody was asked."
    )
    assert "In the middle of a check-in: M.K." in digest


async def test_only_time_in_which_the_bot_was_up_counts(house: House) -> None:
    await _asked_on_wednesday(house)
    house.jump(by=3 * DAY)
    await house.travel(by=46 * HOUR)
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]
    await house.travel(by=2 * HOUR)
    assert await house.rows("SELECT status FROM check_ins") == [("expired",)]


async def test_no_touch_with_telegram_is_an_outage_too(house: House) -> None:
    _, client = await _asked_on_wednesday(house)
    house.sandbox.faults.add(Fault("getUpdates", 502, count=None))
    await house.settle()
    for _ in range(5):
        house.jump(by=12 * HOUR)
        await house.settle()
    house.sandbox.faults.clear()
    await house.settle()
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]
    assert await house.rows("SELECT count(*) FROM uptimes") == [(2,)]
    await house.travel(by=2 * HOUR)  # Saturday, 09:00 in Berlin
    assert SORRY in str(texts(client.heard()))


async def test_a_question_that_came_late_stays_for_some_hours(house: House) -> None:
    """The outage ended an hour before the check-in was to lapse."""
    _, client = await _asked_on_wednesday(house)
    await house.travel(to=WEDNESDAY + 46 * HOUR)
    mark = client.mark
    await house.say(client, "/checkin")
    assert _asked(client, mark) == 1
    await house.travel(by=5 * HOUR)
    assert await house.tap(client, "7")
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]


@pytest.mark.parametrize("answers", [0, 1])
async def test_a_toast_says_only_what_is_true(house: House, answers: int) -> None:
    _, client = await _asked_on_wednesday(house)
    asked = client.newest
    if answers:
        await house.tap(client, "7")
    await house.travel(by=5 * DAY)
    mark = client.mark
    client.tap_data(asked, "a:1:0:0")
    await house.settle()
    told = [e.text for e in client.heard(mark) if e.kind == "toast"]
    kept = " What you answered is kept." if answers else ""
    assert told == [f"These questions are closed.{kept}"]


async def test_after_three_weeks_the_week_is_not_called_calm(house: House) -> None:
    weber, client = await _asked_on_wednesday(house)
    await house.tap(client, "7")
    mark = weber.mark
    house.jump(by=21 * DAY)
    await house.travel(by=5 * DAY)
    digests = [t for t in texts(weber.heard(mark)) if "Your week" in t]
    off = (
        "The bot could not be reached from Wed 25 Nov, 19:00 to Wed 16 Dec, 19:00; "
        "nobody was asked."
    )
    assert digests[0].splitlines()[0] == off
    assert "nothing to tell" not in digests[0]
    sorry = [[t for t in texts(person.heard()) if SORRY in t] for person in (weber, client)]
    assert [len(told) for told in sorry] == [1, 1]
    for (told,) in sorry:
        assert "before Tue 15 Dec, 19:00" in told


async def test_who_was_not_asked_is_said_to_be_so(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await house.travel(to=WEDNESDAY - HOUR)
    house.jump(by=3 * DAY)
    await house.travel(to=SUNDAY + HOUR)
    digest = weber.last
    assert "Not asked, or could not answer, because the bot could not be reached: M.K." in digest
    assert _asked(client) == 0


async def test_nothing_is_said_to_be_lost_where_nothing_was(house: House) -> None:
    weber, client = await _asked_on_wednesday(house)
    house.jump(by=20 * HOUR)
    await house.travel(by=DAY)
    assert SORRY not in str(texts([*weber.heard(), *client.heard()]))


async def test_nobody_is_told_at_night_nor_somebody_who_came_later(house: House) -> None:
    weber, client = await _asked_on_wednesday(house)
    house.jump(by=3 * DAY + 8 * HOUR)  # Sunday, 03:00 in Berlin
    await house.settle()
    later = await house.client(weber, "B.L.")
    assert SORRY not in str(texts([*weber.heard(), *client.heard()]))
    await house.travel(by=6 * HOUR)
    assert SORRY in str(texts(weber.heard()))
    assert SORRY in str(texts(client.heard()))
    assert SORRY not in str(texts(later.heard()))


async def test_who_came_once_the_bot_was_back_has_lost_nothing(house: House) -> None:
    """Killed between noting that it is back and telling so, the bot tells it later."""
    weber, client = await _asked_on_wednesday(house)
    later = await house.client(weber, "B.L.")
    ids = [(await house.stored(person)).id for person in (weber, client, later)]
    house.jump(by=3 * DAY)

    def back(tx: Tx) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "back")
        assert outages.note_up(work)
        set_to = "UPDATE cares SET active_since = :now WHERE client_id = :later"
        now = house.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        tx.conn.execute(sa.text(set_to), {"now": now, "later": ids[2]})
        assert outages.tell(work)

    await house.app.store.write(back)
    told = await house.rows("SELECT person_id FROM outbox WHERE state = 'queued' AND id > 0")
    assert [person for (person,) in told if person in ids] == ids[:2]


async def test_who_came_in_the_minute_before_it_went_is_told(house: House) -> None:
    """That it is up is noted once a minute only."""
    weber, _ = await _asked_on_wednesday(house)
    house.clock.jump(house.clock.now() + timedelta(seconds=50))
    later = await house.client(weber, "B.L.")
    house.jump(by=3 * DAY)
    await house.travel(by=14 * HOUR)
    assert SORRY in str(texts(later.heard()))


STRAINED = ("8", "8", "8", "8", "Yes")
SAID_SO = "They said themselves that something wasn't right"


async def _asked_after_a_session(house: House) -> tuple[Person, Person]:
    """A client with the questions after a therapy session before them, on Sunday at 16:30."""
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await house.travel(to=SUNDAY - 5 * HOUR)
    await house.say(weber, "/session M.K.")
    await house.travel(to=SUNDAY - HOUR / 2)
    for label in STRAINED[:-1]:
        await house.tap(client, label)
    return weber, client


def _digests(person: Person, mark: int) -> list[str]:
    return [text for text in texts(person.heard(mark)) if "Your week" in text]


async def test_what_was_said_before_the_cut_off_stands_in_the_digest_of_an_outage(
    house: House,
) -> None:
    """It was off from 17:45 to 20:00: "yes" was said at 17:50, what it was only at 18:30."""
    weber, client = await _asked_after_a_session(house)
    mark = weber.mark
    house.jump(by=HOUR / 4)
    client.tap("Yes")
    house.jump(by=HOUR / 2)
    await house.app.receiver.tick()
    house.jump(by=2 * HOUR)
    await house.settle()
    (digest,) = _digests(weber, mark)
    assert "M.K." in digest.split(SAID_SO)[1]
    kept = await house.work(lambda work: answers.list_for_check_in(work.tx, 2))
    assert kept[-1].given_at < SUNDAY


@pytest.mark.parametrize("before", [True, False])
async def test_a_flag_is_told_as_it_stood_at_the_cut_off(house: House, before: bool) -> None:
    """Words said after the cut-off, though before the bot was back, are of the next week."""
    weber, client = await _asked_after_a_session(house)
    mark = weber.mark
    house.jump(by=HOUR / 4 if before else HOUR)
    client.say("Yes")  # typed: Telegram tells when
    house.jump(by=3 * HOUR)
    await house.settle()
    (digest,) = _digests(weber, mark)
    assert (SAID_SO in digest) is before
    assert "Still open" not in digest
    await house.travel(to=SUNDAY + 7 * DAY)
    assert (SAID_SO in _digests(weber, mark)[1]) is not before


async def test_what_settles_after_the_cut_off_is_told_once_and_in_its_week(house: House) -> None:
    weber, client = await _asked_after_a_session(house)
    await house.tap(client, "Yes")
    await house.travel(to=SUNDAY + 7 * DAY - 5 * HOUR)
    await house.say(weber, "/session M.K.")
    await house.travel(to=SUNDAY + 7 * DAY - HOUR / 2)
    for label in STRAINED[:-1]:
        await house.tap(client, label)
    mark = weber.mark
    house.jump(by=HOUR)
    client.say("No")
    house.jump(by=HOUR)
    await house.settle()
    await house.travel(to=SUNDAY + 14 * DAY)
    first, second = _digests(weber, mark)
    assert ("Still open" in first, "No longer open" in first) == (True, False)
    assert ("Still open" in second, "No longer open" in second) == (False, True)


async def test_a_digest_waits_half_an_hour_for_what_cannot_be_fetched(house: House) -> None:
    weber, client = await _asked_after_a_session(house)
    mark = weber.mark
    house.sandbox.faults.add(Fault("getUpdates", 502, count=None))
    client.tap("Yes")
    house.clock.jump(SUNDAY)
    await house.settle()
    house.clock.jump(SUNDAY + timedelta(minutes=29, seconds=59))
    await house.settle()
    assert _digests(weber, mark) == []
    house.clock.jump(SUNDAY + timedelta(minutes=30))
    await house.settle()
    assert len(_digests(weber, mark)) == 1
    house.sandbox.faults.clear()
    await house.travel(to=SUNDAY + 7 * DAY)
    first, second = _digests(weber, mark)
    assert (SAID_SO in first, SAID_SO in second) == (False, True)


async def test_a_digest_waits_for_what_is_in_and_not_handled_yet(house: House) -> None:
    weber, client = await _asked_after_a_session(house)
    mark = weber.mark
    client.tap("Yes")
    await house.app.receiver.tick()
    house.clock.jump(SUNDAY)
    await house.app.ticker.tick()
    assert await house.rows("SELECT count(*) FROM digests") == [(0,)]
    await house.settle()
    assert SAID_SO in _digests(weber, mark)[0]


@pytest.mark.parametrize(
    ("words", "opened"), [("/stop", 0), ("/pause", 0), ("/session M.K.", 1), ("/help", 1)]
)
async def test_what_was_written_in_an_outage_is_heard_before_anything_is_opened(
    house: House, words: str, opened: int
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await house.travel(to=WEDNESDAY - HOUR)
    if words == "/stop":
        await house.say(client, words)
    house.app.receiver.start_over()
    house.jump(by=HOUR / 2)
    if words == "/stop":
        client.tap("Yes, end them")
    else:
        (weber if words.startswith("/session") else client).say(words)
    house.jump(by=HOUR)
    await house.app.ticker.tick()
    assert await house.rows("SELECT count(*) FROM inbox WHERE state = 'new'") == [(1,)]
    assert await house.rows("SELECT count(*) FROM check_ins") == [(0,)]
    await house.travel(by=HOUR / 2)
    assert await house.rows("SELECT count(*) FROM check_ins") == [(opened,)]


async def test_nothing_is_opened_that_nobody_can_be_asked(house: House) -> None:
    """While Telegram cannot be reached; afterwards it is, within its window."""
    client = await house.client(await house.therapist(), "M.K.")
    await house.travel(to=WEDNESDAY - HOUR)
    house.sandbox.faults.add(Fault("getUpdates", 502, count=None))
    house.clock.jump(WEDNESDAY + timedelta(minutes=5))
    await house.settle()
    assert await house.rows("SELECT count(*) FROM check_ins") == [(0,)]
    house.sandbox.faults.clear()
    await house.travel(by=timedelta(minutes=5))
    assert _asked(client) == 1
