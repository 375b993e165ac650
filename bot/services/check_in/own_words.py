"""Remembers which messages gave an answer in own words. Used by ``effects`` and
``changed_message``.

An answer may be made of several messages, a line for each. Where that is not known for all of them,
a changed message changes nothing.
"""

from __future__ import annotations

from bot.services.work.unit_of_work import Work
from flows.engine.check_in import Answer
from flows.kinds.registry import kind_of
from flows.kinds.step import Step
from storage import answer_messages, risk_cases
from storage.answer_messages import AnswerMessage
from storage.check_ins import StoredCheckIn

BETWEEN = "\n"
"""Stands between what two messages gave."""


def remember(
    work: Work, stored: StoredCheckIn, step: Step, was: Answer | None, given: Answer
) -> None:
    """It is known of which messages the answer is made now; ``was`` is the one before it."""
    if not kind_of(step).is_free:
        return
    known = answer_messages.list_(work.tx, stored.id, given.step_id)
    made_of = _made_of(known, was, given, work.message_id)
    stand = {each.message_id for each in made_of}
    gone = [each.message_id for each in known if each.message_id not in stand]
    if gone:
        risk_cases.mark_reworded(work.tx, stored.care_id, gone, work.now)
    answer_messages.save(work.tx, stored.id, given.step_id, made_of)


def _made_of(
    known: tuple[AnswerMessage, ...], was: Answer | None, given: Answer, message_id: int | None
) -> tuple[AnswerMessage, ...]:
    if message_id is None or not isinstance(given.value, str):
        return ()
    before = was.value if was is not None and isinstance(was.value, str) else None
    if before is None or not given.value.startswith(before + BETWEEN):
        return (AnswerMessage(message_id, len(given.value)),)
    more = len(given.value) - len(before) - len(BETWEEN)
    return (*known, AnswerMessage(message_id, more))


def with_words(
    whole: str, made_of: tuple[AnswerMessage, ...], message_id: int, words: str
) -> tuple[str, tuple[AnswerMessage, ...]] | None:
    """The answer with other words in the place of what this message gave, and what it is made of
    then. None where it is not made of these messages alone.
    """
    if sum(each.length + len(BETWEEN) for each in made_of) - len(BETWEEN) != len(whole):
        return None
    parts: list[str] = []
    changed: list[AnswerMessage] = []
    begins = 0
    for each in made_of:
        own = whole[begins : begins + each.length]
        begins += each.length + len(BETWEEN)
        part = words if each.message_id == message_id else own
        parts.append(part)
        changed.append(AnswerMessage(each.message_id, len(part)))
    return BETWEEN.join(parts), tuple(changed)
