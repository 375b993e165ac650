"""Many check-ins due at once, before a Telegram that enforces its pace: all leave, as fast as they
may, and somebody who answers meanwhile overtakes them. ``benchmarks/wave`` does it in real time.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.sandbox import Person
from bot.services.care.invitations import add_person
from bot.services.work.unit_of_work import Work
from storage import cares, occurrences, people
from tests.bot.workers.trouble import tell
from tests.support.house import House, open_house

CLIENTS = 90
TELEGRAM = {"per_second": 30, "per_chat_burst": 5, "per_chat_per_second": 1, "parallel": 16}
FIRST = 1_000_000


async def _fill(house: House) -> list[Person]:
    """Clients whose weekly check-in is due now; Telegram knows them, the bot heard of none."""
    clients = [house.sandbox.person(FIRST + place, "C.") for place in range(CLIENTS)]
    for client in clients:
        client.start()
    await house.app.bot.delete_webhook(drop_pending_updates=True)

    def decide(work: Work) -> None:
        therapist = add_person(work, role="therapist", language="en", zone_name="UTC")
        people.rename(work.tx, therapist.id, people.Name("Dr. Weber"))
        for client in clients:
            _add(work, therapist.id, client.chat_id)

    await tell(house, decide)
    return clients


def _add(work: Work, therapist_id: int, chat_id: int) -> None:
    client = add_person(work, role="client", language="en", zone_name="UTC")
    people.bind_chat(work.tx, client.id, chat_id, work.now)
    care = cares.add(
        work.tx, client_id=client.id, therapist_id=therapist_id, alias="C.", now=work.now
    )
    cares.mark(work.tx, care.id, was="draft", state="active", now=work.now)
    occurrences.add(
        work.tx,
        care_id=care.id,
        flow_id="mid-week",
        local_on=work.now.date(),
        slot="0",
        due_at=work.now,
        until_at=work.now + timedelta(hours=12),
        now=work.now,
    )


async def test_a_wave_leaves_at_telegrams_pace_and_answers_overtake_it(
    furnished: Path, tmp_path: Path
) -> None:
    async with open_house(tmp_path, furnished, sending=TELEGRAM) as house:
        house.sandbox.faults.rate_limits = True
        clients = await _fill(house)
        begins = house.clock.now()
        await house.travel(by=timedelta(seconds=1))
        answered_at, early = house.clock.now(), clients[0]
        mark = early.mark
        early.tap("7")
        await house.travel(to=begins + timedelta(seconds=4))
        asked = sorted(client.heard()[0].at for client in clients)
        assert len(asked) == CLIENTS
        next_question = [entry for entry in early.heard(mark) if entry.kind == "sent"]
        assert next_question[0].at - answered_at < timedelta(seconds=0.5)
        messages = CLIENTS + len(next_question)
        assert (messages - 1) / (asked[-1] - begins).total_seconds() >= 29.1
        assert house.sandbox.refusals[429] == 0
