"""A copy of a digest to take along to supervision: only clients who agreed to be talked about
there, under letters, without names and without words.

Used by a therapist's button below a digest and by ``interlude digest --for-supervision``. The bot
sends it to nobody but the therapist. It must never hold anybody whose agreement reads otherwise
than the present question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.drawings import Drawing
from bot.services.consent import items, supervisors
from bot.services.digest.digest_buttons import OPEN_FLAGS
from bot.services.digest.shown_digests import ShownDigest
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast
from bot.services.work.unit_of_work import Work
from flows.digest.arrange import Digest, arrange
from flows.digest.nameless import without_names
from flows.digest.section import ClientSection
from flows.schedule.zones import zone
from storage import audit, cares, consents
from storage.people import Person

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Nameless:
    """A digest without names, and for the therapist alone who is who."""

    digest: Digest
    named: tuple[tuple[str, ClientSection], ...]
    """The label of each client in it, and their part of the digest with its name."""

    def __repr__(self) -> str:
        return f"Nameless(… {len(self.named)} clients)"


def nameless(work: Work, person: Person, digest: Digest) -> Nameless:
    """The digest of those who agreed, in its order; who left is not in it any more."""
    may = _agreed(work, person)
    found = [section for section in digest.sections if section.care_id in may]
    named = tuple((_label(work, person, place), each) for place, each in enumerate(found))
    again = arrange(
        [without_names(section, label) for label, section in named],
        week=digest.week,
        from_at=digest.from_at,
        cut_off_at=digest.cut_off_at,
        draft=digest.draft,
        on_top_percent=work.practice.settings.signals.on_top_percent,
    )
    return Nameless(again, named)


def _agreed(work: Work, person: Person) -> frozenset[int]:
    """The therapist's clients who take part and agree to the question as it reads today."""
    given = consents.list_in_force(work.tx, person.id, "supervisor")
    return frozenset(
        care.id
        for care in cares.list_for_therapist(work.tx, person.id, states=("active",))
        if (yes := given.get(care.id)) is not None
        and care.unrecognised_since is None
        and yes.version == items.version(work, care, yes.language, "supervisor")
    )


def _label(work: Work, person: Person, place: int) -> str:
    """Return "Client A" to "Client Z", then "Client AA" and so on."""
    round_, letter = divmod(place, len(LETTERS))
    letters = (LETTERS[round_ - 1] if round_ else "") + LETTERS[letter]
    return work.tell(person.language, "copy_label", letters=letters)


def paper_of(work: Work, person: Person, made: Nameless) -> Drawing:
    """The copy as a paper. What waits to leave is found by the aliases that are not on it."""
    drawing = work.practice.digests.paper(
        made.digest,
        language=person.language,
        zone=zone(person.zone),
        practice=work.practice.settings.practice.name,
        is_nameless=True,
    )
    return replace(drawing, about=tuple(section.alias for _, section in made.named))


def send(work: Work, person: Person, shown: ShownDigest, message_id: int) -> Toast:
    """Send the copy as a PDF, and in a message of its own who is who. A second tap in the same
    minute gets no second one.
    """
    if not supervisors.is_on(work) or shown.id == OPEN_FLAGS:
        return STALE
    made = nameless(work, person, shown.digest)
    if not made.named:
        return work.tell(person.language, "toast_copy_nobody")
    asked = replace(work, origin=f"copy{shown.id}@{work.now:%Y%m%d%H%M}:{person.id}")
    paper = paper_of(work, person, made)
    if not speak.drawing(asked, person.id, "", drawing=paper, key="copy"):
        return work.tell(person.language, "toast_paper_sent")
    text = who_is_who(work, person, made)
    speak.reply(asked, person.id, text, key="copy_who", protected=True)
    note(work, made, by=person.code)
    return work.tell(person.language, "toast_paper")


def who_is_who(work: Work, person: Person, made: Nameless) -> str:
    """Each letter with its alias, for the therapist alone."""
    lines = (
        work.tell(person.language, "copy_line", label=label, alias=section.alias)
        for label, section in made.named
    )
    return "\n".join([work.tell(person.language, "copy_who"), *lines])


def note(work: Work, made: Nameless, *, by: str) -> None:
    """Note in the audit trail of whom a copy was made."""
    for _, section in made.named:
        audit.add(
            work.tx, now=work.now, actor=by, action="supervision.copied", subject=section.code
        )
