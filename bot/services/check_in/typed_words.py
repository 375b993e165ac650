"""Finds out what typed words belong to, and takes them: an answer, more of one, or neither.

People write in bursts, and order in the chat decides: what was written before a question could be
read is no answer to it. Nothing is saved until ``take``, so that safety text may go first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.services.check_in import effects, noting
from bot.services.check_in.check_ins import is_answer_told, question_of
from bot.services.check_in.effects import Moment
from bot.services.check_in.giving import written_at
from bot.services.check_in.locked import is_locked
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from flows.engine.events import AnswerAccepted, Turn
from flows.engine.inputs import Added, Recalled, SentOther, Typed
from flows.engine.remarks import is_button, is_thanks
from flows.engine.turn import resume
from flows.kinds.registry import kind_of
from flows.script.flow import Flow
from storage import check_ins, deliveries
from storage.cares import Care
from storage.check_ins import StoredCheckIn

STILL_WRITING = timedelta(seconds=5)
"""A next part of a burst is written within so much time of when the question was to leave."""
UNREAD = timedelta(seconds=1.5)
"""Nobody has read a question, and written an answer, so soon after it was let go."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The effect of typed words in a check-in: decided, and not carried out yet."""

    stored: StoredCheckIn
    flow: Flow
    turn: Turn = field(repr=False)
    text: str = field(repr=False)
    meant: Literal["answer", "more", "neither"]
    """For the open question, for the answer before it, or for neither."""
    is_seen: bool = False
    """True where what follows these words has left already and stands below them."""
    is_caption: bool = False
    """True for words under a picture, of which nothing but the words is kept."""
    is_shown: bool = True
    """False where nobody knows whether the question that they answer stood in the chat."""
    is_in_doubt: bool = False
    """True for more of a burst where nobody knows whether the open question arrived meanwhile."""

    @property
    def is_kept(self) -> bool:
        """True where the words are taken as an answer, or as a part of the one before."""
        return _is_taken(self.turn)

    @property
    def goes_on_from(self) -> str:
        """The last line of the answer that these words join; empty where they join none."""
        if self.meant != "more":
            return ""
        accepted = (e for e in self.turn.events if isinstance(e, AnswerAccepted))
        answers = (self.stored.state.answer(event.answer.step_id) for event in accepted)
        values = [a.value for a in answers if a is not None and isinstance(a.value, str)]
        return values[-1].splitlines()[-1] if values and values[-1] else ""

    @property
    def is_free(self) -> bool:
        """True where they are own words, and not a number, a date or what stands on a button."""
        accepted = (e for e in self.turn.events if isinstance(e, AnswerAccepted))
        return all(kind_of(event.step).is_free for event in accepted)

    @property
    def goes_on(self) -> bool:
        """True where another question follows."""
        return self.turn.check_in.status == "open"


def read(work: Work, care: Care, text: str, *, is_caption: bool = False) -> Reply | None:
    """Decide what typed text is, in the care's open check-in or right after the last one's end.
    None: there is no check-in to which it could belong.
    """
    stored = check_ins.find_open(work.tx, care.id)
    if stored is not None and is_locked(care, stored):
        return None
    if stored is None:
        reply = _read_after_the_end(work, care, text)
    else:
        reply = _read_in(work, stored, text, is_caption=is_caption)
    return None if reply is None else replace(reply, is_caption=is_caption)


def _read_in(work: Work, stored: StoredCheckIn, text: str, *, is_caption: bool) -> Reply:
    """Words are for the open question where it was shown; where that is in doubt they prove that
    it arrived, unless they come so soon after words before them that they are more of those.
    """
    flow, state = work.practice.shelf.load(work.tx, stored.state.fingerprint), stored.state
    given = written_at(work, stored)
    asked = _how_asked(work, stored)
    more = resume(flow, state, Added(text), now=work.now, given_at=given)
    joins = _is_taken(more) and not _is_told(work, stored, more)
    is_in_doubt = asked == "in_doubt" and joins and _goes_on_writing(work, stored, more, given)
    if asked is not None:
        said = SentOther(text) if is_caption else Typed(text)
        turn = resume(flow, state, said, now=work.now, given_at=given)
        answer = Reply(stored, flow, turn, text, "answer", is_shown=asked == "shown")
        if not is_in_doubt or _fits_it_alone(answer):
            return answer
    if joins:
        fate = deliveries.find_fate(work.tx, stored.id, state.turn_no)
        is_seen = not is_in_doubt and fate is not None and fate[0] != "queued"
        return Reply(stored, flow, more, text, "more", is_seen, is_in_doubt=is_in_doubt)
    turn = resume(flow, state, Recalled(), now=work.now)
    return Reply(stored, flow, turn, text, "neither")


