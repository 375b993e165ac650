"""Makes the three forms of a therapist's week for files: its text, its picture, its paper.

Used by the command line and the demo. Nothing is sent and nobody is told; that it was read is noted
in the audit trail, for each client in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.drawings import Drawing
from bot.services.digest import digests as service
from bot.services.work.unit_of_work import Work
from flows.digest.arrange import Digest
from flows.schedule.zones import zone
from storage import audit, digests
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Written:
    """A week in words, and what is to be drawn of it."""

    week: str
    """The name of its files: the ISO week, with an ending where it is not over yet."""
    text: str = field(repr=False)
    drawings: tuple[Drawing, ...] = field(repr=False)
    """The picture, where anybody has rated, and the paper."""
    codes: tuple[str, ...]
    """The clients in it."""


def find(work: Work, therapist: Person, week: str | None) -> Written | None:
    """The stored digest of that ISO week, as it was stored; without a week the one so far. None:
    there is none of that week. It reads much; call it in a read.
    """
    if week is None:
        digest = service.draft_digest(work, therapist)
        return _written(work, therapist, digest, f"{digest.week}-so-far")
    row = digests.find(work.tx, therapist.id, week)
    return (
        None if row is None else _written(work, therapist, service.stored_digest(work, row), week)
    )


def weeks_of(work: Work, therapist: Person) -> list[str]:
    """The ISO weeks of which there is a digest, oldest first."""
    return [row.week for row in digests.list_for_therapist(work.tx, therapist.id)]


def note(work: Work, written: Written, *, by: str) -> None:
    """Note in the audit trail that the words of these clients are read, before they are written."""
    for code in written.codes:
        audit.add(work.tx, now=work.now, actor=by, action="client.written", subject=code)


def _written(work: Work, therapist: Person, digest: Digest, name: str) -> Written:
    renderer, how = work.practice.digests, (therapist.language, zone(therapist.zone))
    pages = service.pages_of(work, therapist, digest)
    picture = renderer.picture(digest, language=how[0], zone=how[1])
    practice = work.practice.settings.practice.name
    paper = renderer.paper(digest, language=how[0], zone=how[1], practice=practice)
    return Written(
        week=name,
        text="\n\n".join(page.text for page in pages) + "\n",
        drawings=(paper,) if picture is None else (picture[0], paper),
        codes=tuple(section.code for section in digest.sections),
    )
