"""The line that says how things stand with a client, for the card and for /clients.

Used by the commands of therapists. It must never say what a client answered.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from bot.services.planning import projecting
from bot.services.work import from_before
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.zones import zone
from storage import cares, invites
from storage.cares import Care
from storage.people import Person

Standing = cares.State | Literal["paused", "unreachable"]
LINES: dict[Standing, StaffKey] = {
    "draft": "client_draft",
    "invited": "client_invited",
    "asked": "client_asked",
    "active": "client_active",
    "paused": "client_paused",
    "unreachable": "client_unreachable",
    "declined": "client_declined",
    "ended": "client_ended",
}
DATED: dict[Standing, StaffKey] = {"declined": "client_declined_on", "ended": "client_ended_on"}
"""The same with the day, where it is known."""


def client_line(work: Work, therapist: Person, care: Care) -> str:
    """The present state of a client, in one line."""
    state: Standing = "paused" if care.state == "active" and care.paused_at else care.state
    if care.state in ("asked", "active") and care.unreachable_at is not None:
        state = "unreachable"
    values: dict[str, object] = {"alias": care.alias, "code": care.client_code}
    local = zone(therapist.zone)
    if state == "asked" and care.again_at is not None:
        asked = care.again_look_at is None
        again: StaffKey = "client_asked_again" if asked else "client_asks_again"
        return work.tell(therapist.language, again, zone=local, at=care.again_at, **values)
    if state in DATED and care.ended_at is not None:
        on = care.ended_at.astimezone(local).date()
        if care.ended_by == "handover":
            return _handed_over(work, therapist, care, on)
        if care.ended_by == "therapist":
            return work.tell(therapist.language, "client_ended_by_you", on=on, **values)
        return work.tell(therapist.language, DATED[state], on=on, **values)
    ended_at = _link_ended_at(work, care)
    if ended_at is not None:
        key: StaffKey = "client_invited_late"
        return work.tell(therapist.language, key, zone=local, at=ended_at, **values)
    due_at = projecting.next_at(work, care)
    if state == "active" and due_at is not None:
        return work.tell(therapist.language, "client_active_next", zone=local, at=due_at, **values)
    if state == "paused" and care.paused_until is not None:
        on = care.paused_until.astimezone(zone(care.zone)).date()
        return work.tell(therapist.language, "client_paused_until", on=on, **values)
    return work.tell(therapist.language, LINES[state], **values)


def _handed_over(work: Work, therapist: Person, care: Care, on: date) -> str:
    colleague = from_before.name_after(work, care)
    key: StaffKey = "client_handed_over" if colleague else "client_handed_on"
    values = {"alias": care.alias, "code": care.client_code, "colleague": colleague}
    return work.tell(therapist.language, key, on=on, **values)


def _link_ended_at(work: Work, care: Care) -> datetime | None:
    """Return when the link of somebody who never used it ended; None while it is good."""
    if care.state != "invited":
        return None
    invite = invites.find_newest(work.tx, care.client_id)
    return invite.expires_at if invite is not None and invite.expires_at <= work.now else None
