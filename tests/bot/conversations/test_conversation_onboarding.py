"""Therapists and clients as they come in, say yes or no, and leave again."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.consent import agreed_text
from flows.languages import Language
from tests.support.house import AGREE, CRISIS, House, open_house, texts

DECLINE = {"en": "No, thank you", "de": "Nein, danke", "de_du": "Nein, danke"}
ON = {"en": "Go on", "de": "Weiter", "de_du": "Weiter"}
ASKS = {
    "en": "Do you agree that your answers are stored",
    "de": "Sind Sie einverstanden, dass Ihre Antworten",
    "de_du": "Bist du einverstanden, dass deine Antworten",
}

BY_TAP = {
    "en": "Only a tap counts here",
    "de": "Hier zählt nur ein Tippen",
    "de_du": "Hier zählt nur ein Tippen",
}


async def test_a_therapist_comes_in_by_a_link_that_works_once(house: House) -> None:
    token = await house.invite_therapist("Dr. Weber")
    weber, other = house.stranger("Weber"), house.stranger("Other")
    weber.start(token)
    await house.settle()
    assert weber.last.startswith("Hello Dr. Weber.")
    other.start(token)
    await house.settle()
    assert other.last.startswith("This link has expired or was used already.")
    assert (await house.stored(weber)).role == "therapist"
    assert await house.rows("SELECT count(*) FROM chats") == [(1,)]


async def test_a_link_expires(house: House) -> None:
    weber = await house.therapist()
    token = await house.invite(weber, "A.B.")
    await house.travel(by=timedelta(hours=168))
    late = house.stranger()
    late.start(token)
    await house.settle()
    assert late.last.startswith("This link has expired or was used already.")
    assert await house.rows("SELECT state FROM cares") == [("invited",)]


async def test_who_did_not_open_the_link_can_be_invited_again(house: House) -> None:
    weber = await house.therapist()
    first = await house.invite(weber, "A.B.")
    second = await house.invite(weber, "a.b.", "de")
    client = house.stranger()
    client.start(first)
    await house.settle()
    assert client.last.startswith("This link has expired or was used already.")
    client.start(second)
    await house.settle()
    assert client.last.startswith("Willkommen.")
    assert await house.rows("SELECT state FROM cares") == [("asked",)]


async def test_the_earlier_link_still_opens_the_place_while_a_new_one_is_being_made(
    house: House,
) -> None:
    weber = await house.therapist()
    token = await house.invite(weber, "A.B.")
    await house.say(weber, "/invite A.B.")
    client = house.stranger()
    client.start(token)
    await house.settle()
    assert client.last.startswith("Welcome.")
    said = await house.tap(weber, "German, du")
    assert said == ["This button is no longer current."]


async def test_a_doubled_tap_on_the_language_makes_one_link(house: House) -> None:
    weber = await house.therapist()
    await house.say(weber, "/invite A.B.")
    weber.tap("English")
    weber.tap("English")
    mark = weber.mark
    await house.settle()
    heard = weber.heard(mark)
    assert sum("?start=" in entry.text for entry in heard) == 1
    assert "This button is no longer current." in texts(heard)
    assert ["English"] not in weber.labels


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_consent_stands_before_everything(house: House, language: str) -> None:
    weber = await house.therapist("Dr. Weber")
    client = await house.client(weber, "A.B.", language, agrees=False)
    shown = client.last
    assert "Dr. Weber" in shown
    word, *rest = texts(client.heard())
    assert rest == [shown]
    assert client.labels == [[ON[language]], [DECLINE[language]]]
    # nothing but the consent is shown for whatever is sent, and nothing is planned
    for command in ("/checkin", "/pause", "/resume", "/stop", "/nonsense"):
        assert await house.say(client, command) == [shown]
    by_tap, again = await house.say(client, "yes")
    assert (by_tap.startswith(BY_TAP[language]), again) == (True, shown)
    client.send_sticker()
    await house.travel(by=timedelta(days=8))
    assert {entry.text for entry in client.heard()} == {word, shown, by_tap}
    assert await house.rows("SELECT count(*) FROM occurrences") == [(0,)]
    assert await house.rows("SELECT count(*) FROM consents") == [(0,)]


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_the_consent_is_read_in_short_steps_in_one_message(
    house: House, language: str
) -> None:
    weber = await house.therapist("Dr. Annegret Weber-Kröger")
    client = await house.client(weber, "A.B.", language, agrees=False)
    steps = await house.read_consent(client)
    assert len(steps) == agreed_text.COUNT
    assert all(len(step) <= 500 for step in steps), [len(step) for step in steps]
    assert ASKS[language] in steps[-1]
    assert [e.kind for e in client.heard()] == [
        "sent",
        "sent",
        *["edited"] * (agreed_text.COUNT - 1),
    ]
    assert client.labels[:2] == [[AGREE[language]], [DECLINE[language]]]
    # back to the beginning, and on again
    for earlier in reversed(steps[:-1]):
        assert await house.tap(client, client.labels[-1][0]) == [earlier]
    assert await house.read_consent(client) == steps


async def test_the_numbers_are_one_tap_away_where_it_is_said_that_nobody_watches(
    house: House,
) -> None:
    client = await house.client(await house.therapist(), agrees=False)
    while "Numbers for an emergency" not in {label for row in client.labels for label in row}:
        await house.tap(client, "Go on")
    assert client.last.startswith("Nobody watches this chat.")
    (card,) = await house.tap(client, "Numbers for an emergency")
    assert CRISIS in card
    assert await house.rows("SELECT state FROM cares") == [("asked",)]


async def test_the_letter_and_the_consent_say_for_whom_it_is(
    furnished: Path, tmp_path: Path
) -> None:
    practice = {"name": "Practice on the Hill", "crisis": {"en": CRISIS}, "minimum_age": 21}
    async with open_house(tmp_path, furnished, practice=practice) as house:
        weber = await house.therapist()
        client = house.stranger()
        client.start(await house.invite(weber, "A.B."))
        letter = weber.last
        await house.settle()
        for said in (letter, client.last):
            assert "adults (21 and over) in individual therapy" in said
            assert "couples, groups or minors" in said


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_consent_is_recorded_with_what_was_shown(house: House, language: str) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", language, agrees=False)
    steps = await house.read_consent(client)
    tapped = client.newest
    await house.tap(client, AGREE[language])
    recorded = await house.rows(
        "SELECT version, text_hash, language, update_id > 0, revoked_at FROM consents"
    )
    read = "\n\n".join(step.rpartition("\n\n")[0] for step in steps)
    digest = hashlib.sha256(read.encode()).hexdigest()
    number = await house.work(lambda work: agreed_text.number(work, Language(language)))
    assert recorded == [(f"{agreed_text.VERSION}+{number}", digest, language, 1, None)]
    assert agreed_text.VERSION in steps[-1]
    assert weber.last == "A.B. has agreed and takes part from now on."
    assert (await house.rows("SELECT flow_id FROM enrolments ORDER BY flow_id")) == [
        ("after-session",),
        ("mid-week",),
        ("repair-follow-up",),
    ]
    # the buttons are gone; a second tap that was under way changes nothing
    shown = next(each for each in client.screen if each.message_id == tapped.message_id)
    assert shown.keyboard is None or not shown.keyboard.labels
    client.tap_data(tapped, f"c:1:{number}")
    client.tap_data(tapped, "d:1")
    client.tap_data(tapped, f"cs:1:{number}:0")
    await house.settle()
    assert await house.rows("SELECT count(*) FROM consents") == [(1,)]
    assert await house.rows("SELECT state FROM cares") == [("active",)]


@pytest.mark.parametrize("data", ["c:1:202509", "cs:1:202509:3"])
async def test_a_button_under_an_older_consent_text_shows_the_present_one(
    house: House, data: str
) -> None:
    weber = await house.therapist()
    client = await house.client(weber, agrees=False)
    shown = client.last
    assert set(await house.forge(client, data)) == {shown}
    assert await house.rows("SELECT state FROM cares") == [("asked",)]


async def test_a_no_is_taken_for_an_answer(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, agrees=False)
    await house.read_consent(client)
    await house.tap(client, "No, thank you")
    assert client.last.startswith("That is fine. Nothing will be asked")
    heard = len(client.heard())
    await house.travel(by=timedelta(days=9))
    assert len(client.heard()) == heard
    for text in ("hello", "/checkin", "/start"):
        (said,) = await house.say(client, text)
        assert said.startswith("You said no to the check-ins")
    assert await house.rows("SELECT count(*) FROM consents") == [(0,)]
    # the alias is free again, and the same phone may come back by a new link
    client.start(await house.invite(weber, "A.B."))
    await house.settle()
    assert client.last.startswith("Welcome.")


async def test_a_link_used_by_a_connected_client_is_refused_and_stays_good(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    same = "You take part here with the therapist of this link already, so it was not used."
    staff = "This chat is connected already, so the link was not used."
    links = {
        await house.invite(weber, "C.D."): same,
        await house.invite_therapist("Dr. Kern"): staff,
    }
    for token, said in links.items():
        client.start(token)
        await house.settle()
        assert client.last.startswith(said)
        fresh = house.stranger()
        fresh.start(token)
        await house.settle()
        assert fresh.last.startswith(("Welcome.", "Hello Dr. Kern."))


async def test_a_client_who_opens_the_own_link_again_is_told_how_things_stand(
    house: House,
) -> None:
    weber = await house.therapist()
    client = house.stranger()
    token = await house.invite(weber, "A.B.")
    client.start(token)
    await house.settle()
    await house.read_consent(client)
    await house.tap(client, "I agree")
    client.start(token)
    await house.settle()
    assert client.last.startswith("You are all set. The next questions will come on Wednesday")
    await house.say(client, "/pause")
    assert await house.say(client, "/start") == [
        "The check-ins are paused already. /resume goes on."
    ]


async def test_a_therapist_who_opens_the_clients_link_is_told_and_it_stays_good(
    house: House,
) -> None:
    weber = await house.therapist()
    token = await house.invite(weber, "A.B.")
    weber.start(token)
    await house.settle()
    assert weber.last.startswith("This chat is yours already, so the link was not used.")
    client = house.stranger()
    client.start(token)
    await house.settle()
    assert client.last.startswith("Welcome.")


async def test_stopping_is_confirmed_and_nothing_is_asked_afterwards(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    await house.tap(client, "7")
    (question,) = await house.say(client, "/stop")
    assert question.startswith("Shall the check-ins end?")
    assert client.labels == [["Yes, end them"], ["No, go on as before"]]
    assert "Nothing has changed." in await house.tap(client, "No, go on as before")
    assert await house.rows("SELECT state FROM cares") == [("active",)]
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    settled = [message.keyboard for message in client.screen if message.text == question]
    assert settled == [None, None], "what was answered can be tapped no more"
    assert client.last.startswith("The check-ins have ended and your consent is withdrawn.")
    assert await house.rows("SELECT revoked_at IS NOT NULL FROM consents") == [(1,)]
    assert await house.rows("SELECT status FROM check_ins") == [("stopped",)]
    assert await house.rows("SELECT count(*) FROM answers") == [(1,)]
    left = await house.rows("SELECT DISTINCT state, reason FROM occurrences ORDER BY state")
    assert left == [("cancelled", "care_ended"), ("opened", None)]
    heard = len(client.heard())
    await house.travel(by=timedelta(days=15))
    assert len(client.heard()) == heard
    for text in ("hello", "/checkin", "/resume", "/stop"):
        (said,) = await house.say(client, text)
        assert said.startswith("The check-ins in this chat have ended")


async def test_a_question_under_way_does_not_arrive_after_the_goodbye(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    house.sandbox.faults.flood(30, client.chat_id)
    await house.say(client, "/checkin")
    client.tap_data(1, "x:1")
    await house.settle()
    await house.travel(by=timedelta(minutes=2))
    assert client.last.startswith("The check-ins have ended")
    assert not any("How has your week been" in entry.text for entry in client.heard())


async def test_who_has_stopped_may_come_back_as_a_new_client(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/stop")
    await house.tap(client, "Yes, end them")
    client.start(await house.invite(weber, "A.B.", "de_du"))
    await house.settle()
    assert "Bist du einverstanden" in (await house.read_consent(client))[-1]
    await house.tap(client, "Ich bin einverstanden")
    assert client.last.startswith("Danke. Die ersten Fragen kommen am Mittwoch")
    states = await house.rows("SELECT state FROM cares ORDER BY id")
    assert states == [("ended",), ("active",)]


async def test_the_therapists_words_reach_clients_with_the_right_name(house: House) -> None:
    kern = await house.therapist("Frau Kern", language="de", zone="Europe/Vienna")
    client = house.stranger()
    await house.say(kern, "/invite A.B.")
    assert kern.labels[:3] == [["Englisch"], ["Deutsch, Sie"], ["Deutsch, du"]]
    await house.tap(kern, "Deutsch, du")
    assert kern.last.startswith("Frau Kern lädt dich zu kurzen Fragen")
    client.start(kern.last.rpartition("=")[2])
    await house.settle()
    assert "Frau Kern lädt dich" in client.last
    assert "Frau Kern bekommt einmal in der Woche" in (await house.tap(client, "Weiter"))[0]


async def test_the_settings_may_name_what_a_client_starts_with(
    furnished: Path, tmp_path: Path
) -> None:
    async with open_house(tmp_path, furnished, flows={"default": ["mid-week"]}) as house:
        await house.client(await house.therapist())
        assert await house.rows("SELECT flow_id FROM enrolments") == [("mid-week",)]


async def test_taking_the_yes_back_is_a_button_under_privacy(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/privacy")
    (question,) = await house.tap(client, "Take my yes back, end the check-ins")
    assert question.startswith("Shall the check-ins end?")
    await house.tap(client, "Yes, end them")
    await house.say(client, "/privacy")
    assert not client.heard()[-1].keyboard
