"""One calm message on the first morning after a leave: what waits, and where it is.

Used by the ticker, for a leave in which the digest waited or somebody was asked to cover. It quotes
nobody, and names only those about whom a message is still open.
"""

from __future__ import annotations

from datetime import datetime, time

from bot.messages import Button, Rows
from bot.services.consent import deputy_reading
from bot.services.work import notices, on_leave, speak
from bot.services.work.buttons import data
from bot.services.work.periods import next_cut_off
from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local, next_wall
from flows.schedule.zones import zone
from storage import cares, digests, flags, leaves, people, risk_cases
from storage.leaves import Leave
from storage.people import Person

WALL = time(8, 0)
"""The hour of the message, by the therapist's own zone."""
MOST_CASES = 10


def list_owed(work: Work) -> list[int]:
    """The therapists who are back, and are to be told now."""
    return [each.id for each in people.list_therapists(work.tx) if _owed(work, each)]


def next_at(work: Work) -> datetime | None:
    """The next morning on which any of them may be back; None: nobody is or will be away."""
    return min(
        (
            next_wall(work.now, WALL, zone(each.zone))
            for each in people.list_therapists(work.tx)
            if any(leave.back_told_at is None for leave in leaves.list_standing(work.tx, each.id))
        ),
        default=None,
    )


def tell(work: Work, therapist_id: int) -> None:
    """Say it, once, of all leaves that are over."""
    therapist = people.load(work.tx, therapist_id)
    leave = _owed(work, therapist)
    if leave is None:
        return
    local = zone(therapist.zone)
    leaves.mark_back(work.tx, therapist.id, work.now.astimezone(local).date(), work.now)
    deputy_reading.end(work, therapist.id)
    text, rows = _words(work, therapist, leave)
    notices.tell(work, therapist, "back", text, key=f"back{leave.id}", rows=rows)


def _owed(work: Work, therapist: Person) -> Leave | None:
    """The leave after which the therapist is back today; None: there is none, they were told, or it
    is not morning yet.
    """
    local = zone(therapist.zone)
    today = work.now.astimezone(local).date()
    if work.now < at_local(today, WALL, local) or therapist.unreachable_at is not None:
        return None
    if on_leave.leaves_now(work, therapist) or people.chat_of(work.tx, therapist.id) is None:
        return None
    return leaves.find_ended(work.tx, therapist.id, today)


def _words(work: Work, therapist: Person, leave: Leave) -> tuple[str, Rows]:
    language, local = therapist.language, zone(therapist.zone)
    said = [work.tell(language, "back", first=leave.first_on, last=leave.last_on)]
    if leave.digests == "waits":
        at = next_cut_off(work, therapist)
        said.append(work.tell(language, "leave_digest_next", at=at, zone=local))
    before = digests.find_latest(work.tx, therapist.id)
    if before is not None and before.read_at is None:
        said.append(work.tell(language, "back_unread", at=before.cut_off_at, zone=local))
    own = cares.list_told_of(work.tx, therapist.id)
    flagged = [care for care in own if flags.find_open(work.tx, care.id) is not None]
    if flagged:
        said.append(work.tell(language, "back_flags", count=len(flagged)))
    cases = [(care, risk_cases.find_open(work.tx, care.id)) for care in own]
    buttons = [
        Button(work.tell(language, "button_case_of", alias=care.alias), data("case", case.id))
        for care, case in cases
        if case is not None
    ]
    said.append(work.tell(language, "back_cases", count=len(buttons)))
    return "\n\n".join(said), speak.grid(buttons[:MOST_CASES], 2)
