"""Therapy sessions by button: the coming days, one moved, called off or not held, days off, and the
list in the evening.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Person
from bot.services.planning import plans
from bot.services.work.unit_of_work import Work
from storage.store import Tx
from tests.support.house import House

CONFIRM = "Yes, that is right"
WITHDRAWN = (
    "By what Dr. Weber has noted, this session did not take place. Nothing is asked about it."
)


async def regular(house: House, weber: Person, alias: str = "A.B.", at: str = "tue 15:00") -> None:
    await house.say(weber, f"/session {alias} every {at}")
    await house.tap(weber, CONFIRM)


async def pair(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    client = await house.client(weber)
    await regular(house, weber)
    return weber, client


async def states(house: House) -> dict[str, str]:
    rows = await house.rows("SELECT starts_at, state FROM therapy_sessions ORDER BY starts_at")
    return {starts_at[5:16]: state for starts_at, state in rows}


async def to_evening(house: House, day: int = 24, hour: int = 18) -> None:
    """To 19:00 in Berlin, or another hour of UTC."""
    await house.travel(to=datetime(2026, 11, day, hour, tzinfo=UTC))


async def test_the_coming_days_are_a_list_with_buttons(house: House) -> None:
    weber, _ = await pair(house)
    await house.client(weber, "C.D.")
    await regular(house, weber, "C.D.", "thu 9:00")
    (said,) = await house.say(weber, "/session")
    assert said == (
        "Therapy sessions today and in the coming week. A tap opens one.\n\n"
        "Tuesday 24 November\n• 15:00 A.B. (still to come)\n"
        "Thursday 26 November\n• 09:00 C.D. (still to come)"
    )
    assert weber.labels == [
        ["Tue 15:00 A.B.", "Thu 09:00 C.D."],
        ["One just ended …", "Days off …"],
    ]
    await house.tap(weber, "One just ended …")
    (said,) = await house.tap(weber, "C.D.")
    assert said.startswith("Recorded: C.D., Mon 23 Nov, 08:10.")


async def test_one_is_moved_with_taps_and_its_questions_move_along(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session")
    (said,) = await house.tap(weber, "Tue 15:00 A.B.")
    assert said.startswith("A.B.: therapy session on Tuesday 24 November, 15:00, 50 minutes.")
    assert "The next questions that belong to it go out" in said
    await house.tap(weber, "It has moved …")
    await house.tap(weber, "Wed 25 Nov")
    (said,) = await house.tap(weber, "+1 h")
    assert said == "A.B.: from Tue 24 Nov, 15:00 to Wed 25 Nov, 16:00?"
    assert (await states(house))["11-24T14:00"] == "planned"
    said, toast = await house.tap(weber, "Yes, it has moved there")
    assert "Moved to Wed 25 Nov, 16:00." in (said, toast)
    assert (await states(house))["11-25T15:00"] == "planned"
    due = "SELECT due_at FROM occurrences WHERE slot = 'session-1' AND state = 'planned'"
    assert (await house.rows(due))[0][0].startswith("2026-11-25T17:50")
    await house.tap(weber, "‹ Back")
    assert ["Wed 16:00 A.B."] in weber.labels


async def test_onto_another_one_of_the_client_it_does_not_move(house: House) -> None:
    weber, _ = await pair(house)
    second = datetime(2026, 12, 1, 14, 10, tzinfo=UTC)
    minute = int(second.timestamp()) // 60
    assert await house.forge(weber, f"sv:1:{minute}:0") == [
        "A therapy session with A.B. around that time is recorded already."
    ]
    assert (await states(house))["11-24T14:00"] == "planned"


async def test_one_is_called_off_and_holds_after_all(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session")
    await house.tap(weber, "Tue 15:00 A.B.")
    assert ["They did not come"] not in weber.labels
    (said,) = await house.tap(weber, "It was called off")
    assert said.endswith("It does not count, and nothing is asked about it.")
    planned = "SELECT count(*) FROM occurrences WHERE slot = 'session-1' AND state = 'planned'"
    assert await house.rows(planned) == [(0,)]
    await house.tap(weber, "It does count after all")
    assert (await states(house))["11-24T14:00"] == "planned"
    assert await house.rows(planned) != [(0,)]


async def test_the_list_in_the_evening_comes_once_silently_on_days_with_sessions(
    house: House,
) -> None:
    weber, _ = await pair(house)
    mark = weber.mark
    await to_evening(house, hour=17)
    assert weber.heard(mark) == []
    await house.travel(by=timedelta(hours=1, minutes=1))
    (entry,) = weber.heard(mark)
    assert entry.text == (
        "Your therapy sessions on Tuesday 24 November. They count as held; tap one that was not."
        " Where all is right, nothing needs to be done.\n\n• 15:00 A.B."
    )
    assert next(each for each in weber.screen if each.text == entry.text).silent
    assert weber.labels == [["15:00 A.B."], ["When this list comes …"]]
    await house.travel(to=datetime(2026, 11, 28, 20, tzinfo=UTC))
    assert [each.text[:30] for each in weber.heard(mark)] == [entry.text[:30]]


async def test_not_held_in_the_evening_withdraws_the_open_question(house: House) -> None:
    weber, client = await pair(house)
    await to_evening(house)
    assert "How comfortable did you feel" in client.last
    mark = client.mark
    await house.tap(weber, "15:00 A.B.")
    (said,) = await house.tap(weber, "They did not come")
    assert "A.B. had an open question about it. It is withdrawn" in said
    assert [entry.text for entry in client.heard(mark)] == [WITHDRAWN]
    assert ["We did not meet"] not in client.labels
    assert (await states(house))["11-24T14:00"] == "no_show"
    await house.tap(weber, "‹ Back")
    assert weber.last.endswith("\n\n• 15:00 A.B.: not held")
    # no reminder follows
    await house.travel(by=timedelta(hours=12))
    assert not any("comfortable" in entry.text for entry in client.heard(mark))


async def test_a_withdrawn_question_comes_again_once_the_session_holds_after_all(
    house: House,
) -> None:
    weber, client = await pair(house)
    await to_evening(house)
    await house.tap(weber, "15:00 A.B.")
    await house.tap(weber, "They did not come")
    mark = client.mark
    await house.tap(weber, "It does count after all")
    asked = [entry.text for entry in client.heard(mark) if "comfortable" in entry.text]
    assert len(asked) == 1 and (await states(house))["11-24T14:00"] == "happened"
    await house.tap(client, "8")
    await house.tap(weber, "They did not come")
    mark = client.mark
    await house.tap(weber, "It does count after all")
    await house.travel(by=timedelta(hours=20))
    assert client.heard(mark) == [], "what was answered is not asked twice"
    one = "SELECT count(*) FROM check_ins WHERE occurrence_id IS NOT NULL AND flow_id = "
    assert await house.rows(f"{one}'after-session'") == [(1,)]


async def test_not_held_after_answers_says_truly_that_they_stay(house: House) -> None:
    weber, client = await pair(house)
    await to_evening(house)
    await house.tap(client, "8")
    mark = client.mark
    await house.tap(weber, "15:00 A.B.")
    (said,) = await house.tap(weber, "They did not come")
    assert "A.B. has answered questions about it already. These answers stay" in said
    assert (
        "Nothing more is asked about it; what was answered is kept." in client.heard(mark)[0].text
    )
    assert await house.rows("SELECT count(*) FROM answers WHERE step_id = 'ease'") == [(1,)]


async def test_before_it_was_asked_nothing_comes_and_nobody_is_told(house: House) -> None:
    weber, client = await pair(house)
    await house.travel(to=datetime(2026, 11, 24, 16, tzinfo=UTC))
    mark = client.mark
    await house.say(weber, "/session")
    await house.tap(weber, "Tue 15:00 A.B.")
    (said,) = await house.tap(weber, "They did not come")
    assert "withdrawn" not in said and "answered" not in said
    await house.travel(by=timedelta(hours=20))
    assert client.heard(mark) == []


async def test_what_the_client_said_is_told_apart_and_stands(house: House) -> None:
    weber, client = await pair(house)
    await house.travel(to=datetime(2026, 11, 24, 17, tzinfo=UTC))
    await house.tap(client, "We did not meet")
    await house.tap(client, "It did not take place")
    (said,) = await house.say(weber, "/session")
    assert "15:00 A.B." not in said.partition("Tuesday 1 December")[0]
    await house.client(weber, "C.D.")
    await house.say(weber, "/session C.D. 24.11. 10:00")
    await to_evening(house)
    assert "• 15:00 A.B.: did not take place, A.B. says here" in weber.last
    (said,) = await house.tap(weber, "15:00 A.B.")
    assert "A.B. said here that it did not take place." in said
    assert weber.labels == [["‹ Back"]]
    assert await house.forge(weber, "sm:1:0:holds") == ["This button is no longer current."]


async def test_the_hour_is_chosen_in_the_list_itself(house: House) -> None:
    weber, _ = await pair(house)
    await to_evening(house)
    await house.tap(weber, "When this list comes …")
    assert weber.labels[0] == ["16:00", "17:00", "18:00"]
    assert weber.labels[1] == ["✓ 19:00", "20:00", "21:00"]
    await house.tap(weber, "21:00")
    assert weber.labels[1] == ["19:00", "20:00", "✓ 21:00"]
    mark = weber.mark
    await house.travel(to=datetime(2026, 12, 1, 19, 30, tzinfo=UTC))
    assert not any("Tuesday 1 December" in entry.text for entry in weber.heard(mark))
    await house.travel(to=datetime(2026, 12, 1, 20, 1, tzinfo=UTC))
    assert "Tuesday 1 December" in weber.last
    await house.tap(weber, "When this list comes …")
    await house.tap(weber, "No list in the evening")
    mark = weber.mark
    await house.travel(to=datetime(2026, 12, 9, 8, tzinfo=UTC))
    assert not any("They count as held" in entry.text for entry in weber.heard(mark))


async def test_days_off_for_all_call_sessions_off_and_give_them_back(house: House) -> None:
    weber, client = await pair(house)
    await house.client(weber, "C.D.")
    await regular(house, weber, "C.D.", "thu 9:00")
    await house.say(weber, "/session")
    await house.tap(weber, "Days off …")
    await house.tap(weber, "Tue 24 Nov")
    (said,) = await house.tap(weber, "Mon 7 Dec (14 d)")
    assert said == (
        "Off from Tuesday 24 November to Monday 7 December, for all your clients?\n\n"
        "4 therapy sessions fall away by it.\n\n"
        "2 digests can wait, from that of Sunday 29 November on: the one of Sunday 13 December "
        "then covers all the time. Words that led to the crisis card wait with it where no message "
        "at once was agreed; /digest shows them at any time."
    )
    assert "cancelled" not in (await states(house)).values()
    (said,) = await house.tap(weber, "Yes, digests come as ever")
    assert "4 therapy sessions fall away" in said
    found = await states(house)
    assert [day for day, state in found.items() if state == "cancelled"] == [
        "11-24T14:00",
        "11-26T08:00",
        "12-01T14:00",
        "12-03T08:00",
    ]
    mark = client.mark
    await to_evening(house, hour=19)
    assert "They count as held" not in weber.last
    assert client.heard(mark) == []
    (said,) = await house.say(weber, "/session")
    assert "Off: Tue 24 Nov to Mon 7 Dec, for all clients" in said
    await house.tap(weber, "Leave 24 Nov – 7 Dec …")
    await house.tap(weber, "Take it back")
    found = await states(house)
    # what has passed stays called off
    assert [day for day, state in found.items() if state == "cancelled"] == ["11-24T14:00"]
    planned = "SELECT count(*) FROM occurrences WHERE slot = 'session-2' AND state = 'planned'"
    assert await house.rows(planned) != [(0,)]
    assert await house.forge(weber, "dx:1") == ["This button is no longer current."]


async def test_days_off_of_one_client_in_words_also_far_ahead(house: House) -> None:
    weber, _ = await pair(house)
    await house.client(weber, "C.D.")
    await regular(house, weber, "C.D.", "tue 9:00")
    (said,) = await house.say(weber, "/session A.B. holiday 20.12.-10.1.")
    assert said == (
        "Off from Sunday 20 December to Sunday 10 January, for A.B.?\n\n"
        "3 therapy sessions fall away by it."
    )
    await house.tap(weber, "Yes, these days are off")
    await house.travel(to=datetime(2026, 12, 21, 8, tzinfo=UTC))
    mine = "SELECT starts_at, state FROM therapy_sessions WHERE care_id = 1 ORDER BY starts_at"
    late = [(start[5:10], state) for start, state in await house.rows(mine) if start > "2026-12-20"]
    assert late == [
        ("12-22", "cancelled"),
        ("12-29", "cancelled"),
        ("01-05", "cancelled"),
        ("01-12", "planned"),
    ]
    other = "SELECT count(*) FROM therapy_sessions WHERE care_id = 2 AND state = 'cancelled'"
    assert await house.rows(other) == [(0,)]
    await house.say(weber, "/session")
    await house.tap(weber, "Undo: 20 Dec – 10 Jan")
    late = [(start[5:10], state) for start, state in await house.rows(mine) if start > "2026-12-20"]
    assert {state for _, state in late} == {"planned"}


WRITTEN = [
    ("holiday 21.12.-3.1.", "Off from Monday 21 December to Sunday 3 January, for all"),
    ("holiday 21.12. - 3.1.", "Off from Monday 21 December to Sunday 3 January, for all"),
    ("away from 21 dec to 3 jan", "Off from Monday 21 December to Sunday 3 January, for all"),
    ("urlaub vom 21.12. bis 3.1.", "Off from Monday 21 December to Sunday 3 January, for all"),
    ("off 24.12.", "Off from Thursday 24 December to Thursday 24 December, for all"),
    ("off until 14 Dec", "Off from Monday 23 November to Monday 14 December, for all"),
    ("urlaub bis 14.12.", "Off from Monday 23 November to Monday 14 December, for all"),
    ("off tomorrow", "Off from Tuesday 24 November to Tuesday 24 November, for all"),
    ("holiday", "I could not read these days."),
    ("holiday soon", "I could not read these days."),
    ("holiday 21.12.-3.1.-5.1.", "I could not read these days."),
    ("holiday 1.11.-3.11.", "I could not read these days."),
]


async def test_days_off_as_people_write_them(house: House) -> None:
    weber, _ = await pair(house)
    for typed, says in WRITTEN:
        (said,) = await house.say(weber, f"/session {typed}")
        assert said.startswith(says), typed


async def test_overlapping_days_off_hold_until_the_last_is_taken_back(house: House) -> None:
    weber, _ = await pair(house)
    for words in ("holiday 1.12.-2.12.", "A.B. holiday 30.11.-4.12."):
        await house.say(weber, f"/session {words}")
        await house.tap(weber, "Yes, these days are off")
    assert (await states(house))["12-01T14:00"] == "cancelled"
    planned = "SELECT count(*) FROM occurrences WHERE slot = 'session-2' AND state = 'planned'"
    await house.forge(weber, "dx:1")
    assert (await states(house))["12-01T14:00"] == "cancelled"
    assert await house.rows(planned) == [(0,)]
    await house.forge(weber, "dx:2")
    assert (await states(house))["12-01T14:00"] == "planned"
    assert await house.rows(planned) != [(0,)]


async def test_one_that_is_entered_for_a_day_off_is_meant(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session holiday 1.12.-2.12.")
    await house.tap(weber, "Yes, these days are off")
    await house.say(weber, "/session A.B. 2.12. 10:00")
    assert (await states(house))["12-02T09:00"] == "planned"
    await house.travel(by=timedelta(days=1))
    assert (await states(house))["12-02T09:00"] == "planned"


async def test_a_large_caseload_has_pages_and_a_search_and_hides_nobody(house: House) -> None:
    weber = await house.therapist()
    for first in (0, 20):
        weber.say("/invite " + ", ".join(f"P{first + number:02}" for number in range(20)))
    await house.settle()
    (said,) = await house.say(weber, "/client")
    assert said.endswith("Page 1 of 2.")
    seen = [label for row in weber.labels for label in row]
    assert seen[:2] == ["P00", "P01"] and seen[-1] == "More ›"
    await house.tap(weber, "More ›")
    more = [label for row in weber.labels for label in row]
    assert more[-1] == "‹ Before"
    assert sorted({*seen, *more} - {"More ›", "‹ Before"}) == [f"P{n:02}" for n in range(40)]
    (said,) = await house.say(weber, "/client p3")
    assert [label for row in weber.labels for label in row] == [f"P{n}" for n in range(30, 40)]
    (said,) = await house.say(weber, "/client p")
    assert said.endswith("16 more begin like this. Please write more of the alias.")
    assert await house.forge(weber, "pe:9:card")
    assert "‹ Before" in weber.labels[-1]
    assert await house.forge(weber, "pe:0:nothing") == ["This button is no longer current."]


@pytest.mark.promise("P5b")
async def test_another_therapists_sessions_are_out_of_reach(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. holiday 1.12.-2.12.")
    await house.tap(weber, "Yes, these days are off")
    kern = await house.therapist("Dr. Kern")
    before = await states(house)
    for forged in (
        *("so:1:0", "sm:1:0:cancelled", "sd:1:0", "sw:1:29931240:0", "sv:1:29931240:0"),
        *("do:1", "df:1:739950", "du:1:739950:3", "dk:1:739950:3", "dx:1", "ri:1"),
    ):
        assert await house.forge(kern, forged) == ["This button is no longer current."], forged
    await house.forge(kern, "sq:739944")
    assert kern.last == "There is no therapy session on Tuesday 24 November."
    assert await states(house) == before
    # days off of one therapist are none of the other's
    await house.client(kern, "A.B.")
    await regular(house, kern)
    await house.say(kern, "/session holiday 1.12.-20.12.")
    await house.tap(kern, "Yes, digests come as ever")
    mine = "SELECT count(*) FROM therapy_sessions WHERE care_id = 1 AND state = 'cancelled'"
    assert await house.rows(mine) == [(1,)]


async def test_days_off_of_one_client_leave_the_evening_to_the_others(house: House) -> None:
    weber, _ = await pair(house)
    await house.client(weber, "C.D.")
    await regular(house, weber, "C.D.", "tue 9:00")
    await house.client(weber, "E.F.", agrees=False)
    await regular(house, weber, "E.F.", "tue 11:00")
    await house.say(weber, "/session A.B. holiday 24.11.-25.11.")
    await house.tap(weber, "Yes, these days are off")
    await to_evening(house)
    # nothing depends on a session with somebody who has not agreed yet
    assert weber.last.endswith("nothing needs to be done.\n\n• 09:00 C.D.")


async def test_only_the_questions_about_that_session_are_withdrawn(house: House) -> None:
    weber, client = await pair(house)
    await house.say(client, "/checkin")
    await house.travel(to=datetime(2026, 11, 24, 15, tzinfo=UTC))
    mark = client.mark
    await house.forge(weber, "sm:1:0:no_show")
    assert (await states(house))["11-24T14:00"] == "no_show"
    assert client.heard(mark) == []
    assert await house.rows("SELECT status FROM check_ins") == [("open",)]


async def test_what_is_still_to_come_cannot_have_been_missed(house: House) -> None:
    weber, _ = await pair(house)
    stale = ["This button is no longer current."]
    assert await house.forge(weber, "sm:1:0:no_show") == stale
    assert await house.forge(weber, "sm:1:0:holds") == stale
    assert await house.forge(weber, "sm:1:0:nothing") == stale
    assert (await states(house))["11-24T14:00"] == "planned"


async def test_a_therapist_who_lives_by_another_clock_takes_the_wall_time_along(
    house: House,
) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. move wed 10:00")
    person, now = await house.stored(weber), house.clock.now()

    def decide(tx: Tx) -> None:
        plans.change_zone(Work(tx, house.app.practice, now, "cli"), person, "Europe/Lisbon")

    await house.app.store.write(decide)
    await house.settle()
    assert list(await states(house)) == [
        "11-25T09:00",  # by hand: that very moment was agreed
        *("12-01T15:00", "12-08T15:00", "12-15T15:00"),
    ]


async def test_days_off_bring_nothing_back_of_a_regular_time_that_has_ended(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session holiday 1.12.-2.12.")
    await house.tap(weber, "Yes, these days are off")
    await house.forge(weber, "rf:1")
    await house.forge(weber, "dx:1")
    assert "planned" not in (await states(house)).values()
