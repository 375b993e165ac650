"""A therapy session moves or is cancelled, and what belongs to it moves or is cancelled along."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.sandbox import Person
from storage import people
from tests.support.house import House

EASE = "How comfortable did you feel with Dr. Weber?"
TUESDAY_17_50 = datetime(2026, 11, 24, 16, 50, tzinfo=UTC)
"""Two hours after a session of Tuesday, 15:00 to 15:50, in Berlin."""
WEDNESDAY_11_50 = datetime(2026, 11, 25, 10, 50, tzinfo=UTC)


async def pair(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    return weber, await house.client(weber, "A.B.")


def asked_at(client: Person) -> list[datetime]:
    return [e.at for e in client.ledger if e.kind == "sent" and EASE in e.text]


async def slots(house: House) -> list[tuple[str, str, str, str | None]]:
    return await house.rows(
        "SELECT local_on, slot, state, reason FROM occurrences"
        " WHERE flow_id = 'after-session' ORDER BY local_on"
    )


async def test_the_same_week_at_another_time_asks_whether_it_has_moved(house: House) -> None:
    weber, client = await pair(house)
    await house.say(weber, "/session A.B. 24.11. 15:00")
    (said,) = await house.say(weber, "/session A.B. 25.11. 9:00")
    assert said == (
        "A therapy session with A.B. is planned for Tue 24 Nov, 15:00. "
        "Has it moved to Wed 25 Nov, 09:00?"
    )
    shown = await house.tap(weber, "Yes, it has moved")
    assert shown[-1].startswith("Moved: A.B., from Tue 24 Nov, 15:00 to Wed 25 Nov, 09:00.")
    assert await slots(house) == [
        ("2026-11-24", "session-1", "cancelled", "session_moved"),
        ("2026-11-25", "session-1", "planned", None),
    ]
    await house.travel(by=timedelta(days=5))
    assert asked_at(client)[0] == WEDNESDAY_11_50


async def test_a_second_session_in_the_week_is_planned_beside_the_first(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. 24.11. 15:00")
    await house.say(weber, "/session A.B. 25.11. 9:00")
    shown = await house.tap(weber, "No, it is a second one")
    assert shown[-1].startswith("Planned: A.B., Wed 25 Nov, 09:00.")
    assert [row[1:3] for row in await slots(house)] == [
        ("session-1", "planned"),
        ("session-2", "planned"),
    ]


async def test_another_week_is_another_session_without_a_question(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. 24.11. 15:00")
    (said,) = await house.say(weber, "/session A.B. 1.12. 15:00")
    assert said.startswith("Planned:")


async def test_move_and_move_back_in_words(house: House) -> None:
    weber, client = await pair(house)
    await house.say(weber, "/session A.B. 24.11. 15:00")
    (said,) = await house.say(weber, "/session A.B. move 25.11. 9:00")
    assert said.startswith("Moved: A.B., from Tue 24 Nov, 15:00 to Wed 25 Nov, 09:00.")
    await house.say(weber, "/session A.B. move 24.11. 15:00")
    assert await slots(house) == [
        ("2026-11-24", "session-1", "planned", None),
        ("2026-11-25", "session-1", "cancelled", "session_moved"),
    ]
    await house.travel(by=timedelta(days=5))
    assert asked_at(client)[0] == TUESDAY_17_50


async def test_in_german_words(house: House) -> None:
    weber, _ = await pair(house)
    await house.app.store.write(lambda tx: people.set_language(tx, 1, "de"))
    await house.say(weber, "/session A.B. 24.11. 15:00")
    (said,) = await house.say(weber, "/session A.B. verschieben 25.11. 9:00 Uhr")
    assert said.startswith("Verlegt: A.B., von Di. 24. Nov., 15:00 Uhr auf Mi. 25. Nov., 09:00")
    (said,) = await house.say(weber, "/session A.B. absagen")
    assert said.startswith("Zurückgenommen: A.B.")
    assert {row[3] for row in await slots(house)} == {"session_moved", "session_cancelled"}


async def test_cancelling_calls_off_what_belongs_to_it(house: House) -> None:
    weber, client = await pair(house)
    await house.say(weber, "/session A.B. 24.11. 15:00")
    (said,) = await house.say(weber, "/session A.B. cancel")
    assert said.startswith("Taken back: A.B., Tue 24 Nov, 15:00.")
    (said,) = await house.say(weber, "/session A.B. cancel")
    assert said == "No therapy session with A.B. is planned."
    (said,) = await house.say(weber, "/session A.B. move 25.11. 9:00")
    assert said == "No therapy session with A.B. is planned."
    await house.travel(by=timedelta(days=5))
    assert asked_at(client) == []


async def test_it_does_not_move_into_the_past(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. 24.11. 15:00")
    (said,) = await house.say(weber, "/session A.B. move 20.11. 16:00")
    assert said.startswith("That time has passed already.")
    assert [row[2] for row in await slots(house)] == ["planned"]


async def test_the_question_answered_twice_or_by_another_therapist(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. 24.11. 15:00")
    await house.say(weber, "/session A.B. 25.11. 9:00")
    other = await house.therapist("Dr. Kim")
    await house.say(other, "/help")
    minute = int(datetime(2026, 11, 25, 8, tzinfo=UTC).timestamp()) // 60
    for data in (f"m:1:{minute}", f"j:1:{minute}", f"m:1:{10**17}", "m:9:1"):
        assert await house.forge(other, data) == ["This button is no longer current."]
    await house.tap(weber, "Yes, it has moved")
    await house.forge(weber, f"m:1:{minute}")
    planned = await house.rows("SELECT count(*) FROM therapy_sessions WHERE state = 'planned'")
    assert planned == [(1,)]
