"""Keeps what a client wrote that was no answer, so that no words are lost, and tells them so.

Beside a question it is kept at once; outside of a check-in it is offered, and passed on only if
the client taps so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.messages import Button, Message
from bot.services.check_in.prompt_message import REFUSED
from bot.services.safety import holding
from bot.services.work import speak, with_whom
from bot.services.work.buttons import Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.engine.check_in import CheckIn
from flows.engine.events import AnswerRefused, Turn
from flows.engine.inputs import WentBack
from flows.engine.remarks import is_button, is_remark, is_thanks
from flows.engine.turn import left_at, prompt_of, resume
from flows.kinds.registry import kind_of
from flows.languages import Language
from flows.script.flow import Flow
from storage import cares, check_ins, digests, holds, notes
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.notes import NewNote, StoredNote

OFFERED_FOR = timedelta(hours=48)
"""So long words wait for the client's tap before they are deleted; the texts say two days."""
LATE_FOR = timedelta(hours=48)
"""So long after a question lapsed, words are taken as meant for it, if nothing else was asked."""
ALBUM = timedelta(seconds=10)
"""Pictures that were sent together are written within so much time of each other."""
UNREAD = frozenset({"not_an_option", "not_a_number", "not_a_time", "not_a_date", "wrong_kind"})
"""Refusals of texts in which no answer was read; where one was, nothing else was said."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The lines said to words that became a note."""

    now: str
    """Above the same question: that they are kept, and what the question needs."""
    later: str
    """Above what follows, where an answer came before the question could be asked again."""


def keep_refused(
    work: Work,
    flow: Flow,
    stored: StoredCheckIn,
    turn: Turn,
    text: str,
    *,
    is_caption: bool = False,
    held: bool = False,
) -> Noted | None:
    """Keep words that were no answer to the open question; what is said to them. None where the
    text was taken, or is a slip that only needs another try.

    ``held``: hard words are no slip, and are kept whatever was asked.
    """
    refused = [event for event in turn.events if isinstance(event, AnswerRefused)]
    if not refused:
        return None
    if stored.state.adding:
        added = _keep_addition(work, flow, stored, text)
        return Noted(added, added)
    if not (held or _says_more(refused[0], text, stored.state.language)):
        return None
    _keep(work, stored, text, stored.state.at, _question(flow, stored.state))
    noted, later = _say(work, stored, "note_kept"), _say(work, stored, "note_kept_before")
    why = work.say(
        stored.state.language, "words_only" if is_caption else REFUSED[refused[0].refusal]
    )
    return Noted(f"{noted} {why}", f"{later} {why}" if is_caption else later)


def _says_more(refused: AnswerRefused, text: str, language: Language) -> bool:
    """True where a number, a time or a button was asked and something else was said in words."""
    if kind_of(refused.step).is_free or refused.refusal not in UNREAD:
        return False
    return is_remark(text, language)


def _keep_addition(work: Work, flow: Flow, stored: StoredCheckIn, text: str) -> str:
    """Keep words that were to join an answer in which there is no room for them."""
    step_id, question = _question_before(work, flow, stored)
    _keep(work, stored, text, step_id, question)
    return _say(work, stored, "note_added")


def keep_early(work: Work, flow: Flow, stored: StoredCheckIn, text: str) -> str | None:
    """Keep words written before the open question was shown, with the question before it; the line
    that says so. None for a word of thanks, and for the word of a button.
    """
    language = stored.state.language
    if is_thanks(text, language) or is_button(text, language):
        return None
    step_id, question = _question_before(work, flow, stored)
    _keep(work, stored, text, step_id, question)
    return _say(work, stored, "not_asked_yet")


def _question_before(work: Work, flow: Flow, stored: StoredCheckIn) -> tuple[str | None, str]:
    """The question before the open one, as a client read it; None and nothing at the first."""
    state = stored.state
    before = resume(flow, state, WentBack(state.turn_no), now=work.now).check_in
    if before.turn_no == state.turn_no:
        return None, ""
    return before.at, _question(flow, before)


def _question(flow: Flow, state: CheckIn) -> str:
    prompt = prompt_of(flow, state)
    return "" if prompt is None else prompt.text


def _say(
    work: Work,
    stored: StoredCheckIn,
    key: Literal["note_kept", "note_kept_before", "note_added", "not_asked_yet"],
) -> str:
    care, language = cares.load(work.tx, stored.care_id), stored.state.language
    return work.say(language, key, **names_for(work, care, language))


