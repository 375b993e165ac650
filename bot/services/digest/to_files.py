"""Makes the three forms of a therapist's week for files: its text, its picture, its paper.

Used by the command line and the demo. Nothing is sent and nobody is told; that it was read is noted
in the audit trail, for each client in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.drawings import Drawing
from bot.services.digest import digests as service
from bot.services.digest import for_supervision as copies
from bot.services.digest.for_supervision import Nameless
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
    nameless: Nameless | None = field(default=None, repr=False)
    """The copy for supervision that it is, where it is one."""


def find(
    work: Work, therapist: Person, week: str | None, *, for_supervision: bool = False
) -> Written | None:
    """The stored digest of that ISO week, as it was stored; without a week the one so far. None:
    there is none of that week. ``for_supervision``: the copy of it without names and words. It
    reads much; call it in a read.
    """
    row = None if week is None else digests.find(work.tx, therapist.id, week)
    if week is not None and row is None:
        return None
    digest = (
        service.draft_digest(work, therapist) if row is None else service.stored_digest(work, row)
    )
    name = f"{digest.week}-so-far" if week is None else week
    if for_supervision:
        return _nameless(work, therapist, digest, f"{name}-supervision")
    return _written(work, therapist, digest, name)


def weeks_of(work: Work, therapist: Person) -> list[str]:
    """The ISO weeks of which there is a digest, oldest first."""
    return [row.week for row in digests.list_for_therapist(work.tx, therapist.id)]


def note(work: Work, written: Written, *, by: str) -> None:
    """Note in the audit trail that the words of these clients are read, before they are written; or
    that a copy without words was made.
    """
    if written.nameless is not None:
        copies.note(work, written.nameless, by=by)
        return
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


def _nameless(work: Work, therapist: Person, digest: Digest, name: str) -> Written:
    """The copy for supervision: its paper, and as text who is who in it, for the therapist."""
    made = copies.nameless(work, therapist, digest)
    return Written(
        week=name,
        text=copies.who_is_who(work, therapist, made) + "\n",
        drawings=(copies.paper_of(work, therapist, made),),
        codes=tuple(section.code for _, section in made.named),
        nameless=made,
    )
