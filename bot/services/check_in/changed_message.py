"""The effect of a changed message: the answer that it gave takes its new words, as long as answers
may be changed. Nothing is saved until ``take``, so that safety text may go first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.services.check_in import effects, own_words
from bot.services.check_in.check_ins import is_answer_told
from bot.services.check_in.effects import Moment
from bot.services.check_in.giving import written_at
from bot.services.check_in.prompt_message import REFUSED
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from flows.engine.events import AnswerRefused, AnswerReworded, PromptAsked, Turn
from flows.engine.inputs import Reworded
from flows.engine.turn import prompt_of, resume
from flows.kinds.typed import clean
from flows.script.flow import Flow
from storage import answer_messages, check_ins, deliveries, risk_cases
from storage.answer_messages import AnswerMessage
from storage.cares import Care
from storage.check_ins import StoredCheckIn


@dataclass(frozen=True, slots=True)
class Edited:
    """The effect of a changed message of which an answer was made: decided, and not carried out
    yet.
    """

    stored: StoredCheckIn
    flow: Flow
    turn: Turn = field(repr=False)
    step_id: str
    made_of: tuple[AnswerMessage, ...]
    is_told: bool
    """True where a digest has the answer already, so that it stays as it is."""

    @property
    def is_changed(self) -> bool:
        """True where the answer has other words now."""
        return not self.is_told and any(isinstance(e, AnswerReworded) for e in self.turn.events)

    @property
    def refused(self) -> AnswerRefused | None:
        """The refusal of the new words, where they are no answer."""
        found = (event for event in self.turn.events if isinstance(event, AnswerRefused))
        return next(found, None)

    @property
    def is_same(self) -> bool:
        """True where the answer says the same as before: perhaps a link in it got a preview."""
        return not self.turn.events


def read(work: Work, care: Care, text: str) -> Edited | None:
    """Decide what the changed message comes to; None where no answer was made of it."""
    if work.message_id is None:
        return None
    found = answer_messages.find(work.tx, care.id, work.message_id)
    if found is None:
        return None
    stored = check_ins.load(work.tx, found.check_in_id)
    kept = stored.state.answer(found.step_id)
    if kept is None or not isinstance(kept.value, str):
        return None
    words = clean(text)
    put_in = own_words.with_words(kept.value, found.messages, work.message_id, words)
    if put_in is None:
        return None
    whole, made_of = put_in
    flow = work.practice.shelf.load(work.tx, stored.state.fingerprint)
    received = Reworded(found.step_id, whole if words else "")
    turn = resume(flow, stored.state, received, now=work.now, given_at=written_at(work, stored))
    is_late = is_answer_told(work, stored, kept)
    return Edited(stored, flow, turn, found.step_id, made_of, is_late)


def take(work: Work, edited: Edited, *, held: bool = False) -> None:
    """Save the new words of an answer. ``held``: help text has gone first, and no question is asked
    until the client goes on.
    """
    answer_messages.save(work.tx, edited.stored.id, edited.step_id, edited.made_of)
    if work.message_id is not None:
        risk_cases.mark_reworded(work.tx, edited.stored.care_id, [work.message_id], work.now)
    if not held:
        _say(work, edited, work.say(edited.stored.state.language, "answer_changed"))
    moment = Moment(held=held, typed=True, is_seen=not _waits(work, edited.stored))
    effects.carry_out(work, edited.flow, edited.stored, _asked_anew(work, edited), moment)


def _asked_anew(work: Work, edited: Edited) -> Turn:
    """The turn, with the question that has not left yet asked in its place: it may repeat the words
    that have changed.
    """
    turn, before = edited.turn, edited.stored.state
    is_same = turn.check_in.status == "open" and turn.check_in.turn_no == before.turn_no
    prompt = prompt_of(edited.flow, turn.check_in) if is_same else None
    if prompt is None or not _waits(work, edited.stored):
        return turn
    return replace(turn, events=(*turn.events, PromptAsked(prompt, "next")))


def _waits(work: Work, stored: StoredCheckIn) -> bool:
    """True where the open question, or the end, has not left yet."""
    if stored.state.status != "open":
        return deliveries.find_unread_end(work.tx, stored.id, above=None) == "queued"
    fate = deliveries.find_fate(work.tx, stored.id, stored.state.turn_no)
    return fate is not None and fate[0] == "queued"


def explain(work: Work, edited: Edited) -> bool:
    """Say why an answer stays as it was, where that has a reason of its own; False: it has none."""
    language = edited.stored.state.language
    if edited.is_told:
        _say(work, edited, work.say(language, "toast_sealed"))
        return True
    if edited.refused is not None:
        why = work.say(language, REFUSED[edited.refused.refusal])
        _say(work, edited, f"{why} {work.say(language, 'answer_stays')}")
        return True
    return edited.is_same


def _say(work: Work, edited: Edited, text: str) -> None:
    speak.reply(work, edited.stored.client_id, text, key="edited")
