"""A check-in's times: when it comes, waits, reminds, lapses or does not come at all, and why."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox import Fault, Person
from bot.sandbox.ledger import Entry
from bot.services.flow_files.publishing import Source, check, publish
from tests.support.house import House, open_house, plain

WEDNESDAY = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
"""18:00 in Berlin."""
WEEK = "How has your week been so far?"
EASE = "How comfortable did you feel with Dr. Weber?"
REMINDER = "A reminder, in case it slipped by."
CRISIS = {"crisis": {"en": "112", "de": "112", "de_du": "112"}}


OPENINGS = {
    "en": (
        "There is something here to answer, when you have a moment.",
        "A reminder, in case it slipped by. Skipping is fine, too.",
    ),
    "de": (
        "Hier gibt es etwas zu beantworten, wenn Sie einen Moment haben.",
        "Eine Erinnerung, falls es untergegangen ist. Überspringen ist auch in Ordnung.",
    ),
    "de_du": (
        "Hier gibt es etwas zu beantworten, wenn du einen Moment hast.",
        "Eine Erinnerung, falls es untergegangen ist. Überspringen ist auch in Ordnung.",
    ),
}
LOCK_SCREEN = {
    "en": "a long preview can show the question below it, also with a name in it",
    "de": "eine lange Vorschau kann aber die Frage darunter zeigen, auch mit einem Namen darin",
    "de_du": "eine lange Vorschau kann aber die Frage darunter zeigen, auch mit einem Namen darin",
}


async def pair(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    return weber, await house.client(weber, "A.B.")


def asked(client: Person, text: str) -> list[Entry]:
    """The messages in which the bot asked this, or reminded of what it had asked."""
    return [
        e
        for e in client.ledger
        if e.kind == "sent" and (text in e.text or e.text.startswith(REMINDER))
    ]


async def occurrences(house: House, flow: str = "mid-week") -> list[tuple[str, str | None]]:
    """State and reason of a flow's occurrences that are not planned any more."""
    return await house.rows(
        "SELECT state, reason FROM occurrences"
        f" WHERE flow_id = '{flow}' AND state != 'planned' ORDER BY due_at"
    )


@pytest.mark.promise("P3a")
async def test_the_weekly_check_in_comes_on_the_minute(house: House) -> None:
    _, client = await pair(house)
    await house.travel(to=WEDNESDAY - timedelta(seconds=1))
    assert asked(client, WEEK) == []
    await house.travel(to=WEDNESDAY)
    assert [e.at for e in asked(client, WEEK)] == [WEDNESDAY]


@pytest.mark.promise("P6d")
@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_what_comes_unasked_begins_with_a_line_for_any_lock_screen(
    house: House, language: str
) -> None:
    """First questions and reminders alike; the consent says what a long preview still shows."""
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language, reads=True)
    assert any(LOCK_SCREEN[language] in entry.text for entry in client.ledger)  # the consent
    mark = client.mark
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(days=9))
    unasked = [entry.text for entry in client.heard(mark) if entry.kind == "sent"]
    assert len(unasked) >= 4
    opening, reminder = OPENINGS[language]
    assert {text.splitlines()[0] for text in unasked} == {opening, reminder}
    assert any("Dr. Weber" in text for text in unasked)  # so the line is what keeps it discreet


async def test_what_was_asked_for_begins_with_the_question(house: House) -> None:
    _, client = await pair(house)
    assert (await house.say(client, "/checkin"))[-1].startswith(WEEK)


async def test_a_reminder_then_the_end_then_the_next_week(house: House) -> None:
    _, client = await pair(house)
    await house.travel(to=WEDNESDAY + timedelta(days=8))
    seen = asked(client, WEEK)
    assert [e.at for e in seen] == [
        WEDNESDAY,
        WEDNESDAY + timedelta(hours=24),
        WEDNESDAY + timedelta(days=7),
        WEDNESDAY + timedelta(days=8),
    ]
    assert [e.text.startswith(REMINDER) for e in seen] == [False, True, False, True]
    assert await house.rows("SELECT status FROM check_ins") == [("expired",), ("open",)]
    # a button of the lapsed one is explained
    first = next(m for m in client.screen if WEEK in m.text)
    client.tap_data(first, "a:1:0:7")
    await house.settle()
    assert "These questions are closed." in [e.text for e in client.ledger if e.kind == "toast"]


