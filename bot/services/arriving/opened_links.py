"""A known chat opens a link that is good: what becomes of the link, and as whom they go on.

Used by dispatch; ``intake`` lets strangers in. Nobody's link may merge two people of one therapist.
"""

from __future__ import annotations

from bot.services.care import invitations, joining
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from storage import cares, moves, people
from storage.invites import Invite
from storage.people import Person


def follow(work: Work, person: Person, invite: Invite, chat_id: int) -> Person | None:
    """Let the chat move to whom was invited if it is free to; let a client who takes part with
    somebody else take part with this therapist, too; else say why not: None, and the link stays
    good for the person for whom it was made.
    """
    is_move = moves.find_offered(work.tx, invite.id) is not None
    if is_move and invite.person_id == person.id:
        speak.reply(work, person.id, work.say(person.language, "moved_nowhere"), key="link")
        return None
    if not is_move and (invite.person_id == person.id or _is_free(work, person)):
        invitations.accept(work.tx, invite, chat_id, work.now, pressed_at=work.written_at)
        return people.load(work.tx, invite.person_id)
    refusal = "link_for_another" if is_move else joining.join(work, person, invite)
    if refusal is None:
        return person
    text = (
        work.say(person.language, refusal)
        if person.role == "client"
        else work.tell(person.language, "link_for_another")
    )
    speak.reply(work, person.id, text, key="link")
    return None


def _is_free(work: Work, person: Person) -> bool:
    if person.role != "client":
        return False
    return all(each.state in cares.OVER for each in cares.list_for_client(work.tx, person.id))
