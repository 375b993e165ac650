"""The people of the random walk, and a watch over who reads whose words.

Used by the walker. Each phone has a sign that its holder types, so that a word in a chat to which
it does not belong is found. The watch knows from the bot's own tables only who takes part with
whom; what may be read where it decides by itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from bot.sandbox import Message, Person
from bot.sandbox.ledger import Button, Entry
from bot.services.work.button_forms import FORMS, Name
from storage import cares, people
from storage.cares import Care
from storage.people import Person as StoredPerson
from storage.store import Tx
from tests.support.house import House

SIGN = re.compile(r"Sign\d+Sign")


@dataclass(slots=True)
class Phone:
    """A chat with the bot, and whoever walks in it."""

    person: Person
    sign: str
    commands: tuple[str, ...]
    name: str = ""
    """A therapist's name; a client has none that anybody could read."""
    aliases: tuple[str, ...] = ()
    """The names that may stand in this chat: of a therapist's clients."""
    said: list[Message] = field(default_factory=list)
    is_blocked: bool = False


@dataclass(slots=True)
class Client:
    """A client over time: their phones, the newest last, and by which name who knows them."""

    phones: list[Phone]
    known_to: list[tuple[Phone, str]]
    language: str


@dataclass(slots=True)
class Watch:
    """What was read where, and whether it belongs there."""

    house: House
    phones: list[Phone]
    faults: list[str] = field(default_factory=list)
    _wrote_as: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By sign: the ids of the clients in whose name somebody wrote it; a code may change hands."""
    _with: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By sign: the therapists with whom whoever wrote it takes part, or did."""
    _codes: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """By code of a client: the therapists who know it."""
    _read: dict[str, int] = field(default_factory=dict)
    _unrecognised: dict[str, int] = field(default_factory=dict)
    told: int = 0
    """How often a therapist read a client's words."""

    async def stand(self, phone: Phone) -> tuple[StoredPerson | None, list[Care]]:
        """Who the chat is to the bot now, and their cares."""
        chat_id = phone.person.chat_id
        person = await self.house.app.store.read(lambda tx: people.find_by_chat(tx, chat_id))
        if person is None or person.role != "client":
            return person, []
        found = person.id
        return person, await self.house.app.store.read(lambda tx: cares.list_for_client(tx, found))

    async def note(self, phone: Phone) -> None:
        """Remember as whom this phone writes, and for whom; an undone move takes its words away."""
        person, own = await self.stand(phone)
        before = self._unrecognised.pop(phone.sign, None)
        if before is not None and (person is None or person.id != before):
            self._wrote_as[phone.sign].discard(before)
        if person is None or person.role != "client":
            return
        self._wrote_as[phone.sign].add(person.id)
        for care in own:
            self._with[phone.sign].add(care.therapist_id)
            self._codes[care.client_code].add(care.therapist_id)
        if any(care.unrecognised_since is not None for care in own):
            self._unrecognised[phone.sign] = person.id

    async def look(self) -> None:
        """Everything that was newly read stands where it may."""
        for phone in [each for each in self.phones if each.sign in self._unrecognised]:
            await self.note(phone)
        for phone in self.phones:
            ledger = phone.person.heard(self._read.get(phone.sign, 0))
            self._read[phone.sign] = phone.person.mark
            if ledger:
                await self._judge(phone, ledger)

    async def _judge(self, phone: Phone, read: list[Entry]) -> None:
        text = "\n".join(entry.text for entry in read)
        signs = set(SIGN.findall(text)) - {phone.sign}
        named = [each for each in self.phones if each.name and each.name in text]
        if not signs and not named and not phone.name:
            return
        person, _ = await self.stand(phone)
        if phone.name and person is not None:
            self.told += len(signs)
            foreign = {sign for sign in signs if person.id not in self._with[sign]}
            others = [each for each in self.phones if each.name and each is not phone]
            foreign |= {o.name for o in others if o.name in text}
            foreign |= {a for o in others for a in o.aliases if a in text}
            known = self._codes.items()
            foreign |= {
                c for c, to in known if person.id not in to and re.search(rf"\b{c}\b", text)
            }
        elif person is None or phone.sign in self._unrecognised:
            foreign = signs
        else:
            ids, own = await self._before(person.id)
            foreign = {sign for sign in signs if not ids & self._wrote_as[sign]}
            known_to = own | self._with[phone.sign]  # also of a care that is gone, as it goes
            foreign |= {e.name for e in named if await self._id(e) not in known_to}
        self.faults += [f"{phone.sign} read {each} in {text[:900]!r}" for each in foreign]

    async def _before(self, person_id: int) -> tuple[set[int], set[int]]:
        """The ids and therapists of a client, also those under earlier links of their chat."""

        def read(tx: Tx) -> tuple[set[int], set[int]]:
            own = (people.load(tx, person_id), *people.list_earlier(tx, person_id))
            among = [care for each in own for care in cares.list_for_client(tx, each.id)]
            return {each.id for each in own}, {care.therapist_id for care in among}

        return await self.house.app.store.read(read)

    async def _id(self, therapist: Phone) -> int:
        return (await self.house.stored(therapist.person)).id


def newest_with(person: Person, name: Name) -> tuple[Message, list[Button]] | None:
    """The newest message with buttons of that name, and these; None: there is none."""
    code = FORMS[name].code
    for message in reversed(person.screen):
        keyboard = message.keyboard
        shown = keyboard.buttons if keyboard and keyboard.inline and message.from_bot else ()
        buttons = [each for each in shown if each.data and each.data.split(":")[0] == code]
        if buttons:
            return message, buttons
    return None
