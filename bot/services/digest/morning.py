"""A card on the morning of a day with therapy sessions: what each client brings, what is open.

Used by the ticker for therapists who have asked for it. It says what was told since the last
session, in the words of the digest, and is a reading like any other. On leave there is none.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.services.digest import caseload
from bot.services.therapy_sessions import listing
from bot.services.work import notices, on_leave
from bot.services.work.unit_of_work import Work
from flows.digest.section import ClientSection
from flows.schedule.local_time import at_local, next_wall
from flows.schedule.zones import zone
from storage import audit, people, therapy_sessions
from storage.cares import Care
from storage.people import Person
from storage.therapy_sessions import TherapySession

WALL = time(7, 30)
"""The hour of the card, by the therapist's own zone."""
LATEST = time(12, 0)
"""After it the morning is over: a card that was late comes no more that day."""
LOOK_BACK = timedelta(days=14)
"""The time back of which a first card tells."""


def list_owed(work: Work) -> list[int]:
    """The therapists to whom the card of today is to go now."""
    return [each.id for each in people.list_therapists(work.tx) if _today(work, each)]


def next_at(work: Work) -> datetime | None:
    """The next moment at which the morning of any of them begins; None: nobody wants a card."""
    return min(
        (
            next_wall(work.now, WALL, zone(each.zone))
            for each in people.list_therapists(work.tx)
            if each.mornings_since is not None
        ),
        default=None,
    )


def tell(work: Work, therapist_id: int) -> None:
    """Send the card of today, once."""
    therapist = people.load(work.tx, therapist_id)
    sessions = _today(work, therapist)
    if not sessions:
        return
    local = zone(therapist.zone)
    today = work.now.astimezone(local).date()
    people.mark_morning(work.tx, therapist.id, today)
    found = [(session.starts_at, _section(work, care)) for care, session in sessions]
    renderer = work.practice.digests
    texts = renderer.morning(found, language=therapist.language, zone=local)
    for number, text in enumerate(texts):
        key = f"morning{therapist.id}:{today.isoformat()}:{number}"
        notices.tell(work, therapist, "morning", text, key=key, protected=True)
    for _, section in found:
        action, subject = "client.morning", section.code
        audit.add(work.tx, now=work.now, actor=therapist.code, action=action, subject=subject)


def switch(work: Work, therapist: Person) -> Person:
    """The therapist gets the card from now on, or none any more; who they are now."""
    wanted = therapist.mornings_since is None
    people.set_mornings(work.tx, therapist.id, since=work.now if wanted else None)
    return people.load(work.tx, therapist.id)


def _today(work: Work, therapist: Person) -> list[tuple[Care, TherapySession]]:
    """The sessions of today for a card that is owed now; none where it is not."""
    if therapist.mornings_since is None or therapist.unreachable_at is not None:
        return []
    local = zone(therapist.zone)
    today = work.now.astimezone(local).date()
    is_morning = at_local(today, WALL, local) <= work.now < at_local(today, LATEST, local)
    if on_leave.leaves_now(work, therapist):
        return []
    told = therapist.morning_on is not None and therapist.morning_on >= today
    if not is_morning or told or people.chat_of(work.tx, therapist.id) is None:
        return []
    found = listing.of_day(work, therapist, today)
    return [(care, each) for care, each in found if each.counts and each.starts_at > work.now]


def _section(work: Work, care: Care) -> ClientSection:
    """A client since their last session, or over two weeks where there was none."""
    since = work.now - LOOK_BACK
    before = therapy_sessions.list_for_care(work.tx, care.id, since=work.now - 2 * LOOK_BACK)
    ended = [each.ends_at for each in before if each.counts and each.ends_at <= work.now]
    from_at = max(ended) if ended else since
    return caseload.section_of(work, care, from_at=from_at, cut_off_at=work.until_now)
