"""A question where several answers may be ticked, and one that may be withheld, in the chat."""

from __future__ import annotations

from pathlib import Path

from bot.services.flow_files.publishing import publish
from bot.services.flow_files.sources import Source, check
from bot.services.planning.enrolling import switch_on
from bot.services.work.unit_of_work import Work
from storage import cares, people
from storage.store import Tx
from tests.support.house import House

FLOW = Path(__file__).parents[2] / "stories" / "flows" / "evening.toml"


async def test_ticks_stand_on_the_buttons_until_done(house: House) -> None:
    checked = check([Source(FLOW.name, FLOW.read_text("utf-8"))])
    now = house.clock.now()
    client = await house.client(await house.therapist())

    def enrol(tx: Tx) -> None:
        publish(tx, checked, now=now, who="t", why="test")
        work = Work(tx, house.app.practice, now, "test")
        (therapist,) = people.list_therapists(tx)
        (care,) = cares.list_for_therapist(tx, therapist.id)
        switch_on(work, care, checked.flows[0][0], by="test")

    await house.app.store.write(enrol)
    await house.say(client, "/checkin")
    await house.tap(client, "Your evening")
    assert ["Rather not say"] in client.labels
    await house.tap(client, "Rather not say")
    assert client.labels[0] == ["Calm", "Worry", "Joy"]
    assert ["Done"] not in client.labels
    await house.tap(client, "Calm")
    assert client.labels[:2] == [["✓ Calm", "Worry", "Joy"], ["Done"]]
    await house.tap(client, "Joy")
    await house.tap(client, "✓ Calm")
    assert client.labels[0] == ["Calm", "Worry", "✓ Joy"]
    shown = await house.tap(client, "Done")
    assert any("How much Joy was there?" in text for text in shown)
    assert any("✓ Joy" in text for text in shown)
    kept = await house.rows("SELECT step_id FROM answers ORDER BY step_id")
    assert kept == [("felt",), ("mood",)]