def _goes_on_writing(work: Work, stored: StoredCheckIn, more: Turn, given: datetime) -> bool:
    """True where the words come so soon after the ones that they would join that they belong to one
    burst: whoever writes has hardly read the question that was to come between.
    """
    waits = work.practice.settings.sending.waits_for_more
    added = next(event.answer.step_id for event in more.events if isinstance(event, AnswerAccepted))
    before = stored.state.answer(added)
    return bool(waits) and before is not None and given - before.given_at <= waits + STILL_WRITING


def _fits_it_alone(answer: Reply) -> bool:
    """True for a number, a date, the words of an option or of a button: they name a question."""
    if is_button(answer.text, answer.stored.state.language):
        return True
    return answer.is_kept and not answer.is_free


def _read_after_the_end(work: Work, care: Care, text: str) -> Reply | None:
    """Read what was written before the last words of a check-in could be read: it belongs to its
    last answer, unless it is a word of thanks.
    """
    stored = check_ins.find_newest(work.tx, care.id)
    if stored is None or stored.state.status != "finished" or is_thanks(text, care.language):
        return None
    if is_locked(care, stored):
        return None
    end = deliveries.find_unread_end(work.tx, stored.id, above=work.message_id)
    if end is None:
        return None
    added = read_addition(work, stored, text)
    return None if added is None else replace(added, is_seen=end != "queued")


def read_addition(work: Work, stored: StoredCheckIn, text: str) -> Reply | None:
    """Decide what words are to the last answer of a finished check-in; None where they cannot join
    it.
    """
    flow = work.practice.shelf.load(work.tx, stored.state.fingerprint)
    given = written_at(work, stored)
    turn = resume(flow, stored.state, Added(text), now=work.now, given_at=given)
    if not _is_taken(turn) or _is_told(work, stored, turn):
        return None
    return Reply(stored, flow, turn, text, "more")


def take(work: Work, reply: Reply, *, held: bool = False) -> None:
    """Save what typed text comes to. ``held``: help text has gone first, and the next question
    waits until the client goes on.
    """
    flow, stored = reply.flow, reply.stored
    match reply.meant:
        case "answer":
            noted = noting.keep_refused(
                work, flow, stored, reply.turn, reply.text, is_caption=reply.is_caption, held=held
            )
            typed, shown = reply.is_kept or noted is not None, question_of(flow, stored)
            preface = _words_only(work, reply)
            moment = Moment(
                shown_question=shown,
                held=held,
                noted=noted,
                typed=typed,
                leaves=reply.is_shown and not reply.is_caption,
                preface=preface,
            )
        case "more":
            preface = _words_only(work, reply)
            if reply.is_seen and preface is not None:
                speak.reply(work, stored.client_id, preface, key="words_only")
            if reply.is_in_doubt:
                doubt = work.say(stored.state.language, "added_in_doubt")
                preface = " ".join(filter(None, (preface, doubt)))
            leaves = not reply.is_in_doubt and not reply.is_caption
            moment = Moment(
                held=held, typed=True, leaves=leaves, is_seen=reply.is_seen, preface=preface
            )
        case "neither":
            early = noting.keep_early(work, flow, stored, reply.text)
            preface = " ".join(filter(None, (early, _words_only(work, reply))))
            moment = Moment(held=held, typed=True, preface=preface or None)
    effects.carry_out(work, flow, stored, reply.turn, moment)


def _words_only(work: Work, reply: Reply) -> str | None:
    """Of what was sent with words under it, only the words are kept: the line that says so."""
    if not reply.is_caption:
        return None
    return work.say(reply.stored.state.language, "words_only")


def _how_asked(work: Work, stored: StoredCheckIn) -> Literal["shown", "in_doubt"] | None:
    return deliveries.how_asked(
        work.tx,
        stored.id,
        stored.state.turn_no,
        before=work.message_id,
        let_go_before=work.now - UNREAD,
        key_ends=effects.prompt_key(stored.id, stored.state.turn_no, "next"),
    )


def is_unshown(work: Work, stored: StoredCheckIn) -> bool:
    """True where nothing of an open check-in can have been read as these words were written."""
    return stored.state.last_answered_at is None and _how_asked(work, stored) is None


def _is_told(work: Work, stored: StoredCheckIn, more: Turn) -> bool:
    """True where the answer that these words would join is in a digest already: the next one would
    tell it once more.
    """
    added = (event.answer.step_id for event in more.events if isinstance(event, AnswerAccepted))
    joined = (stored.state.answer(step_id) for step_id in added)
    return any(answer is not None and is_answer_told(work, stored, answer) for answer in joined)


def _is_taken(turn: Turn) -> bool:
    return any(isinstance(event, AnswerAccepted) for event in turn.events)
