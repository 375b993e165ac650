"""An answer or a score that a flow names as a sign of danger: the crisis card, and a risk case.

Used by ``effects`` as the answer is kept. Nothing is asked then until the client goes on.
"""

from __future__ import annotations

from bot.services.safety import card, cases, holding
from bot.services.work.unit_of_work import Work
from flows.engine.events import AnswerAccepted, AnswerReworded
from storage import cares
from storage.check_ins import StoredCheckIn


def heed(work: Work, stored: StoredCheckIn, event: AnswerAccepted | AnswerReworded) -> bool:
    """Queue the card and tell people where that was agreed; False, and nothing is done, where the
    answer brings no sign of danger.
    """
    if not event.dangers:
        return False
    care = cares.load(work.tx, stored.care_id)
    named = ",".join(f"{stored.state.flow_id}.{each}" for each in event.dangers)
    told = cases.answered(work, care, named)
    card.show_client(
        work,
        care,
        stored.state.language,
        is_hard=False,
        became="none",
        told=told,
        waiting=stored if stored.state.status == "open" else None,
    )
    holding.begin(work, care.id)
    return True
