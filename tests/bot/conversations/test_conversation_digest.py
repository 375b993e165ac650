"""The weekly digest: frozen once, read, acknowledged in place, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.sandbox import Fault, Person
from bot.services.digest import digest_buttons, digests
from bot.services.digest.digest_buttons import OPEN_FLAGS
from bot.services.work.unit_of_work import Work
from storage.store import Tx
from tests.bot.report import weeks
from tests.support.house import House

SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
"""18:00 in Berlin."""
STRAIN = ("5", "5", "5", "5", "Yes", "Tense")
AFTER = ("4", "Not yet", "Please ask me", "Skip")
PDF = ["As a PDF"]
PICTURE = ["A picture with the weekly digest"]
STALE = "This button is no longer current."
WORDS = "You looked at the clock while I was speaking."


async def strained(house: House) -> tuple[Person, Person]:
    """A therapist and a client who said on Monday that something wasn't right."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await say_so(house, weber, client)
    return weber, client


async def say_so(house: House, weber: Person, client: Person) -> None:
    """A session just ended, and its client says that something wasn't right."""
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    for label in STRAIN:
        await house.tap(client, label)
    await house.say(client, WORDS)
    for label in AFTER:
        await house.tap(client, label)


async def test_it_is_frozen_at_its_cut_off_and_points_to_the_strain(house: House) -> None:
    weber, _ = await strained(house)
    await house.travel(to=SUNDAY - timedelta(seconds=1))
    assert await house.rows("SELECT count(*) FROM digests") == [(0,)]
    mark = weber.mark
    await house.travel(to=SUNDAY)
    (entry,) = weber.heard(mark)
    assert "A.B." in entry.text and WORDS in entry.text
    assert weber.labels == [["A.B. …"], ["Each client"], PDF, ["I have read this"]]
    assert await house.rows("SELECT week, cut_off_at IS NOT NULL, read_at FROM digests") == [
        ("2026-W48", 1, None)
    ]
    # a second and a late tick add nothing
    await house.travel(by=timedelta(days=2))
    assert len([e for e in weber.since(mark) if e.kind == "sent"]) == 1


async def test_a_late_tick_freezes_at_the_cut_off(house: House) -> None:
    weber, client = await strained(house)
    await house.travel(to=SUNDAY - timedelta(hours=1))
    house.jump(by=timedelta(hours=20))
    await house.say(client, "/checkin")
    await house.say(client, "7")
    await house.say(client, "Said after the cut-off")
    digest = next(e.text for e in weber.heard() if WORDS in e.text)
    assert "Said after the cut-off" not in digest
    await house.travel(to=SUNDAY + timedelta(days=7))
    assert "Said after the cut-off" in weber.last
    spans = await house.rows("SELECT from_at, cut_off_at FROM digests ORDER BY id")
    assert spans[0][1] == spans[1][0]


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("America/New_York", datetime(2026, 11, 29, 23, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 11, 29, 5, 0, tzinfo=UTC)),
    ],
)
async def test_the_cut_off_is_in_the_therapists_zone(house: House, zone: str, at: datetime) -> None:
    weber = await house.therapist(zone=zone)
    await house.client(weber)
    await house.travel(to=at - timedelta(minutes=1))
    assert await house.rows("SELECT count(*) FROM digests") == [(0,)]
    await house.travel(to=at)
    assert await house.rows("SELECT count(*) FROM digests") == [(1,)]


async def test_no_digest_of_a_week_in_which_nobody_took_part(house: House) -> None:
    """A first client who comes after the cut-off does not call for last week's digest."""
    weber = await house.therapist()
    await house.travel(to=SUNDAY + timedelta(hours=15))
    await house.client(weber)
    await house.travel(by=timedelta(days=1))
    assert await house.rows("SELECT count(*) FROM digests") == [(0,)]
    await house.travel(to=SUNDAY + timedelta(days=7))
    assert await house.rows("SELECT week FROM digests") == [("2026-W49",)]


