"""/pause of a therapist: one client's questions rest, they are told, and either ends it."""

from __future__ import annotations

from datetime import timedelta

from tests.support.house import MONDAY, House

WEDNESDAY = MONDAY.replace(day=25, hour=17)
WEEK = "How has your week been so far?"
STALE = "This button is no longer current."


async def test_it_rests_until_that_day_and_goes_on_by_itself(house: House) -> None:
    weber = await house.therapist()
    client, other = await house.client(weber, "M. K."), await house.client(weber, "A.B.")
    mark = client.mark
    (said,) = await house.say(weber, "/pause M.K. until 30.11.")
    assert said == (
        "The questions for M. K. rest until Monday 30 November. "
        "They are told so, and can go on earlier with /resume."
    )
    assert [entry.text for entry in client.heard(mark)] == [
        "Dr. Weber has paused the questions here until Monday, 30 November. From that day on they "
        "come again by themselves; /resume goes on earlier."
    ]
    await house.travel(to=WEDNESDAY + timedelta(minutes=1))
    assert WEEK not in client.last and WEEK in other.last
    await house.travel(to=WEDNESDAY + timedelta(days=7, minutes=1))
    assert WEEK in client.last
    assert await house.rows("SELECT action FROM audit WHERE action LIKE 'care.%'") == [
        ("care.paused",)
    ]


async def test_either_of_them_ends_it(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "M.K.")
    await house.say(weber, "/pause M.K.")
    assert client.last.startswith("Dr. Weber has paused the questions here. No questions come")
    (said,) = await house.say(weber, "/pause M.K.")
    assert said == "The questions for M.K. are paused already."
    shown = await house.tap(weber, "End the pause")
    assert "The pause of M.K. is over; they are told so." in shown
    assert client.last.startswith("Dr. Weber has ended the pause.")
    assert await house.forge(weber, "rz:1") == [STALE]
    await house.say(weber, "/pause M.K.")
    await house.say(client, "/resume")
    await house.travel(to=WEDNESDAY + timedelta(minutes=1))
    assert WEEK in client.last


async def test_what_is_not_clear_changes_nothing(house: House) -> None:
    weber, kern = await house.therapist(), await house.therapist("Dr. Kern")
    await house.client(weber, "M.K.")
    assert (await house.say(weber, "/pause"))[0].startswith("Write /pause and whom it is about")
    for typed in ("M.K. soon", "M.K. yesterday", "M.K. until 1.1.2040"):
        (said,) = await house.say(weber, f"/pause {typed}")
        assert said.startswith("I could not read until when, so nothing has changed for M.K.")
    assert "do not find" in (await house.say(kern, "/pause M.K."))[0]
    assert await house.forge(kern, "rz:1") == [STALE]
    assert await house.rows("SELECT paused_at FROM cares") == [(None,)]


async def test_it_is_said_in_german(house: House) -> None:
    weber = await house.therapist(language="de")
    client = await house.client(weber, "M.K.", language="de_du")
    (said,) = await house.say(weber, "/pause M.K. 1 Woche")
    assert said.startswith("Die Fragen an M.K. ruhen bis Montag, 30. November.")
    assert "hat die Fragen hier bis Montag, 30. November angehalten." in client.last
    await house.say(client, "/resume")
    await house.say(weber, "/pause M.K.")
    assert "bis du /resume sendest" in client.last
