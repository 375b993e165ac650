"""With whom a client was before and is now, after a handover, and what of before may be read.

Used by digest, card, consent and the client's own data. It must never lead to more than the client
allowed: the digests that were made for the therapist before, for as long as they allow it.
"""

from __future__ import annotations

from bot.services.work.unit_of_work import Work
from storage import cares, digests, handovers, people
from storage.cares import Care
from storage.digests import DigestRow
from storage.handovers import Handover


def name_after(work: Work, care: Care) -> str:
    """The name of the therapist to whom this care was handed over; empty where nobody knows."""
    done = handovers.find_done(work.tx, care.id)
    return "" if done is None else people.name_of(work.tx, done.to_therapist_id).name


def name_before(work: Work, handover: Handover) -> str:
    """The name of the therapist who was the client's before this handover."""
    before = cares.load(work.tx, handover.care_id)
    return people.name_of(work.tx, before.therapist_id).name


def readable(work: Work, care: Care) -> list[Handover]:
    """The handovers by which the client came here, where they let be read what was before."""
    came = handovers.list_before(work.tx, care.id)
    return [each for each in came if each.lets_read_at is not None]


def list_weeks(work: Work, care: Care) -> list[tuple[DigestRow, Handover]]:
    """The digests of before that may be read, newest first, each with the handover it is from."""
    found = [
        (row, handover)
        for handover in readable(work, care)
        for row in digests.list_about(work.tx, handover.care_id)
    ]
    return sorted(found, key=lambda each: each[0].cut_off_at, reverse=True)
