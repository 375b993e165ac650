"""Simulated people who get their phone back: what is over is let be, what is open goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import TravelClock
from bot.demo.cast import Role, tongue_beside
from bot.demo.clients import A_MOMENT, SimulatedClient
from bot.demo.habits import HABITS
from bot.demo.recognising import Recogniser
from bot.demo.therapist import AWHILE, SimulatedTherapist
from bot.sandbox.client import Person
from bot.sandbox.ledger import Button, Keyboard, Message
from bot.sandbox.world import World
from flows.languages import BASE, languages, tongue_of
from flows.schedule.zones import zone
from flows.script.flow import Flow
from flows.script.parsing import parse

NOW = datetime(2026, 10, 7, 16, tzinfo=UTC)
WEEK = "How has your week been so far?"
SCALE = ("7", "Skip")
SHIPPED = Path(__file__).parents[3] / "flows" / "library" / "mid-week.toml"


class Phone:
    """Anna's phone; the bot writes what it is told to."""

    def __init__(self) -> None:
        self.world = World(TravelClock(NOW))
        self.account = self.world.add_bot("1:t", "bot", "Bot")
        self.person = Person(self.account, 7, "Anna")
        flow = parse(SHIPPED.read_text("utf-8"), SHIPPED.name).flow
        assert isinstance(flow, Flow)
        begins_at = NOW - timedelta(days=2)
        self.anna = SimulatedClient(self.person, HABITS[0], Recogniser([flow]), begins_at, 7)
        self.role = Role(self.anna, alias="A.B.", name="Anna", language=BASE)

    def asks(self, text: str, *labels: str, chat_id: int = 7) -> Message:
        """The bot asks."""
        rows = tuple((Button(label, "callback_data", label),) for label in labels)
        draft = Message(
            chat_id, 0, NOW, from_bot=True, sender_id=1, text=text, keyboard=Keyboard(rows)
        )
        chat = self.account.chats[chat_id]
        shown = self.account.add_message(chat, draft)
        self.account.record(chat, "sent", shown)
        return shown


@pytest.fixture
def phone() -> Phone:
    return Phone()


def test_what_was_answered_by_somebody_else_is_over(phone: Phone) -> None:
    shown = phone.asks(WEEK, *SCALE)
    phone.role.look(NOW)
    assert phone.role.next_at() is not None
    assert phone.role.take_over() and not phone.role.take_over()
    assert phone.role.next_at() is None, "whoever is played does nothing alone"
    phone.person.tap("7", shown)
    assert phone.role.give_back(NOW)
    assert phone.role.next_at() is None


def test_an_open_question_is_answered_a_while_after_it_was_given_back(phone: Phone) -> None:
    phone.asks(WEEK, *SCALE)
    phone.role.look(NOW)
    phone.role.take_over()
    later = NOW + timedelta(days=1)
    phone.role.act(later)
    assert phone.person.ledger[-1].kind == "sent"
    phone.role.give_back(later)
    assert phone.role.next_at() == later + A_MOMENT


def test_a_question_that_came_meanwhile_is_answered_too(phone: Phone) -> None:
    phone.role.take_over()
    phone.person.say("/checkin")
    phone.asks(WEEK, *SCALE)
    phone.role.look(NOW)
    assert phone.role.next_at() is None
    phone.role.give_back(NOW)
    planned = phone.role.next_at()
    assert planned is not None and planned > NOW


def test_another_language_that_somebody_chose_is_understood(phone: Phone) -> None:
    german = "Wie läuft Ihre Woche bisher?"
    phone.asks(german, "7", "Überspringen")
    phone.role.look(NOW)
    assert phone.role.next_at() is None, "nobody has ever spoken so to Anna"
    phone.role.take_over()
    phone.asks(german, *[str(number) for number in range(11)])
    phone.role.give_back(NOW)
    planned = phone.role.next_at()
    assert planned is not None
    phone.role.act(planned)
    assert phone.person.ledger[-1].kind == "tapped"


def test_a_link_for_somebody_whose_alias_only_begins_alike_is_not_anna_s(phone: Phone) -> None:
    weber = Person(phone.account, 9, "Weber")
    therapist = SimulatedTherapist(weber, [phone.anna], zone("UTC"))
    link = "https://t.me/bot?start=abc"
    letters = {
        "A.B.C.": ("How shall the bot speak to A.B.C.?", "For A.B.C. (only you see this)"),
        "A.B.": ("How shall the bot speak to A.B.?", "For A.B. (only you see this)"),
    }
    planned: dict[str, list[datetime | None]] = {}
    for alias, (question, letter) in letters.items():
        planned[alias] = []
        for text, label in ((question, "English"), (f"Here: {link}", letter)):
            phone.asks(text, label, chat_id=9)
            therapist.look(NOW)
            planned[alias].append(therapist.next_at())
            therapist.act(NOW + timedelta(hours=1))
    assert planned == {
        "A.B.C.": [None, None],
        "A.B.": [NOW + timedelta(minutes=1), NOW + timedelta(minutes=30)],
    }
    assert [entry.text for entry in phone.person.ledger] == ["/start abc"]


def test_a_language_is_named_where_it_is_not_the_page_s() -> None:
    german = next(each for each in languages() if tongue_of(each) != tongue_of(BASE))
    assert tongue_beside(BASE, BASE) is None
    assert tongue_beside(german, BASE) == "Deutsch"
    assert tongue_beside(BASE, german) == "English"
    for each in languages():
        assert tongue_beside(each, each) is None
    forms = [each for each in languages() if tongue_of(each) == tongue_of(german)]
    assert {tongue_beside(each, german) for each in forms} == {None}, "a form is no language"


def test_nobody_takes_the_place_of_whom_a_visitor_invited(phone: Phone) -> None:
    own = Role(phone.anna, alias="Z.Z.", name="You", language=BASE, is_own=True)
    assert not own.is_simulated and not own.give_back(NOW) and not own.is_simulated


def test_what_cannot_be_done_any_more_is_let_go(phone: Phone) -> None:
    phone.asks(WEEK, "another button")
    phone.role.look(NOW)
    phone.role.act(NOW + timedelta(days=1))
    phone.asks(WEEK, *SCALE)
    phone.role.look(NOW)
    phone.person.block()
    phone.role.act(NOW + timedelta(days=1))
    assert phone.person.ledger[-1].kind == "blocked"
    assert phone.role.next_at() is None


@pytest.mark.parametrize(("late", "noted"), [(AWHILE, ["/session A.B."]), (AWHILE + A_MOMENT, [])])
def test_a_therapist_does_not_note_sessions_of_long_ago(
    phone: Phone, late: timedelta, noted: list[str]
) -> None:
    person = Person(phone.account, 9, "Weber")
    weber = SimulatedTherapist(person, [phone.anna], zone("UTC"))
    monday = NOW - timedelta(days=2)
    weber.plan(monday, 1, "https://t.me/bot?start=abc")
    role = Role(weber, alias=None, name="Dr. Weber", language=BASE)
    role.act(monday + timedelta(minutes=6))
    assert [entry.text for entry in person.ledger] == ["/start abc", "/invite A.B."]
    role.take_over()
    ended_at = datetime(2026, 10, 6, 10, 50, tzinfo=UTC)
    role.give_back(ended_at + late)
    role.act(ended_at + late)
    assert [entry.text for entry in person.ledger][2:] == noted
    role.act(monday + timedelta(days=4))
    assert [entry.text for entry in person.ledger][2:] == [*noted, "/clients", "/digest"]
