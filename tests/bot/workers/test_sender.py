"""The fate of each message, judged by what the chat saw: each class keeps what it promises."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.messages import Button, Message
from bot.sandbox.client import Person
from bot.sandbox.faults import CLOSE, GARBLED, LATE, Fault
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from storage import outbox
from storage.outbox import LEASE
from storage.outbox_rows import NewMessage
from storage.tables_messages import outbox as outbox_table
from tests.bot.workers.trouble import refusing, tell
from tests.support.house import House, open_house, texts

TEXT = "a message of this test"
UNCERTAIN = (500, 502, CLOSE, GARBLED)
SURELY_NOT = (401, 404, 409, 429)
REFUSED = (400, 403)


async def _say(house: House, person: Person, kind: str, key: str = "said", text: str = TEXT) -> int:
    """Queue one message of the class; for an edit, of the last message. The id of its reader."""
    stored = await house.stored(person)
    shown = person.newest.message_id

    def decide(work: Work) -> None:
        if kind == "once":
            once = NewMessage(stored.id, "once", "reply", "message", Message(text).to_json(), key)
            outbox.add(work.tx, once, work.now)
        elif kind == "reply":
            speak.reply(work, stored.id, text, key=key)
        elif kind == "must":
            speak.insist(work, stored.id, text, key=key)
        else:
            speak.edit(work, stored.id, shown, text, key=key)

    await tell(house, decide, origin=key)
    return stored.id


async def _drain(house: House, most: int = 40) -> None:
    """Send until nothing waits any more, jumping from one attempt to the next."""
    for _ in range(most):
        next_at = await house.app.sender.tick()
        if next_at is None:
            return
        house.clock.jump(max(next_at, house.clock.now() + timedelta(milliseconds=1)))
    raise AssertionError("the outbox does not come to rest")


async def _seen(house: House, fault: Fault, kind: str) -> tuple[Counter[str], list[str]]:
    """Count how often the chat saw the message, by kind of entry; read the row's last state."""
    person = await house.therapist()
    mark = person.mark
    await _say(house, person, kind)
    house.sandbox.faults.add(fault)
    await _drain(house)
    rows = await house.rows("SELECT state FROM outbox ORDER BY id DESC LIMIT 1")
    entries = [e for e in person.heard(mark) if TEXT in e.text]
    return Counter(entry.kind for entry in entries), [state for (state,) in rows]


def _method(kind: str) -> str:
    return "editMessageText" if kind == "idem" else "sendMessage"


@pytest.mark.parametrize("kind", ["once", "reply", "must", "idem"])
@pytest.mark.parametrize("status", SURELY_NOT)
async def test_what_surely_did_not_arrive_is_sent_again(
    house: House, kind: str, status: int
) -> None:
    fault = Fault(_method(kind), status, count=2, retry_after=3)
    seen, state = await _seen(house, fault, kind)
    assert seen == {"edited" if kind == "idem" else "sent": 1}
    assert state == ["sent"]


async def test_after_the_order_to_stop_nothing_more_is_taken_up(house: House) -> None:
    """What was claimed and cut off would be uncertain at the next start."""
    person = await house.therapist()
    mark = person.mark
    await _say(house, person, "reply")
    await house.app.sender.finish(seconds=5)
    assert texts(person.heard(mark)) == []
    rows = await house.rows("SELECT state FROM outbox ORDER BY id DESC LIMIT 1")
    assert rows == [("queued",)]


async def test_must_arrives_although_it_was_refused_a_place_before_it_was_uncertain(
    house: House,
) -> None:
    person = await house.therapist()
    mark = person.mark
    await _say(house, person, "must")
    house.sandbox.faults.add(Fault("sendMessage", 409, count=4))
    house.sandbox.faults.add(Fault("sendMessage", 502))
    await _drain(house)
    assert texts(person.heard(mark)) == [TEXT]


@pytest.mark.parametrize("kind", ["once", "reply", "must", "idem"])
@pytest.mark.parametrize("status", REFUSED)
async def test_what_telegram_refuses_is_not_tried_again(
    house: House, kind: str, status: int
) -> None:
    seen, state = await _seen(house, Fault(_method(kind), status), kind)
    assert seen == {}
    assert state == ["refused"]


