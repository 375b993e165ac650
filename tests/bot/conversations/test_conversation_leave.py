"""A therapist's leave: entered once, the digest waits or comes, clients learn what is true, and
somebody covers.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Person
from bot.services.therapy_sessions import leave_telling
from bot.services.work import on_leave
from bot.services.work.periods import last_cut_off, next_cut_off
from tests.bot.conversations.test_conversation_digest import SUNDAY
from tests.support.house import House, texts

DAY = timedelta(days=1)
WAITS = "Yes, and the digest waits"
COMES = "Yes, digests come as ever"
AFTER = datetime(2026, 12, 20, 17, tzinfo=UTC)
"""18:00 in Berlin on the Sunday after a leave from 30 November to 18 December."""


async def pair(house: House, language: str = "en") -> tuple[Person, Person]:
    weber = await house.therapist()
    return weber, await house.client(weber, "A.B.", language)


async def leave(
    house: House, weber: Person, days: str = "30.11.-18.12.", *, button: str = WAITS
) -> str:
    await house.say(weber, f"/session leave {days}")
    (said,) = await house.tap(weber, button)
    return said


def digests(person: Person, mark: int) -> list[str]:
    return [text for text in texts(person.heard(mark)) if "Your week" in text]


async def test_what_becomes_of_the_digest_is_chosen_as_the_days_are_entered(house: House) -> None:
    weber, _ = await pair(house)
    (said,) = await house.say(weber, "/session leave 30.11.-18.12.")
    assert said.startswith("Off from Monday 30 November to Friday 18 December, for all your")
    assert "2 digests can wait, from that of Sunday 6 December on: the one of Sunday 20" in said
    assert weber.labels == [[WAITS], [COMES], ["‹ Back"]]
    (said,) = await house.tap(weber, WAITS)
    assert "The first one after them is made on Sunday 20 December, 18:00" in said
    (said,) = await house.say(weber, "/session")
    assert "Off: Mon 30 Nov to Fri 18 Dec, for all clients" in said
    await house.tap(weber, "Leave 30 Nov – 18 Dec …")
    assert weber.labels == [["Tell my clients …"], ["Take it back"], ["‹ Back"]]


async def test_days_without_a_digest_ask_nothing_about_it(house: House) -> None:
    weber, _ = await pair(house)
    (said,) = await house.say(weber, "/session leave 24.11.-28.11.")
    assert "digest" not in said
    assert weber.labels == [["Yes, these days are off"], ["‹ Back"]]
    said = await house.tap(weber, "Yes, these days are off")
    assert "Your digest comes as ever in these days." in said[0]


async def test_one_digest_after_it_tells_the_whole_time_without_a_gap(house: House) -> None:
    weber, client = await pair(house)
    await leave(house, weber)
    await house.say(client, "/topic before the leave")
    mark = weber.mark
    await house.travel(to=SUNDAY + timedelta(hours=1))
    (before,) = digests(weber, mark)
    assert "before the leave" in before
    mark = weber.mark
    for n, day in enumerate((2, 9, 16)):
        await house.travel(to=SUNDAY + day * DAY)
        await house.say(client, f"/topic number {n}")
    await house.travel(to=AFTER - timedelta(minutes=1))
    assert digests(weber, mark) == []
    await house.travel(to=AFTER)
    (after,) = digests(weber, mark)
    assert all(f"number {n}" in after for n in range(3)) and "before the leave" not in after
    spans = await house.rows("SELECT from_at, cut_off_at FROM digests ORDER BY id")
    assert spans[1] == (spans[0][1], "2026-12-20T17:00:00.000000Z")
    mark = weber.mark
    await house.travel(by=7 * DAY)
    assert len(digests(weber, mark)) == 1


async def test_digests_come_in_a_leave_where_that_was_chosen(house: House) -> None:
    weber, _ = await pair(house)
    await leave(house, weber, button=COMES)
    mark = weber.mark
    await house.travel(to=AFTER)
    assert len(digests(weber, mark)) == 4


async def test_what_clients_read_of_the_next_summary_is_true(house: House) -> None:
    weber, client = await pair(house)
    await leave(house, weber, "24.11.-18.12.")
    await house.say(client, "/checkin")
    mark = client.mark
    await house.tap(client, "5")
    for _ in range(3):
        await house.tap(client, "Skip")
    said = client.last
    assert "Dr. Weber gets your answers on Sunday, 20 December." in said
    assert "Until Sunday, 20 December, 18:00 you can change this" in said
    assert "29 November" not in "\n".join(texts(client.heard(mark)))
    for asked in ("/preview", "/checkin"):
        told = "\n".join(await house.say(client, asked))
        assert "20 December" in told and "29 November" not in told, asked
    await house.tap(client, "Answer once more")
    told = "\n".join(await house.say(client, "I don't want to live anymore"))
    assert "with the weekly summary of Sunday, 20 December" in told


@pytest.mark.parametrize(
    ("language", "day"),
    [("de", "am Sonntag, 20. Dezember."), ("de_du", "am Sonntag, 20. Dezember.")],
)
async def test_a_far_day_is_named_with_its_date(house: House, language: str, day: str) -> None:
    weber, client = await pair(house, language)
    await leave(house, weber, "24.11.-18.12.")
    await house.say(client, "/checkin")
    await house.tap(client, "5")
    for _ in range(3):
        await house.tap(client, "Überspringen")
    assert day in client.last


async def test_a_leave_entered_when_the_digest_was_due_already_does_not_hold_it_back(
    house: House,
) -> None:
    weber, client = await pair(house)
    await house.say(client, "/topic due already")
    await house.travel(to=SUNDAY - timedelta(minutes=5))
    house.jump(by=timedelta(hours=2))
    weber.say("/session leave 29.11.-18.12.")
    mark = weber.mark
    await house.settle()
    await house.tap(weber, WAITS)
    await house.travel(by=timedelta(hours=1))
    (said,) = digests(weber, mark)
    assert "due already" in said


async def test_a_cut_off_before_the_leave_was_entered_stays_one(house: House) -> None:
    weber, _ = await pair(house)
    await house.travel(to=SUNDAY + timedelta(hours=1))
    await leave(house, weber, "29.11.-18.12.")
    stored = await house.stored(weber)
    assert await house.work(lambda work: last_cut_off(work, stored)) == SUNDAY
    assert await house.work(lambda work: next_cut_off(work, stored)) == AFTER


async def test_a_digest_day_at_either_edge_belongs_to_the_leave(house: House) -> None:
    weber, client = await pair(house)
    await leave(house, weber, "29.11.-6.12.")
    await house.say(client, "/topic at the edge")
    mark = weber.mark
    await house.travel(to=SUNDAY + 8 * DAY)
    assert digests(weber, mark) == []
    await house.travel(to=SUNDAY + 14 * DAY)
    assert len(digests(weber, mark)) == 1


async def test_two_leaves_that_overlap_wait_until_both_are_over(house: House) -> None:
    weber, _ = await pair(house)
    await leave(house, weber, "24.11.-5.12.")
    await leave(house, weber, "3.12.-18.12.")
    mark = weber.mark
    await house.travel(to=AFTER - timedelta(minutes=1))
    assert digests(weber, mark) == []
    await house.travel(to=AFTER)
    assert len(digests(weber, mark)) == 1


async def test_who_is_back_early_gets_the_next_digest_and_what_has_passed_stays(
    house: House,
) -> None:
    weber, client = await pair(house)
    await house.say(weber, "/session A.B. every tue 15:00")
    await house.tap(weber, "Yes, that is right")
    await leave(house, weber)
    await house.travel(to=SUNDAY + 8 * DAY)
    await house.say(client, "/topic while away")
    await house.say(weber, "/session")
    await house.tap(weber, "Leave 30 Nov – 18 Dec …")
    mark = weber.mark
    (said,) = await house.tap(weber, "I am back")
    assert "Your next digest is made on Sunday 13 December, 18:00." in said
    held = "SELECT starts_at, state FROM therapy_sessions ORDER BY starts_at"
    assert [state for at, state in await house.rows(held) if "12-01" <= at[5:10] <= "12-15"] == [
        "cancelled",
        "planned",
        "planned",
    ]
    await house.travel(to=SUNDAY + 13 * DAY)
    assert digests(weber, mark) == []
    assert any("Here is what waits." in text for text in texts(weber.heard(mark)))
    await house.travel(to=SUNDAY + 14 * DAY)
    (digest,) = digests(weber, mark)
    assert "while away" in digest


async def test_one_message_on_the_first_morning_says_what_waits(house: House) -> None:
    weber, _ = await pair(house)
    await leave(house, weber)
    await house.travel(to=datetime(2026, 12, 19, 6, 59, tzinfo=UTC))
    mark = weber.mark
    await house.travel(to=datetime(2026, 12, 19, 7, 1, tzinfo=UTC))
    (said,) = texts(weber.heard(mark))
    assert said.startswith("You were away from Mon 30 Nov to Fri 18 Dec. Here is what waits.")
    assert "Your next digest is made on Sunday 20 December, 18:00" in said
    assert "The digest of Sunday 29 November has not been marked as read yet." in said
    assert said.endswith("No message about hard words is open.")
    mark = weber.mark
    await house.travel(by=DAY)
    assert texts(weber.heard(mark)) == []


async def test_a_day_off_is_not_followed_by_a_message(house: House) -> None:
    weber, _ = await pair(house)
    await leave(house, weber, "24.11.", button="Yes, these days are off")
    mark = weber.mark
    await house.travel(by=3 * DAY)
    assert texts(weber.heard(mark)) == []


async def test_days_away_are_no_days_unread(house: House) -> None:
    weber, client = await pair(house)
    await leave(house, weber)
    await house.say(client, "/topic nobody has read this")
    await house.travel(to=SUNDAY + timedelta(hours=1))
    mark = client.mark
    await house.travel(to=SUNDAY + 15 * DAY)
    (told,) = [text for text in texts(client.heard(mark)) if "Nobody has marked" in text]
    assert "I do not ask whether" not in told
    marked = "SELECT count(*) FROM digests WHERE unread_told_at IS NOT NULL"
    assert await house.rows(marked) == [(0,)]
    # 19 days of leave later the two weeks are over: eleven days since, and one before
    await house.travel(to=SUNDAY + 32 * DAY)
    assert await house.rows(marked) == [(0,)]
    await house.travel(to=SUNDAY + 34 * DAY)
    assert await house.rows(marked) == [(1,)]


async def test_a_minute_in_two_leaves_is_left_out_once(house: House) -> None:
    weber, _ = await pair(house)
    await leave(house, weber, "24.11.-18.12.")
    await leave(house, weber, "26.11.-27.11.", button="Yes, these days are off")
    await leave(house, weber, "3.12.-6.12.")
    stored = await house.stored(weber)
    since, now = (datetime(2026, *day, 23, tzinfo=UTC) for day in ((11, 22), (12, 19)))
    waited = await house.work(lambda work: on_leave.time_waited(work.tx, stored, since, now))
    assert waited == 2 * DAY  # the 23rd of November and the 19th of December, from midnight
    assert await house.forge(weber, "va:2") != ["This button is no longer current."]


async def test_clients_are_told_once_where_the_therapist_wants_that(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leave_telling, "AT_ONCE", 1)
    weber, client = await pair(house)
    paused = await house.client(weber, "C.D.", "de_du")
    await house.say(paused, "/pause")
    await leave(house, weber)
    mark, other = client.mark, paused.mark
    (shown,) = await house.tap(weber, "Tell my clients …")
    assert shown.startswith("2 clients would read")
    assert texts(client.heard(mark)) == []
    await house.tap(weber, "Tell them")
    (told,) = texts(client.heard(mark))
    assert told == (
        "There is something here for you to read.\n\n"
        "Dr. Weber is away from Monday, 30 November to Friday, 18 December. The questions between "
        "the sessions come as before. Dr. Weber gets what you tell here in these days with "
        "the weekly summary of Sunday, 20 December.\n\n"
        "Nobody watches this chat. If you need somebody, turn to the people there now; /crisis "
        "shows this at any time.\n\nNumbers of this town: 112."
    )
    (told,) = texts(paused.heard(other))
    assert "Die Fragen zwischen den Sitzungen" not in told and "wende dich" in told
    assert not any("Tell my clients" in row[0] for row in weber.labels)
    assert await house.forge(weber, "vc:1") == ["This button is no longer current."]
    mark = client.mark
    await house.travel(by=2 * DAY)
    assert not any("is away" in text for text in texts(client.heard(mark)))


async def test_clients_who_were_told_learn_that_it_has_changed(house: House) -> None:
    weber, client = await pair(house)
    await leave(house, weber)
    await house.tap(weber, "Tell my clients …")
    await house.tap(weber, "Tell them")
    await house.travel(by=timedelta(minutes=5))
    later = await house.client(weber, "C.D.")
    mark, other = client.mark, later.mark
    (said,) = await house.tap(weber, "Take it back")
    assert "Your clients, who were told, are told that this has changed." in said
    (told,) = texts(client.heard(mark))
    assert "Dr. Weber is not away from Monday, 30 November to Friday, 18 December after all" in told
    assert texts(later.heard(other)) == []


async def test_nobody_is_told_at_night(house: House) -> None:
    weber, client = await pair(house)
    await house.travel(to=datetime(2026, 11, 23, 22, tzinfo=UTC))
    await leave(house, weber)
    await house.tap(weber, "Tell my clients …")
    mark = client.mark
    await house.tap(weber, "Tell them")
    assert texts(client.heard(mark)) == []
    await house.travel(to=datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert any("is away" in text for text in texts(client.heard(mark)))


@pytest.mark.promise("P5b")
async def test_a_leave_is_in_its_owners_hand_only(house: House) -> None:
    weber, client = await pair(house)
    await leave(house, weber)
    kern = await house.therapist("Dr. Kern")
    await house.client(kern, "A.B.")
    mark = client.mark
    for forged in ("va:1", "vb:1", "vc:1", "vd:1:2", "ve:1:yes", "dx:1"):
        assert await house.forge(kern, forged) == ["This button is no longer current."], forged
    assert texts(client.heard(mark)) == []
    mark = kern.mark
    await house.travel(to=AFTER)
    assert len(digests(kern, mark)) == 4  # a leave of one is none of the other's
