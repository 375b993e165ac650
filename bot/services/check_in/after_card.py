"""Words that a client writes after a crisis card: they join the words before them and are kept. The
client is told so, at length the first time. No question follows, nothing says that this was all.

Used by ``arriving`` for as long as ``safety.holding`` says. An answer by a number or a button's
words is no such writing: with it the client goes on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from bot.messages import Button, Rows
from bot.services.check_in import noting, typed_words
from bot.services.check_in.check_ins import is_told
from bot.services.check_in.typed_words import Reply
from bot.services.safety import fate, holding
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from flows.engine.remarks import is_thanks
from flows.languages import Language
from storage import check_ins, holds, notes
from storage.cares import Care
from storage.holds import Hold
from storage.notes import StoredNote

JUST_TOLD = timedelta(minutes=1)
"""For so long a line that words are kept speaks for those that follow."""


def take(work: Work, care: Care, hold: Hold, text: str, *, is_caption: bool = False) -> None:
    """Keep the words with those before them, and say so the first time."""
    if is_thanks(text, care.language):
        speak.reply(work, care.client_id, work.say(care.language, "thanks"), key="thanks")
        return
    reply = read(work, care, text, is_caption=is_caption)
    if reply is not None and reply.is_kept and not reply.is_free:
        holding.go_on(work, care.id)
        typed_words.take(work, reply)
        return
    if is_caption:
        speak.reply(work, care.client_id, work.say(care.language, "words_only"), key="words_only")
    if reply is not None:
        typed_words.take(work, reply, held=True)
        _tell_inside(work, care, reply)
    elif is_unsaid(work, care, hold):
        offer_unsaid(work, care, hold, text)
    elif joins_note(work, hold):
        join_note(work, care, text, says_each=True)
    else:
        noting.offer(work, care, text)
    holding.renew(work, care.id)


def read(work: Work, care: Care, text: str, *, is_caption: bool = False) -> Reply | None:
    """Read what words are in a check-in: in the open one, or in the one that the card ended."""
    reply = typed_words.read(work, care, text, is_caption=is_caption)
    hold = holding.find(work, care.id)
    if reply is not None or hold is None or hold.check_in_id is None:
        return reply
    stored = check_ins.load(work.tx, hold.check_in_id)
    if stored.state.status != "finished" or is_told(work, stored):
        return None
    added = typed_words.read_addition(work, stored, text)
    return None if added is None else replace(added, is_caption=is_caption)


def joins_note(work: Work, hold: Hold) -> bool:
    """True where words outside a check-in are kept: as a new note, or with one that is there. False
    where the client had that one deleted: then they are asked anew.
    """
    return hold.note_id is None or notes.find(work.tx, hold.note_id) is not None


def _note_of(work: Work, hold: Hold) -> StoredNote | None:
    return None if hold.note_id is None else notes.find(work.tx, hold.note_id)


def is_unsaid(work: Work, care: Care, hold: Hold) -> bool:
    """True where words outside a check-in may be for several therapists, and no note that is with
    one of them stands for what follows.
    """
    return noting.is_for_whom_unsaid(work, care, _note_of(work, hold))


def offer_unsaid(work: Work, care: Care, hold: Hold, text: str) -> None:
    """Further words stand with those that are on offer; the client taps to whom they go."""
    note = _note_of(work, hold)
    if note is None:
        noting.offer(work, care, text)
    else:
        noting.offer_with(work, care, note, text)


def join_note(work: Work, care: Care, text: str, *, says_each: bool = False) -> None:
    """Words outside a check-in are kept with the note before them, which is kept with them; the
    client is told so, and may take it back. ``says_each``: no card says what becomes of them.
    """
    hold = holding.find(work, care.id)
    if hold is None:
        return
    note = None if hold.note_id is None else notes.find(work.tx, hold.note_id)
    if note is None or not noting.takes_more(work, care, note):
        note_id = noting.add_kept(work, care, text)
        hold = replace(hold, note_id=note_id, told_at=None if note else hold.told_at)
    else:
        note_id = note.id
        notes.add_words(work.tx, note, text)
        if note.kept_at is None:
            notes.keep(work.tx, note_id, work.now)
    holding.prolong(work, hold)
    label = work.say(care.language, "button_note_take_back")
    rows = speak.row(Button(label, data("note_drop", note_id)))
    if says_each or hold.told_at is None:
        _tell(work, care, care.language, "kept_after_note", rows)


def _tell_inside(work: Work, care: Care, reply: Reply) -> None:
    language = reply.stored.state.language
    if not reply.goes_on:
        _tell(work, care, language, "kept_after", ())
        return
    go_on = Button(work.say(language, "button_go_on"), data("recall", reply.stored.id))
    waits = work.say(language, "kept_after_waits")
    _tell(work, care, language, "kept_after", speak.row(go_on), waits)


def _tell(
    work: Work,
    care: Care,
    language: Language,
    key: Literal["kept_after", "kept_after_note"],
    rows: Rows,
    more: str = "",
) -> None:
    """Say what becomes of these words and of those that follow; later on, that they are kept, too.

    What is written within a minute after it has been said needs no line of its own.
    """
    hold = holding.find(work, care.id)
    if hold is None or (hold.told_at is not None and work.now - hold.told_at < JUST_TOLD):
        return
    if hold.told_at is None:
        text = " ".join(filter(None, (fate.kept(work, care, language, key), more)))
    else:
        text = work.say(language, "kept_too")
        rows = ()
    speak.reply(work, care.client_id, text, key="kept_after", rows=rows)
    holds.save(work.tx, replace(hold, told_at=work.now))
