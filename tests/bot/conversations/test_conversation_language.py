"""A client changes the language or the form of address; what is under way goes on as it began."""

from __future__ import annotations

from tests.bot.conversations.test_conversation_menus import shown
from tests.support.house import House


async def test_the_language_changes_and_the_open_check_in_does_not(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.", "de")
    await house.say(client, "/checkin")
    (asked,) = await house.say(client, "/language")
    assert asked == "Die Sprache hier ist: Deutsch, Sie. Welche soll es sein?"
    assert client.labels == [["English"], ["Deutsch, Sie"], ["Deutsch, du"]]
    (changed,) = await house.tap(client, "Deutsch, du")
    assert changed == (
        "Ab jetzt: Deutsch, du. Die Fragen, die offen sind, gehen so weiter, wie sie begonnen"
        " haben; die nächsten kommen dann so."
    )
    (recalled,) = await house.say(client, "/checkin")
    assert recalled.startswith("Wie läuft Ihre Woche bisher?")
    (paused,) = await house.say(client, "/pause")
    assert "bis du /resume schickst" in paused


async def test_nobody_changes_anothers_language(house: House) -> None:
    weber = await house.therapist()
    await house.client(weber)
    other = await house.client(weber, "C.D.")
    await house.forge(other, "ol:1:de")
    stored = await house.rows("SELECT language FROM people WHERE role = 'client'")
    assert stored == [("en",), ("en",)]


async def test_a_therapist_chooses_the_language_of_all_they_read(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber, "A.B.")
    await house.say(client, "/topic the quarrel")
    (said,) = await house.say(weber, "/language")
    assert said.startswith("You read all of this in English.")
    assert weber.labels == [["English"], ["Deutsch"]]
    (said,) = await house.tap(weber, "Deutsch")
    assert said == "Ab jetzt: Deutsch. Auch frühere Wochen kommen so."
    assert shown(house, weber)["digest"] == "Die Woche bisher"
    (draft,) = await house.say(weber, "/digest")
    assert "Ihre Woche" in draft and "the quarrel" in draft
    assert (await house.say(client, "/help"))[0].startswith("This bot asks")
    assert await house.forge(weber, "vl:fr") == ["Diese Schaltfläche ist nicht mehr aktuell."]