def _keep(work: Work, stored: StoredCheckIn, text: str, step_id: str | None, question: str) -> None:
    hold = holding.find(work, stored.care_id)
    before = None if hold is None or hold.note_id is None else notes.find(work.tx, hold.note_id)
    care = cares.load(work.tx, stored.care_id)
    is_here = before is not None and before.care_id == care.id
    if before is not None and is_here and before.kept_at and takes_more(work, care, before):
        # after a crisis card what is written joins what was written before
        notes.add_words(work.tx, before, text)
        return
    note_id = add_kept(work, care, text, Beside(stored.id, step_id, question))
    if hold is not None:
        holds.save(work.tx, replace(hold, note_id=note_id))


@dataclass(frozen=True, slots=True)
class Beside:
    """The question of a check-in, as the client read it, that a note stands beside."""

    check_in_id: int | None = None
    step_id: str | None = None
    question: str = ""


def add_kept(work: Work, care: Care, text: str, beside: Beside | None = None) -> int:
    """The words are kept as a new note for the therapist; its id."""
    return notes.add(work.tx, _new(work, care, text, work.now, beside))


def _new(
    work: Work, care: Care, text: str, kept_at: datetime | None, beside: Beside | None
) -> NewNote:
    where = beside or Beside()
    return NewNote(
        care_id=care.id,
        client_id=care.client_id,
        written_at=work.said_at,
        added_at=work.now,
        kept_at=kept_at,
        words=text,
        check_in_id=where.check_in_id,
        step_id=where.step_id,
        question=where.question,
    )


def is_told(work: Work, care: Care, note: StoredNote) -> bool:
    """True where a digest has the note already: it stays as it is. One that is held back is in
    none.
    """
    if note.held_back_at is not None:
        return False
    latest = digests.find_latest(work.tx, care.therapist_id)
    return latest is not None and note.kept_at is not None and note.kept_at < latest.cut_off_at


def takes_more(work: Work, care: Care, note: StoredNote) -> bool:
    """True where words may join the note and go where it goes: no digest has it, and it is not held
    back.
    """
    return note.held_back_at is None and not is_told(work, care, note)


def offer(work: Work, care: Care, text: str, *, is_caption: bool = False) -> None:
    """Offer words that belong to no open question as a note for the therapist; thanks get a short
    word.
    """
    if is_thanks(text, care.language):
        speak.reply(work, care.client_id, work.say(care.language, "thanks"), key="thanks")
        return
    late = _late(work, care)
    _, asked = _offered(work, care, text, late, _how_offered(work, care, late))
    said = [work.say(care.language, "words_only")] if is_caption else []
    speak.reply(
        work, care.client_id, "\n\n".join((*said, asked.text)), key="offer", rows=asked.rows
    )


def _how_offered(work: Work, care: Care, late: Beside | None) -> ClientKey:
    if with_whom.others(work, care):
        is_open = check_ins.find_open_of(work.tx, care.client_id) is not None
        return "note_offer_several" if is_open else "nothing_open_several"
    return "nothing_open" if late is None else "nothing_open_late"


def put_by(work: Work, care: Care, words: str) -> int:
    """The words behind a command wait until the client has said with whom it is meant; the note."""
    return notes.add(work.tx, _new(work, care, words, None, None))


def take_up(work: Work, note: StoredNote) -> str:
    """The words that were put by are used; nothing is left of the note."""
    notes.remove(work.tx, note.id)
    return note.words


def offer_hard(work: Work, care: Care, text: str) -> int:
    """Offer hard words as a note, after the card: they go to nobody by themselves; the note."""
    key: ClientKey = "note_offer_several" if with_whom.others(work, care) else "note_offer"
    note_id, asked = _offered(work, care, text, _late(work, care), key)
    speak.reply(work, care.client_id, asked.text, key="offer", rows=asked.rows)
    return note_id


def offer_more(work: Work, care: Care, text: str) -> None:
    """Words under another picture of an album join those that were offered with the first one."""
    offered = notes.find_offered(work.tx, care.id, since=work.said_at - ALBUM)
    if offered is None:
        offer(work, care, text, is_caption=True)
    else:
        notes.add_words(work.tx, offered, text)


