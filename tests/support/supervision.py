"""A practice with supervision: a supervisor comes by their link, is confirmed, and clients agree.

Used by ``tests/bot``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.sandbox import Person
from bot.services.care.invitations import invite_supervisor
from bot.services.supervising import grants
from bot.services.work.unit_of_work import Work
from storage import people
from storage.people import Name
from tests.support.house import BERLIN, CRISIS, House, token_in

PRACTICE: dict[str, Any] = {
    "name": "Practice on the Hill",
    "crisis": {"en": CRISIS, "de": CRISIS, "de_du": CRISIS},
    "supervision": "on",
}
CONFIRM = "Yes, Prof. Adler supervises me"
LOOK = {"en": "Yes, may look", "de": "Ja, darf nachsehen", "de_du": "Ja, darf nachsehen"}
NOT_TALK = {"en": "No, not there", "de": "Nein, dort nicht", "de_du": "Nein, dort nicht"}
MINUTE = timedelta(minutes=1)


async def write(house: House, act: Callable[[Work], Any]) -> Any:
    """What the command line does."""
    now = house.clock.now()
    done = await house.app.store.write(
        lambda tx: act(Work(tx, house.app.practice, now, f"cli{now.timestamp()}"))
    )
    await house.settle()
    return done


async def token_for(house: House, *therapists: Person, language: str = "en") -> str:
    """The token of a new supervisor's link, as the command line hands it out."""
    ids = [(await house.stored(each)).id for each in therapists]

    def decide(work: Work) -> str:
        named = {"name": Name("Prof. Adler"), "language": language, "zone_name": BERLIN}
        person, link, _ = invite_supervisor(work, **named)
        for each in ids:
            grants.name(work, person, people.load(work.tx, each))
        return token_in(link)

    return str(await write(house, decide))


async def supervisor(
    house: House, *therapists: Person, confirmed: bool = True, language: str = "en"
) -> Person:
    """A supervisor who has come, and whom each of the therapists has confirmed."""
    adler = house.stranger("Adler")
    adler.start(await token_for(house, *therapists, language=language))
    await house.settle()
    for each in therapists if confirmed else ():
        await house.tap(each, CONFIRM)
    return adler


async def asked(house: House, client: Person) -> list[str]:
    """What the client reads after they have written anything."""
    await house.travel(by=MINUTE)
    return await house.say(client, "/help")


async def agrees(house: House, client: Person, language: str = "en") -> None:
    """The client is asked, and agrees that the supervisor looks."""
    await asked(house, client)
    await house.tap(client, LOOK[language])
