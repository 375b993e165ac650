"""The deputy who may read a therapist's digests in a leave, as far as a client is asked about them.

Used by the questions and by whatever a deputy is shown. It must never name anybody who has not said
that they cover, nor a therapist of the same client: neither is to learn of the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.services.safety import on_call
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import cares, leaves, people
from storage.cares import Care
from storage.leaves import Leave
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Reader:
    """The colleague who covers in a leave whose digests go to them, too."""

    leave: Leave
    person: Person
    name: str = field(repr=False)


def reader_in(work: Work, leave: Leave) -> Reader | None:
    """The reader of the digests of this leave, which is not over; None: nobody does."""
    therapist = people.load(work.tx, leave.therapist_id)
    is_over = leave.last_on < work.now.astimezone(zone(therapist.zone)).date()
    if leave.digests != "deputy" or leave.undone_at is not None or is_over:
        return None
    if leave.stand_in_id is None or leave.stand_in_said != "yes":
        return None
    person = people.load(work.tx, leave.stand_in_id)
    if work.practice.settings.safety.alerts != "on" or not on_call.is_named(work, person):
        return None
    return Reader(leave, person, people.name_of(work.tx, person.id).name)


def find_reader(work: Work, care: Care) -> Reader | None:
    """The colleague who may read of this client in the nearest leave of their therapist; None also
    where that is, or was, another therapist of the same client.
    """
    standing = leaves.list_standing(work.tx, care.therapist_id)
    found = next(filter(None, (reader_in(work, leave) for leave in standing)), None)
    if found is None:
        return None
    own = cares.list_for_client(work.tx, care.client_id)
    return None if any(each.therapist_id == found.person.id for each in own) else found


def values_of(reader: Reader | None, deputy: str) -> dict[str, object]:
    """The values by which a text speaks of a reader, who is called so there, and of the days."""
    days = (date.min, date.min) if reader is None else (reader.leave.first_on, reader.leave.last_on)
    return {"deputy": deputy, "first": days[0], "last": days[1]}
