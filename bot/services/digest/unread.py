"""Tells clients, each once, that their therapist has read no digest for two weeks.

Used by the ticker, which tells the admin. It blames nobody, and says what else can be done. Of a
leave the admin hears nothing, and questions about a strain go on; clients read all the same that
nobody has read what they wrote.
"""

from __future__ import annotations

from bot.services.consent import stepwise
from bot.services.safety import holding
from bot.services.work import speak, unread_digests, with_whom
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import alarms, answers, cares, check_ins, digests, notes, people
from storage.cares import Care
from storage.digests import DigestRow

AT_ONCE = 20
"""So many clients are told in one transaction; the others at the next look, minutes later."""


def tell(work: Work) -> tuple[str, ...]:
    """Clients who wait to be read are told so, each once, also one who answers later on; the codes
    of the therapists of whom the admin is to hear now.
    """
    new, waiting = [], list[tuple[Care, DigestRow]]()
    unread = digests.list_unread(work.tx, work.now - unread_digests.UNREAD_FOR)
    for person in people.list_therapists(work.tx):
        row = unread.get(person.id)
        if row is None:
            continue
        is_away = unread_digests.find(work.tx, person, work.now) is None
        if not is_away and digests.mark_unread_told(work.tx, row.id, work.now):
            new.append(person.code)
            alarms.begin(work.tx, "digest_unread", now=work.now, facts={"therapist": person.code})
        untold = cares.list_unread_untold(work.tx, person.id, of=row.cut_off_at)
        waiting += [(care, row) for care in untold if _waits(work, care, row)]
    for care, row in waiting[:AT_ONCE]:
        _tell(work, care, row)
    return tuple(new)


def _waits(work: Work, care: Care, row: DigestRow) -> bool:
    """True for whoever has answered or written something that nobody has read, and may be told."""
    return _may_be_told(work, care) and _has_told(work, care, row)


def _has_told(work: Work, care: Care, row: DigestRow) -> bool:
    given = answers.list_measured(work.tx, care.id, since=row.from_at)
    if any(answer.value is not None for answer in given):
        return True
    return bool(notes.list_kept(work.tx, care.id, since=row.from_at, until=work.now))


def _may_be_told(work: Work, care: Care) -> bool:
    """False while it had better wait: in the middle of a check-in, after a crisis card, and where
    nothing arrives.
    """
    if care.unreachable_at is not None or holding.until(work, care.id) is not None:
        return False
    stored = check_ins.find_open_of(work.tx, care.client_id)
    return stored is None or stored.state.last_answered_at is None


def _tell(work: Work, care: Care, row: DigestRow) -> None:
    cares.mark_unread_told(work.tx, care.id, work.now)
    local = zone(care.zone)
    names = names_for(work, care)
    asks = care.paused_at is None and not stepwise.is_outdated(work, care)
    said = [work.say(care.language, "unread", zone=local, since=row.cut_off_at, **names)]
    if unread_digests.unread_since(work, care.therapist_id) is not None:
        said.append(work.say(care.language, "unread_strain"))
    if asks:
        said.append(work.say(care.language, "unread_questions"))
    said = [" ".join(said), work.say(care.language, "unread_end", **names)]
    text = "\n\n".join(filter(None, (*said, with_whom.only_here(work, care))))
    not_before = next_allowed(work.now, local, work.practice.quiet)
    key = f"unread{row.id}:{care.id}"
    speak.notify(work, care.client_id, text, key=key, not_before=not_before)
