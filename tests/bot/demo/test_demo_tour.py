"""The stops of the tour, found in chats that were made by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.clock import TravelClock
from bot.demo.cast import Role
from bot.demo.clients import SimulatedClient
from bot.demo.habits import Habit, habits
from bot.demo.recognising import Recogniser
from bot.demo.therapist import SimulatedTherapist
from bot.demo.tour import Tour
from bot.sandbox.client import Person
from bot.sandbox.ledger import Button, Keyboard, Message
from bot.sandbox.world import World
from flows.languages import BASE, Language, languages
from flows.schedule.zones import zone

NOW = datetime(2026, 10, 11, 16, tzinfo=UTC)
BUTTONS = ("E.F. …", "G.H. …", "I will raise it", "I have read this")
ALL = habits(strained_since=1, wants_receipts=True)


class Hall:
    """A therapist with a digest on the screen, and all clients; nobody has done anything."""

    def __init__(self, language: Language = BASE) -> None:
        self.world = World(TravelClock(NOW))
        self.account = self.world.add_bot("1:t", "bot", "Bot")
        recogniser = Recogniser(())
        clients = [self._client(place, habit, recogniser) for place, habit in enumerate(ALL)]
        weber = Person(self.account, 9, "Weber")
        therapist = SimulatedTherapist(weber, clients, zone("UTC"), language)
        self.weber = weber
        roles = [Role(therapist, alias=None, name="Dr. Weber", language=language)]
        roles += [
            Role(
                each,
                alias=each.habit.alias,
                name=each.habit.name,
                language=each.habit.language,
                tells_of_strain=each.habit.wants_receipts,
            )
            for each in clients
        ]
        self.tour = Tour(roles, recogniser, language)

    def _client(self, place: int, habit: Habit, recogniser: Recogniser) -> SimulatedClient:
        person = Person(self.account, 100 + place, habit.name)
        return SimulatedClient(person, habit, recogniser, NOW, 7)

    def digest(self) -> Message:
        """The bot shows what can be noted."""
        rows = tuple((Button(label, "callback_data", label),) for label in BUTTONS)
        draft = Message(9, 0, NOW, from_bot=True, sender_id=1, text="", keyboard=Keyboard(rows))
        chat = self.account.chats[9]
        shown = self.account.add_message(chat, draft)
        self.account.record(chat, "sent", shown)
        return shown


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_the_acknowledgement_is_the_one_about_the_tour_s_client(hall: Hall) -> None:
    digest = hall.digest()
    hall.tour.go_to(4)
    for label in ("G.H. …", "I will raise it", "E.F. …"):
        hall.weber.tap(label, digest)
        assert not hall.tour.is_there(), "somebody else's, or not noted yet"
    hall.weber.tap("I will raise it", digest)
    assert hall.tour.is_there()
    arrived = hall.tour.arrive()
    assert arrived is not None and arrived["point"] == {
        "chat": 9,
        "id": digest.message_id,
        "part": "end",
    }


def test_somebody_who_speaks_the_page_s_language_is_met() -> None:
    tongues = {language: Hall(language).tour.chats[0] for language in languages()}
    assert tongues[BASE] == 102, "Eva"
    assert {chat for language, chat in tongues.items() if language != BASE} == {103}, "Grete"


def test_a_way_that_was_given_up_can_be_taken_again(hall: Hall) -> None:
    assert hall.tour.view is None
    under_way = hall.tour.go_to(3)
    assert under_way is not None and (under_way["point"], under_way["can_go_on"]) == (None, False)
    stayed = hall.tour.stay()
    assert stayed is not None and (stayed["point"], stayed["can_go_on"]) == (None, True)
    missed = hall.tour.arrive()
    assert missed is not None and str(missed["why"]).startswith("In these weeks it did not come")
    assert missed["can_go_on"] is False, "what comes after it will not have happened either"
    hall.tour.go_to(3, can_come=False)
    in_vain = hall.tour.arrive()
    assert in_vain is not None and in_vain["can_go_on"] is False
    assert str(in_vain["why"]).startswith("The bot cannot write to Eva now")
    assert hall.tour.go_to(0) is None and hall.tour.view is None and hall.tour.stay() is None
