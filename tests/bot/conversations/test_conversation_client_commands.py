"""Every command of a client: what it says and does, in every state of the care."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.house import House

LANGUAGES = ("en", "de", "de_du")
HELP = {
    "en": "This bot asks a few short questions",
    "de": "Dieser Bot stellt zwischen Ihren Sitzungen",
    "de_du": "Dieser Bot stellt zwischen deinen Sitzungen",
}
OVER = {
    ("ended", "en"): "The check-ins in this chat have ended, so nothing is asked",
    ("ended", "de"): "Die Fragen in diesem Chat sind beendet, hier wird nichts mehr gefragt",
    ("ended", "de_du"): "Die Fragen in diesem Chat sind beendet, hier wird nichts mehr gefragt",
    ("declined", "en"): "You said no to the check-ins, so nothing is asked here",
    ("declined", "de"): "Sie haben die Fragen abgelehnt; hier wird nichts gefragt",
    ("declined", "de_du"): "Du hast die Fragen abgelehnt; hier wird nichts gefragt",
}
PRIVACY = {
    "en": "Who reads your answers",
    "de": "Wer Ihre Antworten",
    "de_du": "Wer deine Antworten",
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_help_and_privacy_answer_in_every_state(house: House, language: str) -> None:
    weber = await house.therapist()
    for care, state in enumerate(("asked", "active", "paused", "ended", "declined"), 1):
        agrees = state not in ("asked", "declined")
        client = await house.client(weber, f"{state[:3]}.{care}", language, agrees=agrees)
        if state == "paused":
            await house.say(client, "/pause")
        elif state == "declined":
            await house.forge(client, f"d:{care}")
        elif state == "ended":
            await house.forge(client, f"x:{care}")
        before = await house.rows("SELECT state, paused_at IS NULL FROM cares")
        (said,) = await house.say(client, "/help")
        assert said.startswith(OVER.get((state, language), HELP[language])), state
        assert said.split("\n\n")[1].startswith("/crisis"), "the first thing that it names"
        (said,) = await house.say(client, "/privacy")
        assert said.startswith(PRIVACY[language]), state
        assert await house.rows("SELECT state, paused_at IS NULL FROM cares") == before


async def test_checkin_starts_the_questions_and_shows_an_open_one_again(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    (asked,) = await house.say(client, "/checkin")
    assert asked.startswith("How has your week been so far?")
    assert await house.say(client, "/checkin") == [asked]
    assert await house.say(client, "/start") == [asked]
    await house.tap(client, "7")
    for _ in range(3):
        await house.tap(client, "Skip")
    assert client.last.startswith("Thank you for taking a moment.")
    (said,) = await house.say(client, "/checkin")
    assert said.startswith("You have answered these today already.")
    assert await house.rows("SELECT status FROM check_ins") == [("finished",)]


async def test_pause_and_resume(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    (said,) = await house.say(client, "/pause")
    assert said.startswith("Paused. No questions will come until you send /resume.")
    assert await house.say(client, "/pause") == [
        "The check-ins are paused already. /resume goes on."
    ]
    (listed,) = await house.say(weber, "/clients")
    assert "A.B." in listed and "has paused" in listed
    (said,) = await house.say(client, "/resume")
    assert said.startswith("Good to go on. The next questions will come on Wednesday")
    (said,) = await house.say(client, "/resume")
    assert said.startswith("Good to go on.")
    assert await house.rows("SELECT paused_at FROM cares") == [(None,)]


async def test_a_check_in_asked_for_during_a_pause_comes(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/pause")
    (asked,) = await house.say(client, "/checkin")
    assert asked.startswith("How has your week been so far?")
    await house.travel(by=timedelta(days=2))
    assert not any("A reminder" in entry.text for entry in client.heard())


@pytest.mark.parametrize(
    "text", ["/nonsense", "/clients", "/digest", "/session A.B.", "/invite C.D.", "/CHECKIN_NOW"]
)
async def test_an_unknown_command_and_those_of_a_therapist_do_nothing(
    house: House, text: str
) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    passing = frozenset({"inbox", "outbox", "sqlite_sequence"})
    before = await house.everything(without=passing)
    (said,) = await house.say(client, text)
    assert said == "I do not know that command. /help shows what you can do here."
    assert await house.everything(without=passing) == before


async def test_a_command_may_name_the_bot_and_shout(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    (said,) = await house.say(client, "/HELP@interlude_bot")
    assert said.startswith(HELP["en"])


async def test_a_sticker_outside_a_check_in_is_not_kept(house: House) -> None:
    client = await house.client(await house.therapist())
    client.send_sticker()
    await house.settle()
    assert client.last.startswith(
        "Stickers cannot be read here. There is no open question right now"
    )


async def test_a_changed_message_is_no_new_answer(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/checkin")
    typed = client.say("7")
    await house.settle()
    before = await house.rows("SELECT turn_no, state_sealed FROM check_ins")
    client.edit(typed, "3")
    await house.settle()
    assert client.last.startswith("That change was not taken over")
    assert await house.rows("SELECT turn_no, state_sealed FROM check_ins") == before


async def test_replies_still_come_after_days_of_silence(house: House) -> None:
    """Inbox rows go after two days, and SQLite then gives their ids out again."""
    weber = await house.therapist()
    client = await house.client(weber)
    await house.say(client, "/help")
    await house.say(client, "/pause")
    for _ in range(3):
        await house.live_until(house.clock.now() + timedelta(days=3))
        await house.app.keeper.tick()
        assert await house.rows("SELECT count(*) FROM inbox") == [(0,)]
        (said,) = await house.say(client, "/help")
        assert said.startswith(HELP["en"])
        (said,) = await house.say(weber, "/help")
        assert said.startswith("/crisis")