async def test_the_draft_shows_the_week_so_far_and_saves_nothing(house: House) -> None:
    weber, _ = await strained(house)
    (said,) = await house.say(weber, "/digest")
    assert WORDS in said
    assert weber.labels == [["A.B. …"], ["Each client"], PDF, PICTURE, ["Day and hour"]]
    assert await house.rows("SELECT count(*) FROM digests") == [(0,)]
    await house.tap(weber, "A.B. …")
    await house.tap(weber, "I will raise it")
    assert weber.last.endswith("✓ A.B.: you will raise it")
    assert await house.rows("SELECT what FROM acknowledgements") == [("will_raise",)]


async def test_read_is_recorded_by_the_first_tap(house: House) -> None:
    weber, _ = await strained(house)
    await house.travel(to=SUNDAY + timedelta(hours=1))
    text = weber.last
    said = await house.tap(weber, "I have read this")
    assert "Noted that you have read it." in said
    assert weber.last == text
    assert weber.labels == [["A.B. …"], ["Each client"], PDF]
    first = await house.rows("SELECT read_at FROM digests")
    await house.travel(by=timedelta(hours=1))
    await house.forge(weber, "z:1")
    assert await house.rows("SELECT read_at FROM digests") == first
    assert await house.rows("SELECT count(*) FROM audit WHERE action = 'digest.read'") == [(1,)]


@pytest.mark.parametrize(
    ("label", "noted", "state"),
    [
        ("I will raise it", "you will raise it", "will_raise"),
        ("Not this time", "not this time", "not_this_time"),
        ("Talked, feels settled", "talked, feels settled", "talked_settled"),
        ("Talked, still open", "talked, still open", "talked_open"),
        ("Was something else", "was something else", "something_else"),
    ],
)
async def test_an_acknowledgement_edits_in_place(
    house: House, label: str, noted: str, state: str
) -> None:
    weber, _ = await strained(house)
    await house.travel(to=SUNDAY)
    shown = weber.newest
    await house.tap(weber, "A.B. …")
    assert weber.newest.message_id == shown.message_id
    assert [row[0] for row in weber.labels[:5]] == [
        "I will raise it",
        "Not this time",
        "Talked, feels settled",
        "Talked, still open",
        "Was something else",
    ]
    assert weber.labels[5:] == [["Read all", "Note …"], ["‹ Back"]]
    await house.tap(weber, "‹ Back")
    assert weber.last == shown.text
    await house.tap(weber, "A.B. …")
    said = await house.tap(weber, label)
    assert said[0].startswith("Noted.")
    assert weber.newest.message_id == shown.message_id
    assert weber.last == f"{shown.text}\n\n✓ A.B.: {noted}"
    assert await house.rows("SELECT state FROM flags") == [(state,)]
    assert (await house.rows("SELECT read_at IS NOT NULL FROM digests")) == [(1,)]


async def test_the_last_acknowledgement_wins_and_all_are_kept(house: House) -> None:
    weber, _ = await strained(house)
    await house.travel(to=SUNDAY)
    for label in ("I will raise it", "Was something else", "Talked, still open"):
        await house.tap(weber, "A.B. …")
        await house.tap(weber, label)
    assert weber.last.endswith("✓ A.B.: talked, still open")
    assert await house.rows("SELECT what FROM acknowledgements ORDER BY id") == [
        ("will_raise",),
        ("something_else",),
        ("talked_open",),
    ]


async def test_what_a_client_said_is_not_closed_by_a_tap_but_by_their_next_word(
    house: House,
) -> None:
    weber, client = await strained(house)
    await house.travel(to=SUNDAY)
    await house.tap(weber, "A.B. …")
    said = await house.tap(weber, "Was something else")
    assert (
        "Noted. They said it themselves, so it stays listed until their next answer to it." in said
    )
    assert await house.rows("SELECT state, closed_at FROM flags") == [("something_else", None)]
    (draft,) = await house.say(weber, "/digest")
    assert "▪ They said themselves" not in draft
    assert "• A.B.: Still open since 23 November: something wasn't right." in draft
    assert weber.labels == [
        ["A.B. …"],
        ["Each client"],
        PDF,
        PICTURE,
        ["Earlier weeks", "Day and hour"],
    ]
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    for label in ("9", "9", "9", "9", "No"):
        await house.tap(client, label)
    await house.settle()
    await house.travel(by=timedelta(days=2))
    assert await house.rows("SELECT state, closed_at IS NULL FROM flags") == [("closed", 0)]