@pytest.mark.promise("P2b")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("status", UNCERTAIN)
async def test_once_is_never_repeated_blindly(house: House, status: int, when: str) -> None:
    fault = Fault("sendMessage", status, when="after" if when == "after" else "before")
    seen, state = await _seen(house, fault, "once")
    assert seen == ({"sent": 1} if when == "after" else {})
    assert state == ["uncertain"]


async def test_trouble_of_our_own_says_nothing_about_whether_it_left(house: House) -> None:
    """A body that cannot be read: refused would mean that it surely never arrived."""
    reader = (await house.stored(await house.therapist())).id
    once = NewMessage(reader, "once", "reply", "message", "no JSON", "broken")
    await tell(house, lambda work: outbox.add(work.tx, once, work.now), origin="broken")
    with capture_logs() as lines:
        await _drain(house)
    assert "sending_failed" in [line["event"] for line in lines]
    state = await house.rows("SELECT state, reason FROM outbox ORDER BY id DESC LIMIT 1")
    assert state == [("uncertain", "JSONDecodeError")]


@pytest.mark.promise("P2e")
@pytest.mark.promise("P4a")
@pytest.mark.parametrize("status", UNCERTAIN)
@pytest.mark.parametrize(
    ("when", "count", "arrived"),
    [("before", 1, 1), ("before", 2, 1), ("after", 1, 2), ("after", None, 3), ("before", None, 0)],
)
@pytest.mark.parametrize("kind", ["must", "reply"])
async def test_must_and_replies_arrive_at_least_once_and_at_most_three_times(
    house: House, kind: str, status: int, when: str, count: int | None, arrived: int
) -> None:
    side = "after" if when == "after" else "before"
    seen, state = await _seen(house, Fault("sendMessage", status, side, count), kind)
    assert seen["sent"] == arrived
    assert state == ["uncertain" if count is None else "sent"]


@pytest.mark.parametrize("status", UNCERTAIN)
@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_edit_has_its_effect_once(house: House, status: int, when: str) -> None:
    side = "after" if when == "after" else "before"
    seen, state = await _seen(house, Fault("editMessageText", status, side, 2), "idem")
    assert seen == {"edited": 1}
    assert state == ["sent"], "'not modified' means that it is done"


async def test_an_edit_of_what_is_gone_or_already_so_is_done(house: House) -> None:
    person = await house.therapist()
    for key in ("first", "same again"):
        await _say(house, person, "idem", key)
        await _drain(house)
    stored = await house.stored(person)
    await tell(house, lambda work: speak.edit(work, stored.id, 4711, "x", key="gone"))
    await _drain(house)
    states = await house.rows("SELECT DISTINCT state FROM outbox WHERE kind = 'edit'")
    assert states == [("sent",)]


async def test_retry_after_is_obeyed_by_the_chat_that_it_was_said_to(house: House) -> None:
    first, second = await house.therapist(), await house.therapist("Dr. Vogel")
    begins, marks = house.clock.now(), (first.mark, second.mark)
    house.sandbox.faults.flood(30, first.chat_id)
    await _say(house, first, "once", "a")
    await _say(house, second, "once", "b")
    await house.app.sender.tick()
    assert (first.heard(marks[0]), texts(second.heard(marks[1]))) == ([], [TEXT])
    await _drain(house)
    (late,) = first.heard(marks[0])
    assert late.at - begins >= timedelta(seconds=30)
    assert house.sandbox.refusals[429] == 1


async def test_when_several_chats_are_told_to_wait_everybody_does(house: House) -> None:
    crowd = [await house.therapist(f"Dr. {name}") for name in "ABC"]
    begins, marks = house.clock.now(), [person.mark for person in crowd]
    house.sandbox.faults.add(Fault("sendMessage", 429, count=2, retry_after=30))
    for person in crowd[:2]:
        await _say(house, person, "once", f"k{person.chat_id}")
    await house.app.sender.tick()
    await _say(house, crowd[2], "once", "later")
    await _drain(house)
    for person, mark in zip(crowd, marks, strict=True):
        (entry,) = person.heard(mark)
        assert entry.at - begins >= timedelta(seconds=30)


