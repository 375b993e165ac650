"""A client pauses the check-ins and goes on with them."""

from __future__ import annotations

from bot.services.planning import projecting
from bot.services.work import speak
from bot.services.work.naming import names_for
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage import cares
from storage.cares import Care


def pause(work: Work, care: Care) -> None:
    """Nothing is asked until the client goes on."""
    if care.paused_at is not None:
        speak.to_client(work, care, "already_paused")
        return
    cares.pause(work.tx, care.id, work.said_at)
    speak.to_client(work, care, "paused", **names_for(work, care))


def resume(work: Work, care: Care) -> None:
    """The check-ins go on, and it is said when the next one comes."""
    if care.paused_at is not None:
        cares.resume(work.tx, care.id)
    due_at = projecting.next_at(work, care)
    if due_at is None:
        speak.to_client(work, care, "resumed")
    else:
        speak.to_client(work, care, "resumed_next", zone=zone(care.zone), at=due_at)
