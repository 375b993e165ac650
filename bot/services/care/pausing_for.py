"""/pause of a therapist: the check-ins of one client rest, for a while or until somebody ends it;
and ``interlude people hold``, by which those of all their clients rest while they are not there.

The client is told by whom, and can go on by themselves at any time: a pause is never a lock.
"""

from __future__ import annotations

from datetime import date

from bot.messages import Button, Rows
from bot.services.care import named_client, pausing
from bot.services.work import speak, with_whom
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.engine.cut import cut
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import audit, cares
from storage.cares import Care
from storage.people import Person

LONGEST_WORD = 60


def command(work: Work, therapist: Person, rest: str) -> None:
    """/pause M.K., /pause M.K. until Monday, /pause M.K. 2 weeks."""
    words = rest.split()
    if not words:
        speak.to_therapist(work, therapist, "pause_how")
        return
    care, until = named_client.read(work, therapist, rest, states=("active",))
    if care is None:
        speak.to_therapist(work, therapist, "session_unknown", word=cut(words[0], LONGEST_WORD))
    elif care.paused_at is not None and not until:
        _answer(
            work, therapist, care, work.tell(therapist.language, "pause_already", alias=care.alias)
        )
    elif not until:
        _pause(work, therapist, care, None)
    else:
        _until(work, therapist, care, until)


def end(work: Work, therapist: Person, care: Care, message_id: int) -> Toast:
    """The client's check-ins go on, and they are told so."""
    if care.state != "active" or care.paused_at is None:
        return STALE
    cares.resume(work.tx, care.id)
    _record(work, therapist, care, "care.resumed")
    _tell_client(work, care, "pause_ended_by", "resumed_by")
    text = work.tell(therapist.language, "pause_ended", alias=care.alias)
    speak.edit(work, therapist.id, message_id, text, key="pause")
    return work.tell(therapist.language, "toast_noted")


def hold(work: Work, therapist: Person, actor: str) -> list[Care]:
    """The check-ins of all clients who take part with this therapist rest until each goes on, or
    the therapist ends it; those clients, who are told so. One who has paused is left alone.
    """
    held = to_hold(work, therapist)
    for care in held:
        pausing.begin(work, care, None)
        audit.add(work.tx, now=work.now, actor=actor, action="care.held", subject=care.client_code)
        _send(work, care, said_of_hold(work, care), "paused_by")
    return held


def said_of_hold(work: Work, care: Care) -> str:
    """The words in which the client reads of it."""
    return _said(work, care, "paused_by_practice")


def to_hold(work: Work, therapist: Person) -> list[Care]:
    """The clients of this therapist whose check-ins do not rest."""
    active = cares.list_for_therapist(work.tx, therapist.id, states=("active",))
    return [care for care in active if care.paused_at is None]


def _until(work: Work, therapist: Person, care: Care, words: str) -> None:
    until = pausing.named_end(work, care, words, therapist.language)
    if until is None or not pausing.is_in_reach(work, care, until):
        speak.to_therapist(work, therapist, "pause_unread", alias=care.alias)
        return
    _pause(work, therapist, care, until)


def _pause(work: Work, therapist: Person, care: Care, until: date | None) -> None:
    pausing.begin(work, care, until)
    _record(work, therapist, care, "care.paused")
    if until is None:
        _tell_client(work, care, "paused_by", "paused_by")
        text = work.tell(therapist.language, "pause_kept", alias=care.alias)
    else:
        _tell_client(work, care, "paused_until_by", "paused_by", on=until)
        text = work.tell(therapist.language, "pause_kept_until", alias=care.alias, on=until)
    _answer(work, therapist, care, text)


def _answer(work: Work, therapist: Person, care: Care, text: str) -> None:
    label = work.tell(therapist.language, "button_pause_end")
    rows: Rows = ((Button(label, data("pause_end", care.id)),),)
    speak.reply(work, therapist.id, text, key="pause", rows=rows)


def _tell_client(work: Work, care: Care, text: ClientKey, key: str, **values: object) -> None:
    _send(work, care, _said(work, care, text, **values), key)


def _said(work: Work, care: Care, text: ClientKey, **values: object) -> str:
    said = work.say(care.language, text, **names_for(work, care), **values)
    return with_whom.about_one(work, care, said)


def _send(work: Work, care: Care, said: str, key: str) -> None:
    not_before = next_allowed(work.now, zone(care.zone), work.practice.quiet)
    speak.notify(work, care.client_id, said, key=key, not_before=not_before, silent=True)


def _record(work: Work, therapist: Person, care: Care, action: str) -> None:
    audit.add(work.tx, now=work.now, actor=therapist.code, action=action, subject=care.client_code)
