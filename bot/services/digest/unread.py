"""Tells clients, once, that their therapist has read no digest for two weeks.

Used by the ticker, which tells the admin. It blames nobody, and says what else can be done.
"""

from __future__ import annotations

from bot.services.work import speak, unread_digests
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import answers, cares, digests, notes, people
from storage.cares import Care
from storage.digests import DigestRow


def tell(work: Work) -> tuple[str, ...]:
    """The clients who wait to be read are told so, once a digest; the codes of the therapists of
    whom the admin is to hear.
    """
    told = []
    for person in people.list_therapists(work.tx):
        row = digests.find_unread(work.tx, person.id, work.now - unread_digests.UNREAD_FOR)
        if row is None or not digests.mark_unread_told(work.tx, row.id, work.now):
            continue
        told.append(person.code)
        for care in cares.list_for_therapist(work.tx, person.id, states=("active",)):
            if care.unreachable_at is None and _waits(work, care, row):
                _tell(work, care, row)
    return tuple(told)


def _waits(work: Work, care: Care, row: DigestRow) -> bool:
    """True for whoever has answered or written something that nobody has read."""
    if answers.list_measured(work.tx, care.id, since=row.from_at, newest=1):
        return True
    return bool(notes.list_kept(work.tx, care.id, since=row.from_at, until=work.now))


def _tell(work: Work, care: Care, row: DigestRow) -> None:
    local = zone(care.zone)
    names = names_for(work, care)
    text = work.say(care.language, "unread", zone=local, since=row.cut_off_at, **names)
    not_before = next_allowed(work.now, local, work.practice.quiet)
    key = f"unread{row.id}:{care.id}"
    speak.notify(work, care.client_id, text, key=key, not_before=not_before)
