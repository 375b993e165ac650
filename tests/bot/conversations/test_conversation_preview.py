"""A client sees what the next digest says about them, and holds single answers back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.sandbox import Person
from bot.services.digest import caseload, digests
from bot.services.digest.own_answers import list_own
from bot.services.planning import enrolling
from bot.services.signals import hearing
from bot.services.work.unit_of_work import Work
from storage import cares, check_ins, held_back
from tests.bot.conversations.test_conversation_digest import SUNDAY, WORDS, strained
from tests.support.house import House


def label(client: Person, question: str) -> str:
    """What the button about the answer to that question says, on the page that is shown."""
    entry = next(part for part in client.last.split("\n\n") if question in part)
    number = entry.split(".")[0]
    return next(row[0] for row in client.labels if row[0].split(" after")[0].endswith(f" {number}"))


async def press(house: House, client: Person, question: str) -> list[str]:
    """Tap the button about the answer to that question, on whichever page it is."""
    for _ in range(5):
        if question in client.last:
            return await house.tap(client, label(client, question))
        await house.tap(client, next(r[0] for r in client.labels if r[0].startswith("Page")))
    raise AssertionError("the question is on no page")


async def test_it_is_literally_what_the_therapist_reads(house: House) -> None:
    weber, client = await strained(house)
    said = await house.say(client, "/preview")
    assert said[0].startswith("As of Monday, 23 November")
    assert "It is made on Sunday, 29 November, 18:00." in said[0]
    await house.travel(to=SUNDAY)
    for line in said[1].splitlines():
        assert line in weber.last
    assert WORDS in said[1]


async def test_what_is_held_back_is_in_no_digest_and_raises_no_flag(house: House) -> None:
    weber, client = await strained(house)
    await house.say(client, "/preview")
    said = await press(house, client, "Was there a moment")
    assert "Held back. It counts nowhere now." in said
    assert "(held back)" in client.last
    assert (
        "something wasn't right" not in (await house.tap(client, "Show the text as it is now"))[1]
    )
    await house.travel(to=SUNDAY)
    assert "something wasn't right" not in weber.last and WORDS not in weber.last
    assert not any("A.B." in row[0] for row in weber.labels)


async def test_what_is_passed_on_after_all_counts_as_before(house: House) -> None:
    weber, client = await strained(house)
    (before,) = (await house.say(client, "/preview"))[1:2]
    await press(house, client, "Was there a moment")
    assert "It is passed on with the next summary." in await press(
        house, client, "Was there a moment"
    )
    after = await house.tap(client, "Show the text as it is now")
    assert after[1] == before
    await house.travel(to=SUNDAY)
    assert WORDS in weber.last


async def test_once_the_digest_is_made_it_stays_as_it_was(house: House) -> None:
    weber, client = await strained(house)
    await house.say(client, "/preview")
    await press(house, client, "Was there a moment")
    await house.travel(to=SUNDAY + timedelta(minutes=1))
    held = next(m for m in reversed(client.screen) if m.keyboard and "after all" in str(m.keyboard))
    mark = client.mark
    client.tap(next(row[0] for row in held.keyboard.labels if "after all" in row[0]), held)
    await house.settle()
    assert any("has been made already" in entry.text for entry in client.heard(mark))
    (draft, *_) = await house.say(weber, "/digest")
    assert WORDS not in draft


async def test_nobody_holds_back_what_is_anothers(house: House) -> None:
    weber, client = await strained(house)
    other = await house.client(weber, "C.D.")
    await house.say(client, "/preview")
    await house.say(other, "/preview")
    assert "nothing yet that you could hold back" in other.last
    button = client.newest.keyboard
    assert button is not None
    data = next(b.data for row in button.rows for b in row if "Hold back" in b.text)
    other.tap_data(other.newest, data)
    await house.settle()
    assert await house.rows("SELECT count(*) FROM held_back") == [(0,)]


async def test_words_after_which_the_numbers_came_cannot_be_held_back(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/checkin")
    while "hard" not in client.last:
        await house.tap(client, "Skip" if client.labels[-1][-1] == "Skip" else "5")
    await house.say(client, "I want to kill myself")
    await house.say(client, "/preview")
    assert "(the emergency numbers came after it)" in client.last
    entry = next(p for p in client.last.split("\n\n") if "I want to kill" in p)
    assert f"Hold back {entry.split('.')[0]}" not in str(client.labels)


async def test_a_note_is_held_back_and_let_go(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "My keys are found again")
    await house.tap(client, "Yes, pass it on")
    await house.say(client, "/preview")
    await house.tap(client, "Hold back 1")
    (draft, *_) = await house.say(weber, "/digest")
    assert "keys" not in draft
    await house.tap(client, "Pass on 1 after all")
    (draft, *_) = await house.say(weber, "/digest")
    assert "keys" in draft


async def test_a_therapists_other_language_is_said(house: House) -> None:
    weber = await house.therapist(language="de")
    client = await house.client(weber, "A.B.", "en")
    said = await house.say(client, "/preview")
    assert "Dr. Weber reads it in German" in said[0]
    assert "A.B." in said[1] and "▪ Alle anderen" in said[1]


async def write(house: House, act: Callable[[Work], object]) -> None:
    """Let something happen in a transaction of its own."""
    now = house.clock.now()
    await house.app.store.write(lambda tx: act(Work(tx, house.app.practice, now, "test")))


def switch_on_phq(work: Work) -> None:
    flow = work.practice.shelf.current(work.tx, "phq-8")
    assert flow is not None
    enrolling.switch_on(work, cares.load(work.tx, 1), flow, by="test")


async def phq_answered(house: House) -> tuple[Person, Person]:
    """A therapist and a client, who has answered every line of it with "several days"."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await write(house, switch_on_phq)
    await house.say(client, "/checkin")
    await house.tap(client, next(row[0] for row in client.labels if "PHQ" in row[0]))
    while len(client.labels) > 2:
        await house.tap(client, client.labels[1][0])
    return weber, client


