"""Writes everything that a client said as a plain text in their language, to be read by a person.

Used by ``copying`` and ``history``. The lossless copy is JSON; what is technical stands only there.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.services.own_data.what_is_kept import kept_lines, read_lines
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.engine.looking_back import kept_in
from flows.languages import Language
from flows.schedule.zones import zone
from storage import cares, check_ins, memos, notes, therapy_sessions
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.notes import StoredNote
from storage.people import Person


def readable(work: Work, person: Person) -> str:
    """The text: what is kept and who read it, then every round of questions, notes and sessions."""
    own = cares.list_for_client(work.tx, person.id)
    head = work.say(person.language, "copy_title", at=work.now, zone=zone(person.zone))
    parts = [head]
    if own:
        parts.append("\n".join([*kept_lines(work, own), "", *read_lines(work, own)]))
    for care in own:
        parts.extend(_of_care(work, care))
    return "\n\n".join(parts) + "\n"


def _of_care(work: Work, care: Care) -> Iterator[str]:
    local, language = zone(care.zone), care.language
    for stored in check_ins.list_for_care(work.tx, care.id):
        yield round_text(work, care, stored)
    since, until = care.created_at, work.until_now
    for note in notes.list_kept(work.tx, care.id, since=since, until=until):
        yield note_text(work, care, note)
    noted = [
        work.say(language, "copy_memo", at=memo.noted_at, zone=local, text=memo.words)
        for memo in memos.list_for_care(work.tx, care.id)
    ]
    if noted:
        yield "\n".join([work.say(language, "copy_memos", **names_for(work, care)), *noted])
    planned = [
        work.say(language, "copy_session", at=session.starts_at, zone=local)
        for session in therapy_sessions.list_for_care(work.tx, care.id)
        if session.state != "cancelled"
    ]
    if planned:
        yield "\n".join([work.say(language, "copy_sessions"), *planned])


def note_text(work: Work, care: Care, note: StoredNote) -> str:
    """Write one note with its time and the question beside which it stands."""
    title = work.say(care.language, "copy_note", at=note.written_at, zone=zone(care.zone))
    beside = [note.question] if note.question else []
    return "\n".join([title, *beside, _moved_in(note.words)])


def round_text(work: Work, care: Care, stored: StoredCheckIn) -> str:
    """Write one round of questions with its answers, as the client read them."""
    local, state = zone(care.zone), stored.state
    flow = work.practice.shelf.find(work.tx, state.fingerprint)
    title = (
        state.flow_id if flow is None else flow.title.say(_spoken(flow.languages, state.language))
    )
    lines = [work.say(care.language, "copy_round", title=title, at=state.opened_at, zone=local)]
    if flow is None:
        lines.extend(f"{a.step_id}: {a.value}" for a in state.answers)
        return "\n".join(lines)
    for given in kept_in(flow, state):
        shown = given.shown or work.say(care.language, "prompt_skipped")
        lines.append(given.question)
        lines.append(_moved_in(shown))
    return "\n".join(lines)


def _moved_in(words: str) -> str:
    """Words of somebody's: none of their lines looks like one of ours, or like a formula."""
    return "  " + words.replace("\n", "\n  ")


def _spoken(languages: tuple[Language, ...], wanted: Language) -> Language:
    return wanted if wanted in languages else languages[0]
