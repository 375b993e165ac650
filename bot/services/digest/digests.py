"""The weekly digest: frozen at its cut-off and sent once, or shown as a draft in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.ports import DigestPage
from bot.services.consent import supervision
from bot.services.digest import caseload, deputy_digest, digest_buttons, weekly_picture
from bot.services.signals import assessing
from bot.services.work import notices
from bot.services.work.periods import iso_week, last_cut_off, next_cut_off
from bot.services.work.unit_of_work import Work
from flows.digest.arrange import Digest, arrange
from flows.digest.section import ClientSection
from flows.digest.section_json import section_from_json, section_to_json
from flows.schedule.zones import zone
from storage import (
    answers,
    cares,
    deliveries,
    digests,
    erasures,
    flags,
    held_back,
    notes,
    people,
)
from storage.cares import Care
from storage.digests import DigestRow
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Composed:
    """A therapist's week, put together and not frozen yet."""

    therapist_id: int
    from_at: datetime
    cut_off_at: datetime
    sections: tuple[tuple[Care, ClientSection], ...]
    stands_on: frozenset[object] = field(repr=False)
    """The answers and notes of its time, and what of them was held back, as they were then."""

    def __repr__(self) -> str:
        return f"Composed(therapist {self.therapist_id}, …)"


@dataclass(frozen=True, slots=True)
class Owed:
    """A digest that is due and not frozen yet."""

    therapist_id: int
    cut_off_at: datetime


def mend(work: Work) -> None:
    """No digest says that it covers a time to come, as one does that a wrong clock froze ahead."""
    digests.cut_short(work.tx, work.now)


def list_owed(work: Work) -> list[Owed]:
    """The newest digest of each therapist who had clients by then, where it is owed."""
    return [
        Owed(person.id, cut_off)
        for person in people.list_therapists(work.tx)
        if _is_owed(work, person, cut_off := last_cut_off(work, person))
    ]


def _is_owed(work: Work, person: Person, cut_off: datetime) -> bool:
    if cut_off <= person.created_at or people.chat_of(work.tx, person.id) is None:
        return False
    if person.digest_set_at is not None and cut_off <= person.digest_set_at:
        return False  # no digest was to come then: another day was chosen since
    if person.unreachable_at is not None:
        return False  # it waits for their return, and covers the time until then
    if digests.find(work.tx, person.id, iso_week(cut_off, person.zone)) is not None:
        return False
    from_at = begins_at(work, person, cut_off)
    if erasures.count_untold(work.tx, person.id, before=cut_off):
        return True
    return caseload.has_news(work, person.id, from_at=from_at, cut_off_at=cut_off)


def next_cut_off_of_all(work: Work) -> datetime | None:
    """The time at which the next digest of any therapist is due."""
    therapists = people.list_therapists(work.tx)
    return min((next_cut_off(work, person) for person in therapists), default=None)


def age_flags(work: Work, therapist_id: int) -> None:
    """Flags of the therapist's clients that have been open for too long are stale."""
    by = last_cut_off(work, people.load(work.tx, therapist_id))
    for care in cares.list_told_of(work.tx, therapist_id):
        assessing.age_flag(work, care.id, by=by)


def compose(work: Work, therapist_id: int) -> Composed:
    """Compose what a therapist's newest week says. It reads much; call it in a read."""
    person = people.load(work.tx, therapist_id)
    cut_off = last_cut_off(work, person)
    from_at = begins_at(work, person, cut_off)
    found = caseload.sections_of(work, person.id, from_at=from_at, cut_off_at=cut_off)
    stands_on = _stands_on(work, person.id, from_at, cut_off)
    return Composed(person.id, from_at, cut_off, tuple(found), stands_on)


def _stands_on(
    work: Work, therapist_id: int, from_at: datetime, cut_off_at: datetime
) -> frozenset[object]:
    span = {"since": from_at, "until": cut_off_at}
    return frozenset[object]().union(
        held_back.list_for_therapist(work.tx, therapist_id),
        answers.list_marks(work.tx, therapist_id, **span),
        notes.list_marks(work.tx, therapist_id, **span),
    )


def freeze(work: Work, composed: Composed) -> None:
    """Freeze a therapist's week: one sealed section a client, and its messages in the outbox.

    Where a client has held something back meanwhile, let it go, changed an answer or deleted a
    note, it is put together anew first: they were told that it counts.
    """
    span = (composed.from_at, composed.cut_off_at)
    if _stands_on(work, composed.therapist_id, *span) != composed.stands_on:
        return
    person = people.load(work.tx, composed.therapist_id)
    row = digests.add(
        work.tx,
        therapist_id=person.id,
        week=iso_week(composed.cut_off_at, person.zone),
        from_at=composed.from_at,
        cut_off_at=composed.cut_off_at,
    )
    if row is None:
        return
    for care, section in composed.sections:
        if cares.find(work.tx, care.id) is None:
            continue  # erased since it was composed
        digests.add_section(
            work.tx,
            digest_id=row.id,
            care_id=care.id,
            client_id=care.client_id,
            body=section_to_json(section),
        )
    erasures.mark_told(work.tx, person.id, digest_id=row.id, before=composed.cut_off_at)
    digest = stored_digest(work, row)
    of_digest = Work(work.tx, work.practice, work.now, f"digest{row.id}")
    _send(of_digest, person, row, digest)
    deputy_digest.announce(of_digest, person, row, digest)


