"""A client does not come: the therapist notes it by a tap, and the digest tells it as such."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.sandbox import Person
from tests.support.house import House

WEEK = timedelta(weeks=1)
TUESDAY = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""15:00 in Berlin, the first session."""
STAYED_AWAY = "Did not come to the last 2 sessions, as you noted."


async def weekly(house: House, weber: Person, *aliases: str) -> list[Person]:
    """Clients who are to come every Tuesday at 15:00, asked about it two hours after."""
    clients = [await house.client(weber, alias) for alias in aliases]
    for hour, alias in enumerate(aliases, start=15):
        await house.say(weber, f"/session {alias} every tue {hour}:00")
        await house.tap(weber, "Yes, that is right")
    return clients


async def evening(house: House, weber: Person, week: int, label: str, what: str | None) -> None:
    """The evening of that week's Tuesday, and what the therapist notes of a session in its list."""
    await house.travel(to=TUESDAY + week * WEEK + timedelta(hours=5))
    if what is not None:
        await house.tap(weber, label)
        await house.tap(weber, what)
        await house.tap(weber, "‹ Back")


async def digest(house: House, weber: Person, week: int) -> str:
    """The digest of that week's Sunday, 18:00 in Berlin."""
    await house.travel(to=TUESDAY + week * WEEK + timedelta(days=5, hours=2, minutes=59))
    mark = weber.mark
    await house.travel(by=timedelta(minutes=2))
    return "\n".join(entry.text for entry in weber.heard(mark))


async def test_two_in_a_row_are_told_once_more_is_known_and_never_as_a_strain(
    house: House,
) -> None:
    weber = await house.therapist()
    await weekly(house, weber, "A.B.", "C.D.")
    await evening(house, weber, 0, "15:00 A.B.", "They did not come")
    assert "come to the last" not in await digest(house, weber, 0)
    await evening(house, weber, 1, "15:00 A.B.", "They did not come")
    told = await digest(house, weber, 1)
    assert "▪ Did not come\n• A.B.: " + STAYED_AWAY in told
    assert told.count("Did not come to") == 1  # not of C.D., who came
    assert "strain" not in told and "unanswered" not in told.partition("A.B.")[2].split("\n")[0]
    await evening(house, weber, 2, "15:00 A.B.", None)
    assert "Did not come" not in await digest(house, weber, 2)


async def test_what_was_called_off_or_did_not_take_place_by_the_clients_word_is_no_absence(
    house: House,
) -> None:
    weber = await house.therapist()
    (client,) = await weekly(house, weber, "A.B.")
    await evening(house, weber, 0, "15:00 A.B.", "They did not come")
    await house.travel(to=TUESDAY + WEEK + timedelta(hours=3))
    await house.tap(client, "We did not meet")
    await house.tap(client, "It did not take place")
    assert "come to the last" not in await digest(house, weber, 1)
    await evening(house, weber, 2, "15:00 A.B.", "It was called off")
    assert "come to the last" not in await digest(house, weber, 2)
    # what lies between says nothing: the second absence is the second in a row
    await evening(house, weber, 3, "15:00 A.B.", "They did not come")
    assert STAYED_AWAY in await digest(house, weber, 3)


async def test_questions_about_a_session_without_the_client_are_no_silence(house: House) -> None:
    weber = await house.therapist()
    await weekly(house, weber, "A.B.")
    await house.travel(to=TUESDAY + timedelta(days=3))
    # the questions of Tuesday have lapsed before it is noted that there was nobody to ask
    assert await house.rows("SELECT status FROM check_ins WHERE flow_id = 'after-session'") == [
        ("expired",)
    ]
    await house.tap(weber, "15:00 A.B.")
    await house.tap(weber, "They did not come")
    details = "\n".join(await house.say(weber, "/digest A.B."))
    assert "Did not come to 1 session in this time, as you noted." in details
    assert "1 unanswered" not in details
