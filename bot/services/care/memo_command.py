"""/note: what a therapist notes about a client, to read again and to delete.

Such notes are the therapist's own and may be part of the record: the client gets them with a copy
of their data, and each answer here says so. No digest quotes them.
"""

from __future__ import annotations

from bot.messages import Button, Rows
from bot.services.care import named_client
from bot.services.work import speak
from bot.services.work.buttons import Toast, data
from bot.services.work.unit_of_work import Work
from flows.engine.cut import cut
from flows.schedule.zones import zone
from storage import audit, cares, memos
from storage.cares import Care
from storage.memos import Memo
from storage.people import Person

MOST = 8
"""The newest notes that are listed; a copy of the client's data has all."""
LONGEST = 350
"""The UTF-16 units of one note in the list."""
LONGEST_WORD = 60


def command(work: Work, therapist: Person, rest: str) -> None:
    """/note M.K. and words keeps them; /note M.K. lists what was noted."""
    words = rest.split()
    if not words:
        speak.to_therapist(work, therapist, "note_how")
        return
    care, text = named_client.read(work, therapist, rest)
    if care is None:  # an alias is free again once its care is over: who is here comes first
        care, text = named_client.read(work, therapist, rest, states=cares.STATES)
    if care is None:
        speak.to_therapist(work, therapist, "session_unknown", word=cut(words[0], LONGEST_WORD))
    elif text:
        _keep(work, therapist, care, text)
    else:
        show(work, therapist, care)


def show(work: Work, therapist: Person, care: Care) -> None:
    """List what was noted about a client."""
    text, rows = _listed(work, therapist, care)
    speak.reply(work, therapist.id, text, key="notes", rows=rows, protected=True)


def button(work: Work, therapist: Person, care: Care) -> Button:
    """The button that leads to the notes about a client, and to one more."""
    return Button(work.tell(therapist.language, "button_note"), data("memos", care.id))


def offer(work: Work, therapist: Person, care: Care) -> None:
    """Show what was noted about the client, and how to note more; a button copies the beginning."""
    shown, rows = _listed(work, therapist, care)
    how = work.tell(therapist.language, "note_write", alias=care.alias)
    copy = work.tell(therapist.language, "button_note_begin")
    begin = Button(copy, copies=f"/note {care.alias} ")
    text = f"{shown}\n\n{how}"
    speak.reply(work, therapist.id, text, key="notes", rows=((begin,), *rows), protected=True)


def drop(work: Work, therapist: Person, care: Care, memo: Memo, message_id: int) -> Toast:
    """Delete a note; the list shows the others."""
    memos.remove(work.tx, memo.id)
    _record(work, therapist, "memo.deleted", care)
    text, rows = _listed(work, therapist, care)
    speak.edit(work, therapist.id, message_id, text, key="notes", rows=rows)
    return work.tell(therapist.language, "toast_deleted")


def _keep(work: Work, therapist: Person, care: Care, text: str) -> None:
    memos.add(work.tx, care_id=care.id, client_id=care.client_id, words=text, now=work.now)
    _record(work, therapist, "memo.kept", care)
    speak.to_therapist(work, therapist, "note_kept", alias=care.alias)


def _listed(work: Work, therapist: Person, care: Care) -> tuple[str, Rows]:
    """The newest notes with their numbers, and a button each that deletes it."""
    found = memos.list_for_care(work.tx, care.id)
    if not found:
        return work.tell(therapist.language, "note_none", alias=care.alias), ()
    shown = list(enumerate(found, start=1))[-MOST:]
    local, language = zone(therapist.zone), therapist.language
    lines = [work.tell(language, "note_title", alias=care.alias, count=len(found))]
    lines.extend(
        work.tell(
            language,
            "note_line",
            number=number,
            at=memo.noted_at,
            zone=local,
            text=cut(memo.words, LONGEST),
        )
        for number, memo in shown
    )
    buttons = [
        Button(work.tell(language, "button_note_drop", number=n), data("memo_drop", memo.id))
        for n, memo in shown
    ]
    return "\n\n".join(lines), speak.grid(buttons)


def _record(work: Work, therapist: Person, action: str, care: Care) -> None:
    audit.add(work.tx, now=work.now, actor=therapist.code, action=action, subject=care.client_code)
