"""The list at the end of a working day: its therapy sessions count as held unless tapped otherwise.

Used by the ticker and the entries of therapists. One silent message, at the therapist's hour, on
days with therapy sessions and not while they are away. Nothing waits for it: the questions come at
their own time.
"""

from __future__ import annotations

from datetime import datetime, time

from bot.messages import Button
from bot.services.therapy_sessions import listing
from bot.services.work import notices, on_leave, speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local, next_wall
from flows.schedule.zones import zone
from storage import evenings, people
from storage.people import Person

HOURS = (16, 17, 18, 19, 20, 21)
"""The hours that can be tapped."""
NEVER = 24 * 60
"""In place of a minute of the day in a button: no such list."""


def list_owed(work: Work) -> list[int]:
    """The therapists to whom the list of today is to go now."""
    return [each.id for each in people.list_therapists(work.tx) if _is_owed(work, each)]


def next_at(work: Work) -> datetime | None:
    """The next moment at which the hour of any therapist has come; None: nobody wants a list."""
    walls = ((each, wall_of(work, each)) for each in people.list_therapists(work.tx))
    return min(
        (next_wall(work.now, wall, zone(each.zone)) for each, wall in walls if wall is not None),
        default=None,
    )


def wall_of(work: Work, therapist: Person) -> time | None:
    """The therapist's hour for the list; None: they want none."""
    kept = evenings.find(work.tx, therapist.id)
    if kept is None or kept.list_at is None:
        return work.practice.settings.practice.day_list_at
    return None if kept.list_at == evenings.OFF else time.fromisoformat(kept.list_at)


def _is_owed(work: Work, therapist: Person) -> bool:
    wall = wall_of(work, therapist)
    if wall is None or therapist.unreachable_at is not None:
        return False
    local = zone(therapist.zone)
    today = work.now.astimezone(local).date()
    if work.now < at_local(today, wall, local) or people.chat_of(work.tx, therapist.id) is None:
        return False
    kept = evenings.find(work.tx, therapist.id)
    if kept is not None and kept.listed_on is not None and kept.listed_on >= today:
        return False
    if on_leave.leaves_now(work, therapist):
        return False
    return any(session.counts for _, session in listing.of_day(work, therapist, today))


def tell(work: Work, therapist_id: int) -> None:
    """Send the list of today, once."""
    therapist = people.load(work.tx, therapist_id)
    if not _is_owed(work, therapist):
        return
    today = work.now.astimezone(zone(therapist.zone)).date()
    evenings.mark_listed(work.tx, therapist.id, today)
    text, rows = listing.day_list(work, therapist, today)
    key = f"day{therapist.id}:{today.isoformat()}"
    notices.tell(work, therapist, "evening", text, key=key, rows=rows)


def ask_hour(work: Work, therapist: Person, message_id: int) -> Toast:
    """Ask when the list is to come, or whether at all."""
    now = wall_of(work, therapist)
    today = work.now.astimezone(zone(therapist.zone)).date()
    walls = sorted({*(time(hour) for hour in HOURS), *([] if now is None else [now])})
    buttons = [
        Button(
            ("✓ " if wall == now else "") + f"{wall:%H:%M}",
            data("evening_set", wall.hour * 60 + wall.minute),
        )
        for wall in walls
    ]
    never = work.tell(therapist.language, "button_evening_never")
    off = Button(("✓ " if now is None else "") + never, data("evening_set", NEVER))
    back = Button(
        work.tell(therapist.language, "button_back"), data("session_page", today.toordinal())
    )
    text = work.tell(therapist.language, "evening_when")
    rows = (*speak.grid(buttons, 3), *speak.column(off, back))
    speak.edit(work, therapist.id, message_id, text, key="evening", rows=rows)
    return None


def set_hour(work: Work, therapist: Person, minute: int, message_id: int) -> Toast:
    """The list comes at that time of the day from now on, or never."""
    if minute > NEVER:
        return STALE
    wall = None if minute == NEVER else time(*divmod(minute, 60))
    evenings.set_hour(work.tx, therapist.id, wall)
    ask_hour(work, therapist, message_id)
    return work.tell(therapist.language, "toast_noted")