async def test_a_mis_tap_is_taken_back_for_a_day_and_the_history_is_kept(house: House) -> None:
    weber, _ = await strained(house)
    await house.say(weber, "/session A.B. 3.12. 15:00")
    await house.travel(to=SUNDAY)
    shown = weber.last
    await house.tap(weber, "A.B. …")
    await house.tap(weber, "I will raise it")
    await house.tap(weber, "A.B. …")
    await house.travel(by=timedelta(hours=1))
    await house.tap(weber, "Talked, feels settled")
    assert weber.labels[0] == ["Take back: talked, feels settled"]
    await house.travel(by=timedelta(hours=23))
    assert await house.tap(weber, "Take back: talked, feels settled") == [
        "Taken back.",
        f"{shown}\n\n✓ A.B.: you will raise it",
    ]
    assert weber.labels == [["A.B. …"], ["Each client"], PDF, ["I have read this"]]
    assert await house.rows("SELECT state FROM flags") == [("will_raise",)]
    assert await house.rows("SELECT what FROM acknowledgements ORDER BY id") == [
        ("will_raise",),
        ("talked_settled",),
        ("taken_back",),
    ]
    # what was planned because they had talked is not to come
    assert await house.rows(
        "SELECT count(*) FROM occurrences WHERE slot LIKE 'flag-%' AND state = 'planned'"
        " AND reason IS NULL"
    ) == [(1,)]
    assert await house.forge(weber, "kb:1:1") == [
        "It cannot be taken back any more: a day has passed, or something has changed since."
    ]


async def test_a_day_later_nothing_is_taken_back(house: House) -> None:
    weber, _ = await strained(house)
    await house.travel(to=SUNDAY)
    await house.tap(weber, "A.B. …")
    await house.tap(weber, "Not this time")
    await house.travel(by=timedelta(days=1))
    await house.tap(weber, "A.B. …")
    assert ["Take back: not this time"] not in weber.labels
    (toast, *_) = await house.forge(weber, "kb:1:1")
    assert toast.startswith("It cannot be taken back any more")
    assert await house.rows("SELECT state FROM flags") == [("not_this_time",)]


async def test_a_computed_flag_that_was_closed_by_a_mis_tap_is_open_again(house: House) -> None:
    weber, _ = await strained(house)
    await house.app.store.write(
        lambda tx: tx.conn.execute(sa.text("DELETE FROM reasons WHERE rule = 'said_so'"))
    )
    await house.travel(to=SUNDAY)
    await house.forge(weber, "ka:1:0:something_else")
    assert await house.rows("SELECT state, closed_at IS NULL FROM flags") == [("something_else", 0)]
    assert weber.labels[0] == ["Take back: was something else"]
    await house.tap(weber, "Take back: was something else")
    assert await house.rows("SELECT state, closed_at IS NULL FROM flags") == [("open", 1)]


async def test_read_all_sends_everything_once_more_in_full(house: House) -> None:
    weber, _ = await strained(house)
    await house.travel(to=SUNDAY)
    await house.tap(weber, "A.B. …")
    said = await house.tap(weber, "Read all")
    assert WORDS in said[-1]
    assert await house.rows("SELECT count(*) FROM audit WHERE action = 'client.details'") == [(1,)]


