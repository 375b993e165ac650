"""A client changes the language or the form of address; what is under way goes on as it began."""

from __future__ import annotations

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