async def test_a_total_is_held_back_with_its_items_and_passed_on_after_all(house: House) -> None:
    weber, client = await phq_answered(house)
    (before, *_) = await house.say(weber, "/digest")
    assert "of 24" in before
    await house.say(client, "/preview")
    assert "8 of 24" in client.last
    await house.tap(client, "Hold back 1")
    (held, *_) = await house.say(weber, "/digest")
    assert "of 24" not in held and "No check-in to show: A.B." in held
    await house.tap(client, "Pass on 1 after all")
    (after, *_) = await house.say(weber, "/digest")
    assert "of 24" in after


async def test_a_total_of_which_too_much_is_taken_back_is_told_no_more(house: House) -> None:
    """One line of the eight may be missing; with two there is no total, for either of them."""
    weber, client = await phq_answered(house)
    told = []
    for steps in (1, 2):
        await house.tap(client, "Change an answer")
        for _ in range(steps):
            await house.tap(client, "‹ Back")
        await house.tap(client, "Skip")
        await house.say(client, "/preview")
        (draft, *_) = await house.say(weber, "/digest")
        told.append(("of 24" in client.last, "of 24" in draft))
    assert told == [(True, True), (False, False)]


async def test_a_total_stays_where_the_client_stops_amid_a_change(house: House) -> None:
    """What was answered before stays, as is said of who stops; so does what was counted of it."""
    weber, client = await phq_answered(house)
    await house.tap(client, "Change an answer")
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    assert await house.rows("SELECT status FROM check_ins") == [("stopped",)]
    (draft, *_) = await house.say(weber, "/digest")
    assert "8 of 24" in draft


async def test_a_digest_under_way_waits_where_something_was_held_back_meanwhile(
    house: House,
) -> None:
    weber, _ = await strained(house)
    person = await house.stored(weber)
    await house.live_until(SUNDAY)
    composed = await house.work(lambda work: digests.compose(work, person.id))

    def hold_back(work: Work) -> None:
        held_back.add(work.tx, 1, {"strain"}, work.now)
        hearing.hear_anew(work, check_ins.load(work.tx, 1))

    await write(house, hold_back)
    await write(house, lambda work: digests.freeze(work, composed))
    assert await house.rows("SELECT count(*) FROM digests") == [(0,)]
    await house.travel(by=timedelta(hours=1))
    assert "A.B." in weber.last and WORDS not in weber.last