async def test_an_answer_ends_the_reminders_and_idling_ends_the_check_in(house: House) -> None:
    _, client = await pair(house)
    await house.travel(to=WEDNESDAY)
    await house.tap(client, "7")
    await house.travel(by=timedelta(hours=23))
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]
    await house.travel(by=timedelta(hours=1))
    assert await house.rows("SELECT status FROM check_ins") == [("expired",)]
    assert not any(REMINDER in e.text for e in client.heard())
    assert await house.rows("SELECT step_id FROM answers") == [("week",)]


@pytest.mark.promise("P3b")
async def test_nobody_is_written_to_in_quiet_hours(house: House) -> None:
    weber, client = await pair(house)
    await house.travel(to=datetime(2026, 11, 23, 19, 0, tzinfo=UTC))
    await house.say(weber, "/session A.B.")
    mark = client.mark
    await house.travel(to=datetime(2026, 11, 24, 6, 59, tzinfo=UTC))
    assert client.heard(mark) == []
    await house.travel(by=timedelta(minutes=1))
    assert EASE in client.last
    # 6 hours later is the first reminder, 24 the second; none at night
    await house.travel(by=timedelta(days=2))
    quiet = [e for e in client.heard() if not time(7) <= e.at.time() < time(20, 30)]
    assert quiet == []
    assert len(asked(client, EASE)) == 3


async def test_two_reminders_put_off_to_the_same_morning_are_one(
    furnished: Path, tmp_path: Path
) -> None:
    """Both fall into quiet hours: they neither collide nor come twice."""
    practice = {"quiet_from": "16:00", "quiet_until": "15:30"}
    async with open_house(tmp_path, furnished, practice=practice | CRISIS) as house:
        weber, client = await pair(house)
        await house.travel(to=datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
        await house.say(weber, "/session A.B.")
        await house.travel(to=datetime(2026, 11, 26, 16, 0, tzinfo=UTC))
        seen = asked(client, EASE)
        assert {e.at.time() for e in seen} == {time(14, 30)}
        assert len({e.at for e in seen}) == len(seen) == 2


async def test_answers_in_quiet_hours_go_on_at_once(house: House) -> None:
    _, client = await pair(house)
    await house.travel(to=datetime(2026, 11, 23, 22, 0, tzinfo=UTC))
    (said,) = await house.say(client, "/checkin")
    assert WEEK in said
    await house.tap(client, "7")
    assert "went well" in client.last


@pytest.mark.promise("P3c")
async def test_too_late_for_its_window_is_missed(house: House) -> None:
    _, client = await pair(house)
    await house.travel(to=WEDNESDAY - timedelta(hours=1))
    house.jump(by=timedelta(hours=14))
    await house.settle()
    assert asked(client, WEEK) == []
    assert await occurrences(house) == [("missed", "window_over")]


async def test_late_within_its_window_it_still_comes(house: House) -> None:
    _, client = await pair(house)
    await house.travel(to=WEDNESDAY - timedelta(hours=1))
    house.jump(by=timedelta(hours=3))
    await house.settle()
    assert len(asked(client, WEEK)) == 1


async def test_after_an_outage_one_reminder_speaks_for_all(house: House) -> None:
    weber, client = await pair(house)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    assert len(asked(client, EASE)) == 1
    house.jump(by=timedelta(hours=25))
    await house.settle()
    assert len(asked(client, EASE)) == 2


async def test_after_a_longer_outage_it_is_shown_once_more_and_the_end_waits(house: House) -> None:
    weber, client = await pair(house)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2))
    house.jump(by=timedelta(hours=49))
    await house.settle()
    assert len(asked(client, EASE)) == 2
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]


