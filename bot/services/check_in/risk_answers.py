"""An answer that a flow names as a sign of danger: the crisis card at once, and a risk case.

Used by ``effects`` as the answer is kept. Nothing is asked then until the client goes on.
"""

from __future__ import annotations

from bot.services.safety import card, cases, holding
from bot.services.work.unit_of_work import Work
from flows.engine.check_in import Answer
from flows.kinds.registry import kind_of
from flows.kinds.step import RATHER_NOT_SAY, Step
from storage import cares
from storage.check_ins import StoredCheckIn


def heed(work: Work, stored: StoredCheckIn, step: Step, answer: Answer) -> bool:
    """Queue the card and tell people where that was agreed; False, and nothing is done, where the
    answer is no sign of danger.
    """
    value = answer.value
    if value is None or value == RATHER_NOT_SAY or not kind_of(step).is_risk(step, value):
        return False
    care = cares.load(work.tx, stored.care_id)
    told = cases.answered(work, care, f"{stored.state.flow_id}.{answer.of_step}")
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
