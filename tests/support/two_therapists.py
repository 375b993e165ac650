"""A client of two therapists of one practice, for the stories about what each of them reads.

Used by ``tests/bot/conversations``.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox import Person
from tests.support.house import AGREE, House, texts

WEBER, KAYA = "Dr. Weber", "Dr. Kaya"
ALIASES = {WEBER: "A.B.", KAYA: "Max"}


@dataclass(slots=True)
class Pair:
    """Both therapists, and their client, whom each of them knows by an alias of their own."""

    weber: Person
    kaya: Person
    client: Person
    colleague: Person | None = None
    """Somebody of the practice who is neither's therapist."""

    def both(self) -> tuple[tuple[Person, str, str, str], ...]:
        """Each therapist with the client's alias there, and the other's name and alias."""
        return (
            (self.weber, ALIASES[WEBER], KAYA, ALIASES[KAYA]),
            (self.kaya, ALIASES[KAYA], WEBER, ALIASES[WEBER]),
        )


async def pair_in(
    house: House,
    language: str = "en",
    *,
    agrees: bool = True,
    speak: str = "en",
    colleague: str = "",
    items: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> Pair:
    """Both have connected in this order; the client has agreed with both, or only with the first,
    and has tapped these answers to what is asked apart, with each.
    """
    weber = await house.therapist(WEBER, language=speak)
    kaya = await house.therapist(KAYA, language=speak)
    third = await house.therapist(colleague, language=speak) if colleague else None
    client = await house.client(weber, ALIASES[WEBER], language)
    for label in items[0]:
        await house.tap(client, label)
    await join(house, client, kaya, ALIASES[KAYA], language, agrees=agrees)
    for label in items[1]:
        await house.tap(client, label)
    return Pair(weber, kaya, client, third)


async def join(
    house: House,
    client: Person,
    therapist: Person,
    alias: str,
    language: str = "en",
    *,
    agrees: bool = True,
) -> list[str]:
    """Let a client open the link of another therapist; what they are shown."""
    token, mark = await house.invite(therapist, alias, language), client.mark
    client.start(token)
    await house.settle()
    shown = texts(client.heard(mark))
    if agrees:
        await house.read_consent(client)
        await house.tap(client, AGREE[language])
    return shown


async def read_by(house: House, therapist: Person) -> str:
    """Everything that a therapist has ever seen here, the week so far included."""
    for command in ("/clients", "/digest"):
        await house.say(therapist, command)
    return "\n".join(texts(therapist.heard(0)))
