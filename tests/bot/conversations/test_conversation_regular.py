"""A regular time: set once with taps or in words, therapy sessions come by themselves, and what
belongs to them moves along.
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import Person
from tests.support.house import House

CONFIRM = "Yes, that is right"


async def pair(house: House) -> tuple[Person, Person]:
    weber = await house.therapist()
    return weber, await house.client(weber)


async def regular(house: House, weber: Person, words: str = "every tue 15:00") -> str:
    """Set it in words; what was said last."""
    await house.say(weber, f"/session A.B. {words}")
    return (await house.tap(weber, CONFIRM))[-1]


async def sessions(house: House) -> list[tuple[str, str]]:
    rows = await house.rows("SELECT starts_at, state FROM therapy_sessions ORDER BY starts_at, id")
    return [(starts_at[:16], state) for starts_at, state in rows]


async def planned(house: House) -> list[str]:
    return [start for start, state in await sessions(house) if state == "planned"]


async def test_it_is_set_with_taps_from_the_card_and_shown_there(house: House) -> None:
    weber, client = await pair(house)
    await house.say(weber, "/client A.B.")
    (asked,) = await house.tap(weber, "Regular time …")
    assert asked.startswith("On which day does A.B. come?")
    assert weber.labels[0] == ["Mon", "Tue", "Wed", "Thu"]
    (asked,) = await house.tap(weber, "Tue")
    assert asked.startswith("A.B., Tuesday: at what time?")
    await house.tap(weber, "15:00")
    (shown,) = await house.tap(weber, "15 min later")
    assert shown == (
        "A.B.: every Tuesday, 15:15, 50 minutes. Is that right?\n\n"
        "The next three:\n• Tue 24 Nov, 15:15\n• Tue 1 Dec, 15:15\n• Tue 8 Dec, 15:15"
    )
    assert await house.rows("SELECT count(*) FROM regular_times") == [(0,)]
    assert await house.tap(weber, "✓ 50 min") == ["That is chosen already."]
    (said,) = await house.tap(weber, CONFIRM)
    assert said.startswith("Noted: A.B., every Tuesday, 15:15, 50 minutes.")
    assert await planned(house) == [
        f"2026-{day}T14:15" for day in ("11-24", "12-01", "12-08", "12-15")
    ]
    (card,) = await house.tap(weber, "‹ Back")
    assert "Regular time: every Tuesday, 15:15, 50 minutes." in card
    assert "The next therapy sessions:\n• Tue 24 Nov, 15:15\n• Tue 1 Dec, 15:15" in card
    # the questions follow each of them without another word
    await house.travel(to=datetime(2026, 11, 24, 17, 5, tzinfo=UTC))
    assert "How comfortable did you feel with Dr. Weber?" in client.last


IN_WORDS = [
    ("every tue 15:00", "every Tuesday, 15:00, 50", "Tue 24 Nov", "Tue 1 Dec"),
    ("weekly tuesday at 3 pm", "every Tuesday, 15:00, 50", "Tue 24 Nov", "Tue 1 Dec"),
    ("every 2 weeks tue 15:00", "two weeks on Tuesday, 15:00, 50", "Tue 24 Nov", "Tue 8 Dec"),
    ("every other wed 9:30", "two weeks on Wednesday, 09:30", "Wed 25 Nov", "Wed 9 Dec"),
    ("tue 15:00 every 2 weeks", "two weeks on Tuesday, 15:00", "Tue 24 Nov", "Tue 8 Dec"),
    ("every mon 8:00", "every Monday, 08:00, 50", "Mon 30 Nov", "Mon 7 Dec"),
    ("every tue 15:00 90 min", "every Tuesday, 15:00, 90", "Tue 24 Nov", "Tue 1 Dec"),
    ("every tue 15:00 from 8.12.", "every Tuesday, 15:00, 50", "Tue 8 Dec", "Tue 15 Dec"),
    ("every tue 15:00 from 9.12.", "every Tuesday, 15:00, 50", "Tue 15 Dec", "Tue 22 Dec"),
    ("jeden di 15:00", "every Tuesday, 15:00, 50", "Tue 24 Nov", "Tue 1 Dec"),
    ("alle 2 Wochen di um 15 Uhr", "two weeks on Tuesday", "Tue 24 Nov", "Tue 8 Dec"),
]


async def test_it_is_set_in_words(house: House) -> None:
    weber, _ = await pair(house)
    for words, line, first, second in IN_WORDS:
        (shown,) = await house.say(weber, f"/session A.B. {words}")
        assert line in shown.partition("Is that right?")[0], words
        moments = shown.partition("The next three:\n")[2].splitlines()
        assert moments[0].startswith(f"• {first}"), words
        assert moments[1].startswith(f"• {second}"), words


PARTLY = [
    "every",
    "every tue",
    "every 15:00",
    "every tue and thu 15:00",
    "every tue 15:00 4 min",
    "every tue 15:00 from someday",
    "every blue moon 15:00",
    "every tue 15:00 maybe",
]


async def test_what_is_only_partly_understood_is_not_taken(house: House) -> None:
    weber, _ = await pair(house)
    for words in PARTLY:
        (said,) = await house.say(weber, f"/session A.B. {words}")
        assert said.startswith("I could not read that regular time."), words
        assert await house.rows("SELECT count(*) FROM regular_times") == [(0,)], words


async def test_in_german(house: House) -> None:
    weber = await house.therapist(language="de")
    await house.client(weber, "M.K.", "de")
    (shown,) = await house.say(weber, "/session M.K. alle 2 Wochen Di 15:00")
    assert shown == (
        "M.K.: alle zwei Wochen am Dienstag, 15:00 Uhr, 50 Minuten. Stimmt das?\n\n"
        "Die nächsten drei:\n• Di. 24. Nov., 15:00 Uhr\n• Di. 8. Dez., 15:00 Uhr"
        "\n• Di. 22. Dez., 15:00 Uhr"
    )
    (said,) = await house.tap(weber, "Ja, das stimmt")
    assert said.startswith("Vermerkt: M.K., alle zwei Wochen am Dienstag, 15:00 Uhr, 50 Minuten.")


async def test_a_fortnight_may_begin_next_week(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. every 2 weeks tue 15:00")
    (shown,) = await house.tap(weber, "First on 1 Dec")
    assert "• Tue 1 Dec, 15:00\n• Tue 15 Dec, 15:00" in shown
    await house.tap(weber, CONFIRM)
    assert await planned(house) == ["2026-12-01T14:00", "2026-12-15T14:00"]


async def test_they_go_on_by_themselves_at_the_same_wall_time(house: House) -> None:
    weber, _ = await pair(house)
    await regular(house, weber)
    await house.travel(to=datetime(2027, 4, 6, 8, 0, tzinfo=UTC))
    starts = [start for start, _ in await sessions(house)]
    assert len(starts) == len(set(starts))
    # summer time began on 28 March 2027
    assert {start[11:] for start in starts if start < "2027-03-28"} == {"14:00"}
    assert {start[11:] for start in starts if start > "2027-03-28"} == {"13:00"}
    days = [datetime.fromisoformat(start).date() for start in starts]
    assert all(b - a == timedelta(days=7) for a, b in itertools.pairwise(days))
    assert days[-1].isoformat() >= "2027-04-27"


async def test_one_is_moved_and_called_off_without_the_others(house: House) -> None:
    weber, _ = await pair(house)
    await regular(house, weber)
    (said,) = await house.say(weber, "/session A.B. move wed 10:00")
    assert said.startswith("Moved: A.B., from Tue 24 Nov, 15:00 to Wed 25 Nov, 10:00.")
    await house.travel(to=datetime(2026, 11, 26, 8, tzinfo=UTC))
    assert await house.rows("SELECT count(*) FROM check_ins") == [(1,)]
    (said,) = await house.say(weber, "/session A.B. cancel")
    assert said.startswith("Taken back: A.B., Tue 1 Dec, 15:00.")
    await house.travel(to=datetime(2026, 12, 3, 8, tzinfo=UTC))
    asked = "SELECT count(*) FROM check_ins WHERE flow_id = 'after-session'"
    assert await house.rows(asked) == [(1,)]
    # neither comes back when the plan goes on
    assert [start[:10] for start in await planned(house)][:3] == [
        "2026-11-25",
        "2026-12-08",
        "2026-12-15",
    ]


async def test_a_typed_one_on_the_same_day_holds_and_the_therapist_is_asked(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. 1.12. 17:00")
    (shown,) = await house.say(weber, "/session A.B. every tue 15:00")
    note = "On Tue 1 Dec, 17:00 another therapy session is planned already."
    assert note in shown
    (said,) = await house.tap(weber, CONFIRM)
    assert note in said
    assert ("2026-12-01T14:00", "cancelled") in await sessions(house)
    assert "2026-12-01T16:00" in await planned(house)
    (said,) = await house.tap(weber, "1 Dec: rather 15:00")
    assert said.startswith("Noted: on that day the regular time holds, A.B., Tue 1 Dec, 15:00.")
    assert "2026-12-01T14:00" in await planned(house)
    assert ("2026-12-01T16:00", "cancelled") in await sessions(house)


async def test_a_typed_one_in_a_week_with_a_planned_one_is_asked_about(house: House) -> None:
    weber, _ = await pair(house)
    await regular(house, weber)
    (said,) = await house.say(weber, "/session A.B. tue 17:00")
    assert said.startswith("A therapy session with A.B. is planned for Tue 24 Nov, 15:00.")
    await house.tap(weber, "Yes, it has moved")
    assert (await planned(house))[0] == "2026-11-24T16:00"


async def test_one_that_took_place_at_another_time_of_the_day_is_asked_about(house: House) -> None:
    weber, _ = await pair(house)
    await regular(house, weber)
    await house.travel(to=datetime(2026, 11, 24, 18, 30, tzinfo=UTC))
    (said,) = await house.say(weber, "/session A.B. 17:30")
    assert said.startswith("A therapy session with A.B. is planned for Tue 24 Nov, 15:00.")
    said = (await house.tap(weber, "Yes, it has moved"))[-1]
    assert said.startswith("Moved: A.B., from Tue 24 Nov, 15:00 to Tue 24 Nov, 17:30.")
    assert await sessions(house) == [
        ("2026-11-24T16:30", "planned"),
        *((start, "planned") for start in (await planned(house))[1:]),
    ]


async def test_it_is_changed_and_ended_on_the_card(house: House) -> None:
    weber, _ = await pair(house)
    await regular(house, weber)
    await house.say(weber, "/session A.B. move wed 10:00")
    (shown,) = await house.say(weber, "/session A.B. every thu 9:00")
    assert "It takes the place of the regular time so far: every Tuesday, 15:00" in shown
    await house.tap(weber, CONFIRM)
    # what was moved by hand stays
    assert [start[:10] for start in await planned(house)] == [
        "2026-11-25",
        "2026-11-26",
        "2026-12-03",
        "2026-12-10",
        "2026-12-17",
    ]
    await house.say(weber, "/client A.B.")
    await house.tap(weber, "Regular time …")
    (sure,) = await house.tap(weber, "End the regular time …")
    assert sure.startswith("End the regular time of A.B.: every Thursday, 09:00, 50 minutes?")
    (said,) = await house.tap(weber, "Yes, end it")
    assert "4 therapy sessions planned by it are called off." in said
    assert [start[:10] for start in await planned(house)] == ["2026-11-25"]
    assert await house.rows(
        "SELECT count(*) FROM occurrences WHERE state = 'planned' AND slot LIKE 'session-%'"
    ) == [(1,)]
    await house.travel(to=datetime(2026, 12, 13, 8, tzinfo=UTC))
    asked = "SELECT count(*) FROM check_ins WHERE flow_id = 'after-session'"
    assert await house.rows(asked) == [(1,)]


async def test_a_second_tap_changes_nothing(house: House) -> None:
    weber, _ = await pair(house)
    await house.say(weber, "/session A.B. every tue 15:00")
    weber.tap(CONFIRM)
    weber.tap(CONFIRM)
    await house.settle()
    assert len(await planned(house)) == 4
    assert await house.rows("SELECT count(*) FROM regular_times") == [(1,)]


async def test_before_the_client_agrees_nothing_is_sent(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, agrees=False)
    (shown,) = await house.say(weber, "/session A.B. every tue 15:00")
    assert "A.B. has not agreed yet. Nothing is sent until then." in shown
    await house.tap(weber, CONFIRM)
    (said,) = await house.say(weber, "/session A.B. fri 10:00")
    assert said.startswith("A therapy session with A.B. is planned for Tue 24 Nov")
    said = (await house.tap(weber, "No, it is a second one"))[-1]
    assert said == (
        "Planned: A.B., Fri 27 Nov, 10:00. A.B. has not agreed yet; nothing is sent until then."
    )
    mark = client.mark
    await house.travel(to=datetime(2026, 11, 25, 8, tzinfo=UTC))
    assert client.heard(mark) == []
    await house.read_consent(client)
    await house.tap(client, "I agree")
    # the one of before is not asked about, those to come are
    coming = "SELECT local_on FROM occurrences WHERE flow_id = 'after-session' ORDER BY local_on"
    assert [day for (day,) in await house.rows(coming)] == [
        "2026-11-27",
        "2026-12-01",
        "2026-12-08",
        "2026-12-15",
    ]
    # by the card, too
    await house.invite(weber, "C.D.")
    (card,) = await house.say(weber, "/client C.D.")
    assert ["Regular time …"] in weber.labels
    assert "Regular time:" not in card


async def test_whoever_has_stopped_has_no_more_planned(house: House) -> None:
    weber, client = await pair(house)
    await regular(house, weber)
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    before = len(await sessions(house))
    await house.travel(to=datetime(2027, 1, 20, 8, tzinfo=UTC))
    assert len(await sessions(house)) == before


async def test_by_the_clock_of_the_therapist(house: House) -> None:
    tokyo = await house.therapist("Dr. Sato", zone="Asia/Tokyo")
    await house.client(tokyo)
    await house.say(tokyo, "/session A.B. every tue 15:00")
    await house.tap(tokyo, CONFIRM)
    assert (await planned(house))[0] == "2026-11-24T06:00"


@pytest.mark.promise("P5b")
async def test_a_forged_button_sets_nothing(house: House) -> None:
    weber, _ = await pair(house)
    kern = await house.therapist("Dr. Kern")
    for forged in ("rg:1", "rh:1:1", "rs:1:1:501", "rk:1:99999999:501", "re:1", "rf:1"):
        assert await house.forge(kern, forged) == ["This button is no longer current."], forged
    for wrong in ("rh:1:7", "rk:1:99999999:509", "rk:1:99999999:41", "rk:1:99999999:9990001"):
        assert await house.forge(weber, wrong) == ["This button is no longer current."], wrong
    assert await house.rows("SELECT count(*) FROM regular_times") == [(0,)]