def words_since(work: Work, care: Care, since: datetime) -> str:
    """The last line of the newest note, kept or on offer, that was written since then."""
    offered = notes.find_offered(work.tx, care.id, since=since)
    found = notes.list_kept(work.tx, care.id, since=since, until=work.now + ALBUM)
    found += [offered] if offered is not None else []
    newest = max(found, key=lambda note: note.id, default=None)
    return newest.words.splitlines()[-1] if newest is not None and newest.words else ""


def _offered(
    work: Work,
    care: Care,
    text: str,
    late: Beside | None,
    key: ClientKey,
) -> tuple[int, Message]:
    """The words are on offer, beside the question that they came too late for; the note, and what
    asks for the client's tap.
    """
    note_id = notes.add(work.tx, _new(work, care, text, None, late))
    return note_id, _asks(work, care, note_id, key)


def _asks(work: Work, care: Care, note_id: int, key: ClientKey) -> Message:
    """Ask whether an offered note is passed on; with several therapists, also to whom."""
    names, among = names_for(work, care), with_whom.among(work, care)
    label = work.say(care.language, "button_note_pass", **names)
    passes = [Button(label, data("note_pass", note_id))]
    if len(among) > 1:
        passes = with_whom.pass_buttons(work, among, note_id)
    drop = Button(work.say(care.language, "button_note_drop"), data("note_drop", note_id))
    rows = speak.column(*passes, drop)
    return Message(work.say(care.language, key, **names), rows)


def is_for_whom_unsaid(work: Work, care: Care, note: StoredNote | None) -> bool:
    """True where words outside a check-in may be for several, and the client has not said whose."""
    return (note is None or note.kept_at is None) and bool(with_whom.others(work, care))


def offer_with(work: Work, care: Care, note: StoredNote, text: str) -> None:
    """Further words stand with a note that is on offer, and the client is asked once more to whom
    it goes.
    """
    notes.add_words(work.tx, note, text)
    asked = _asks(work, care, note.id, "note_offer_several")
    speak.reply(work, care.client_id, asked.text, key="offer", rows=asked.rows)


def _late(work: Work, care: Care) -> Beside | None:
    """The question that lapsed and has not been followed by another one; None: there is none, or it
    lapsed so long ago that words written now are hardly meant for it.
    """
    stored = check_ins.find_newest(work.tx, care.id)
    if stored is None or stored.ended_at is None or stored.state.first_sent_at is None:
        return None
    if work.said_at - stored.ended_at > LATE_FOR:
        return None
    prompt = left_at(work.practice.shelf.load(work.tx, stored.state.fingerprint), stored.state)
    return None if prompt is None else Beside(stored.id, prompt.step_id, prompt.text)


def settle(work: Work, care: Care, note: StoredNote, message_id: int, *, passes: bool) -> None:
    """Pass an offered note on or delete it, as the client says, and let its message say so. One
    that is kept may be deleted until a digest has it.
    """
    key = _decide(work, care, note, passes=passes)
    text = work.say(care.language, key, **names_for(work, care))
    speak.edit(work, care.client_id, message_id, text, key="note")


def pass_to(work: Work, care: Care, note: StoredNote, message_id: int) -> Toast:
    """Pass an offered note on to the therapist whom the client tapped, and to nobody else; one that
    was passed on before stays with whom it is.
    """
    if note.kept_at is None and note.care_id != care.id:
        hold = holding.find(work, note.care_id)
        if hold is not None and hold.note_id == note.id:
            holds.remove_all(work.tx, care.id)  # what follows belongs with these words
            holds.save(work.tx, replace(hold, care_id=care.id))
        note = notes.move(work.tx, note, care.id)
    settle(work, cares.load(work.tx, note.care_id), note, message_id, passes=True)
    return None


def _decide(
    work: Work, care: Care, note: StoredNote, *, passes: bool
) -> Literal["note_passed", "note_held_back", "note_told", "note_gone"]:
    """Decide what becomes of the note, as the key of a text."""
    if is_told(work, care, note):
        return "note_told"
    if note.kept_at is not None and passes:
        return "note_passed" if note.held_back_at is None else "note_held_back"
    if passes and work.now - note.added_at < OFFERED_FOR:
        notes.keep(work.tx, note.id, work.now)
        return "note_passed"
    notes.remove(work.tx, note.id)
    return "note_gone"
