"""The command menu of one chat, where it is not everybody's: queued anew where it has changed.

Used at a start, and where a client's language or chat changes. It must never be sent twice alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from storage import people
from storage.people import Person

Commands = Sequence[tuple[str, str]]


def is_shown(person: Person, commands: Commands) -> bool:
    """True where the person's chat has just this menu."""
    return person.menu_mark == _mark(commands)


def show(work: Work, person: Person, commands: Commands) -> None:
    """The person's chat shows these commands, unless it does already."""
    if is_shown(person, commands):
        return
    people.mark_menu(work.tx, person.id, _mark(commands))
    speak.menu(work, person.id, commands, key=f"menu{person.id}")


def carried(work: Work, person: Person, commands: Commands) -> Commands:
    """These commands, which go with a message to the person: their chat shows them from then on."""
    people.mark_menu(work.tx, person.id, _mark(commands))
    return commands


def _mark(commands: Commands) -> str:
    return hashlib.sha256(json.dumps(list(commands)).encode()).hexdigest()[:16]
