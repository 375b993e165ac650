"""Chats with a command menu of their own get the present one: a therapist's or supervisor's, and a
client's whose language is not their phone's.

Used at a start, since an upgrade may have brought other commands, and when a client comes in.
"""

from __future__ import annotations

from bot.services.arriving.entries import for_clients, for_supervisors, for_therapists
from bot.services.work import own_menu
from bot.services.work.own_menu import Commands
from bot.services.work.unit_of_work import Work
from storage import people
from storage.people import Person

FEW = 20
"""So many menus are queued in one transaction."""


def renew(work: Work) -> bool:
    """A few chats whose menu is an earlier one get the present one; False where all have it."""
    old = [
        (person, commands)
        for person in people.list_with_menus(work.tx)
        if not own_menu.is_shown(person, commands := commands_of(work, person))
    ]
    for person, commands in old[:FEW]:
        own_menu.show(work, person, commands)
    return len(old) > FEW


def follow(work: Work, person: Person) -> None:
    """A person who has come in through a link sees their own menu, where they have one."""
    if person.menu_mark is not None:
        own_menu.show(work, person, commands_of(work, person))


def commands_of(work: Work, person: Person) -> Commands:
    """The present menu of somebody's chat, in their language."""
    if person.role == "therapist":
        return for_therapists.menu_for(work, person)
    if person.role == "supervisor":
        return for_supervisors.menu_for(work, person)
    return for_clients.menu_for(work, person)
