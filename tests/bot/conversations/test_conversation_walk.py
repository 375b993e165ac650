"""A walk over every command with what people plausibly write behind it, as they read it.

The transcripts are in ``tests/golden/walks``. With ``UPDATE_GOLDEN=1`` in the environment they are
written anew; read each answer as the person who sent it before you keep them.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import Person
from bot.services.arriving.entries.for_clients import FOR_CLIENTS
from bot.services.arriving.entries.for_therapists import FOR_THERAPISTS
from tests.support.house import House

GOLDEN = Path(__file__).parents[2] / "golden" / "walks"

LONG = 1200

CLIENT = {
    "en": (
        "/language",
        *("/topic", "/topic the quarrel on Sunday", "/topic"),
        *("skip", "/when", "/when wed 19:00", "/when whenever"),
        *("/when 19:00", "/when 3am", "/when mon tue 18:00", "/when Lisbon", "wed 18:00"),
        *(
            "/pause today",
            "/pause until yesterday",
            "/pause until later",
            "/pause until monday",
            "/when",
            "/start",
        ),
        *("/pause 2 weeks", "/pause until 24.12.", "/pause 5 years", "/pause", "/pause"),
        *(
            "/resume now",
            "/resume",
            "/crisis",
            "/privacy",
            "/mydata",
            "/export",
            "/erase",
            "/preview",
            "/history",
            "/help",
            "/help me",
        ),
        *("/stop it", "/cancel", "help", "thanks", "/Checkin", "/checkin now", "/start"),
    ),
    "de": (
        "/language",
        *("/topic", "/topic der Streit am Sonntag", "/topic"),
        *("/when", "/when mi 19 Uhr", "/when irgendwann"),
        *("/when 19 Uhr", "/when 3 Uhr", "/when mo di 18:00", "/when Lissabon", "Mi um 18 Uhr"),
        *(
            "/pause heute",
            "/pause bis gestern",
            "/pause bis später",
            "/pause bis Montag",
            "/when",
            "/start",
        ),
        *("/pause 2 Wochen", "/pause bis 24.12.", "/pause 5 Jahre", "/pause", "/pause"),
        *(
            "/resume jetzt",
            "/resume",
            "/crisis",
            "/privacy",
            "/mydata",
            "/export",
            "/erase",
            "/history",
            "/preview",
            "/help",
            "/hilfe",
        ),
        *("/stop", "/abbrechen", "Hilfe", "danke", "/checkin", "/checkin jetzt", "/start"),
    ),
}
BEFORE = {"en": ("yes", "/checkin", "no thanks"), "de": ("ja", "/checkin", "nein danke")}
AFTER = {"en": ("/start", "/checkin", "hello"), "de": ("/start", "/checkin", "hallo")}
THERAPIST = {
    "en": (
        *(
            "/start",
            "/crisis",
            "hello",
            "/clients",
            "/clients A.B.",
            "/client",
            "/client A.B.",
            "/client X.Y.",
        ),
        *("/invite", "/invite A.B.", "/invite a name that is far too long for any button"),
        *("/session", "/session X.Y.", "/session A.B. tue 15:00", "/session A.B. soon"),
        *("/session A.B. 25.11. 15:00", "/session A.B. move", "/session A.B. move later"),
        *("/session A.B. move fri 16:00", "/session A.B. move 1.11. 10:00", "/session A.B. cancel"),
        *("/session A.B. cancel", "/session tue 15:00", "/session A.B. 1.1.2020 10:00"),
        *(
            "/digest",
            "/digest A.B.",
            "/flags",
            "/note",
            "/privacy",
            "/help",
            "/pause",
            "/invites",
            "/language",
        ),
        *("/handover", "/handover A.B.", "/handover X.Y."),
        "/supervision",
    ),
    "de": (
        *(
            "/start",
            "/crisis",
            "hallo",
            "/clients",
            "/client",
            "/client A.B.",
            "/client X.Y.",
            "/invite",
        ),
        *("/invite A.B.", "/session", "/session X.Y.", "/session A.B. Di 15 Uhr"),
        *("/session A.B. bald", "/session A.B. verschieben", "/session A.B. verschieben später"),
        *("/session A.B. verschieben Fr 16 Uhr", "/session A.B. absagen", "/session A.B. absagen"),
        *(
            "/digest",
            "/flags",
            "/pause A.B.",
            "/note A.B.",
            "/privacy",
            "/help",
            "/hilfe",
            "/language",
        ),
        *("/handover", "/handover A.B.", "/handover X.Y."),
        "/supervision",
    ),
}
CHANGED = {
    "client": (("/pause untl monday", "/pause until monday"), ("thanks", "thank you")),
    "therapist": (
        ("/clinet A.B.", "/client A.B."),
        ("/session A.B. tu", "/session A.B. tue 15:00"),
    ),
}


async def walk(house: House, person: Person, texts: tuple[str, ...]) -> list[str]:
    """List what was written and what was shown, one below the other; each text gets an answer."""
    lines = []
    for text in texts:
        mark = person.mark
        person.say(text)
        await house.settle()
        shown = person.heard(mark)
        assert shown, f"{text}: nothing"
        lines.append(f"> {text}")
        lines += _shown(person, [entry.text for entry in shown if entry.text])
    return lines


def _shown(person: Person, texts: list[str]) -> list[str]:
    lines = [f"    {line}".rstrip() for text in texts for line in _begun(text).splitlines()]
    keyboard = person.newest.keyboard
    rows = keyboard.labels if keyboard else ()
    return [*lines, *(f"    [{'] ['.join(row)}]" for row in rows), ""]


def _begun(text: str) -> str:
    """The text, or the beginning of one as long as the consent, which is read elsewhere."""
    return text if len(text) < LONG else f"{text.splitlines()[0]}\n…"


def compare(name: str, lines: list[str]) -> None:
    """The transcript is the one that was read and kept."""
    file, text = GOLDEN / name, "\n".join(lines)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_a_client_reads_a_true_answer_to_whatever_they_write(
    house: House, language: str
) -> None:
    tongue = language[:2]
    client = await house.client(await house.therapist(), "A.B.", language, agrees=False)
    lines = ["# before the consent", "", *await walk(house, client, BEFORE[tongue])]
    lines += [
        "# the consent, a step at a time",
        "",
        *_shown(client, await house.read_consent(client)),
    ]
    client.tap(client.labels[0][0])
    await house.settle()
    lines += ["# taking part", "", *await walk(house, client, CLIENT[tongue])]
    await house.forge(client, "x:1")
    lines += ["# after the end", "", *await walk(house, client, AFTER[tongue])]
    compare(f"client.{language}.txt", lines)


@pytest.mark.parametrize("language", ["en", "de", "de_du"])
async def test_somebody_who_said_no_is_told_so(house: House, language: str) -> None:
    client = await house.client(await house.therapist(), "A.B.", language, agrees=False)
    await house.forge(client, "d:1")
    compare(f"declined.{language}.txt", await walk(house, client, AFTER[language[:2]]))


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_therapist_reads_a_true_answer_to_whatever_they_write(
    house: House, language: str
) -> None:
    weber = await house.therapist(language=language)
    lines = [
        "# without clients",
        "",
        *await walk(house, weber, ("/clients", "/client", "/session")),
    ]
    await house.client(weber, "A.B.")
    lines += ["# with a client", "", *await walk(house, weber, THERAPIST[language])]
    compare(f"therapist.{language}.txt", lines)


async def test_a_changed_message_acts_or_has_a_true_answer(house: House) -> None:
    weber = await house.therapist()
    people = {"client": await house.client(weber), "therapist": weber}
    lines = []
    for who, changes in CHANGED.items():
        for text, changed in changes:
            person = people[who]
            message = person.say(text)
            await house.settle()
            mark = person.mark
            person.edit(message, changed)
            await house.settle()
            shown = [e.text for e in person.heard(mark) if e.text and e.text != changed]
            assert shown, changed
            lines += [f"> {text} -> {changed}", *_shown(person, shown)]
    compare("changed.txt", lines)


def test_the_walk_goes_through_every_command() -> None:
    for table, walks in ((FOR_CLIENTS, CLIENT), (FOR_THERAPISTS, THERAPIST)):
        for texts in walks.values():
            walked = {text.split()[0].lower() for text in texts}
            assert {f"/{each.name}" for each in table.commands} <= walked


async def test_a_pause_ends_by_itself_on_its_day(house: House) -> None:
    weber = await house.therapist()
    client = await house.client(weber)
    (said,) = await house.say(client, "/pause until thursday")
    assert said.startswith("Paused until Thursday, 26 November.")
    (listed,) = await house.say(weber, "/clients")
    assert "has paused until Thu 26 Nov" in listed
    mark = client.mark
    before = house.clock.now().replace(day=25, hour=22, minute=59)
    await house.travel(to=before)
    assert client.heard(mark) == []  # the questions of Wednesday did not come
    assert await house.rows("SELECT paused_at IS NULL FROM cares") == [(0,)]
    assert await house.app.ticker.tick() == before.replace(hour=23, minute=0)
    await house.travel(to=before.replace(hour=23, minute=1))
    assert await house.rows("SELECT paused_at, paused_until FROM cares") == [(None, None)]
    await house.travel(to=before.replace(month=12, day=2, hour=18))
    assert "How has your week been so far?" in client.heard(mark)[0].text


async def test_a_pause_without_an_end_replaces_one_with_an_end(house: House) -> None:
    client = await house.client(await house.therapist())
    await house.say(client, "/pause 2 weeks")
    ((begun,),) = await house.rows("SELECT paused_at FROM cares")
    await house.travel(by=timedelta(hours=1))
    (said,) = await house.say(client, "/pause")
    assert said.startswith("Paused. No questions will come until you send /resume.")
    assert await house.rows("SELECT paused_at, paused_until FROM cares") == [(begun, None)]
