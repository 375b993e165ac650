"""A picture follows the weekly digest: sessions as they were rated, and the same in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.report import drawing
from bot.sandbox import Entry, Fault, Person
from tests.support.house import House

SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
"""18:00 in Berlin."""
WEEK = timedelta(days=7)
FINE, LOW = ("9", "8", "8", "9", "No"), ("5", "5", "5", "5", "No")
SKIPPED = (*["Skip"] * 4, "Rather not say")
LEAD = (
    "Session ratings of the twelve weeks up to {day}, 0 to 10: the newest, what is usual, what is"
    " marked."
)


async def rate(house: House, weber: Person, client: Person, *labels: str, alias: str) -> None:
    """A session just ended, and its client answers so, two hours later."""
    await house.say(weber, f"/session {alias}")
    await house.travel(by=timedelta(hours=2))
    for label in labels:
        is_asked = any(label in row for row in client.labels)
        # now and then a question in words stands in place of that about a moment
        await house.tap(client, label if is_asked else "Skip")
    await house.travel(by=timedelta(hours=1))


async def until_digest(house: House, weber: Person) -> int:
    """Live up to the digest; the place in the chat where it begins."""
    await house.travel(to=SUNDAY - timedelta(seconds=1))
    mark = weber.mark
    await house.travel(to=SUNDAY)
    return mark


def photos(weber: Person, mark: int = 0) -> list[Entry]:
    """The pictures of digests that came: that of a link to scan is none."""
    return [
        entry
        for entry in weber.heard(mark)
        if entry.media is not None and entry.media.name == "week.png"
    ]


@pytest.fixture
async def weber(house: House) -> Person:
    """A therapist who gets pictures, as every therapist does at first."""
    return await house.therapist(pictures=True)


@pytest.fixture
async def client(house: House, weber: Person) -> Person:
    return await house.client(weber, "A.B.")


async def test_it_follows_the_pages_without_a_sound_and_says_the_same_in_words(
    house: House, weber: Person, client: Person
) -> None:
    await rate(house, weber, client, *FINE, alias="A.B.")
    mark = await until_digest(house, weber)
    text, picture = weber.heard(mark)
    assert (text.kind, picture.kind) == ("sent", "photo")
    assert picture.text == f"{LEAD.format(day='29 November')}\n• A.B.: 8.5 (23 Nov)"
    newest = weber.newest
    assert newest.silent and newest.protected
    name, content = weber.opened(newest)
    assert name == "week.png" and content.startswith(b"\x89PNG")
    assert await house.rows(
        "SELECT message_class, kind, state, body_sealed FROM outbox WHERE dedupe_key LIKE"
        " '%picture'"
    ) == [("once", "document", "sent", None)]
    await house.travel(by=timedelta(days=2))
    assert len(photos(weber)) == 1


async def test_without_a_rating_there_is_none(house: House, weber: Person, client: Person) -> None:
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    await house.travel(to=SUNDAY)
    assert photos(weber) == []


async def test_what_is_usual_what_was_flagged_and_what_is_missing(
    house: House, weber: Person, client: Person
) -> None:
    for _ in range(3):
        await rate(house, weber, client, *FINE, alias="A.B.")
        await house.travel(by=WEEK - timedelta(hours=3))
    await house.say(weber, "/session A.B.")  # and no answer this time
    await house.travel(by=WEEK)
    await rate(house, weber, client, *LOW, alias="A.B.")
    await house.travel(to=SUNDAY + 4 * WEEK)
    assert photos(weber)[-1].text.splitlines()[1] == (
        "• A.B.: 5.0 (21 Dec), usual 7.8 to 9.2; possible strain; no answer 14 Dec"
    )


async def test_a_skipped_check_in_leaves_no_mark(
    house: House, weber: Person, client: Person
) -> None:
    await rate(house, weber, client, *FINE, alias="A.B.")
    await house.travel(by=WEEK - timedelta(hours=3))
    await rate(house, weber, client, *SKIPPED, alias="A.B.")
    await house.travel(to=SUNDAY + WEEK)
    assert photos(weber)[-1].text.splitlines()[1] == "• A.B.: 8.5 (23 Nov)"


async def test_what_is_held_back_is_not_in_it(house: House, weber: Person, client: Person) -> None:
    await rate(house, weber, client, *FINE, alias="A.B.")
    await house.say(client, "/preview")
    for number in range(1, 6):
        await house.tap(client, f"Hold back {number}")
    mark = await until_digest(house, weber)
    assert photos(weber, mark) == []
    assert "8.5" not in "".join(entry.text for entry in weber.heard(mark))


async def test_a_client_reads_before_that_a_chart_goes_with_it(
    house: House, weber: Person, client: Person
) -> None:
    line = "Dr. Weber also sees a small chart of how you rated the sessions of the last twelve"
    assert line not in "".join(await house.say(client, "/preview"))
    await rate(house, weber, client, *FINE, alias="A.B.")
    assert line in (await house.say(client, "/preview"))[0]


async def test_who_has_left_is_not_drawn(house: House, weber: Person, client: Person) -> None:
    other = await house.client(weber, "C.D.")
    await rate(house, weber, client, *FINE, alias="A.B.")
    await rate(house, weber, other, *FINE, alias="C.D.")
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    await house.travel(to=SUNDAY)
    (picture,) = photos(weber)
    assert "C.D.: 8.5" in picture.text and "A.B." not in picture.text


async def test_each_therapist_sees_their_own(house: House, weber: Person, client: Person) -> None:
    roth = await house.therapist("Dr. Roth", pictures=True)
    other = await house.client(roth, "X.Y.")
    await rate(house, weber, client, *FINE, alias="A.B.")
    await rate(house, roth, other, *LOW, alias="X.Y.")
    await house.travel(to=SUNDAY)
    (mine,), (theirs,) = photos(weber), photos(roth)
    assert "A.B." in mine.text and "X.Y." not in mine.text
    assert "X.Y." in theirs.text and "A.B." not in theirs.text


async def test_where_it_cannot_be_drawn_the_words_say_so_and_the_digest_is_as_ever(
    house: House, weber: Person, client: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rate(house, weber, client, *FINE, alias="A.B.")
    monkeypatch.setattr(drawing, "TEMPLATES", drawing.TEMPLATES / "gone")
    mark = await until_digest(house, weber)
    text, words = weber.heard(mark)
    assert text.text.startswith("Your week 48")
    assert words.kind == "sent" and weber.newest.silent and weber.newest.protected
    assert words.text.startswith("The picture did not work out this time. In words:\n\nSession rat")


async def test_an_uncertain_picture_is_not_repeated_and_its_reader_is_told(
    house: House, weber: Person, client: Person
) -> None:
    await rate(house, weber, client, *FINE, alias="A.B.")
    house.sandbox.faults.add(Fault("sendPhoto", 502, when="after"))
    mark = weber.mark
    await house.travel(to=SUNDAY + timedelta(days=1))
    assert len(photos(weber, mark)) == 1
    told = [entry.text for entry in weber.heard(mark) if "may not have arrived" in entry.text]
    assert len(told) == 1 and told[0].startswith("The picture to this week's digest")


async def test_a_picture_that_waits_leaves_without_who_was_erased(
    house: House, weber: Person, client: Person
) -> None:
    other = await house.client(weber, "C.D.")
    await rate(house, weber, client, *FINE, alias="A.B.")
    await rate(house, weber, other, *FINE, alias="C.D.")
    house.sandbox.faults.add(Fault("sendPhoto", 429, retry_after=600))
    mark = await until_digest(house, weber)
    assert len(weber.heard(mark)) == 1 and photos(weber, mark) == []
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    await house.tap(client, "Erase everything now")
    await house.travel(by=timedelta(hours=1))
    page, picture = weber.heard(mark)
    assert (page.kind, picture.kind) == ("sent", "photo"), "the pages had arrived already"
    assert "C.D.: 8.5" in picture.text and "A.B." not in picture.text


async def test_pages_that_wait_leave_anew_with_their_picture(
    house: House, weber: Person, client: Person
) -> None:
    other = await house.client(weber, "C.D.")
    await rate(house, weber, client, *FINE, alias="A.B.")
    await rate(house, weber, other, *FINE, alias="C.D.")
    await house.travel(to=SUNDAY - timedelta(minutes=1))
    house.sandbox.faults.add(Fault("sendMessage", 429, retry_after=600, chat_id=weber.chat_id))
    mark = await until_digest(house, weber)
    assert weber.heard(mark) == []
    await house.say(client, "/erase")
    await house.tap(client, "Go on to erasing")
    await house.tap(client, "Erase everything now")
    await house.travel(by=timedelta(hours=1))
    page, picture = weber.heard(mark)
    assert (page.kind, picture.kind) == ("sent", "photo")
    assert "A.B." not in page.text + picture.text and "C.D." in picture.text


async def test_it_is_switched_off_and_on_below_the_week_so_far(
    house: House, weber: Person, client: Person
) -> None:
    await rate(house, weber, client, *FINE, alias="A.B.")
    await house.say(weber, "/digest")
    said = await house.tap(weber, "No picture with the weekly digest")
    assert said[0] == "From the next weekly digest on it comes without a picture."
    assert ["A picture with the weekly digest"] in weber.labels
    await house.travel(to=SUNDAY)
    assert photos(weber) == []
    await house.say(weber, "/digest")
    said = await house.tap(weber, "A picture with the weekly digest")
    assert said[0].startswith("From the next weekly digest on a picture comes with it")
    assert ["No picture with the weekly digest"] in weber.labels
    await rate(house, weber, client, *FINE, alias="A.B.")
    await house.travel(to=SUNDAY + WEEK)
    assert len(photos(weber)) == 1


async def test_in_german(house: House) -> None:
    weber = await house.therapist(pictures=True, language="de")
    client = await house.client(weber, "A.B.", "de_du")
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    for label in ("9", "9", "9", "9", "Ein wenig"):
        await house.tap(client, label)
    await house.travel(to=SUNDAY)
    (picture,) = photos(weber)
    assert picture.text == (
        "Bewertungen der Sitzungen, zwölf Wochen bis zum 29. November, 0 bis 10: die neueste, was"
        " sonst üblich ist, was markiert ist.\n"
        "• A.B.: 9,0 (23. Nov.); sagte: etwas stimmte nicht"
    )