async def test_a_digest_under_way_waits_where_an_answer_was_changed_meanwhile(
    house: House,
) -> None:
    weber, client = await strained(house)
    person = await house.stored(weber)
    await house.live_until(SUNDAY)
    composed = await house.work(lambda work: digests.compose(work, person.id))
    client.edit(next(m for m in client.screen if m.text == WORDS), "It was only the lateness")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    await write(house, lambda work: digests.freeze(work, composed))
    assert await house.rows("SELECT count(*) FROM digests") == [(0,)]
    await house.travel(by=timedelta(hours=1))
    assert "Changed." in client.last
    assert "A.B." in weber.last and WORDS not in weber.last


async def test_a_digest_under_way_waits_where_a_topic_was_deleted_meanwhile(house: House) -> None:
    weber, client = await strained(house)
    person = await house.stored(weber)
    await house.say(client, "/topic the quarrel on Sunday")
    await house.live_until(SUNDAY)
    composed = await house.work(lambda work: digests.compose(work, person.id))
    client.tap("Delete it")
    await house.app.receiver.tick()
    await house.app.handler.tick()
    await write(house, lambda work: digests.freeze(work, composed))
    assert await house.rows("SELECT count(*) FROM digests") == [(0,)]
    await house.travel(by=timedelta(hours=1))
    assert WORDS in weber.last and "quarrel on Sunday" not in weber.last


async def rated(house: House, weber: Person, client: Person, rating: str) -> None:
    """One therapy session, and the ratings after it; nothing was wrong."""
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=4))
    for label in (*[rating] * 4, "No"):
        await house.tap(client, label)
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")


async def test_a_later_rating_is_not_compared_with_what_is_held_back(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    for _ in range(2):
        await rated(house, weber, client, "9")
        await house.travel(by=timedelta(days=7, hours=-4))
    await rated(house, weber, client, "9")
    await house.travel(by=timedelta(days=1, hours=-4))
    await rated(house, weber, client, "2")
    assert await house.rows("SELECT count(*) FROM reasons") == [(1,)]
    await house.say(client, "/preview")
    for number in (1, 2, 3, 4):
        await house.tap(client, f"Hold back {number}")
    assert await house.rows("SELECT count(*) FROM reasons") == [(0,)]
    for number in (1, 2, 3, 4):
        await house.tap(client, f"Pass on {number} after all")
    assert await house.rows("SELECT count(*) FROM reasons") == [(1,)]


async def twice(house: House) -> tuple[Person, Person]:
    """A therapist, and a client who answered the same questions twice on one day."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    for label in ("1", "2"):
        await house.say(client, "/checkin")
        if label == "2":
            await house.tap(client, "Answer once more")
        await house.tap(client, label)
        while any("Skip" in row for row in client.labels):
            await house.tap(client, "Skip")
        await house.travel(by=timedelta(minutes=5))
    return weber, client


HELD = "SELECT check_in_id FROM held_back ORDER BY check_in_id"


async def test_of_two_rounds_the_one_that_was_tapped_is_held_back_and_passed_on(
    house: House,
) -> None:
    _, client = await twice(house)
    await house.say(client, "/preview")
    await house.tap(client, "Hold back 2")
    assert await house.rows(HELD) == [(2,)]
    await house.tap(client, "Hold back 1")
    assert await house.rows(HELD) == [(1,), (2,)]
    await house.tap(client, "Pass on 2 after all")
    assert await house.rows(HELD) == [(1,)]


async def test_an_answer_belongs_to_one_digest_by_the_second(house: House) -> None:
    await twice(house)
    (given,) = await house.rows("SELECT given_at FROM answers WHERE check_in_id = 1 LIMIT 1")
    at, second = datetime.fromisoformat(given[0]), timedelta(seconds=1)

    def told(from_at: datetime, until_at: datetime) -> Callable[[Work], int]:
        def ask(work: Work) -> int:
            care = cares.load(work.tx, 1)
            section = caseload.section_of(work, care, from_at=from_at, cut_off_at=until_at)
            return len(list_own(work, care, section, from_at=from_at, until_at=until_at))

        return ask

    assert await house.work(told(at - second, at)) == 0
    assert await house.work(told(at, at + second)) == 1


async def test_rather_not_say_about_a_strain_can_be_held_back_for_it_is_told(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    for label in ("5", "5", "5", "5", "Rather not say"):
        await house.tap(client, label)
    await house.say(client, "/preview")
    said = await press(house, client, "Was there a moment")
    assert "Held back. It counts nowhere now." in said
