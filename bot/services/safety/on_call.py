"""People to be told of a risk case: at once, and next; and the hours when the practice is there.

Used by ``alerting``, by the screen of a leave and by ``interlude doctor``. It sends nothing. A
client may be with two therapists of the practice: it must never let one of them, or a deputy of
both, learn that the client of the one is the client of the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.config.settings import Safety
from bot.services.work import on_leave
from bot.services.work.periods import WEEKDAYS
from bot.services.work.practice import Practice
from bot.services.work.unit_of_work import Work
from flows.schedule.local_time import at_local
from storage import cares, consents, people, risk_cases
from storage.cares import Care
from storage.leaves import Word
from storage.people import Person
from storage.store import Tx

Role = Literal["therapist", "deputy"]
Reader = tuple[Person, Role]
APART = timedelta(days=1)
"""A deputy is told of a client on one therapist's account only within so long: two messages at a
time would say that two clients are one person."""


@dataclass(frozen=True, slots=True)
class Line:
    """Those who can be told, in order: ``at_once`` together, ``later`` one after another."""

    at_once: tuple[Reader, ...]
    later: tuple[Reader, ...]


def line_for(work: Work, care: Care) -> Line:
    """List who can be told about a client now: nobody without a chat here, or who blocked it, and
    no deputy unless the client agreed to that. No deputy is their other therapist, or was told of
    them on that one's account just now. In a leave of the therapist the colleague who covers comes
    first, at every hour; one who was asked and has not answered is told with the therapist. A
    deputy who is on leave comes last.
    """
    safety = work.practice.settings.safety
    therapist = people.load(work.tx, care.therapist_id)
    own: list[Reader] = [(therapist, "therapist")]
    has_agreed = may_tell_deputies(work, care)
    deputies = _deputies_of(work, care, safety.deputies) if has_agreed else []
    absent = [reader for reader in deputies if on_leave.leaves_now(work, reader[0])]
    present = [reader for reader in deputies if reader not in absent]
    then = _deputies_of(work, care, safety.then) if has_agreed else []
    asked = _deputies_of(work, care, _standing_in(work, therapist, None)) if has_agreed else []
    cover = _deputies_of(work, care, _standing_in(work, therapist, "yes")) if has_agreed else []
    if _reachable(work, cover, besides=()):
        at_once, later = cover, [*own, *present, *then, *absent]
    elif is_covered(work.practice, work.now):
        at_once, later = [*own, *asked, *present], [*then, *absent]
    else:
        at_once, later = [*own, *asked], [*present, *then, *absent]
    first = _reachable(work, at_once, besides=())
    return Line(first, _reachable(work, later, besides=[person.id for person, _ in at_once]))


def _standing_in(work: Work, therapist: Person, said: Word | None) -> list[str]:
    """The codes of those who were asked to look at alerts while the therapist is on leave, and have
    said this; those only whom the practice names.
    """
    found = (
        people.load(work.tx, leave.stand_in_id)
        for leave in on_leave.leaves_now(work, therapist)
        if leave.stand_in_id is not None and leave.stand_in_said == said
    )
    return [person.code for person in found if is_named(work, person)]


def may_stand_in(work: Work, therapist: Person) -> list[Person]:
    """Those whom the practice names as deputies of this therapist and who have a chat here."""
    safety = work.practice.settings.safety
    others = (each for each in _named(work.tx, (*safety.deputies, *safety.then)))
    readers: list[Reader] = [(each, "deputy") for each in others if each.id != therapist.id]
    return [person for person, _ in _reachable(work, readers, besides=())]


def is_named(work: Work, person: Person) -> bool:
    """True where the practice names the person as a deputy."""
    safety = work.practice.settings.safety
    return person.code in (*safety.deputies, *safety.then)


def may_tell_deputies(work: Work, care: Care) -> bool:
    """True where the client agreed that a deputy is told, too, and has not taken it back."""
    return consents.is_in_force(work.tx, care.id, "deputy")


def has_deputies(work: Work, care: Care) -> bool:
    """True where the practice names somebody who may be told beside the client's own therapists."""
    safety = work.practice.settings.safety
    own = {care.therapist_id, *other_therapists(work, care)}
    named = _named(work.tx, (*safety.deputies, *safety.then))
    return any(person.id not in own for person in named)


def _named(tx: Tx, codes: Iterable[str]) -> list[Person]:
    found = (people.find_by_code(tx, code) for code in codes)
    return [person for person in found if person is not None and _may_read(person)]


def _deputies_of(work: Work, care: Care, codes: Iterable[str]) -> list[Reader]:
    """Those who may be told of this care without learning of another one of the client's."""
    away = other_therapists(work, care) | _told_elsewhere(work, care)
    return [(person, "deputy") for person in _named(work.tx, codes) if person.id not in away]


def other_therapists(work: Work, care: Care) -> set[int]:
    """The client's other therapists. Each is told on their own account, or not at all."""
    own = cares.list_for_client(work.tx, care.client_id)
    others = {each.therapist_id for each in own if each.state in cares.LIVING}
    return others - {care.therapist_id}


def _told_elsewhere(work: Work, care: Care) -> set[int]:
    """The deputies who have a message about the client already, in a case of another care."""
    found: set[int] = set()
    for case in risk_cases.list_for_client(work.tx, care.client_id):
        if case.care_id != care.id:
            steps = risk_cases.list_steps(work.tx, case.id)
            found.update(risk_cases.told_since(steps, work.now - APART))
    return found


def _may_read(person: Person) -> bool:
    return person.role == "therapist"


def _reachable(
    work: Work, readers: Iterable[Reader], *, besides: Iterable[int]
) -> tuple[Reader, ...]:
    """Each once, without those who are ``besides``."""
    seen, found = set(besides), []
    for person, role in readers:
        if person.id in seen:
            continue
        seen.add(person.id)
        if _is_reached(work.tx, person):
            found.append((person, role))
    return tuple(found)


def unknown_codes(tx: Tx, safety: Safety) -> list[str]:
    """The codes in the settings that are no therapist's."""
    found = ((code, people.find_by_code(tx, code)) for code in (*safety.deputies, *safety.then))
    return [code for code, person in found if person is None or not _may_read(person)]


def unreached_codes(tx: Tx, safety: Safety) -> list[str]:
    """The codes in the settings of those whom no alert reaches now: no chat, or the bot blocked."""
    named = _named(tx, (*safety.deputies, *safety.then))
    away = {each.code for each in named if not _is_reached(tx, each)}
    return sorted(away)


def _is_reached(tx: Tx, person: Person) -> bool:
    return person.unreachable_at is None and people.chat_of(tx, person.id) is not None


def is_covered(practice: Practice, now: datetime) -> bool:
    """True where the practice is there now, and where it states no hours."""
    safety, local = practice.settings.safety, now.astimezone(practice.zone)
    if not safety.cover_days:
        return True
    is_day = WEEKDAYS[local.weekday()] in safety.cover_days
    return is_day and safety.cover_from <= local.time() < safety.cover_until


def opens_at(practice: Practice, now: datetime) -> datetime | None:
    """Find when the practice is there again; None where it is there now, or states no hours."""
    if is_covered(practice, now):
        return None
    safety, today = practice.settings.safety, now.astimezone(practice.zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(8))
    opening = (
        at_local(day, safety.cover_from, practice.zone)
        for day in days
        if WEEKDAYS[day.weekday()] in safety.cover_days
    )
    return next((at for at in opening if at > now), None)
