"""Who says no or stops is not talked out of it, and the therapist reads it once, plainly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.sandbox.client import Person
from bot.services.digest import digests
from tests.support.house import MONDAY, House, texts

SUNDAY = MONDAY + timedelta(days=6, hours=12)
LEFT = "▪ No longer taking part"


async def stop(house: House, client: Person) -> None:
    """Stop by the command and its question."""
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")


async def digest(house: House, therapist: Person, weeks: int = 0) -> str:
    """The pages of the digest of that Sunday."""
    mark = therapist.mark
    await house.travel(to=SUNDAY + timedelta(weeks=weeks))
    return "\n".join(texts(therapist.heard(mark)))


async def test_who_stops_is_told_once_and_plainly(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.client(weber, "C.D.")
    mark = weber.mark
    await stop(house, client)
    assert weber.heard(mark) == []
    assert "learns that you have stopped and on which day, not why." in client.last
    (draft,) = await house.say(weber, "/digest")
    assert f"{LEFT}\n• A.B. ended the check-ins on Monday 23 November." in draft
    told = await digest(house, weber)
    assert f"{LEFT}\n• A.B. ended the check-ins on Monday 23 November." in told
    assert told.count("A.B.") == 1
    assert "1 client." in told
    assert "A.B." not in await digest(house, weber, 1)


async def test_a_no_is_told_though_nobody_takes_part(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", agrees=False)
    mark = weber.mark
    await house.read_consent(client)
    await house.tap(client, "No, thank you")
    assert weber.heard(mark) == []
    told = await digest(house, weber)
    assert f"{LEFT}\n• A.B. said no to the check-ins on Monday 23 November." in told
    assert "You have no clients here yet" not in told
    mark = weber.mark
    await house.travel(by=timedelta(days=15))
    assert weber.heard(mark) == []


async def test_who_answered_and_then_stopped_is_told_with_the_answers(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    await house.tap(client, "1")
    await stop(house, client)
    told = await digest(house, weber)
    assert "• A.B.: Rated the week 1 of 10." in told
    assert "• A.B. ended the check-ins on Monday 23 November." in told


async def test_the_same_week_made_twice_tells_it_once(house: House) -> None:
    weber = await house.therapist()
    await stop(house, await house.client(weber, "A.B."))
    await digest(house, weber)
    person = await house.stored(weber)
    composed = await house.work(lambda work: digests.compose(work, person.id))
    mark = weber.mark

    await house.app.store.write(
        lambda tx: digests.freeze(
            digests.Work(tx, house.app.practice, house.clock.now(), "again"), composed
        )
    )
    await house.settle()
    assert weber.heard(mark) == []


async def test_who_left_before_the_therapist_could_be_reached_is_told_on_the_return(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    weber.block()
    await stop(house, client)
    await house.travel(by=timedelta(days=20))
    mark = weber.mark
    weber.unblock()
    await house.travel(by=timedelta(hours=2))
    told = "\n".join(texts(weber.heard(mark)))
    assert "• A.B. ended the check-ins on Monday 23 November." in told


async def test_quiet_before_the_leaving_is_not_held_against_anybody(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.client(weber, "C.D.")
    await house.travel(by=timedelta(days=26))
    await stop(house, client)
    told = await digest(house, weber, 3)
    assert "• A.B. ended the check-ins on Saturday 19 December." in told
    assert told.count("A.B.") == 1


async def test_an_open_case_keeps_who_left_in_the_digest_and_is_told_at_once(
    open_practice: object,
) -> None:
    house: House = await open_practice()  # type: ignore[operator]
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "I want to kill myself")
    mark = weber.mark
    await house.forge(client, "x:1")
    assert any("A.B. has ended the check-ins." in text for text in texts(weber.heard(mark)))
    assert "• A.B. ended the check-ins on Monday" in await digest(house, weber)
    later = await digest(house, weber, 1)
    assert "A.B." in later
    assert "ended the check-ins" not in later


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "• A.B. said no to the check-ins on Monday 23 November."),
        ("de", "• A.B. hat am Montag, 23. November gesagt, lieber nicht mitzumachen."),
    ],
)
async def test_the_card_of_who_said_no_is_true(house: House, language: str, line: str) -> None:
    weber = await house.therapist(language=language)
    client = await house.client(weber, "A.B.", agrees=False)
    await house.read_consent(client)
    await house.tap(client, "No, thank you")
    (card,) = await house.say(weber, "/client A.B.")
    if language == "en":
        assert "said no on Mon 23 Nov" in card
        assert "is not asked a second time" in card
    else:
        assert "hat am Mo. 23. Nov. Nein gesagt" in card
    assert "agreed" not in card
    assert line in await digest(house, weber)


async def test_the_card_says_how_things_stand_in_every_state(house: House) -> None:
    weber = await house.therapist()
    await house.say(weber, "/invite draft")
    await house.invite(weber, "invited")
    await house.client(weber, "asked", agrees=False)
    blocked = await house.client(weber, "blocked", agrees=False)
    blocked.block()
    left = await house.client(weber, "left")
    await stop(house, left)
    await house.settle()
    below = {
        "draft": ("how to address them is still open", "There is no link for draft yet."),
        "invited": ("link not used yet", "once invited has opened the link and agreed"),
        "asked": ("no yes or no yet", "once asked has agreed"),
        "blocked": ("cannot be reached", "once blocked has agreed"),
        "left": ("stopped on Mon 23 Nov", "What was answered before stays"),
    }
    for alias, parts in below.items():
        (card,) = await house.say(weber, f"/client {alias}")
        assert all(part in card for part in parts), card
        offered = [f"New link for {alias}"] in weber.labels
        assert offered is (alias in ("draft", "invited"))
    await house.travel(by=timedelta(days=8))
    (card,) = await house.say(weber, "/client invited")
    assert "invited; the link ended unused on Mon 30 Nov" in card
    await house.tap(weber, "New link for invited")
    await house.tap(weber, "English")
    assert "?start=" in weber.last


async def test_one_alias_that_two_have_left_is_asked_about_by_code(house: House) -> None:
    weber = await house.therapist()
    for _ in range(2):
        await stop(house, await house.client(weber, "A.B."))
    (asked,) = await house.say(weber, "/client A.B.")
    assert asked.startswith("Whose card would you like to see?")
    codes = [label for row in weber.labels for label in row]
    assert len(codes) == 2
    (card,) = await house.tap(weber, codes[0])
    assert card.startswith(f"A.B. ({codes[0]})")


async def test_who_has_just_stopped_reads_what_the_summary_will_say(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    await house.tap(client, "2")
    await stop(house, client)
    assert "/preview shows" in client.last
    said = await house.say(client, "/preview")
    assert "Until then you can still hold answers back." in said[0]
    assert f"{LEFT}\n• A.B. ended the check-ins on Monday 23 November." in said[1]
    await house.tap(client, "Hold back 1")
    told = await digest(house, weber)
    assert LEFT in told and "2 of 10" not in told
    (over,) = await house.say(client, "/preview")
    assert "the next weekly summary says nothing about you" in over


async def test_the_list_of_somebody_who_left_long_ago_is_empty(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    await house.tap(client, "2")
    await stop(house, client)
    await house.say(client, "/preview")
    await digest(house, weber)
    assert "says nothing about you" in (await house.tap(client, "Show the text as it is now"))[-1]
    assert any("made already" in text for text in await house.tap(client, "Hold back 1"))
    assert not any("Hold back" in str(row) for row in client.labels)


@pytest.mark.parametrize("leaves", ["declined", "stopped"])
async def test_help_promises_no_questions_to_who_has_left(house: House, leaves: str) -> None:
    client = await house.client(await house.therapist(), agrees=leaves == "stopped")
    if leaves == "declined":
        await house.tap(client, "No, thank you")
    else:
        await house.say(client, "/stop")
        await house.tap(client, "Yes, end them")
    (text,) = await house.say(client, "/help")
    assert "nothing is asked" in text and "/erase" in text
    assert "asks a few short questions" not in text and "skip" not in text
    (text,) = await house.say(client, "/privacy")
    assert "/erase" in text and "skip" not in text and "/pause" not in text
