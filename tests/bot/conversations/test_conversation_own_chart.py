"""A client sees their own numbers as a picture, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.report import drawing
from bot.sandbox import Fault, Person
from flows.engine.check_in import Answer, CheckIn, Names
from flows.kinds.kind import Value
from flows.languages import Language
from storage import cares, check_ins, flow_versions
from storage.store import Tx
from tests.support.house import MONDAY, House

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
PICTURE = "As a picture"
NOTHING = (
    "There is nothing to draw: of the last twelve weeks there is no answer that is a number."
    " Everything else is under /history in words."
)
SESSION = {"ease": 9, "aim": 8, "way": 7, "say": 10}


async def remember(
    house: House,
    client: Person,
    *days: int,
    flow: str = "mid-week",
    given: Mapping[str, Value | None] | None = None,
    off_path: bool = False,
    therapist: Person | None = None,
) -> None:
    """The client finished a check-in so many days after the first Monday, on each of these. With
    another therapist than the one who invited them, where one is named.
    """
    other = None if therapist is None else await house.stored(therapist)
    stored = await house.stored(client)
    values = {"week": 7} if given is None else given

    def decide(tx: Tx) -> None:
        care = cares.list_for_client(tx, stored.id)[-1]
        if other is not None:
            care = cares.add(tx, client_id=stored.id, therapist_id=other.id, alias="Z.", now=MONDAY)
        current = {row.flow_id: row.fingerprint for row in flow_versions.list_current(tx)}
        for day in days:
            at = MONDAY + day * DAY
            answers = tuple(Answer(step, value, at, off_path) for step, value in values.items())
            names = Names((("therapist", "Dr. Weber"), ("therapist_dative", "Dr. Weber")))
            state = CheckIn(flow, current[flow], Language("en"), names, 1, at, answers=answers)
            added = check_ins.add(
                tx, care_id=care.id, client_id=stored.id, occurrence_id=None, state=state, now=at
            )
            check_ins.save(tx, added, replace(state, status="finished"), now=at)

    await house.app.store.write(decide)


async def drawn(house: House, client: Person, label: str = PICTURE) -> list[str]:
    """Return what comes after a tap on the picture below /history."""
    await house.say(client, "/history")
    return await house.tap(client, label)


@pytest.fixture
async def client(house: House) -> Person:
    """A client of Dr. Weber's who agreed."""
    return await house.client(await house.therapist())


async def test_numbers_come_as_a_picture_with_the_same_in_words(
    house: House, client: Person
) -> None:
    await remember(house, client, 0, given={"week": 7, "well": "the cat came back"})
    for days, week in ((7, 8), (21, 6), (28, 5)):
        await remember(house, client, days, given={"week": week})
    house.clock.jump(MONDAY + 29 * DAY)
    await house.say(client, "/history")
    mark = client.mark
    await house.tap(client, PICTURE)
    (entry,) = client.heard(mark)
    assert entry.kind == "photo"
    assert entry.text == (
        "Your answers from 23 November to 22 December 2026, those that are numbers. A day that is"
        " not named has none.\n\n"
        "How has your week been so far?\n"
        "10: very good · 0: very hard\n"
        "23 Nov: 7; 30 Nov: 8; 14 Dec: 6; 21 Dec: 5\n"
        "Most of the earlier answers: 6 to 8"
    )
    assert client.newest.protected
    name, content = client.opened(client.newest)
    assert name == "chart.png" and content.startswith(b"\x89PNG")


async def test_who_answered_no_number_is_offered_no_picture(house: House, client: Person) -> None:
    await house.say(client, "/topic the quarrel")
    await house.say(client, "/history")
    assert client.newest.keyboard is None
    assert await house.forge(client, "hc:1") == [NOTHING]


async def test_what_is_older_than_twelve_weeks_is_not_drawn(house: House, client: Person) -> None:
    await remember(house, client, 0)
    house.clock.jump(MONDAY + 12 * WEEK - DAY)
    (words,) = await drawn(house, client)
    assert "23 Nov: 7" in words
    house.clock.jump(MONDAY + 12 * WEEK)
    assert await house.forge(client, "hc:1") == [NOTHING]
    await house.say(client, "/history")
    assert client.newest.keyboard is None


async def test_an_answer_off_the_way_and_one_left_out_are_not_drawn(
    house: House, client: Person
) -> None:
    await remember(house, client, 0, given={"week": None})
    await remember(house, client, 7, off_path=True)
    await house.say(client, "/history")
    assert await house.forge(client, "hc:1") == [NOTHING]


async def test_what_is_held_back_from_the_digest_is_still_the_clients_own(
    house: House, client: Person
) -> None:
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await house.say(client, "/preview")
    await house.tap(client, "Hold back 1")
    assert await house.rows("SELECT count(*) FROM held_back") != [(0,)]
    (words,) = await drawn(house, client)
    assert "23 Nov: 7" in words


