"""Keeps what a client wrote that was no answer, so that no words are lost, and tells them so.

Beside a question it is kept at once; outside of a check-in it is offered, and passed on only if
the client taps so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from bot.messages import Button
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.engine.events import AnswerRefused, Turn
from flows.engine.inputs import WentBack
from flows.engine.remarks import is_remark, is_thanks
from flows.engine.turn import prompt_of, resume
from flows.kinds.registry import kind_of
from flows.script.flow import Flow
from storage import cares, notes
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.notes import NewNote, StoredNote

OFFERED_FOR = timedelta(hours=48)
"""So long words wait for the client's tap before they are deleted; the texts say two days."""


def keep_refused(
    work: Work, flow: Flow, stored: StoredCheckIn, turn: Turn, text: str
) -> str | None:
    """Keep words typed where a number or a button was asked; the line that says so. None where the
    text was taken, or is a slip that only needs another try.
    """
    refused = [event for event in turn.events if isinstance(event, AnswerRefused)]
    if not refused or kind_of(refused[0].step).is_free:
        return None
    if not is_remark(text, stored.state.language):
        return None
    prompt = prompt_of(flow, stored.state)
    question = "" if prompt is None else prompt.text
    return _keep(work, stored, text, "note_kept", stored.state.at, question)


def keep_early(work: Work, flow: Flow, stored: StoredCheckIn, text: str) -> str | None:
    """Keep words written before the open question was shown, with the question before it; the line
    that says so. None for a word of thanks.
    """
    if is_thanks(text, stored.state.language):
        return None
    state = stored.state
    before = resume(flow, state, WentBack(state.turn_no), now=work.now).check_in
    prompt = None if before.turn_no == state.turn_no else prompt_of(flow, before)
    step_id, question = (None, "") if prompt is None else (before.at, prompt.text)
    return _keep(work, stored, text, "not_asked_yet", step_id, question)


def _keep(
    work: Work,
    stored: StoredCheckIn,
    text: str,
    key: Literal["note_kept", "not_asked_yet"],
    step_id: str | None,
    question: str,
) -> str:
    care = cares.load(work.tx, stored.care_id)
    note = NewNote(
        care_id=care.id,
        client_id=stored.client_id,
        written_at=work.said_at,
        added_at=work.now,
        kept_at=work.now,
        words=text,
        check_in_id=stored.id,
        step_id=step_id,
        question=question,
    )
    notes.add(work.tx, note)
    language = stored.state.language
    return work.say(language, key, **names_for(work, care, language))


def offer(work: Work, care: Care, text: str) -> None:
    """Offer words that belong to no question as a note for the therapist; thanks get a short
    word.
    """
    names = names_for(work, care)
    if is_thanks(text, care.language):
        speak.reply(work, care.client_id, work.say(care.language, "thanks"), key="thanks")
        return
    note = NewNote(
        care_id=care.id,
        client_id=care.client_id,
        written_at=work.said_at,
        added_at=work.now,
        kept_at=None,
        words=text,
    )
    note_id = notes.add(work.tx, note)
    passed_on = work.say(care.language, "button_note_pass", **names)
    rows = speak.column(
        Button(passed_on, data("note_pass", note_id)),
        Button(work.say(care.language, "button_note_drop"), data("note_drop", note_id)),
    )
    question = work.say(care.language, "nothing_open", **names)
    speak.reply(work, care.client_id, question, key="offer", rows=rows)


def settle(work: Work, care: Care, note: StoredNote, message_id: int, *, passes: bool) -> None:
    """Pass an offered note on or delete it, as the client says, and let its message say so."""
    key = _decide(work, note, passes=passes)
    text = work.say(care.language, key, **names_for(work, care))
    speak.edit(work, care.client_id, message_id, text, key="note")


def _decide(work: Work, note: StoredNote, *, passes: bool) -> Literal["note_passed", "note_gone"]:
    """What became of the note, as the key of a text."""
    if note.kept_at is not None:
        return "note_passed"
    if passes and work.now - note.added_at < OFFERED_FOR:
        notes.keep(work.tx, note.id, work.now)
        return "note_passed"
    notes.remove_offered(work.tx, note.id)
    return "note_gone"
