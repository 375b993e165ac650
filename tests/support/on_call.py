"""A practice that tells people at once of hard words: who is in it, and what was told and kept.

Used by ``tests/bot/conversations``; the fixture ``open_practice`` opens the house.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.ids import SeededIds
from bot.sandbox import Person
from bot.services.flow_files.publishing import Source, check, publish
from tests.support.house import House

HARD = {
    "en": "I don't want to live anymore",
    "de": "Ich will nicht mehr leben",
    "de_du": "Ich will nicht mehr leben",
}
YES = {"en": "Yes, send a message", "de": "Ja, Nachricht senden", "de_du": "Ja, Nachricht senden"}
NO = {"en": "No, do not tell anybody", "de": "Nein, niemanden benachrichtigen"}
DEPUTY = {
    "en": "Yes, a deputy, too",
    "de": "Ja, auch eine Vertretung",
    "de_du": "Ja, auch eine Vertretung",
}
NO_DEPUTY = {
    "en": "No, no deputy",
    "de": "Nein, keine Vertretung",
    "de_du": "Nein, keine Vertretung",
}
NIGHT = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
"""02:30 on a Tuesday in Berlin."""
SUNDAY = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)
"""18:00 in Berlin, when a digest is made."""


@dataclass(slots=True)
class People:
    """A therapist, the colleagues who may be told after them, and a client."""

    weber: Person
    colleagues: tuple[Person, ...]
    client: Person


def codes(count: int) -> tuple[str, ...]:
    """The codes of the first therapists of a house, whose ids come from a seed."""
    ids = SeededIds(7)
    return tuple((ids.code(), ids.token())[0] for _ in range(count))


WEBER, FIRST, SECOND = codes(3)


async def code_of(house: House, person: Person) -> str:
    return (await house.stored(person)).code


async def people_in(
    house: House,
    *,
    colleagues: int = 0,
    language: str = "en",
    agrees: bool = True,
    deputy: bool = True,
    colleagues_speak: str = "en",
) -> People:
    """All have connected; the client has agreed to the check-ins, to alerts if ``agrees``, and to a
    ``deputy`` where the settings name one of the colleagues.
    """
    weber = await house.therapist(language=language[:2])
    others = tuple(
        [
            await house.therapist(f"Dr. Vert {n}", language=colleagues_speak)
            for n in range(colleagues)
        ]
    )
    assert [await code_of(house, p) for p in (weber, *others)] == list(codes(1 + colleagues))
    client = await house.client(weber, "A.B.", language)
    await house.tap(client, (YES if agrees else NO)[language])
    safety = house.app.settings.safety
    if colleagues and (safety.deputies or safety.then):
        await house.tap(client, (DEPUTY if deputy else NO_DEPUTY)[language])
    return People(weber, others, client)


async def rows_of(house: House) -> list[tuple[str, str | None]]:
    """Every step, and who did it or was told."""
    query = (
        "SELECT risk_steps.what, people.code FROM risk_steps "
        "LEFT JOIN people ON people.id = risk_steps.person_id ORDER BY risk_steps.id"
    )
    return [(what, code) for what, code in await house.rows(query)]


async def state_of(house: House) -> str:
    ((state,),) = await house.rows("SELECT state FROM risk_cases ORDER BY id DESC LIMIT 1")
    return str(state)


async def heard_by(house: House, person: Person, mark: int) -> list[str]:
    return [entry.text for entry in person.heard(mark) if entry.text]


async def digest_of(house: House, person: Person, *, weeks: int = 0) -> str:
    """Return what the digest says at its cut-off, so many weeks later."""
    mark = person.mark
    await house.travel(to=SUNDAY + timedelta(weeks=weeks))
    return "\n".join(
        e.text
        for e in person.heard(mark)
        if e.text and ("Your week" in e.text or "Ihre Woche" in e.text)
    )


RISKY = """language = 1
id = "night"
title.en = "Tonight"
[schedule]
trigger = "on_request"
on_request = true
[[step]]
id = "safe"
kind = "choice"
ask.en = "Are you safe tonight?"
options = [{ id = "yes", en = "Yes, I am" }, { id = "no", en = "I am not sure", risk = true }]
[[step]]
id = "more"
kind = "text"
ask.en = "Anything else?"
"""


async def publish_risky(house: House, text: str = RISKY) -> None:
    now = house.clock.now()
    checked = check([Source("night.toml", text)])
    assert checked.problems == ()
    await house.app.store.write(lambda tx: publish(tx, checked, now=now, who="t", why="test"))


async def send_risky(house: House, weber: Person) -> None:
    await house.say(weber, "/client A.B.")
    await house.tap(weber, "Send something now …")
    await house.tap(weber, "Send now: Tonight")
