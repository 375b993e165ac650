"""A digest unread for two weeks: who waits is told once, and no strain is asked about."""

from __future__ import annotations

from datetime import timedelta

from structlog.testing import capture_logs

from bot.sandbox import Person
from bot.services.alarms import admins
from bot.services.work.unit_of_work import Work
from tests.bot.conversations.test_conversation_digest import SUNDAY, say_so, strained
from tests.support.house import House

TWO_WEEKS = SUNDAY + timedelta(days=14)
UNREAD = "Nobody has marked a weekly summary as read here since the one of Sunday, 29 November"


def told(client: Person, mark: int) -> list[str]:
    """What the client was told of it since."""
    return [entry.text for entry in client.heard(mark) if "Nobody has marked" in (entry.text or "")]


async def after_two_weeks(house: House) -> tuple[Person, Person, list[str]]:
    weber, client = await strained(house)
    mark = client.mark
    await house.travel(to=TWO_WEEKS + timedelta(hours=1))
    return weber, client, told(client, mark)


async def test_who_waits_is_told_once_and_neutrally(house: House) -> None:
    _, client, said = await after_two_weeks(house)
    (text,) = said
    assert text.startswith("There is something here for you to read.\n\n")
    assert UNREAD in text and "Dr. Weber directly" in text and "/crisis" in text
    mark = client.mark
    await house.travel(by=timedelta(days=8))
    assert told(client, mark) == []


async def test_an_admin_reads_of_it_but_not_of_themselves(house: House) -> None:
    adler = await house.admin("Dr. Adler")
    mark = adler.mark
    weber, _ = await strained(house)
    person, now = await house.stored(weber), house.clock.now()
    await house.app.store.write(
        lambda tx: admins.name(Work(tx, house.app.practice, now, "cli"), person)
    )
    await house.travel(to=TWO_WEEKS + timedelta(days=2))
    told = [e.text for e in adler.heard(mark) if "no weekly digest" in e.text]
    assert [text[:51] for text in told] == ["Dr. Weber has marked no weekly digest as read for t"]
    assert [e for e in weber.heard() if "no weekly digest" in e.text] == []
    assert await house.rows("SELECT count(*) FROM alarms WHERE facts LIKE '%Weber%'") == [(0,)]


async def test_the_log_has_it(house: House) -> None:
    with capture_logs() as lines:
        weber, _, _ = await after_two_weeks(house)
    code = (await house.stored(weber)).code
    (line,) = [each for each in lines if each["event"] == "digest_unread"]
    assert line["therapist"] == code and "A.B." not in str(line)


async def test_a_digest_that_was_read_keeps_everybody_calm(house: House) -> None:
    weber, client = await strained(house)
    await house.travel(to=SUNDAY)
    await house.tap(weber, "I have read this")
    mark = client.mark
    await house.travel(to=TWO_WEEKS + timedelta(hours=1))
    assert told(client, mark) == []


async def test_who_wrote_nothing_waits_for_nothing(house: House) -> None:
    weber, _ = await strained(house)
    other = await house.client(weber, "C.D.")
    mark = other.mark
    await house.travel(to=TWO_WEEKS + timedelta(hours=1))
    assert told(other, mark) == []


async def test_who_answers_later_is_told_once_as_well(house: House) -> None:
    weber, _ = await strained(house)
    other = await house.client(weber, "C.D.")
    await house.travel(to=TWO_WEEKS + timedelta(days=1, hours=14))
    mark = other.mark
    await house.say(other, "/checkin")
    await house.tap(other, "5")
    await house.travel(by=timedelta(minutes=15))
    assert told(other, mark) == []  # not in the middle of the questions
    for _ in range(3):
        await house.tap(other, "Skip")
    await house.travel(by=timedelta(minutes=15))
    (text,) = told(other, mark)
    assert UNREAD in text
    mark = other.mark
    await house.travel(by=timedelta(days=8))
    assert told(other, mark) == []


async def test_who_only_skipped_waits_for_nothing(house: House) -> None:
    weber, _ = await strained(house)
    other = await house.client(weber, "C.D.")
    await house.say(other, "/checkin")
    for _ in range(4):
        await house.tap(other, "Skip")
    mark = other.mark
    await house.travel(to=TWO_WEEKS + timedelta(hours=1))
    assert told(other, mark) == []


async def rate(house: House, weber: Person, client: Person) -> str:
    """The question that follows the four ratings of a therapy session."""
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    for _ in range(4):
        await house.tap(client, "9")
    return client.last


async def test_a_strain_is_asked_about_again_once_a_digest_is_read(house: House) -> None:
    weber, client, _ = await after_two_weeks(house)
    await house.travel(by=timedelta(hours=14))
    assert "Was there a moment" not in await rate(house, weber, client)
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")
    digest = next(
        m for m in reversed(weber.screen) if m.keyboard and "read this" in str(m.keyboard)
    )
    weber.tap("I have read this", digest)
    await house.settle()
    await house.travel(by=timedelta(days=1, hours=-2))
    # the strain of before is asked about as well, after the first session since it was named
    await house.tap(client, "Rather not say")
    assert "Was there a moment" in await rate(house, weber, client)


async def test_who_was_told_is_told_again_of_a_later_time_unread(house: House) -> None:
    weber, client, _ = await after_two_weeks(house)
    await house.tap(weber, "I have read this")
    await house.travel(by=timedelta(days=1))
    await house.say(client, "/topic the quarrel on Sunday")
    mark = client.mark
    await house.travel(by=timedelta(days=21))
    (text,) = told(client, mark)
    assert "since the one of Sunday, 20 December" in text


async def test_what_became_of_a_strain_is_not_asked_meanwhile(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.travel(to=SUNDAY + timedelta(days=9, hours=15))
    await say_so(house, weber, client)
    await house.travel(by=timedelta(days=7))
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(days=2))
    kept = "SELECT state, reason FROM occurrences WHERE flow_id = 'repair-follow-up'"
    assert await house.rows(kept) == [("thinned", "unread")]


async def test_who_has_paused_is_not_told_that_questions_come(house: House) -> None:
    _, client = await strained(house)
    await house.say(client, "/pause")
    mark = client.mark
    await house.travel(to=TWO_WEEKS + timedelta(hours=1))
    (text,) = told(client, mark)
    assert UNREAD in text and "other questions" not in text and "/pause" not in text


async def test_after_a_crisis_card_it_waits_until_the_client_goes_on(house: House) -> None:
    _, client = await strained(house)
    await house.travel(to=TWO_WEEKS - timedelta(hours=1))
    await house.say(client, "I want to kill myself")
    mark = client.mark
    await house.travel(by=timedelta(hours=2))
    assert told(client, mark) == []
    await house.say(client, "/checkin")
    while any("Skip" in row for row in client.labels):
        await house.tap(client, "Skip")
    await house.travel(by=timedelta(days=2))
    assert len(told(client, mark)) == 1