@pytest.fixture
async def paced(furnished: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A house that keeps Telegram's pace, before a Telegram that enforces it."""
    pace = {"per_second": 30, "per_chat_burst": 5, "per_chat_per_second": 1, "parallel": 64}
    async with open_house(tmp_path, furnished, sending=pace) as opened:
        opened.sandbox.faults.rate_limits = True
        yield opened


async def test_a_thousand_messages_earn_no_429(paced: House) -> None:
    crowd = [await paced.therapist(f"Dr. {number}") for number in range(40)]
    ids = [(await paced.stored(person)).id for person in crowd]
    await _drain(paced, most=500)
    paced.jump(by=timedelta(minutes=1))

    def decide(work: Work) -> None:
        for number in range(25):
            for person_id in ids:
                speak.notify(work, person_id, TEXT, key=f"{number}:{person_id}")

    await tell(paced, decide)
    begins, marks = paced.clock.now(), [person.mark for person in crowd]
    await _drain(paced, most=5000)
    arrived = [
        [entry.at for entry in person.heard(mark)]
        for person, mark in zip(crowd, marks, strict=True)
    ]
    assert [len(times) for times in arrived] == [25] * 40
    assert paced.sandbox.refusals[429] == 0
    for times in arrived:
        assert times[5] - begins >= timedelta(seconds=0.99)
        assert times[24] - begins >= timedelta(seconds=19.9)
    everything = sorted(at for times in arrived for at in times)
    assert _most_in_a_second(everything) == 30
    assert timedelta(seconds=32) <= everything[-1] - begins <= timedelta(seconds=40)


def _most_in_a_second(times: list[datetime]) -> int:
    return max(
        sum(1 for at in times[place : place + 100] if at - first < timedelta(seconds=1))
        for place, first in enumerate(times)
    )


async def test_replies_go_before_notices(furnished: Path, tmp_path: Path) -> None:
    async with open_house(tmp_path, furnished, sending={"parallel": 1}) as house:
        person, other = await house.therapist(), await house.therapist("Dr. Vogel")
        stored, waiting = await house.stored(person), await house.stored(other)

        def decide(work: Work) -> None:
            speak.notify(work, stored.id, "notice", key="n")
            speak.notify(work, waiting.id, "notice", key="m")
            speak.reply(work, waiting.id, "reply", key="r")

        await tell(house, decide)
        await house.app.sender.step()
        house.app.sender.release()
        await other.wait_for(lambda them: them.last == "reply")
        assert "notice" not in texts(person.heard())
        await _drain(house)
        assert texts(other.heard())[-2:] == ["reply", "notice"]


async def test_who_blocked_the_bot_gets_nothing_more(house: House) -> None:
    person = await house.therapist()
    stored = await house.stored(person)
    person.block()
    for number in range(3):
        await _say(house, person, "once", f"k{number}")
    await house.app.sender.tick()
    calls = house.sandbox.calls["sendMessage"]
    assert await house.app.sender.tick() is None
    assert house.sandbox.calls["sendMessage"] == calls
    states = await house.rows(
        f"SELECT state, count(*) FROM outbox WHERE person_id = {stored.id} "
        "AND state != 'sent' GROUP BY state ORDER BY state"
    )
    assert states == [("dropped", 2), ("refused", 1)]


async def test_a_hundred_buttons_fit(house: House) -> None:
    person = await house.therapist()
    stored = await house.stored(person)
    buttons = tuple(Button(f"B{number}", f"z:{number}") for number in range(100))
    rows = tuple(buttons[start : start + 5] for start in range(0, 100, 5))
    await tell(house, lambda work: speak.reply(work, stored.id, TEXT, key="b", rows=rows))
    await _drain(house)
    assert sum(len(row) for row in person.labels) == 100


async def test_what_is_too_late_is_dropped(house: House) -> None:
    person = await house.therapist()
    stored = await house.stored(person)
    ends = house.clock.now() + timedelta(hours=1)
    await tell(house, lambda work: speak.notify(work, stored.id, TEXT, key="late", expires_at=ends))
    house.jump(by=timedelta(hours=2))
    mark = person.mark
    await _drain(house)
    assert person.heard(mark) == []
    assert await house.rows("SELECT reason FROM outbox WHERE state = 'dropped'") == [("too_late",)]


@pytest.mark.promise("P3b")
async def test_whoever_sends_is_woken_when_an_answer_has_come(house: House) -> None:
    person = await house.therapist()
    await _say(house, person, "reply")
    sender = house.app.sender
    await sender.step()
    sender.release()
    sender.wake.clear()
    await asyncio.wait_for(sender.wake.wait(), 10)
    assert person.last == TEXT


async def test_quiet_hours_put_off_what_a_client_does_not_wait_for(house: House) -> None:
    client = await house.client(await house.therapist())
    stored = await house.stored(client)
    house.jump(by=timedelta(hours=13))  # 22:00 in Berlin
    mark = client.mark
    await tell(house, lambda work: speak.notify(work, stored.id, "notice", key="n"))
    await tell(house, lambda work: speak.reply(work, stored.id, "reply", key="r"))
    await house.app.sender.tick()
    assert texts(client.heard(mark)) == ["reply"]
    await _drain(house)
    (late,) = [entry for entry in client.heard(mark) if entry.text == "notice"]
    assert (late.at.hour, late.at.minute) == (7, 0)  # 08:00 in Berlin


async def test_a_message_that_hangs_holds_up_nobody_else(house: House) -> None:
    first, second = await house.therapist(), await house.therapist("Dr. Vogel")
    mark = second.mark
    hang = Fault("sendMessage", LATE, "after", chat_id=first.chat_id, delay=60)
    house.sandbox.faults.add(hang)
    await _say(house, first, "once", "a")
    await house.app.sender.step()
    house.app.sender.release()
    await first.wait_for(lambda them: them.last == TEXT)
    await _say(house, second, "once", "b")
    await house.app.sender.step()
    house.app.sender.release()
    await second.hears(mark)
    house.jump(by=timedelta(seconds=61))
    await _drain(house)
    assert texts(first.heard()).count(TEXT) == texts(second.heard()).count(TEXT) == 1


async def test_what_is_claimed_is_its_holders_for_longer_than_a_request_takes(house: House) -> None:
    therapist = await house.therapist()
    therapist.say("/help")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    await house.app.sender.step()
    held = sa.select(outbox_table.c.lease_until).where(outbox_table.c.state == "claimed")
    until = await house.app.store.read(lambda tx: tx.conn.execute(held).scalars().all())
    assert until == [house.clock.now() + LEASE]
    await house.settle()


async def test_an_outcome_that_cannot_be_written_down_is_kept(house: House) -> None:
    person = await house.therapist()
    await _say(house, person, "once")
    change = "UPDATE OF state ON outbox WHEN NEW.state = 'sent'"
    with capture_logs():
        async with refusing(house.app.store, change):
            for _ in range(3):
                with pytest.raises(Exception, match="no room"):
                    await house.app.sender.tick()
    await _drain(house)
    assert texts(person.heard()).count(TEXT) == 1
    assert await house.rows("SELECT DISTINCT state FROM outbox") == [("sent",)]


async def test_consequences_that_fail_cost_no_other_outcome(house: House) -> None:
    """A first question was sent, and what follows from it fails: it counts as sent all the same."""
    therapist = await house.therapist()
    client = await house.client(therapist)
    mark = client.mark
    client.say("/checkin")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    await _say(house, therapist, "once")
    with capture_logs() as lines:
        async with refusing(house.app.store, "UPDATE ON check_ins"):
            with pytest.raises(Exception, match="no room"):
                await house.app.sender.tick()
            await _drain(house)
    assert len(texts(client.heard(mark))) == 1
    assert texts(therapist.heard()).count(TEXT) == 1
    assert [line["event"] for line in lines] == ["not_followed_up"]
    states = await house.rows("SELECT DISTINCT state FROM outbox")
    assert states == [("sent",)]