async def test_who_has_stopped_is_in_the_digest_of_the_week_in_which_they_answered(
    house: House,
) -> None:
    weber, client = await strained(house)
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    await house.travel(to=SUNDAY)
    assert WORDS in weber.last
    await house.travel(to=SUNDAY + timedelta(days=7))
    assert await house.rows("SELECT count(*) FROM digests") == [(1,)]


async def test_a_flag_goes_stale_after_six_therapy_sessions(house: House) -> None:
    weber, _ = await strained(house)
    for week in range(1, 7):
        day = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(weeks=week)
        await house.say(weber, f"/session A.B. {day:%Y-%m-%d} 15:00")
    await house.travel(to=SUNDAY + timedelta(weeks=5))
    assert await house.rows("SELECT state FROM flags") == [("open",)]
    await house.travel(to=SUNDAY + timedelta(weeks=6))
    assert await house.rows("SELECT state FROM flags") == [("stale",)]


async def test_a_caseload_of_long_words_fits_messages(house: House) -> None:
    weber = await house.therapist()
    clients = [await house.client(weber, f"{n:02d} {'😀' * 20}") for n in range(8)]
    for client in clients:
        await house.say(client, "/checkin")
        await house.say(client, "7")
        for _ in range(3):
            await house.say(client, "😀 very long " * 100)
    mark = weber.mark
    await house.travel(to=SUNDAY)
    (page,) = weber.heard(mark)
    assert len(page.text.encode("utf-16-le")) <= 2 * 4096
    assert page.text.count("😀 very long") >= 8
    # every word can be read, some clients at a time
    shown = await house.tap(weber, "Read long answers in full")
    assert [f"{n:02d} 😀" in "".join(shown) for n in range(8)] == [True] * 6 + [False] * 2
    assert weber.labels == [["Go on (2 more)"]]
    shown = await house.tap(weber, "Go on (2 more)")
    assert [f"{n:02d} 😀" in "".join(shown) for n in range(8)] == [False] * 6 + [True] * 2
    assert await house.rows("SELECT count(*) FROM outbox WHERE state = 'refused'") == [(0,)]


async def test_every_client_opens_from_the_digest(house: House) -> None:
    weber, _ = await strained(house)
    calm = await house.client(weber, "C.D.")
    await house.say(calm, "/checkin")
    await house.say(calm, "7")
    await house.client(weber, "A.A.")
    await house.travel(to=SUNDAY)
    await house.tap(weber, "Each client")
    assert weber.last.endswith("▸ Whose week would you like to read?")
    assert weber.labels == [["A.A.", "A.B.", "C.D."], ["‹ Back"]]
    await house.tap(weber, "A.B.")  # to what can be noted about it
    assert weber.last.endswith("▸ About A.B.:")
    await house.tap(weber, "‹ Back")
    assert weber.labels == [["A.B. …"], ["Each client"], PDF, ["I have read this"]]
    await house.tap(weber, "Each client")
    shown = await house.tap(weber, "C.D.")
    assert shown[-1].startswith("C.D. (")
    assert "How the week was going: 7 of 10." in shown[-1]
    read = await house.rows("SELECT read_at IS NOT NULL FROM digest_sections ORDER BY care_id")
    assert read == [(0,), (1,), (0,)]


async def test_the_names_of_a_large_caseload_come_in_pages(house: House) -> None:
    weber = await house.stored(await house.therapist())
    digest = weeks.week(*(weeks.client(n, f"C{n:02d}") for n in range(25)))

    def page(tx: Tx, number: int) -> list[list[str]]:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        rows = digest_buttons.name_rows(work, weber, digest, 0, number)
        return [[button.label for button in row] for row in rows]

    first, second = await house.app.store.read(lambda tx: (page(tx, 0), page(tx, 1)))
    assert [len(row) for row in first] == [3] * 8 + [1, 1]
    assert first[-2:] == [["More ›"], ["‹ Back"]]
    assert second == [["C24"], ["‹ Before"], ["‹ Back"]]


