"""A client who takes part with one therapist opens the link of a second one of the same practice.

Used by ``arriving``. The second care is apart from the first in everything: its consent, its
questions, its answers. No therapist learns of the other, so it keeps the code that it was invited
under.
"""

from __future__ import annotations

from bot.services.work import speak, with_whom
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from storage import audit, cares, people
from storage.cares import Care
from storage.invites import Invite
from storage.people import Person


def join(work: Work, person: Person, invite: Invite) -> ClientKey | None:
    """The invited care is one of this client's, and the link is used up; they are asked for their
    consent next. Otherwise why not, as the key of a text, and the link stays good.
    """
    if person.role != "client":
        return "link_for_another"
    own = cares.list_for_client(work.tx, person.id)
    invited = cares.list_for_client(work.tx, invite.person_id)
    if len(invited) != 1 or invited[0].state != "invited":
        return "link_for_another"
    if any(each.unrecognised_since is not None for each in own):
        return "link_for_another"  # the chat may be anybody's
    care, living = invited[0], [each for each in own if each.state in cares.LIVING]
    if any(each.therapist_id == care.therapist_id for each in living):
        return "link_same_therapist"
    if people.chat_of(work.tx, care.client_id) is not None:
        return "link_for_another"
    care = cares.join(work.tx, care, person.id, work.now)
    audit.add(
        work.tx,
        now=work.now,
        actor=care.client_code,
        action="client.opened_link",
        subject=care.client_code,
    )
    _say(work, care)
    return None


def _say(work: Work, care: Care) -> None:
    """Say first what the second one means; where nobody has a yes yet, there is nothing to say."""
    others = with_whom.other_names(work, care)
    if others:
        text = work.say(care.language, "joined", others=others, **names_for(work, care))
        speak.insist(work, care.client_id, text, key="joined")
