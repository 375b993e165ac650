"""The entries that whoever is admin has beside those of their role.

Nothing here shows or changes anything of a client's; nobody else has them, or reads of them.
"""

from __future__ import annotations

from bot.services.alarms import key_back, machine_status
from bot.services.arriving.entries.entry import Command, Table, Tap, Touched, alone
from bot.services.arriving.entries.ownership import OWN
from bot.services.work.buttons import Toast
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from storage.people import Person


def _write_key_back(work: Work, person: Person, nothing: Person, tapped: Touched) -> Toast:
    key_back.write(work, person)
    return None


FOR_ADMINS: Table[Person, StaffKey] = Table(
    commands=(
        Command(
            "status",
            alone(machine_status.show),
            menu="menu.status",
            help="help.status",
            ahead=machine_status.look_ahead,
        ),
    ),
    taps=(Tap("key_back", OWN, _write_key_back),),
)
"""The things that an admin may do in the chat."""


def menu_lines(work: Work, person: Person) -> list[tuple[str, str]]:
    """The part of an admin's menu that others do not have; empty for them."""
    if person.admin_since is None:
        return []
    return [(name, work.tell(person.language, key)) for name, key in FOR_ADMINS.menu()]


def help_lines(work: Work, person: Person) -> list[str]:
    """The lines of /help that only an admin reads; empty for others."""
    if person.admin_since is None:
        return []
    return [work.tell(person.language, key) for key in FOR_ADMINS.help("running")]