@pytest.mark.promise("P3e")
async def test_an_answer_given_during_an_outage_beats_the_end(house: House) -> None:
    weber, client = await pair(house)
    await house.say(weber, "/session A.B.")
    await house.travel(by=timedelta(hours=2 + 47))
    client.tap("8")
    house.jump(by=timedelta(hours=2))
    await house.settle()
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]
    assert "Did the session get to what matters" in client.last


@pytest.mark.promise("P3c")
async def test_a_first_question_that_could_not_leave_in_time_lapses(house: House) -> None:
    """It must not block what comes after it."""
    _, client = await pair(house)
    await house.travel(to=WEDNESDAY - timedelta(minutes=1))
    house.sandbox.faults.flood(14 * 3600, client.chat_id)
    await house.travel(to=WEDNESDAY + timedelta(hours=15))
    assert asked(client, WEEK) == []
    assert await house.rows("SELECT status FROM check_ins") == [("expired",)]
    (said,) = await house.say(client, "/checkin")
    assert WEEK in said


@pytest.mark.promise("P2d")
async def test_an_uncertain_question_is_asked_once_more_and_visibly(house: House) -> None:
    _, client = await pair(house)
    house.sandbox.faults.add(Fault("sendMessage", 502, when="after", chat_id=client.chat_id))
    await house.travel(to=WEDNESDAY + timedelta(hours=3))
    seen = asked(client, WEEK)
    assert [e.at - WEDNESDAY for e in seen] == [timedelta(), timedelta(minutes=20)]
    assert seen[1].text.startswith("In case the last question did not reach you")


@pytest.mark.promise("P2c")
async def test_a_tap_proves_that_an_uncertain_question_arrived(house: House) -> None:
    _, client = await pair(house)
    house.sandbox.faults.add(Fault("sendMessage", 502, when="after", chat_id=client.chat_id))
    await house.travel(to=WEDNESDAY)
    await house.tap(client, "7")
    await house.travel(by=timedelta(hours=3))
    assert len(asked(client, WEEK)) == 1
    assert await house.rows("SELECT count(*) FROM outbox WHERE state = 'uncertain'") == [(0,)]


async def test_a_refused_first_question_lapses_in_the_end(house: House) -> None:
    _, client = await pair(house)
    house.sandbox.faults.add(Fault("sendMessage", 400, chat_id=client.chat_id))
    await house.travel(to=WEDNESDAY + timedelta(days=2, hours=12))
    assert asked(client, WEEK) == []
    assert await house.rows("SELECT status FROM check_ins") == [("expired",)]


async def test_pausing_holds_back_reminders_and_what_was_planned(house: House) -> None:
    _, client = await pair(house)
    await house.travel(to=WEDNESDAY)
    await house.say(client, "/pause")
    await house.travel(by=timedelta(days=8))
    assert len(asked(client, WEEK)) == 1
    assert await occurrences(house) == [("opened", None), ("paused", "paused")]
    await house.say(client, "/resume")
    await house.travel(to=WEDNESDAY + timedelta(days=14))
    assert len(asked(client, WEEK)) == 2


@pytest.mark.promise("P2f")
async def test_another_open_check_in_makes_the_next_wait(house: House) -> None:
    weber, client = await pair(house)
    await house.travel(to=WEDNESDAY - timedelta(hours=1))
    await house.say(weber, "/session A.B.")
    await house.travel(to=WEDNESDAY + timedelta(hours=1))
    assert WEEK in client.last
    assert not any(EASE in e.text for e in client.heard())
    await house.tap(client, "7")
    for _ in range(3):
        await house.tap(client, "Skip")
    await house.travel(by=timedelta(minutes=1))
    assert EASE in client.last


async def test_waiting_past_the_window_is_missed_with_its_reason(house: House) -> None:
    weber, client = await pair(house)
    await house.travel(to=WEDNESDAY - timedelta(hours=1))
    await house.say(weber, "/session A.B.")
    await house.travel(to=WEDNESDAY + timedelta(days=1, hours=2))
    assert not any(EASE in e.text for e in client.heard())
    assert await occurrences(house, "after-session") == [("missed", "another_open")]


