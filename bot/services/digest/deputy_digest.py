"""The part of a therapist's digest that whoever covers in their leave may read: of the clients who
agreed to just that, with alias and words.

Used where a digest is frozen, and by the entries of therapists. It must never show, name or count
anybody else, nor anything once the leave is over; what waits to leave unasked names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.messages import Button
from bot.services.consent import deputies, deputy_reading
from bot.services.work import notices, speak
from bot.services.work.buttons import Toast, data
from bot.services.work.therapist_names import names_of
from bot.services.work.unit_of_work import Work
from flows.digest.arrange import Digest, arrange
from flows.digest.section import ClientSection
from flows.digest.section_json import section_from_json
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import audit, digests, leaves, people
from storage.digests import DigestRow
from storage.leaves import Leave
from storage.people import Person


@dataclass(frozen=True, slots=True)
class Made:
    """The part of a digest that may be read, as messages; of nobody but these cares."""

    digest_id: int
    cares: frozenset[int]
    sections: tuple[ClientSection, ...] = field(repr=False)
    texts: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lent:
    """A digest, and the leave in which it was made."""

    row: DigestRow
    leave: Leave

    def names(self, work: Work, person: Person) -> dict[str, str]:
        """The names of the therapist whose it is, as texts to this person say them."""
        return names_of(work, self.row.therapist_id, person.language)


MOST_NAMED = 48
"""So many have a button of their own; the words of all stand above in full."""
Part = tuple[Lent, int]
"""A digest, and the care of which a button below it speaks."""


def announce(work: Work, therapist: Person, row: DigestRow, digest: Digest) -> None:
    """Tell whoever covers that there is something to read, and the therapist of whom; nobody, where
    no client agreed, or where the leave is over before it is day.
    """
    for leave in _leaves_of(work, row):
        reader, lent = deputies.reader_in(work, leave), Lent(row, leave)
        may = deputy_reading.readable(work, leave, cut_off_at=row.cut_off_at)
        aliases = [section.alias for section in digest.sections if section.care_id in may]
        if reader is None or not aliases:
            continue
        by_day = next_allowed(work.now, zone(reader.person.zone), work.practice.quiet)
        if not leave.is_on(by_day.astimezone(zone(therapist.zone)).date()):
            continue
        _tell_reader(work, reader.person, lent)
        values = {"name": reader.name, "aliases": ", ".join(aliases)}
        text = work.tell(therapist.language, "lent_of", **values)
        notices.tell(work, therapist, "cover", text, key=f"of{leave.id}")


def _tell_reader(work: Work, person: Person, lent: Lent) -> None:
    text = work.tell(
        person.language,
        "lent",
        at=lent.row.cut_off_at,
        zone=zone(person.zone),
        last=lent.leave.last_on,
        **lent.names(work, person),
    )
    see = Button(work.tell(person.language, "button_lent"), data("deputy_digest", lent.row.id))
    key = f"{deputy_reading.KEY}{lent.leave.id}"
    notices.tell(work, person, "cover", text, key=key, rows=speak.row(see), protected=True)


def find(work: Work, person: Person, digest_id: int) -> Lent | None:
    """The digest of a colleague for whom the person covers, or covered, when it was made."""
    row = digests.find_by_id(work.tx, digest_id)
    if row is None:
        return None
    found = (
        leave
        for leave in _leaves_of(work, row)
        if leave.stand_in_id == person.id and leave.stand_in_said == "yes"
    )
    leave = next(found, None)
    return None if leave is None else Lent(row, leave)


def _leaves_of(work: Work, row: DigestRow) -> list[Leave]:
    """The therapist's leaves in which the digest was made."""
    local = zone(people.load(work.tx, row.therapist_id).zone)
    return leaves.list_on(work.tx, row.therapist_id, row.cut_off_at.astimezone(local).date())


def look_ahead(work: Work, person: Person, digest_id: int) -> Made | None:
    """Make the messages of what may be read of the digest, in a read."""
    lent = find(work, person, digest_id)
    return None if lent is None else _make(work, person, lent, _readable(work, lent))


def _readable(work: Work, lent: Lent) -> frozenset[int]:
    return deputy_reading.readable(work, lent.leave, cut_off_at=lent.row.cut_off_at)


def _make(work: Work, person: Person, lent: Lent, may: frozenset[int]) -> Made:
    stored = digests.list_sections(work.tx, lent.row.id)
    digest = arrange(
        [section_from_json(each.body) for each in stored if each.care_id in may],
        week=lent.row.week,
        from_at=lent.row.from_at,
        cut_off_at=lent.row.cut_off_at,
        draft=False,
        on_top_percent=work.practice.settings.signals.on_top_percent,
    )
    at, language, local = lent.row.cut_off_at, person.language, zone(person.zone)
    title = work.tell(language, "lent_title", at=at, zone=local, **lent.names(work, person))
    told = work.practice.digests.part(digest, language=language, zone=local)
    return Made(lent.row.id, may, tuple(digest.sections), (title, *told))


def show(work: Work, person: Person, lent: Lent) -> Toast:
    """Answer with what may be read of the digest, and below it a button a client. What was made
    before the write holds only where the same clients still agree.
    """
    may, made = _readable(work, lent), work.ahead
    if not isinstance(made, Made) or (made.digest_id, made.cares) != (lent.row.id, may):
        made = _make(work, person, lent, may)
    if not made.sections:
        return work.tell(person.language, "lent_nothing", **lent.names(work, person))
    buttons = [
        Button(section.alias, data("deputy_client", section.care_id, lent.row.id))
        for section in made.sections[:MOST_NAMED]
    ]
    key = f"{deputy_reading.KEY}{lent.row.id}:"
    speak.pages(work, person.id, made.texts, key=key, rows=speak.grid(buttons))
    for section in made.sections:
        _record(work, person, section.code)
    return None


def show_one(work: Work, person: Person, lent: Lent, care_id: int) -> Toast:
    """Answer with all that the digest has of one client."""
    has_part = any(row.id == lent.row.id for row in digests.list_about(work.tx, care_id))
    if not has_part or care_id not in _readable(work, lent):
        return work.tell(person.language, "lent_nothing", **lent.names(work, person))
    section = section_from_json(digests.load_section(work.tx, lent.row.id, care_id).body)
    local = zone(person.zone)
    told = work.practice.digests.details(section, language=person.language, zone=local)
    key = f"{deputy_reading.KEY}{lent.row.id}-{care_id}:"
    speak.pages(work, person.id, told, key=key)
    _record(work, person, section.code)
    return None


def _record(work: Work, person: Person, code: str) -> None:
    audit.add(work.tx, now=work.now, actor=person.code, action=deputy_reading.READ, subject=code)