async def test_the_lines_of_many_clients_come_in_pages(house: House) -> None:
    weber = await house.therapist()
    for part in (range(20), range(20, 25)):
        await house.say(weber, "/invite " + ", ".join(f"C{number:02d}" for number in part))
    (listed,) = await house.say(weber, "/clients")
    assert listed.startswith("25 clients:\n• C00 (") and listed.endswith("\n\nPage 1 of 2.")
    assert listed.count("• ") == 18 and weber.labels[-2:] == [["C15", "C16", "C17"], ["More ›"]]
    await house.tap(weber, "More ›")
    assert weber.last.count("• ") == 7 and "• C24 (" in weber.last
    await house.tap(weber, "C24")
    assert weber.last.startswith("C24 (")


async def test_an_earlier_week_is_shown_as_it_was_sent(house: House) -> None:
    weber, _ = await strained(house)
    await house.say(weber, "/digest 48")
    assert weber.last == "There is no digest of an earlier week yet."
    await house.travel(to=SUNDAY)
    sent, below = weber.last, weber.labels
    await house.travel(by=timedelta(days=1))
    for typed in ("48", "W48", "2026-W48", "2026w48"):
        assert await house.say(weber, f"/digest {typed}") == [sent]
        assert weber.labels == below
    await house.say(weber, "/digest")
    assert weber.labels[-4:] == [["Each client"], PDF, PICTURE, ["Earlier weeks", "Day and hour"]]
    await house.tap(weber, "Earlier weeks")
    assert weber.labels == [["Week 48, 2026"]]
    assert await house.tap(weber, "Week 48, 2026") == [sent]
    for typed in ("47", "2025-W48"):
        (said,) = await house.say(weber, f"/digest {typed}")
        assert said == "There is no digest of that week here. These are there:"
        assert weber.labels == [["Week 48, 2026"]]
    opened = "SELECT count(*) FROM audit WHERE action = 'client.earlier'"
    assert await house.rows(opened) == [(5,)]
    kern = await house.therapist("Dr. Kern")
    assert await house.forge(kern, "ze:1") == [STALE]


async def test_one_client_of_the_week_so_far_is_asked_for_by_name(house: House) -> None:
    weber, _ = await strained(house)
    kern = await house.therapist("Dr. Kern")
    await house.client(kern, "K.K.")
    await house.invite(weber, "C.D.")
    said = await house.say(weber, "/digest a.b.")
    assert said[0].startswith("A.B. (") and WORDS in "".join(said)
    assert await house.say(weber, "/digest C.D.") == [
        "There is nothing of C.D. in this week's digest so far: "
        "they are not taking part yet, or not any more."
    ]
    for typed in ("K.K.", "148"):
        (unknown,) = await house.say(weber, f"/digest {typed}")
        assert unknown.startswith(f"I do not find “{typed}” among your clients.")
    assert await house.rows("SELECT count(*) FROM audit WHERE action = 'client.details'") == [(1,)]


async def test_what_is_open_is_listed_and_noted_in_place(house: House) -> None:
    weber, _ = await strained(house)
    await house.client(weber, "C.D.")
    kern = await house.therapist("Dr. Kern")
    assert await house.say(kern, "/flags") == ["Nothing is open at the moment."]
    (said,) = await house.say(weber, "/flags")
    line = "• A.B.: Still open since 23 November: something wasn't right."
    assert said == f"What is open now:\n\n{line} No note from you yet."
    assert weber.labels == [["A.B. …"]]
    await house.tap(weber, "A.B. …")
    assert weber.last == f"{said}\n\n▸ About A.B.:"
    await house.tap(weber, "I will raise it")
    assert weber.last.startswith(f"What is open now:\n\n{line} You wanted to raise it.")
    assert weber.labels == [["Take back: you will raise it"], ["A.B. …"]]
    await house.tap(weber, "Take back: you will raise it")
    assert weber.last == said
    await house.tap(weber, "A.B. …")
    (whole,) = await house.tap(weber, "Read all")
    assert whole.startswith("A.B. (") and WORDS in whole
    assert await house.rows("SELECT count(*) FROM digests") == [(0,)]
    assert await house.forge(kern, f"f:1:{OPEN_FLAGS}") == [STALE]
    assert await house.forge(kern, f"z:{OPEN_FLAGS}") == [STALE]