async def test_what_was_asked_for_thins_what_was_planned(house: House) -> None:
    _, client = await pair(house)
    await house.travel(to=WEDNESDAY - timedelta(hours=5))
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    for _ in range(3):
        await house.tap(client, "Skip")
    mark = client.mark
    await house.travel(to=WEDNESDAY + timedelta(hours=2))
    assert client.heard(mark) == []
    assert await occurrences(house) == [("opened", None), ("thinned", "already_answered")]


async def test_one_asked_for_days_before_thins_nothing(house: House) -> None:
    _, client = await pair(house)
    await house.say(client, "/checkin")
    for label in ("7", "Skip", "Skip", "Skip"):
        await house.tap(client, label)
    await house.travel(to=WEDNESDAY)
    assert WEEK in client.last


async def test_who_blocked_the_bot_is_not_written_to(house: House) -> None:
    _, client = await pair(house)
    client.block()
    await house.travel(to=WEDNESDAY + timedelta(days=1))
    assert await occurrences(house) == [("missed", "unreachable")]
    client.unblock()
    await house.settle()
    assert (await house.stored(client)).unreachable_at is None
    await house.travel(to=WEDNESDAY + timedelta(days=7))
    assert WEEK in client.last


async def test_a_question_that_met_the_block_can_be_seen_after_it(house: House) -> None:
    """The bot learns of a lost account only when it writes."""
    _, client = await pair(house)
    house.sandbox.faults.add(Fault("sendMessage", 403, chat_id=client.chat_id))
    await house.travel(to=WEDNESDAY)
    assert (await house.stored(client)).unreachable_at == WEDNESDAY
    (said,) = await house.say(client, "/start")
    assert WEEK in said
    assert (await house.stored(client)).unreachable_at is None
    assert await house.rows("SELECT count(*) FROM check_ins") == [(1,)]


async def test_words_after_a_block_answer_no_question_that_never_arrived(house: House) -> None:
    _, client = await pair(house)
    house.sandbox.faults.add(Fault("sendMessage", 403, chat_id=client.chat_id))
    await house.travel(to=WEDNESDAY)
    (said,) = await house.say(client, "7")
    assert said.startswith("The next question had not been asked yet")
    assert WEEK in said
    assert await house.rows("SELECT count(*) FROM answers") == [(0,)]
    await house.say(client, "7")
    assert await house.rows("SELECT count(*) FROM answers") == [(1,)]


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
async def test_the_check_in_comes_by_the_practices_wall_clock(
    furnished: Path, tmp_path: Path, zone: str
) -> None:
    async with open_house(tmp_path, furnished, practice=CRISIS | {"zone": zone}) as house:
        weber = await house.therapist(zone="Europe/Berlin")
        client = await house.client(weber)
        await house.travel(by=timedelta(days=4))
        (first, *_) = asked(client, WEEK)
        assert first.at.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") == "Wed 18:00"


@pytest.mark.promise("P8a")
async def test_a_new_version_of_a_flow_waits_for_the_next_check_in(house: House) -> None:
    _, client = await pair(house)
    await house.travel(to=WEDNESDAY)
    path = house.app.settings.flows.directory / "mid-week.toml"
    text = path.read_text("utf-8").replace(
        "What is one thing that went well, even a small one?", "What went well?"
    )
    checked = check([Source("mid-week.toml", text)])
    assert checked.is_good
    now = house.clock.now()
    changed = await house.app.store.write(
        lambda tx: publish(tx, checked, now=now, who="t", why="shorter")
    )
    assert changed == ("mid-week",)
    await house.tap(client, "7")
    assert plain(client.last) == "What is one thing that went well, even a small one?"
    for _ in range(3):
        await house.tap(client, "Skip")
    await house.travel(to=WEDNESDAY + timedelta(days=7))
    await house.tap(client, "6")
    assert plain(client.last) == "What went well?"
