"""Names who is admin: who is told in the chat what ails the machine, and may ask with /status.

Used by the command line only: nobody makes themselves admin from a chat. An admin sees no client by
it; a therapist who is one goes on seeing their own.
"""

from __future__ import annotations

from bot.services.work.unit_of_work import Work
from storage import audit, people
from storage.people import Person


def name(work: Work, person: Person) -> bool:
    """The person is admin; False: they are a client, who never is."""
    if person.role == "client":
        return False
    if person.admin_since is None:
        people.set_admin(work.tx, person.id, since=work.now)
        _record(work, person, "admin.named")
    return True


def name_the_first(work: Work, person: Person) -> bool:
    """The first therapist of a practice without an admin is its admin; True where they are now."""
    others = [each for each in people.list_therapists(work.tx) if each.id != person.id]
    return not others and not people.list_admins(work.tx) and name(work, person)


def end(work: Work, person: Person) -> bool:
    """The person is admin no more; False: they were not."""
    if person.admin_since is None:
        return False
    people.set_admin(work.tx, person.id, since=None)
    _record(work, person, "admin.ended")
    return True


def _record(work: Work, person: Person, action: str) -> None:
    audit.add(work.tx, now=work.now, actor="admin", action=action, subject=person.code)
