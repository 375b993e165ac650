"""The picture that follows the pages of a weekly digest, as long as its therapist wants it.

Used by the digests beside it. It is drawn when it leaves and must never hold back the pages: where
it cannot be drawn, its words come alone and say so.
"""

from __future__ import annotations

from bot.messages import Button
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from flows.digest.arrange import Digest
from flows.schedule.zones import zone
from storage import people
from storage.digests import DigestRow
from storage.people import Person

_KEY = "picture"


def send(work: Work, person: Person, row: DigestRow, digest: Digest) -> None:
    """Queue the picture behind the pages; nothing where nobody has rated, or none is wanted."""
    if person.pictures_off_at is not None:
        return
    made = work.practice.digests.picture(digest, language=person.language, zone=zone(person.zone))
    if made is not None:
        drawing, caption = made
        speak.drawing(work, person.id, caption, drawing=drawing, key=_KEY, digest_id=row.id)


def button(work: Work, person: Person, digest_id: int) -> Button:
    """The button below the week so far that switches the weekly picture off or on again."""
    is_on = person.pictures_off_at is None
    label = work.tell(person.language, "button_pictures_off" if is_on else "button_pictures_on")
    return Button(label, data("pictures", digest_id, int(not is_on)))


def switch(work: Work, person: Person, *, on: bool) -> Person:
    """The therapist gets a picture with each digest from the next one on, or none any more."""
    people.set_pictures(work.tx, person.id, off_at=None if on else work.now)
    return people.load(work.tx, person.id)
