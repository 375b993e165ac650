"""The running whole: wakes at once, idles quietly, survives a clock that is set back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from structlog.testing import capture_logs

from bot.running import Runner
from bot.sandbox.faults import CLOSE, LATE, Fault
from bot.services.work import speak
from tests.bot.workers.trouble import tell
from tests.support.house import House, texts


@asynccontextmanager
async def running(house: House) -> AsyncIterator[Runner]:
    """The house's application in its loops, stopped in order afterwards."""
    runner = Runner(house.app, house.clock)
    task = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        runner.stop.set()
        await task


async def test_an_update_is_answered_without_the_clock_moving(house: House) -> None:
    therapist = await house.therapist()
    async with running(house):
        for _ in range(5):
            mark = therapist.mark
            therapist.say("/help")
            await therapist.hears(mark)


async def test_the_menu_is_shown_at_the_start(house: House) -> None:
    therapist = await house.therapist()
    mark = therapist.mark
    async with running(house):
        therapist.say("/help")
        await therapist.hears(mark)
    await house.app.errands.settle()
    assert house.sandbox.calls["setMyCommands"] == 2 + 2  # and with hello and /help, for that chat


async def test_a_row_that_waits_for_another_does_not_make_the_sender_spin(house: House) -> None:
    therapist = await house.therapist()
    stored = await house.stored(therapist)
    house.sandbox.faults.add(Fault("sendMessage", 429, retry_after=300))
    for number in range(3):
        await tell(
            house,
            lambda work, n=number: speak.reply(work, stored.id, f"text {n}", key=f"k{n}"),
        )
    await house.app.sender.tick()
    looked = house.app.sender._token_no
    async with running(house):
        for _ in range(20):
            await asyncio.sleep(0)
            house.jump(by=timedelta(seconds=1))
        await house.app.store.read(lambda tx: None)
    assert house.app.sender._token_no - looked < 60
    house.jump(by=timedelta(seconds=400))
    house.app.sender.closing = False
    await house.app.sender.tick()
    assert texts(therapist.heard())[-3:] == ["text 0", "text 1", "text 2"]


async def test_a_message_that_hangs_does_not_keep_the_run_from_ending(house: House) -> None:
    therapist = await house.therapist()
    hang = Fault("sendMessage", LATE, "after", chat_id=therapist.chat_id, delay=86400)
    house.sandbox.faults.add(hang)
    mark = therapist.mark
    async with running(house):
        therapist.say("/help")
        await therapist.hears(mark)
    rows = await house.rows("SELECT state FROM outbox ORDER BY id DESC LIMIT 1")
    assert rows == [("claimed",)]
    assert await house.app.sender.recover() == 0, "a reply is sent again"
    house.app.sender.closing = False
    await house.app.sender.tick()
    assert len(therapist.heard(mark)) == 2


async def test_a_clock_set_back_does_not_stop_the_metronome(house: House) -> None:
    runner = Runner(house.app, house.clock)
    metronome = runner._metronome()
    metronome.start(paused=True)
    for beat in metronome.get_jobs():
        beat.modify(next_run_time=house.clock.now() + timedelta(hours=1))
    with capture_logs() as lines:
        watching = asyncio.create_task(runner._watch(metronome))
        await asyncio.sleep(0)
        house.jump(by=timedelta(seconds=20))
        await watching
    assert [line["event"] for line in lines] == ["metronome_late"]
    assert {beat.next_run_time for beat in metronome.get_jobs()} == {house.clock.now()}
    metronome.shutdown(wait=False)


async def test_a_long_poll_is_ended_early_where_a_timer_is_due(house: House) -> None:
    """Somebody sits there: the question that got lost may not wait for the end of the poll, too."""
    client = await house.client(await house.therapist())
    await house.say(client, "/checkin")
    house.sandbox.faults.add(Fault("sendMessage", CLOSE, chat_id=client.chat_id))
    await house.tap(client, "7")
    async with running(house):
        client.say("/help")
        await client.hears(client.mark)
        mark = client.mark
        house.jump(by=timedelta(seconds=31))  # the poll would hang for 50
        await client.hears(mark)
    assert client.last.startswith("In case the last question did not reach you")
