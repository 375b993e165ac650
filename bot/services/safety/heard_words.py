"""Finds the words that led to a crisis card where they are kept: in an answer or in a note.

A case keeps none of them. So what a client changes, takes back or never passed on is not quoted.
Used by the digest and by the view of a case, for the client's own therapist only.
"""

from __future__ import annotations

from bot.services.work.unit_of_work import Work
from storage import answer_messages, check_ins, notes
from storage.risk_cases import RiskStep


def words_of(work: Work, step: RiskStep) -> tuple[str, ...]:
    """The client's words of that moment, as far as they are kept for the therapist."""
    found = [_answer(work, step), *_notes(work, step)]
    return tuple(words for words in dict.fromkeys(found) if words)


def _answer(work: Work, step: RiskStep) -> str:
    if step.message_id is None or step.reworded_at is not None:
        return ""
    made = answer_messages.find(work.tx, step.care_id, step.message_id)
    stored = None if made is None else check_ins.find(work.tx, made.check_in_id)
    if made is None or stored is None:
        return ""
    answer = stored.state.answer(made.step_id)
    if answer is None or answer.off_path or not isinstance(answer.value, str):
        return ""
    return answer.value


def _notes(work: Work, step: RiskStep) -> list[str]:
    if step.said_at is None:
        return []
    found = notes.list_written(work.tx, step.care_id, step.said_at)
    return [note.words for note in found if note.held_back_at is None]  # of the same second
