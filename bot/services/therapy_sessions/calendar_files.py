"""A calendar file that a therapist sends: what is in it is shown before it counts.

Used by dispatch, the entries of therapists and the worker that reads calendars. Nothing of the
file's text is kept or shown: clients are named by alias, everything else is a number.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bot.messages import Button
from bot.services.therapy_sessions import calendar_taking
from bot.services.therapy_sessions.calendar_taking import CHANGES, Becomes, Matched
from bot.services.therapy_sessions.ical_reading import LARGEST, Unreadable
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.incoming import Document
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.zones import zone
from storage import audit, calendar_imports, cares, people
from storage.calendar_imports import CalendarImport
from storage.people import Person

ENDING = ".ics"
TAKE, LEAVE = "take", "leave"
"""The code words of the two buttons."""
KEPT_FOR = timedelta(days=1)
"""So long a file waits for its sender's yes."""
MOST_LINES = 40
"""Clients that are listed one by one."""
NOT_FETCHED: StaffKey = "calendar_not_fetched"
WHY: dict[Unreadable, StaffKey] = {
    "too_large": "calendar_too_large",
    "not_a_calendar": "calendar_not_one",
    "too_many": "calendar_too_many",
    "broken": "calendar_broken",
}
COUNTED: tuple[tuple[Becomes, StaffKey], ...] = (
    ("new", "calendar_new"),
    ("adopted", "calendar_adopted"),
    ("moved", "calendar_moved"),
    ("back", "calendar_back"),
    ("off", "calendar_off"),
    ("by_hand", "calendar_by_hand"),
    ("holds", "calendar_holds"),
)
"""The line that says how many there are, for each of what may become of an appointment."""


def receive(work: Work, therapist: Person, document: Document) -> None:
    """Have the file fetched and read, or say why not."""
    if not document.name.casefold().endswith(ENDING):
        speak.to_therapist(work, therapist, "calendar_only")
    elif document.size > LARGEST:
        speak.to_therapist(work, therapist, "calendar_too_large")
    else:
        calendar_imports.add(
            work.tx,
            therapist_id=therapist.id,
            source="file",
            state="to_fetch",
            body=document.file_id,
            now=work.now,
        )


def refuse(work: Work, found: CalendarImport, key: StaffKey) -> None:
    """Nothing comes of the file, and its sender is told why."""
    therapist = people.load(work.tx, found.therapist_id)
    calendar_imports.discard(work.tx, found.id)
    text = work.tell(therapist.language, key)
    speak.reply(work, therapist.id, text, key=f"calendar{found.id}")


def show(work: Work, found: CalendarImport, matched: Matched, unusable: int) -> None:
    """Show what the file would change, with buttons; where it changes nothing, only say so."""
    therapist = people.load(work.tx, found.therapist_id)
    language = therapist.language
    changes = [item for item, becomes in matched.items if becomes in CHANGES]
    text = _summary(work, therapist, matched, unusable)
    taking = work.tell(language, "button_calendar_take")
    leaving = work.tell(language, "button_calendar_leave")
    rows = speak.column(
        Button(taking, data("calendar", found.id, word=TAKE)),
        Button(leaving, data("calendar", found.id, word=LEAVE)),
    )
    if changes:
        body = [item.to_json() for item in changes]
        calendar_imports.change(work.tx, found, state="shown", body=body)
    else:
        calendar_imports.discard(work.tx, found.id)
        text, rows = f"{text}\n\n{work.tell(language, 'calendar_nothing')}", ()
    speak.reply(work, therapist.id, text, key=f"calendar{found.id}", rows=rows)


def decide(
    work: Work, therapist: Person, found: CalendarImport, word: str, message_id: int
) -> Toast:
    """The file that was shown counts from now on, but for what has changed by hand since; or
    nothing of it does, and nothing of it is kept.
    """
    if found.state != "shown" or word not in (TAKE, LEAVE):
        return STALE
    key: StaffKey = "calendar_taken" if word == TAKE else "calendar_left"
    calendar_imports.discard(work.tx, found.id)
    if word == TAKE:
        items = [calendar_taking.item_from_json(kept) for kept in found.body]
        calendar_taking.want(work, therapist.id, items, source="file")
        audit.add(
            work.tx,
            now=work.now,
            actor=therapist.code,
            action="calendar.taken",
            subject=therapist.code,
            detail=str(len(items)),
        )
    speak.edit(work, therapist.id, message_id, work.tell(therapist.language, key), key="calendar")
    return None


def _summary(work: Work, therapist: Person, matched: Matched, unusable: int) -> str:
    language, local = therapist.language, zone(therapist.zone)
    counts = Counter(becomes for _, becomes in matched.items)
    said = [work.tell(language, "calendar_found", count=len(matched.items))]
    said += [work.tell(language, key, count=counts[one]) for one, key in COUNTED if counts[one]]
    if matched.unmatched:
        said.append(work.tell(language, "calendar_unmatched", count=matched.unmatched))
    if unusable:
        said.append(work.tell(language, "calendar_unusable", count=unusable))
    by_care = Counter(item.care_id for item, becomes in matched.items if becomes in CHANGES)
    lines = []
    for care_id, count in by_care.most_common(MOST_LINES):
        first = min(
            item.starts_at
            for item, becomes in matched.items
            if item.care_id == care_id and becomes in CHANGES
        )
        alias = cares.load(work.tx, care_id).alias
        values = {"alias": alias, "start": first, "zone": local}
        lines.append(work.tell(language, "calendar_client", count=count, **values))
    if len(by_care) > MOST_LINES:
        lines.append(work.tell(language, "calendar_others", count=len(by_care) - MOST_LINES))
    return "\n\n".join(filter(None, ("\n".join(said), "\n".join(lines))))
