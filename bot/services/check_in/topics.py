"""/topic: what a client wants to bring to the next session, kept as a note until a digest has it.

Used by the entries of clients. What was passed on as a note in another way stands in the same list.
"""

from __future__ import annotations

from bot.messages import Button, Rows
from bot.services.check_in import noting
from bot.services.work import speak
from bot.services.work.buttons import Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.engine.cut import cut
from storage import digests, notes
from storage.cares import Care
from storage.notes import StoredNote

MOST = 8
"""So many are listed, the newest last."""
SHOWN = 200
"""UTF-16 units of each in the list."""


def command(work: Work, care: Care, words: str) -> None:
    """Keep the words for the next session; without words, list what is kept."""
    if not words:
        text, rows = _listed(work, care)
        speak.reply(work, care.client_id, text, key="topics", rows=rows, protected=True)
        return
    note_id = noting.add_kept(work, care, words)
    text = work.say(care.language, "topic_kept", **names_for(work, care))
    away = Button(work.say(care.language, "button_topic_drop"), data("note_drop", note_id))
    speak.reply(work, care.client_id, text, key="topic", rows=speak.row(away))


def drop(work: Work, care: Care, note: StoredNote, message_id: int) -> Toast:
    """Delete one of the list, which shows the others then; what a digest has stays."""
    told = noting.is_told(work, care, note)
    if not told:
        notes.remove(work.tx, note.id)
    text, rows = _listed(work, care)
    speak.edit(work, care.client_id, message_id, text, key="topics", rows=rows)
    return work.say(care.language, "toast_sealed" if told else "toast_topic_gone")


def _listed(work: Work, care: Care) -> tuple[str, Rows]:
    """The words that the next digest will tell, numbered, with a button to delete each."""
    how = work.say(care.language, "topic_how")
    found = _open(work, care)
    if not found:
        return f"{work.say(care.language, 'topic_none')}\n\n{how}", ()
    begin = work.say(care.language, "topic_list", **names_for(work, care))
    lines = [_line(work, care, n, note) for n, note in enumerate(found, 1)]
    buttons = [
        Button(
            work.say(care.language, "button_topic_drop_one", number=n),
            data("topic_drop", note.id),
        )
        for n, note in enumerate(found, 1)
    ]
    return "\n\n".join((begin, *lines, how)), speak.grid(buttons, width=2)


def _line(work: Work, care: Care, number: int, note: StoredNote) -> str:
    said = f"{number}. {cut(note.words, SHOWN)}"
    if note.held_back_at is None:
        return said
    return f"{said}\n{work.say(care.language, 'topic_held_back')}"


def _open(work: Work, care: Care) -> list[StoredNote]:
    latest = digests.find_latest(work.tx, care.therapist_id)
    since = care.created_at if latest is None else latest.cut_off_at
    return notes.list_kept(work.tx, care.id, since=since, until=work.until_now)[-MOST:]
