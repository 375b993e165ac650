"""Says to client and therapist, unasked, what becomes of a handover: with a first line that a lock
screen may show, not in quiet hours nor right after a crisis card.
"""

from __future__ import annotations

from bot.messages import Rows
from bot.services.safety import holding
from bot.services.work import notices, speak
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey, StaffKey
from storage import people
from storage.cares import Care
from storage.handovers import Handover


def names_of_both(work: Work, care: Care, handover: Handover) -> dict[str, str]:
    """``therapist`` and ``practice`` as for any text about the care, and ``colleague``."""
    colleague = people.name_of(work.tx, handover.to_therapist_id).name
    return {**names_for(work, care), "colleague": colleague}


def tell_client(
    work: Work, care: Care, handover: Handover, key: ClientKey, *, rows: Rows = ()
) -> None:
    """Say it to the client of the care that is, or was, to be handed over."""
    said = work.say(care.language, key, **names_of_both(work, care, handover))
    say_to_client(work, care, handover, said, what=key, rows=rows)


def say_to_client(
    work: Work, care: Care, handover: Handover, said: str, *, what: str, rows: Rows = ()
) -> None:
    """The same with words of several texts."""
    text = f"{work.say(care.language, 'erased_opening')}\n\n{said}"
    key = f"{what}{handover.id}@{work.now.timestamp():.6f}"
    not_before = holding.free_at(work, care)
    speak.notify(work, care.client_id, text, key=key, rows=rows, not_before=not_before)


def tell_therapist(work: Work, care: Care, handover: Handover, key: StaffKey) -> None:
    """Say it, without a sound, to the therapist from whom the client is, or was, to go."""
    therapist = people.load(work.tx, care.therapist_id)
    colleague = people.name_of(work.tx, handover.to_therapist_id).name
    text = work.tell(therapist.language, key, alias=care.alias, colleague=colleague)
    notices.tell(work, therapist, "handover", text, key=f"{key}{handover.id}")