async def test_a_second_tap_gets_no_second_picture(house: House, client: Person) -> None:
    await remember(house, client, 0)
    await house.say(client, "/history")
    mark = client.mark
    client.tap(PICTURE)
    client.tap(PICTURE)
    await house.settle()
    heard = client.heard(mark)
    assert sorted(entry.kind for entry in heard if entry.text) == ["photo", "toast"]
    house.clock.jump(house.clock.now() + timedelta(minutes=1))
    (words,) = await house.tap(client, PICTURE)
    assert "23 Nov: 7" in words


async def test_each_sees_their_own(house: House, client: Person) -> None:
    weber = await house.therapist("Dr. Roth")
    other = await house.client(weber, "C.D.")
    await remember(house, client, 0)
    await house.say(other, "/help")
    assert await house.forge(other, "hc:2") == [NOTHING]
    await remember(house, other, 1, given={"week": 3})
    (words,) = await drawn(house, other)
    assert "24 Nov: 3" in words and "23 Nov: 7" not in words


async def test_what_was_answered_for_two_therapists_is_kept_apart(
    house: House, client: Person
) -> None:
    await remember(house, client, 0)
    roth = await house.therapist("Dr. Roth")
    await house.say(client, "/history")
    await remember(house, client, 0, given={"week": 3}, therapist=roth)
    first, second = await house.tap(client, PICTURE)
    assert "\n\nFor Dr. Weber\n\n" in first and "23 Nov: 7" in first and "23 Nov: 3" not in first
    assert "\n\nFor Dr. Roth\n\n" in second and "23 Nov: 3" in second and ": 7" not in second
    # nobody is named where a notification begins
    assert first.startswith("Your answers from") and second.startswith("Your answers from")


async def test_many_numbers_stand_in_words_in_the_next_message(
    house: House, client: Person
) -> None:
    await remember(house, client, *range(0, 70, 5), flow="after-session", given=SESSION)
    await remember(house, client, 0)
    house.clock.jump(MONDAY + 70 * DAY)
    picture, words = await drawn(house, client)
    assert picture.endswith("The same in words is in the next message.")
    assert words.startswith("Your answers from") and words.count("28 Nov: ") == 3
    assert "How has your week been so far?" in words, "a long list pushed another flow out"
    assert words.endswith("One more question has numbers; /export sends you all of it.")
    assert client.newest.protected


async def test_where_it_cannot_be_drawn_the_words_come_alone(
    house: House, client: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await remember(house, client, 0)
    await house.say(client, "/history")
    mark = client.mark
    monkeypatch.setattr(drawing, "TEMPLATES", drawing.TEMPLATES / "gone")
    await house.tap(client, PICTURE)
    (entry,) = client.heard(mark)
    assert entry.kind == "sent" and "23 Nov: 7" in entry.text
    assert entry.text.startswith("The picture did not work out this time. The words say the same.")


async def test_where_telegram_does_not_take_it_the_words_come_alone(
    house: House, client: Person
) -> None:
    await remember(house, client, 0)
    await house.say(client, "/history")
    house.sandbox.faults.add(Fault("sendPhoto", 400))
    (words,) = await house.tap(client, PICTURE)
    assert words.startswith("The picture did not work out this time.") and "23 Nov: 7" in words


async def test_a_picture_that_did_not_leave_leaves_later(house: House, client: Person) -> None:
    await remember(house, client, 0)
    await house.say(client, "/history")
    house.sandbox.faults.add(Fault("sendPhoto", 429, retry_after=30))
    mark = client.mark
    await house.tap(client, PICTURE)
    assert not [entry for entry in client.heard(mark) if entry.text]
    await house.travel(by=timedelta(minutes=1))
    assert [entry.kind for entry in client.heard(mark) if entry.text] == ["photo"]
    assert await house.rows("SELECT count(*) FROM outbox WHERE length(body_sealed) > 0") == [(0,)]


@pytest.mark.parametrize(
    ("language", "begins"),
    [("de", "Ihre Antworten vom 23. November"), ("de_du", "Deine Antworten vom 23. November")],
)
async def test_in_german(house: House, language: str, begins: str) -> None:
    client = await house.client(await house.therapist(), "A.B.", language)
    await remember(house, client, 0)
    (words,) = await drawn(house, client, "Als Bild")
    assert words.startswith(begins) and "23. Nov.: 7" in words


async def test_who_has_stopped_still_sees_it(house: House, client: Person) -> None:
    await remember(house, client, 0)
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    (words,) = await drawn(house, client)
    assert "23 Nov: 7" in words
