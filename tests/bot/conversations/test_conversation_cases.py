"""Risk cases: who is told at once of hard words, where it was agreed, and how a case ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any, Literal

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from bot.cli.main import main
from bot.sandbox import Fault
from bot.services.safety import cases
from bot.services.safety.alerting import Told
from bot.services.work.unit_of_work import Work
from flows.safety import Verdict
from storage import cares
from storage.store import Tx
from tests.support.house import CRISIS, MONDAY, House
from tests.support.on_call import (
    FIRST,
    HARD,
    NIGHT,
    SECOND,
    WEBER,
    YES,
    code_of,
    digest_of,
    heard_by,
    people_in,
    publish_risky,
    rows_of,
    send_risky,
    state_of,
)

ALERT = {
    "en": "A message that should not wait.\n\nAbout A.B.: tap below to see what it is.",
    "de": "Eine Nachricht, die nicht warten sollte.\n\nZu A.B.: Bitte tippen Sie unten, um zu"
    " sehen, was es ist.",
}
OPEN = {"en": "Open", "de": "Öffnen"}
LIKELY = "I can't go on"
HOURS = {"cover_days": ("mon", "tue", "wed", "thu", "fri")}


@pytest.mark.parametrize("language", ["en", "de"])
async def test_words_at_night_reach_the_therapist_at_once_and_nothing_of_them_does(
    open_practice: Any, language: str
) -> None:
    house = await open_practice()
    people = await people_in(house, language=language)
    await house.travel(to=NIGHT)
    mark = people.weber.mark
    await house.say(people.client, HARD[language])
    (alert,) = [entry.text for entry in people.weber.heard(mark)]
    assert alert == ALERT[language]
    assert people.weber.labels == [[OPEN[language]]]
    assert HARD[language] not in alert
    assert await rows_of(house) == [
        ("explicit", await code_of(house, people.client)),
        ("alerted", WEBER),
    ]


async def test_nothing_agreed_nobody_told_and_the_case_is_kept(open_practice: Any) -> None:
    house = await open_practice()
    people = await people_in(house, agrees=False)
    mark = people.weber.mark
    await house.say(people.client, HARD["en"])
    assert await heard_by(house, people.weber, mark) == []
    assert [what for what, _ in await rows_of(house)] == ["explicit", "not_agreed"]


async def test_a_practice_that_tells_nobody_asks_nobody_and_has_no_button(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    assert "may this bot send" not in " ".join(e.text for e in client.heard(0) if e.text)
    mark = weber.mark
    await house.say(client, HARD["en"])
    assert await heard_by(house, weber, mark) == []
    care = await house.rows("SELECT id FROM cares")
    await house.forge(client, f"te:{care[0][0]}")
    assert client.last.startswith("No message was sent to anybody.")
    assert [what for what, _ in await rows_of(house)] == ["explicit", "not_agreed"]
    (privacy,) = await house.say(client, "/privacy")
    assert "Messages at once" not in privacy


@pytest.mark.parametrize("language", ["en", "de_du"])
async def test_the_client_takes_the_agreement_back_at_any_time(
    open_practice: Any, language: str
) -> None:
    house = await open_practice()
    people = await people_in(house, language=language)
    client = people.client
    (shown,) = await house.say(client, "/privacy")
    sent = {"en": "Dr. Weber is sent a message.", "de_du": "geht eine Nachricht an Dr. Weber."}
    assert sent[language] in shown
    back = {"en": "No messages at once any more", "de_du": "Keine Nachrichten sofort mehr"}
    said = await house.tap(client, back[language])
    nobody = {"en": "neither Dr. Weber nor a deputy is", "de_du": "Von selbst wird weder Dr. Weber"}
    assert nobody[language] in said[-1]
    mark = people.weber.mark
    await house.say(client, HARD[language])
    assert await heard_by(house, people.weber, mark) == []
    await house.say(client, "/privacy")
    again = {"en": "Messages at once …", "de_du": "Nachrichten sofort …"}
    await house.tap(client, again[language])
    await house.tap(client, YES[language])
    await house.say(client, HARD[language])
    assert len(await heard_by(house, people.weber, mark)) == 1
    stored = await house.rows(
        "SELECT item, revoked_at IS NULL FROM consents WHERE item = 'alerts' ORDER BY id"
    )
    assert stored == [("alerts", 0), ("alerts", 1)]


async def test_deputies_are_told_together_in_cover_hours_and_read_no_words(
    open_practice: Any,
) -> None:
    house = await open_practice(deputies=[FIRST], then=[SECOND], **HOURS)
    people = await people_in(house, colleagues=2)
    first, second = people.colleagues
    await house.travel(to=MONDAY + timedelta(hours=2))
    marks = [p.mark for p in (people.weber, first, second)]
    await house.say(people.client, HARD["en"])
    heard = [
        await heard_by(house, p, m)
        for p, m in zip((people.weber, first, second), marks, strict=True)
    ]
    assert [len(each) for each in heard] == [1, 1, 0]
    assert heard[1][0].startswith(
        "A message that should not wait. You get it as a deputy of Dr. Weber."
    )
    (shown,) = await house.tap(first, "Open")
    assert "About A.B. (" in shown
    assert "wrote words that led to the crisis card" in shown
    assert shown.endswith("Their words can be read by Dr. Weber only.")
    assert HARD["en"] not in shown
    assert await state_of(house) == "seen"


async def test_outside_cover_hours_the_next_is_told_only_if_nobody_has_seen_it(
    open_practice: Any,
) -> None:
    house = await open_practice(deputies=[FIRST], then=[SECOND], escalate_minutes=20, **HOURS)
    people = await people_in(house, colleagues=2)
    first, second = people.colleagues
    await house.travel(to=NIGHT)
    marks = [p.mark for p in (people.weber, first, second)]
    await house.say(people.client, HARD["en"])

    async def counts() -> list[int]:
        everybody = zip((people.weber, first, second), marks, strict=True)
        return [len(await heard_by(house, p, m)) for p, m in everybody]

    assert await counts() == [1, 0, 0]
    await house.travel(to=NIGHT + timedelta(minutes=19))
    assert await counts() == [1, 0, 0]
    await house.travel(to=NIGHT + timedelta(minutes=20))
    assert await counts() == [1, 1, 0]
    await house.tap(first, "Open")
    await house.travel(to=NIGHT + timedelta(hours=9))
    assert await counts() == [1, 2, 0]  # the second is the case as it was opened
    assert ("seen", FIRST) in await rows_of(house)


async def test_it_goes_on_to_the_last_in_line_and_then_to_the_admin_each_day(
    open_practice: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    house = await open_practice(then=[FIRST, SECOND], escalate_minutes=30)
    people = await people_in(house, colleagues=2)
    await house.say(people.client, HARD["en"])
    await house.travel(by=timedelta(minutes=91))
    told = [code for what, code in await rows_of(house) if what == "alerted"]
    assert told == [WEBER, FIRST, SECOND]
    await house.travel(by=timedelta(days=1))
    assert [what for what, _ in await rows_of(house)].count("unseen") == 2
    assert await state_of(house) == "open"


async def test_the_therapist_reads_the_words_and_says_what_became_of_it(
    open_practice: Any,
) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1)
    (first,) = people.colleagues
    client, weber = people.client, people.weber
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    await house.say(client, HARD["en"])
    (shown,) = await house.tap(weber, "Open")
    assert shown.endswith(f"In their own words: “{HARD['en']}”")
    assert weber.labels == [["I am in touch"], ["Not reached"], ["Was something else"]]
    mark = first.mark
    shown, toast = sorted(await house.tap(weber, "Not reached"), key=len, reverse=True)
    assert toast == "Noted. The next in line is sent a message now."
    assert "Dr. Weber did not reach them" in shown
    assert len(await heard_by(house, first, mark)) == 1
    assert await state_of(house) == "not_reached"
    await house.tap(weber, "I am in touch")
    assert weber.labels == [["Not reached"], ["Was something else"], ["Close this"]]
    await house.tap(weber, "Close this")
    assert weber.labels == [["Open"]]  # the alert is all that has a button still
    assert await state_of(house) == "closed"
    assert [what for what, _ in await rows_of(house)] == [
        *("explicit", "alerted", "seen", "not_reached", "alerted", "in_touch", "closed")
    ]


async def test_new_words_in_a_case_alert_nobody_twice_and_tell_once_more_after_it_was_seen(
    open_practice: Any,
) -> None:
    house = await open_practice()
    people = await people_in(house)
    weber, client = people.weber, people.client
    mark = weber.mark
    await house.say(client, HARD["en"])
    await house.say(client, HARD["en"])
    assert len(await heard_by(house, weber, mark)) == 1
    await house.tap(weber, "Open")
    mark = weber.mark
    await house.say(client, HARD["en"])
    await house.say(client, HARD["en"])
    (again,) = await heard_by(house, weber, mark)
    assert again.startswith("Something new, in a matter that you have opened before.")
    assert await state_of(house) == "open"
    assert len(await house.rows("SELECT 1 FROM risk_cases")) == 1


async def test_a_closed_case_is_followed_by_a_new_one(open_practice: Any) -> None:
    house = await open_practice()
    people = await people_in(house)
    await house.say(people.client, HARD["en"])
    await house.tap(people.weber, "Open")
    await house.tap(people.weber, "Was something else")
    mark = people.weber.mark
    await house.say(people.client, HARD["en"])
    assert len(await heard_by(house, people.weber, mark)) == 1
    assert await house.rows("SELECT state FROM risk_cases ORDER BY id") == [("closed",), ("open",)]


async def test_two_clients_at_once_are_two_cases(open_practice: Any) -> None:
    house = await open_practice()
    people = await people_in(house)
    other = await house.client(people.weber, "C.D.")
    await house.tap(other, YES["en"])
    mark = people.weber.mark
    people.client.say(HARD["en"])
    other.say(HARD["en"])
    await house.settle()
    alerts = await heard_by(house, people.weber, mark)
    assert {alert.split("About ")[1][:4] for alert in alerts} == {"A.B.", "C.D."}


async def test_a_therapist_who_has_blocked_the_bot_is_passed_over_and_the_client_hears_the_truth(
    open_practice: Any,
) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1)
    (first,) = people.colleagues
    people.weber.block()
    await house.settle()
    mark = first.mark
    (card,) = [text for text in await house.say(people.client, HARD["en"]) if CRISIS in text]
    assert "A message to the deputy of Dr. Weber is being sent now." in card
    assert len(await heard_by(house, first, mark)) == 1
    assert [code for what, code in await rows_of(house) if what == "alerted"] == [FIRST]


async def test_a_tap_tells_for_once_where_the_client_has_not_agreed_in_general(
    open_practice: Any,
) -> None:
    house = await open_practice()
    people = await people_in(house, agrees=False)
    ((care,),) = await house.rows("SELECT id FROM cares")
    await house.say(people.client, HARD["en"])
    mark = people.weber.mark
    await house.forge(people.client, f"te:{care}")
    assert len(await heard_by(house, people.weber, mark)) == 1
    assert people.client.last == (
        "A message to Dr. Weber is being sent now. I cannot know when it will be read; please do"
        " not wait for it."
    )
    await house.forge(people.client, f"te:{care}")
    assert people.client.last.startswith("A message to Dr. Weber was sent before.")
    await house.tap(people.weber, "Open")
    mark = people.weber.mark
    await house.say(people.client, HARD["en"])
    assert await heard_by(house, people.weber, mark) == []  # that was for once


async def test_what_was_tapped_for_once_goes_on_to_the_next_until_it_is_opened(
    open_practice: Any,
) -> None:
    house = await open_practice(then=[FIRST], escalate_minutes=30)
    people = await people_in(house, colleagues=1, agrees=False)
    await house.say(people.client, HARD["en"])
    mark = people.colleagues[0].mark
    await house.tap(people.client, "Tell Dr. Weber")
    assert await heard_by(house, people.colleagues[0], mark) == []
    await house.travel(by=timedelta(minutes=31))
    assert len(await heard_by(house, people.colleagues[0], mark)) == 1


async def test_an_open_case_of_a_client_who_has_stopped_stays_in_the_digest_until_it_is_closed(
    open_practice: Any,
) -> None:
    house = await open_practice()
    people = await people_in(house)
    await house.say(people.client, HARD["en"])
    await house.tap(people.weber, "Open")
    await house.say(people.client, "/stop")
    await house.tap(people.client, "Yes, end them")
    await digest_of(house, people.weber)
    for weeks in (1, 6):
        assert "still open\n• A.B.," in await digest_of(house, people.weber, weeks=weeks)
    assert await state_of(house) == "seen", "time closes nothing"
    await house.tap(people.weber, "Open: A.B.")
    await house.tap(people.weber, "Was something else")
    assert "A.B." not in await digest_of(house, people.weber, weeks=7)


async def test_an_unseen_case_is_told_to_the_admin_each_day_whatever_becomes_of_the_client(
    open_practice: Any,
) -> None:
    house = await open_practice()
    people = await people_in(house)
    await house.say(people.client, HARD["en"])
    await house.say(people.client, "/stop")
    await house.tap(people.client, "Yes, end them")
    with capture_logs() as logs:
        await house.travel(by=timedelta(days=3, hours=1))
    # after the half hour in which the next would have been told, and then each day
    assert [entry["event"] for entry in logs].count("risk_case_unseen") == 4
    people.weber.block()
    await house.settle()
    with capture_logs() as logs:
        await house.travel(by=timedelta(days=2))
    assert [entry["event"] for entry in logs].count("risk_case_unseen") >= 2
    assert await state_of(house) == "open"


async def test_nobody_is_told_after_the_client_has_stopped(open_practice: Any) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1)
    await house.say(people.client, HARD["en"])
    await house.say(people.client, "/stop")
    await house.tap(people.client, "Yes, end them")
    mark = people.colleagues[0].mark
    await house.travel(by=timedelta(hours=2))
    assert await heard_by(house, people.colleagues[0], mark) == []
    await house.say(people.client, HARD["en"])
    assert [what for what, _ in await rows_of(house)].count("explicit") == 1


async def test_an_alert_that_fell_due_while_the_bot_was_down_goes_late_and_once(
    open_practice: Any,
) -> None:
    house = await open_practice(then=[FIRST, SECOND], escalate_minutes=30)
    people = await people_in(house, colleagues=2)
    await house.say(people.client, HARD["en"])
    house.jump(by=timedelta(hours=5))
    await house.settle()
    await house.settle()
    told = [code for what, code in await rows_of(house) if what == "alerted"]
    assert told == [WEBER, FIRST]


async def test_a_colleague_who_was_not_told_reaches_nothing(open_practice: Any) -> None:
    house = await open_practice(then=[FIRST])
    people = await people_in(house, colleagues=1)
    await house.say(people.client, HARD["en"])
    ((case,),) = await house.rows("SELECT id FROM risk_cases")
    await house.say(people.colleagues[0], "/help")
    said = await house.forge(people.colleagues[0], f"rc:{case}")
    assert said == ["This button is no longer current."]
    assert await state_of(house) == "open"


async def test_who_asks_for_the_card_after_an_alert_reads_truly_that_it_was_sent(
    open_practice: Any,
) -> None:
    house = await open_practice()
    people = await people_in(house)
    (before,) = await house.say(people.client, "/crisis")
    assert "No message was sent to anybody." in before
    await house.say(people.client, HARD["en"])
    for text in ("/crisis", "help"):
        (said,) = await house.say(people.client, text)
        assert "A message to Dr. Weber was sent before." in said
        assert "No message was sent" not in said


async def test_the_digest_tells_it_first_with_the_words_and_nothing_calm_for_four_weeks(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    await house.say(client, "The sun came out.")
    await house.say(client, HARD["en"])
    told = await digest_of(house, weber)
    first = told.index("▪ Please read this first")
    assert first < told.index("The sun came out.")
    assert f"wrote words that led to the crisis card.\n“{HARD['en']}”" in told
    assert weber.labels[0] == ["Open: A.B."]
    for later in (1, 2, 3):
        told = await digest_of(house, weber, weeks=later)
        assert "▪ Less than four weeks ago, or still open\n• A.B.," in told
        assert "nothing" not in told.casefold() and HARD["en"] not in told
    # four weeks later it stands there only because nobody has closed the case
    assert "still open\n• A.B.," in await digest_of(house, weber, weeks=4)
    await house.tap(weber, "Open: A.B.")
    await house.tap(weber, "Was something else")
    assert "▪ Less than four weeks" not in await digest_of(house, weber, weeks=5)


MORE = {"en": "I want to kill myself", "de": "Ich will mich umbringen"}
AGAIN = {
    "en": "wrote words that led to the crisis card. Again on Monday 23 November, 17:00. “",
    "de": "hat Worte geschrieben, auf die der Notfalltext kam. Noch einmal am Montag,"
    " 23. November, 17:00. „",
}


@pytest.mark.parametrize("language", ["en", "de"])
async def test_two_hard_messages_in_one_answer_are_told_once_with_both_times(
    house: House, language: str
) -> None:
    weber = await house.therapist(language=language)
    client = await house.client(weber, "A.B.", language)
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    await house.say(client, HARD[language])
    await house.travel(by=timedelta(hours=8))
    await house.say(client, MORE[language])
    told = " ".join((await digest_of(house, weber)).replace("\u2060", "").split())
    assert f"{AGAIN[language]}{HARD[language]} {MORE[language]}" in told
    assert told.count(HARD[language]) == 1 and told.count(MORE[language]) == 1


@pytest.mark.parametrize("how", ["edited", "written anew", "skipped"])
@pytest.mark.parametrize("language", ["en", "de"])
async def test_words_that_were_taken_back_are_not_quoted_and_it_is_said_that_they_were(
    open_practice: Any, language: str, how: str
) -> None:
    house = await open_practice()
    people = await people_in(house, language=language)
    weber, client = people.weber, people.client
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    message = client.say(HARD[language])
    await house.settle()
    await house.travel(by=timedelta(minutes=1))
    calm = {"en": "The walk", "de": "Der Weg"}[language]
    if how == "edited":
        client.edit(message, calm)
    else:
        await house.tap(
            client,
            {"en": "Go on with the questions", "de": "Mit den Fragen weitermachen"}[language],
        )
        await house.tap(client, {"en": "‹ Back", "de": "‹ Zurück"}[language])
        if how == "skipped":
            client.tap({"en": "Skip", "de": "Überspringen"}[language])
        else:
            client.say(calm)
    await house.settle()
    (shown,) = await house.tap(weber, OPEN[language])
    since = {
        "en": "Has since changed or taken back these words",
        "de": "Hat diese Worte inzwischen geändert oder zurückgenommen",
    }
    assert since[language] in shown and HARD[language] not in shown and calm not in shown
    told = await digest_of(house, weber)
    led = {
        "en": "wrote words that led to the crisis card.",
        "de": "hat Worte geschrieben, auf die der Notfalltext kam.",
    }
    assert f"{led[language]}\n{since[language]}." in told
    assert HARD[language] not in told


async def test_words_that_were_changed_into_other_hard_words_are_quoted_as_they_are_now(
    house: House,
) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    await house.tap(client, "3")
    message = client.say(HARD["en"])
    await house.settle()
    await house.travel(by=timedelta(minutes=1))
    client.edit(message, MORE["en"])
    await house.settle()
    told = await digest_of(house, weber)
    assert "led to the crisis card.\nHas since changed or taken back these words.\n" in told
    assert f"led to the crisis card.\n“{MORE['en']}”" in told
    assert HARD["en"] not in told


async def test_the_digest_quotes_no_words_that_were_not_passed_on(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, HARD["en"])
    told = await digest_of(house, weber)
    assert "wrote words that led to the crisis card." in told
    assert HARD["en"] not in told


async def test_a_note_that_was_passed_on_is_quoted_where_it_is_told(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, HARD["en"])
    await house.tap(client, "Yes, pass it on")
    told = await digest_of(house, weber)
    assert f"wrote words that led to the crisis card.\n“{HARD['en']}”" in told
    (shown,) = await house.tap(weber, "Open: A.B.")
    assert shown.endswith(f"In their own words: “{HARD['en']}”")


async def test_likely_words_open_no_case_and_are_told_all_the_same(open_practice: Any) -> None:
    house = await open_practice()
    people = await people_in(house)
    mark = people.weber.mark
    said = await house.say(people.client, LIKELY)
    assert CRISIS in said[0]
    assert "No message was sent to anybody." in said[0]
    assert await heard_by(house, people.weber, mark) == []
    assert await house.rows("SELECT 1 FROM risk_cases") == []
    assert "led to the crisis card" in await digest_of(house, people.weber)


async def test_a_check_in_of_skips_only_is_not_called_answered(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.travel(to=MONDAY + timedelta(days=2, hours=9, minutes=5))
    for _ in range(6):
        if any("Skip" in label for row in client.labels for label in row):
            await house.tap(client, "Skip")
    told = await digest_of(house, weber)
    assert "No answers to tell of: A.B." in told
    assert "nothing stands out" not in told


async def test_an_answer_that_a_flow_names_brings_the_card_and_a_case(open_practice: Any) -> None:
    house = await open_practice()
    await publish_risky(house)
    people = await people_in(house)
    weber, client = people.weber, people.client
    await send_risky(house, weber)
    mark = weber.mark
    said = await house.tap(client, "I am not sure")
    (card,) = [text for text in said if CRISIS in text]
    assert "A message to Dr. Weber is being sent now." in card
    assert not any("Anything else?" in text for text in said)  # nothing is asked by itself
    assert len(await heard_by(house, weber, mark)) == 1
    (shown,) = await house.tap(weber, "Open")
    assert "gave a sign of danger" in shown
    assert "I am not sure" not in shown
    assert await house.rows("SELECT detail FROM risk_steps WHERE what = 'flow'") == [
        ("night.safe",)
    ]
    assert "Anything else?" in (await house.tap(client, "Go on with the questions"))[-1]
    told = await digest_of(house, weber)
    assert "gave a sign of danger." in told


SCORED = """language = 1
id = "night"
title.en = "Tonight"
[schedule]
trigger = "on_request"
on_request = true
[[step]]
id = "one"
kind = "number"
min = 0
max = 10
ask.en = "How dark was it?"
[[step]]
id = "two"
kind = "number"
min = 0
max = 10
ask.en = "How alone were you?"
[[step]]
id = "more"
kind = "text"
ask.en = "Anything else?"
[[score]]
id = "night"
of = ["one", "two"]
risk_at_least = 15
"""


async def test_a_score_that_a_flow_names_brings_the_card_and_a_case_once(
    open_practice: Any,
) -> None:
    house = await open_practice()
    await publish_risky(house, SCORED)
    people = await people_in(house)
    weber, client = people.weber, people.client
    await send_risky(house, weber)
    (asked,) = await house.say(client, "9")
    assert "How alone were you?" in asked
    mark = weber.mark
    said = await house.say(client, "8")
    (card,) = said
    assert CRISIS in card and "A message to Dr. Weber is being sent now." in card
    assert len(await heard_by(house, weber, mark)) == 1
    assert await house.rows("SELECT detail FROM risk_steps WHERE what = 'flow'") == [
        ("night.night",)
    ]
    assert "Anything else?" in (await house.tap(client, "Go on with the questions"))[-1]
    (shown,) = await house.tap(weber, "Open")
    assert "gave a sign of danger" in shown
    await house.say(client, "no more")
    assert len(await house.rows("SELECT 1 FROM risk_steps WHERE what = 'flow'")) == 1


async def test_another_answer_brings_neither(open_practice: Any) -> None:
    house = await open_practice()
    await publish_risky(house)
    people = await people_in(house)
    await send_risky(house, people.weber)
    said = await house.tap(people.client, "Yes, I am")
    assert "Anything else?" in said[-1]
    assert await rows_of(house) == []


@pytest.mark.parametrize("cause", ["others", "words"])
async def test_likely_words_about_others_open_a_case_and_alert_nobody(
    open_practice: Any, cause: Literal["others", "words"]
) -> None:
    house = await open_practice()
    people = await people_in(house)
    mark = people.weber.mark
    rule = "en.harm-others" if cause == "words" else "en.a-rule"
    verdict = Verdict("likely", (rule,), ())
    ((care_id,),) = await house.rows("SELECT id FROM cares")

    def hear(tx: Tx) -> Told:
        work = Work(tx, house.app.practice, house.clock.now(), "test")
        return cases.hear(work, cares.load(tx, care_id), cause, verdict)

    assert await house.app.store.write(hear) == Told()
    await house.settle()
    assert await heard_by(house, people.weber, mark) == []
    assert [what for what, _ in await rows_of(house)] == ["others", "not_agreed"]
    assert "wrote words about danger to somebody else." in await digest_of(house, people.weber)


async def test_what_fails_after_the_alert_was_decided_is_done_again_and_alerts_once(
    open_practice: Any,
) -> None:
    house = await open_practice()
    people = await people_in(house)
    mark = people.weber.mark
    ((care_id,),) = await house.rows("SELECT id FROM cares")

    def hear(tx: Tx, *, dies: bool) -> None:
        work = Work(tx, house.app.practice, house.clock.now(), "in1")
        cases.hear(work, cares.load(tx, care_id), "words", Verdict("explicit", ("en.r",), ()))
        if dies:
            raise OSError

    with pytest.raises(OSError):
        await house.app.store.write(lambda tx: hear(tx, dies=True))
    await house.settle()
    assert await rows_of(house) == []
    assert await heard_by(house, people.weber, mark) == []
    for _ in range(2):
        await house.app.store.write(lambda tx: hear(tx, dies=False))
    await house.settle()
    assert len(await heard_by(house, people.weber, mark)) == 1


async def test_an_alert_that_may_not_have_arrived_is_sent_again(open_practice: Any) -> None:
    house = await open_practice()
    people = await people_in(house)
    mark = people.weber.mark
    lost = Fault("sendMessage", 500, when="after", chat_id=people.weber.chat_id)
    house.sandbox.faults.add(lost)
    await house.say(people.client, HARD["en"])
    await house.travel(by=timedelta(minutes=2))
    assert len(await heard_by(house, people.weber, mark)) == 2  # rather twice than not at all
    assert [what for what, _ in await rows_of(house)] == ["explicit", "alerted"]


async def test_the_command_lists_what_is_open_by_codes_and_ends_with_1_while_one_is_unseen(
    open_practice: Any,
) -> None:
    house = await open_practice()
    people = await people_in(house)
    url, key = house.app.settings.database.url, house.app.settings.database.key_file
    names = {"INTERLUDE_DATABASE__URL": url, "INTERLUDE_DATABASE__KEY_FILE": str(key)}

    async def listed() -> Result:
        run = partial(CliRunner(env=names).invoke, main, ["safety", "cases"])
        return await asyncio.to_thread(run)

    assert (await listed()).output == "No case is open.\n"
    await house.say(people.client, HARD["en"])
    done = await listed()
    client = await code_of(house, people.client)
    assert done.exit_code == 1
    assert done.output.startswith(f"{client}  client of {WEBER}  since ")
    assert done.output.endswith(f"nobody has opened it  told: {WEBER}\n")
    assert "A.B." not in done.output and HARD["en"] not in done.output
    await house.tap(people.weber, "Open")
    assert (await listed()).exit_code == 0
