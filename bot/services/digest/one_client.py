"""A client's last days and their chart, opened from their card.

Each opening shows words or ratings of the client, so each is in the audit trail and among the
client's days. It must never mark a digest as read: nothing of it was shown.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.digest import digests, small_print
from bot.services.digest.caseload import section_of, speaks_of
from bot.services.work import speak
from bot.services.work.buttons import Toast
from bot.services.work.periods import iso_week, next_cut_off
from bot.services.work.unit_of_work import Work
from flows.digest.arrange import Digest, arrange
from flows.digest.section import ClientSection
from flows.schedule.zones import zone
from storage import audit
from storage.cares import Care
from storage.people import Person

SHOWN = timedelta(days=7)
"""So far back at least: just after a digest the week so far would be empty."""


def show_days(work: Work, therapist: Person, care: Care) -> Toast:
    """Send everything about the last days: answers, notes, what is open and why."""
    section = _section(work, therapist, care)
    if section is None:
        return work.tell(therapist.language, "toast_nothing_yet")
    below_it = small_print.lines(work, therapist, section)
    texts = digests.details_of(work, therapist, section, below=below_it)
    speak.pages(work, therapist.id, texts, key=f"days{care.id}:")
    _record(work, therapist, "client.details", care)
    return None


def show_chart(work: Work, therapist: Person, care: Care) -> Toast:
    """Send the ratings of twelve weeks as a picture, and below it in words."""
    section = _section(work, therapist, care)
    digest = None if section is None else _alone(work, therapist, section)
    made = digest and work.practice.digests.picture(
        digest, language=therapist.language, zone=zone(therapist.zone)
    )
    if not made:
        return work.tell(therapist.language, "toast_no_ratings")
    drawing, caption = made
    speak.drawing(work, therapist.id, caption, drawing=drawing, key=f"chart{care.id}")
    _record(work, therapist, "client.chart", care)
    return None


def _section(work: Work, therapist: Person, care: Care) -> ClientSection | None:
    """The client's last days up to and with this moment; None where a digest has none of them."""
    from_at, until = _from_at(work, therapist), work.until_now
    if not speaks_of(work, care, from_at=from_at, cut_off_at=until):
        return None
    return section_of(work, care, from_at=from_at, cut_off_at=until)


def _from_at(work: Work, therapist: Person) -> datetime:
    return min(digests.begins_at(work, therapist, work.now), work.now - SHOWN)


def _alone(work: Work, therapist: Person, section: ClientSection) -> Digest:
    cut_off = next_cut_off(work, therapist)
    return arrange(
        [section],
        week=iso_week(cut_off, therapist.zone),
        from_at=_from_at(work, therapist),
        cut_off_at=work.now,
        draft=True,
    )


def _record(work: Work, therapist: Person, action: str, care: Care) -> None:
    audit.add(work.tx, now=work.now, actor=therapist.code, action=action, subject=care.client_code)
