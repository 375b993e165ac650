"""A digest as its therapist looks at it, and taps below it: a frozen one, the draft of the week so
far, or the list of what is open.

Gathering one and putting it into pages takes longer than a write may, so a tap or a command has it
done before, in a read (``look_ahead``), and finds it here. It must never show what was gathered
before somebody was erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.drawings import Drawing
from bot.ports import DigestPage
from bot.services.digest import digest_buttons
from bot.services.digest.digest_buttons import DRAFT, OPEN_FLAGS
from bot.services.digest.digests import draft_digest, flagged_digest, pages_of, stored_digest
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.digest.arrange import Digest
from flows.digest.section import ClientSection
from flows.engine.cut import length
from flows.schedule.zones import zone
from flows.signals.flags import Acknowledgement, standing
from storage import audit, digests, erasures, flags
from storage.digests import DigestRow
from storage.people import Person

NOTES = 280
"""UTF-16 units for what was acknowledged, below a page that has at most 3,800."""

NOTED: dict[Acknowledgement, StaffKey] = {
    "will_raise": "noted_will_raise",
    "not_this_time": "noted_not_this_time",
    "talked_settled": "noted_talked_settled",
    "talked_open": "noted_talked_open",
    "something_else": "noted_something_else",
}


@dataclass(frozen=True, slots=True)
class ShownDigest:
    """A digest as a therapist looks at it: a frozen one, or the draft of their week so far."""

    id: int
    """``DRAFT`` for a draft, ``OPEN_FLAGS`` for the list of what is open."""
    digest: Digest = field(repr=False)
    noted_since: datetime | None
    """A note on a flag belongs to it from then on; None: what it shows says how things stand."""
    made_ahead: tuple[DigestPage, ...] = field(default=(), repr=False)
    """Its pages, where they were made before the write."""
    paper_ahead: Drawing | None = field(default=None, repr=False)
    """It as a paper, where that was wanted and made before the write."""
    erasures: int = 0
    """The newest erasure when it was gathered."""


def find(work: Work, person: Person, digest_id: int) -> ShownDigest | None:
    """The digest of this number, as it was gathered before the write, or else gathered now; None:
    the therapist has no such digest.
    """
    ahead = work.ahead
    if not isinstance(ahead, ShownDigest) or ahead.id != digest_id:
        return _gather(work, person, digest_id)
    if ahead.erasures != erasures.newest(work.tx):
        return _gather(work, person, digest_id)
    return ahead


def look_ahead(work: Work, person: Person, digest_id: int) -> ShownDigest | None:
    """Gather the digest of this number and make its pages, in a read."""
    found = _gather(work, person, digest_id)
    return found and replace(found, made_ahead=tuple(pages_of_shown(work, person, found)))


def draft_ahead(work: Work, person: Person) -> ShownDigest | None:
    """``look_ahead`` for the week so far."""
    return look_ahead(work, person, DRAFT)


def flags_ahead(work: Work, person: Person) -> ShownDigest | None:
    """``look_ahead`` for the list of what is open."""
    return look_ahead(work, person, OPEN_FLAGS)


def look_ahead_on_paper(work: Work, person: Person, digest_id: int) -> ShownDigest | None:
    """``look_ahead``, and the whole of it as a paper."""
    found = look_ahead(work, person, digest_id)
    return found and replace(found, paper_ahead=paper_of(work, person, found))


def paper_of(work: Work, person: Person, shown: ShownDigest) -> Drawing:
    """A digest as a PDF, which says all of everybody in it."""
    if shown.paper_ahead is not None:
        return shown.paper_ahead
    return work.practice.digests.paper(
        shown.digest,
        language=person.language,
        zone=zone(person.zone),
        practice=work.practice.settings.practice.name,
    )


def _gather(work: Work, person: Person, digest_id: int) -> ShownDigest | None:
    newest = erasures.newest(work.tx)
    if digest_id == DRAFT:
        since = work.now - timedelta(days=7)
        return ShownDigest(DRAFT, draft_digest(work, person), since, erasures=newest)
    if digest_id == OPEN_FLAGS:
        return ShownDigest(OPEN_FLAGS, flagged_digest(work, person), None, erasures=newest)
    row = digests.find_by_id(work.tx, digest_id)
    if row is None or row.therapist_id != person.id:
        return None
    return of_row(work, row)


def of_row(work: Work, row: DigestRow) -> ShownDigest:
    """The frozen digest of this row."""
    newest = erasures.newest(work.tx)
    return ShownDigest(row.id, stored_digest(work, row), row.cut_off_at, erasures=newest)


def of_draft(work: Work, person: Person) -> ShownDigest:
    """The week so far."""
    return _surely(find(work, person, DRAFT))


def show_draft(work: Work, person: Person) -> None:
    """Show the week so far, without saving it."""
    shown = of_draft(work, person)
    show(work, person, shown, key="draft")
    record_told(work, person, shown.digest, "client.draft")


def show_flags(work: Work, person: Person) -> None:
    """Show what is open now, one line a client, with the buttons of each."""
    shown = _surely(find(work, person, OPEN_FLAGS))
    show(work, person, shown, key="flags")
    record_told(work, person, shown.digest, "client.open_flags")


def _surely(found: ShownDigest | None) -> ShownDigest:
    """The draft and the list of what is open are there for every therapist."""
    assert found is not None
    return found


def show(work: Work, person: Person, shown: ShownDigest, *, key: str) -> None:
    """Answer with its pages; below the last one stand its buttons."""
    pages = pages_of_shown(work, person, shown)
    below = digest_buttons.main_rows(work, person, shown.digest, pages, shown.id)
    speak.pages(work, person.id, [page.text for page in pages], key=key, rows=below)


def pages_of_shown(work: Work, person: Person, shown: ShownDigest) -> Sequence[DigestPage]:
    """The messages under which a therapist taps: a digest, or the list of what is open."""
    if shown.made_ahead:
        return shown.made_ahead
    if shown.id != OPEN_FLAGS:
        return pages_of(work, person, shown.digest)
    renderer = work.practice.digests
    return renderer.flags(shown.digest, language=person.language, zone=zone(person.zone))


def record_told(work: Work, person: Person, digest: Digest, action: str) -> None:
    """The audit trail has that the therapist was shown what the digest tells of each client."""
    for section in digest.told:
        audit.add(work.tx, now=work.now, actor=person.code, action=action, subject=section.code)


def as_noted(work: Work, person: Person, shown: ShownDigest) -> ShownDigest:
    """The same after something was noted: a digest stays as it was, the list of what is open says
    how things stand.
    """
    if shown.id != OPEN_FLAGS:
        return shown
    return _surely(_gather(work, person, OPEN_FLAGS))


def sections_in(digest: Digest) -> dict[int, ClientSection]:
    """The sections that carry a flag, by flag."""
    return {s.flag_id: s for s in digest.told if s.flag_id is not None and s.standing != "none"}


def text_with_notes(
    work: Work, person: Person, pages: Sequence[DigestPage], since: datetime | None
) -> str:
    """The last page, and below it what the therapist has noted on its flags since; where no moment
    is given, the pages say it themselves.
    """
    if since is None:
        return pages[-1].text
    lines = []
    for page in pages:
        for flag_id, alias in page.flags:
            given = [
                a for a in flags.list_acknowledgements(work.tx, flag_id) if a.given_at >= since
            ]
            noted = standing([a.what for a in given])
            if noted:
                what = work.tell(person.language, NOTED[noted[-1]])
                lines.append(work.tell(person.language, "noted", alias=alias, what=what))
    kept = "\n".join(lines)
    if length(kept) > NOTES:
        kept = work.tell(person.language, "noted_many", count=len(lines))
    return f"{pages[-1].text}\n\n{kept}" if kept else pages[-1].text
