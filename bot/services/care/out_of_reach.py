"""Notes that nothing reaches somebody any more, and tells a client's therapists so, once.

Used where Telegram refuses a message, and where it says that the bot was blocked. It is one of the
few things that a therapist is told at once: whoever blocked the bot reads no question and no card.
"""

from __future__ import annotations

from bot.services.work import notices
from bot.services.work.unit_of_work import Work
from storage import cares, people
from storage.cares import Care


def mark(work: Work, person_id: int) -> None:
    """The person is out of reach; if that is news, the therapists of a client are told."""
    known = people.load(work.tx, person_id).unreachable_at is not None
    people.mark_unreachable(work.tx, person_id, work.now)
    if known:
        return
    for care in cares.list_for_client(work.tx, person_id):
        if care.state == "active":
            _tell(work, care)


def _tell(work: Work, care: Care) -> None:
    therapist = people.load(work.tx, care.therapist_id)
    text = work.tell(therapist.language, "client_out_of_reach", alias=care.alias)
    notices.tell(work, therapist, "out_of_reach", text, key=f"out_of_reach{care.id}")
