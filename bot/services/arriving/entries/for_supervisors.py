"""The entries of supervisors, in the order in which /help names them. A therapist who supervises a
colleague has those of them that show something beside their own.

Nothing here changes anything of a client's or of a therapist's.
"""

from __future__ import annotations

from typing import Any

from bot.services.arriving.entries import for_admins
from bot.services.arriving.entries.entry import Asked, Command, Table, Tap, Touched, alone
from bot.services.arriving.entries.ownership import CASELOAD, OWN, SUPERVISED
from bot.services.care import own_language
from bot.services.safety import card
from bot.services.supervising import looking, supervision_command
from bot.services.supervising.looking import Shown
from bot.services.work import own_menu, speak
from bot.services.work.buttons import Toast
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from storage import people
from storage.people import Person
from storage.supervisions import Supervision


def _crisis(work: Work, person: Person, asked: Asked) -> None:
    card.hand_out(work, person, is_hard=False)


def _privacy(work: Work, person: Person, asked: Asked) -> None:
    speak.to_therapist(work, person, "privacy_supervisor")


def _help(work: Work, person: Person, asked: Asked) -> None:
    lines = [work.tell(person.language, key) for key in FOR_SUPERVISORS.help("running")]
    lines += for_admins.help_lines(work, person)
    menu = own_menu.carried(work, person, menu_for(work, person))
    speak.reply(work, person.id, "\n".join(lines), key="help", menu=menu)


def menu_for(work: Work, person: Person) -> list[tuple[str, str]]:
    """The supervisor's own menu, in their language."""
    own = [(name, work.tell(person.language, key)) for name, key in FOR_SUPERVISORS.menu()]
    return [*own, *for_admins.menu_lines(work, person)]


def _again(work: Work, person: Person, nothing: Person, tapped: Touched) -> Toast:
    supervision_command.show_again(work, person, tapped.message_id)
    return None


def _page(work: Work, person: Person, made: Supervision, tapped: Touched) -> Toast:
    return looking.show_people(work, person, made, tapped.press, tapped.message_id)


def _one(work: Work, person: Person, shown: Shown, tapped: Touched) -> Toast:
    return looking.show_one(work, person, shown)


def _language(work: Work, person: Person, nothing: Person, tapped: Touched) -> Toast:
    toast = own_language.choose_for_therapist(work, person, tapped.press.word, tapped.message_id)
    now = people.load(work.tx, person.id)
    own_menu.show(work, now, menu_for(work, now))
    return toast


LOOKING: tuple[Tap[Person, Any], ...] = (
    Tap("supervision", OWN, _again),
    Tap("supervised_page", CASELOAD, _page),
    Tap("supervised", SUPERVISED, _one),
)
"""The buttons by which somebody looks at the caseload of whom they supervise."""
FOR_SUPERVISORS: Table[Person, StaffKey] = Table(
    commands=(
        Command("crisis", _crisis, menu="menu.crisis", help="help.crisis"),
        Command(
            "supervision",
            alone(supervision_command.show),
            menu="menu.supervision",
            help="help.supervision_given",
        ),
        Command(
            "language",
            alone(own_language.ask_therapist),
            menu="menu.language",
            help="help.language",
        ),
        Command("privacy", _privacy, menu="menu.privacy", help="help.privacy"),
        Command("help", _help, menu="menu.help", help="help.help"),
    ),
    taps=(*LOOKING, Tap("staff_language", OWN, _language)),
)
"""The things that a supervisor may do in the chat."""
