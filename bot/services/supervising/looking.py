"""A supervisor looks at a caseload: a list of numbers, and one client under a number.

It changes nothing of anybody's but gives numbers, and keeps in the audit trail who looked at whom.
Clients who have not agreed are neither shown nor counted; of those shown there is no name, no alias
and no word, and no button here names a client by anything but the number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.messages import Button, Rows
from bot.services.consent import supervision, supervisors
from bot.services.digest import caseload
from bot.services.own_data.readings import SUPERVISED
from bot.services.work import pages_of_people, speak
from bot.services.work.buttons import Press, Toast, data
from bot.services.work.periods import iso_week
from bot.services.work.unit_of_work import Work
from flows.digest.arrange import arrange
from flows.digest.nameless import without_names
from flows.schedule.zones import zone
from storage import audit, cares, people, supervisions, therapy_sessions
from storage.cares import Care
from storage.people import Person
from storage.supervisions import Supervision

SPAN = timedelta(weeks=4)
"""A supervisor looks back so far: they meet less often than a digest comes."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A client who may be looked at, under their number."""

    made: Supervision
    care: Care
    number: int


def find(work: Work, person: Person, supervision_id: int) -> Supervision | None:
    """The supervision, for its supervisor, from its confirmation to its end; else None."""
    found = supervisions.find(work.tx, supervision_id)
    if found is None or found.supervisor_id != person.id or not supervisors.is_on(work):
        return None
    return found if found.confirmed_at is not None and found.ended_at is None else None


def find_client(work: Work, person: Person, supervision_id: int, number: int) -> Shown | None:
    """The client under a number, as long as they agree to be looked at; else None."""
    made = find(work, person, supervision_id)
    care_id = None if made is None else supervisions.find_numbered(work.tx, made.id, number)
    care = None if care_id is None else cares.find(work.tx, care_id)
    if made is None or care is None or care.therapist_id != made.therapist_id:
        return None
    return Shown(made, care, number) if supervision.is_shown(work, care) else None


def list_shown(work: Work, person: Person, press: Press) -> tuple[int, ...]:
    """The cares of a caseload whose clients agree. It asks for each of them; call it in a read."""
    made = find(work, person, press.number("supervision"))
    own = () if made is None else cares.list_for_therapist(work.tx, made.therapist_id)
    return tuple(care.id for care in own if supervision.is_shown(work, care))


def show_people(
    work: Work, person: Person, made: Supervision, press: Press, message_id: int
) -> Toast:
    """Put one page of numbers in place of a message."""
    found = work.ahead if isinstance(work.ahead, tuple) else list_shown(work, person, press)
    given = supervisions.list_numbers(work.tx, made.id)
    last = max(given.values(), default=0) + 1
    ordered = sorted(found, key=lambda care_id: (given.get(care_id, last), care_id))
    page, number = pages_of_people.page_of(ordered, press.number("page"))
    of = pages_of_people.pages(len(ordered))
    numbers = [supervisions.number_of(work.tx, made.id, care_id) for care_id in page]
    buttons = [
        Button(_label(work, person, each), data("supervised", made.id, each)) for each in numbers
    ]
    turning = pages_of_people.turning(
        work, person.language, number, of, lambda to: data("supervised_page", made.id, to)
    )
    back = Button(work.tell(person.language, "button_back"), data("supervision"))
    text = "\n\n".join(
        filter(
            None,
            [
                _who_agreed(work, person, made, len(ordered)),
                pages_of_people.line(work, person.language, number, of),
            ],
        )
    )
    rows: Rows = (*speak.grid(buttons), *turning, (back,))
    speak.edit(work, person.id, message_id, text, key="supervised", rows=rows)
    return None


def _who_agreed(work: Work, person: Person, made: Supervision, count: int) -> str:
    name = people.name_of(work.tx, made.therapist_id).name
    return work.tell(person.language, "supervised_people", count=count, therapist=name)


def _label(work: Work, person: Person, number: int) -> str:
    return work.tell(person.language, "supervised_label", number=number)


def show_one(work: Work, person: Person, shown: Shown) -> Toast:
    """Send what the last four weeks say of one client, and the picture of their ratings."""
    care, since = shown.care, work.now - SPAN
    label, local = _label(work, person, shown.number), zone(person.zone)
    section = caseload.section_of(work, care, from_at=since, cut_off_at=work.until_now)
    section = without_names(section, label)
    met = therapy_sessions.list_for_care(work.tx, care.id, since=since)
    over = [each for each in met if each.ends_at <= work.now]
    renderer, key = work.practice.digests, supervision.key_of(care)
    texts = renderer.nameless(
        section,
        held=sum(each.counts for each in over),
        not_held=sum(not each.counts for each in over),
        language=person.language,
        zone=local,
    )
    speak.pages(work, person.id, texts, key=f"{key}:")
    digest = arrange(
        [section],
        week=iso_week(work.now, person.zone),
        from_at=since,
        cut_off_at=work.now,
        draft=True,
    )
    made = renderer.picture(digest, language=person.language, zone=local)
    if made is not None:
        drawing, caption = made
        speak.drawing(work, person.id, caption, drawing=drawing, key=f"{key}:picture")
    audit.add(work.tx, now=work.now, actor=person.code, action=SUPERVISED, subject=care.client_code)
    return None