def send_unseen(work: Work, person: Person) -> None:
    """Send the newest digest to a therapist who is back, where not all of it had arrived."""
    row = digests.find_latest(work.tx, person.id)
    if row is None or row.read_at is not None:
        return
    digest = stored_digest(work, row)
    arrived = deliveries.find_digest_message_ids(work.tx, row.id)
    if len(arrived) < len(pages_of(work, person, digest)):
        _send(work, person, row, digest)


def send_anew(work: Work, digest_id: int, *, with_pages: bool) -> None:
    """Send a digest again of which not all had left when a client of it was erased; where its pages
    had, its picture alone.
    """
    row = digests.load(work.tx, digest_id)
    again = replace(work, origin=f"{work.origin}:digest{row.id}")
    send = _send if with_pages else weekly_picture.send
    send(again, people.load(work.tx, row.therapist_id), row, stored_digest(work, row))


def _send(work: Work, person: Person, row: DigestRow, digest: Digest) -> None:
    pages = pages_of(work, person, digest)
    below = digest_buttons.main_rows(work, person, digest, pages, row.id)
    for number, page in enumerate(pages, start=1):
        rows = below if number == len(pages) else ()
        key = f"page{number}"
        notices.tell(work, person, "digest", page.text, key=key, rows=rows, digest_id=row.id)
    weekly_picture.send(work, person, row, digest)


def begins_at(work: Work, person: Person, cut_off: datetime) -> datetime:
    """The previous cut-off, which is never later than this one. The first digest begins with the
    therapist, so that it tells all that was while none could be made.
    """
    earlier = digests.find_last_until(work.tx, person.id, cut_off)
    if earlier is not None:
        return earlier.cut_off_at
    return min(person.created_at, cut_off - timedelta(days=7))


def draft_digest(work: Work, person: Person) -> Digest:
    """This week up to and with this moment, as data. Gathering a large caseload takes longer than a
    write may, so it is done in a read.
    """
    cut_off = next_cut_off(work, person)
    from_at = begins_at(work, person, work.now)
    until = work.until_now
    found = caseload.sections_of(work, person.id, from_at=from_at, cut_off_at=until)
    return arrange(
        [section for _, section in found],
        week=iso_week(cut_off, person.zone),
        from_at=from_at,
        cut_off_at=work.now,
        draft=True,
        on_top_percent=work.practice.settings.signals.on_top_percent,
        away=caseload.away_in(work, from_at, work.now),
        erased=erasures.count_untold(work.tx, person.id, before=until),
    )


def flagged_digest(work: Work, person: Person) -> Digest:
    """The week so far of the clients with something open alone, gathered in a read like a draft."""
    from_at, until = begins_at(work, person, work.now), work.until_now
    cut_off = next_cut_off(work, person)
    flagged = [
        care
        for care in cares.list_told_of(work.tx, person.id)
        if care.ended_by != "handover" and flags.find_open(work.tx, care.id) is not None
    ]
    sections = caseload.sections_among(work, flagged, from_at=from_at, cut_off_at=until)
    return arrange(
        [section for _, section in sections if section.can_acknowledge],
        week=iso_week(cut_off, person.zone),
        from_at=from_at,
        cut_off_at=work.now,
        draft=True,
    )


def stored_digest(work: Work, row: DigestRow) -> Digest:
    """A frozen week as it was stored, without clients who were erased since."""
    sections = [section_from_json(s.body) for s in digests.list_sections(work.tx, row.id)]
    return arrange(
        sections,
        week=row.week,
        from_at=row.from_at,
        cut_off_at=row.cut_off_at,
        draft=False,
        on_top_percent=work.practice.settings.signals.on_top_percent,
        away=caseload.away_in(work, row.from_at, row.cut_off_at),
        erased=erasures.count_told(work.tx, row.id),
        shorter=digests.waited_unread(work.tx, row),
    )


def pages_of(work: Work, person: Person, digest: Digest) -> Sequence[DigestPage]:
    """The digest as messages in the therapist's language."""
    return work.practice.digests.pages(digest, language=person.language, zone=zone(person.zone))


def details_of(
    work: Work, person: Person, section: ClientSection, *, below: Sequence[str] = ()
) -> list[str]:
    """A client's part in full, as messages; below it, as it is now, whether they agree to be talked
    about in supervision, and then these lines.
    """
    renderer = work.practice.digests
    texts = list(renderer.details(section, language=person.language, zone=zone(person.zone)))
    care = cares.find(work.tx, section.care_id)
    line = "" if care is None else supervision.line_for(work, person, care)
    return [*texts[:-1], "\n\n".join(filter(None, (texts[-1], line, *below)))]
