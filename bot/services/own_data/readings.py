"""Finds out who has read what a client wrote, by day: from the audit trail and the digests.

"Read" is what DESIGN calls so: a tap on "I have read this", details opened, a flag answered, the
week so far or a case opened; and outside of the chat words that the practice had written to files
or shown on its machine. A client sees the days and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.services.consent import deputy_reading
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import audit, holdings, people
from storage.audit import AuditRow
from storage.cares import Care

_READ = (
    "client.details",
    "client.draft",
    "client.block",
    "client.before",
    "client.earlier",
    "client.morning",
    "client.open_flags",
    "case.",
    "flag.",
    "client.paper",
    "client.chart",
    "client.written",
    "client.exported",
    "supervision.copied",
    "inbox.explained",
    deputy_reading.READ,
)
"""The trail begins so where somebody in the practice opened something, or answered it."""
SUPERVISED = "supervision.looked"
"""The trail calls it so where a supervisor looked at a client, who is shown there without words."""
PRACTICE = "admin"
"""The trail calls so whoever acts outside of the chat."""


@dataclass(frozen=True, slots=True)
class Readings:
    """The local days on which somebody read; of a deputy, on which they looked at a case."""

    by_therapist: dict[int, tuple[date, ...]]
    by_deputies: tuple[date, ...]
    by_reading_deputies: tuple[date, ...]
    """Of the clients' words, in a leave."""
    by_supervisors: tuple[date, ...]
    by_practice: tuple[date, ...]
    """Outside of the chat, by whoever runs the bot."""


def readings_of(work: Work, own: list[Care]) -> Readings:
    """The days on which the therapists of these cares, and anybody else, read of their client."""
    care = own[-1]
    therapists = {each.therapist_id for each in own}
    found: dict[int, list[datetime]] = {each: [] for each in therapists}
    others: list[datetime] = []
    practice: list[datetime] = []
    supervisors: list[datetime] = []
    reading: list[datetime] = []
    for client_id in {each.client_id for each in own}:
        for therapist_id, read_at in holdings.list_digests_read(work.tx, client_id):
            found.setdefault(therapist_id, []).append(read_at)
    since = min(each.created_at for each in own)
    for code in {each.client_code for each in own}:
        for row in audit.list_about(work.tx, code, since=since):
            if row.action == SUPERVISED:
                supervisors.append(row.at)
            if row.action == deputy_reading.READ:
                reading.append(row.at)
                continue
            if not is_reading(row):
                continue
            reader = people.find_by_code(work.tx, row.actor)
            if row.actor == PRACTICE:
                practice.append(row.at)
            elif reader is not None and reader.role != "client":
                found.get(reader.id, others).append(row.at)
    by_therapist = {each: _days(care, moments) for each, moments in found.items()}
    rest = (_days(care, each) for each in (others, reading, supervisors, practice))
    return Readings(by_therapist, *rest)


def is_reading(row: AuditRow) -> bool:
    """True where what was done was to look at what a client wrote, or to answer it."""
    return row.action.startswith(_READ)


def _days(care: Care, moments: list[datetime]) -> tuple[date, ...]:
    """Each day once, by the client's own clock, oldest first."""
    local = zone(care.zone)
    return tuple(sorted({moment.astimezone(local).date() for moment in moments}))
