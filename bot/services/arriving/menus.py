"""Chats with a command menu of their own get the present one: a therapist's or supervisor's, and a
client's whose language is not their phone's.

Used at a start, since an upgrade may have brought other commands, and when a client comes in.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.arriving.entries import for_clients, for_supervisors, for_therapists
from bot.services.work import own_menu
from bot.services.work.own_menu import Commands
from bot.services.work.unit_of_work import Work
from storage import people
from storage.people import Person

FEW = 5
"""So many menus are queued in one transaction: a client's next question waits no longer."""


def list_old(work: Work) -> list[int]:
    """The people whose chat shows an earlier menu. A read: a clinic has hundreds of chats."""
    return [
        person.id
        for person in people.list_with_menus(work.tx)
        if not own_menu.is_shown(person, commands_of(work, person))
    ]


def renew(work: Work, person_ids: Sequence[int]) -> None:
    """The chats of these people get the present menu, where they still show another."""
    for person_id in person_ids:
        person = people.find(work.tx, person_id)
        if person is not None:
            own_menu.show(work, person, commands_of(work, person))


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