async def test_nobody_elses_client_opens_from_a_digest(house: House) -> None:
    weber, _ = await strained(house)
    kern = await house.therapist("Dr. Kern")
    await house.client(kern, "K.K.")
    await house.travel(to=SUNDAY)
    ((other,),) = await house.rows("SELECT max(id) FROM cares")
    assert await house.forge(weber, f"zo:{other}:1") == [STALE]
    assert await house.forge(kern, "zo:1:1") == [STALE]
    assert await house.forge(kern, "zn:1:0") == [STALE]


async def test_a_digest_after_an_unread_one_is_short_where_there_is_much(house: House) -> None:
    weber = await house.therapist()
    clients = [await house.client(weber, f"{n:02d}") for n in range(8)]
    for week in range(2):
        for client in clients:
            await house.say(client, "/checkin")
            await house.say(client, "7")
            await house.tap(client, "Skip")
            await house.say(client, "one hard thing after the other and no end of it in sight " * 2)
            await house.tap(client, "Skip")
        await house.travel(to=SUNDAY + timedelta(weeks=week))
        assert ("is not marked as read" in weber.last) == (week == 1)
        assert ("one hard thing" in weber.last) == (week == 0)
        await house.travel(by=timedelta(days=1))
    said = await house.tap(weber, "Read on")
    assert "".join(said).count("• ") == 8 and "one hard thing after the other" in said[0]
    opened = "SELECT count(DISTINCT subject) FROM audit WHERE action = 'client.block'"
    assert await house.rows(opened) == [(8,)]
    # reading the earlier one now changes nothing of what was sent
    said = await house.tap(weber, "I have read this")
    assert any("is not marked as read" in text for text in said)


async def test_an_uncertain_digest_is_pointed_to_not_repeated(house: House) -> None:
    weber, _ = await strained(house)
    await house.travel(to=SUNDAY - timedelta(hours=1))
    mark = weber.mark
    house.sandbox.faults.add(Fault("sendMessage", 502, when="after", chat_id=weber.chat_id))
    await house.travel(to=SUNDAY + timedelta(hours=1))
    said = [e.text for e in weber.heard(mark)]
    assert sum(WORDS in text for text in said) == 1
    assert said[-1].startswith("This week's digest may not have arrived.")


async def test_freezing_again_in_one_week_is_nothing(house: House) -> None:
    await strained(house)
    await house.travel(to=SUNDAY)
    therapist_id = (await house.rows("SELECT therapist_id FROM digests"))[0][0]
    before = await house.everything()

    def again(tx: Tx) -> None:
        now = house.clock.now()
        work = Work(tx, house.app.practice, now, "digest")
        digests.freeze(work, digests.compose(work, therapist_id))

    await house.app.store.write(again)
    assert await house.everything() == before


async def test_the_buttons_of_a_flag_say_whom_they_are_about(house: House) -> None:
    weber, _ = await strained(house)
    await house.travel(to=SUNDAY)
    await house.tap(weber, "A.B. …")
    assert weber.last.endswith("▸ About A.B.:")
    await house.tap(weber, "‹ Back")
    assert "▸ About" not in weber.last


async def test_words_that_the_digest_had_to_cut_can_be_read_in_full(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    long = "and then the next thing, " * 20 + "and at the end I sat there"
    await house.say(client, "/checkin")
    await house.say(client, "0")
    await house.tap(client, "Skip")
    await house.say(client, long)
    await house.travel(to=SUNDAY)
    assert "Rated the week 0 of 10." in weber.last
    assert long not in weber.last
    shown = await house.tap(weber, "Read long answers in full")
    assert any(long in text for text in shown)
    assert (await house.rows("SELECT read_at IS NOT NULL FROM digests")) == [(1,)]
