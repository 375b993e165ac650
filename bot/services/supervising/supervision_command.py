"""/supervision: a therapist sees who supervises them and can end it; whoever supervises chooses
whose caseload to look at. Somebody may be both.

Used by the entries of therapists and supervisors.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.messages import Button, Rows
from bot.services.consent import supervisors
from bot.services.supervising import grants
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from storage import people, supervisions
from storage.people import Person
from storage.supervisions import Supervision


def show(work: Work, person: Person) -> None:
    """Answer with how it stands, for both parts that somebody may have in it."""
    text, rows = _card(work, person)
    speak.reply(work, person.id, text, key="supervision", rows=rows)


def show_again(work: Work, person: Person, message_id: int) -> None:
    """The same in place of a message."""
    text, rows = _card(work, person)
    speak.edit(work, person.id, message_id, text, key="supervision", rows=rows)


def _card(work: Work, person: Person) -> tuple[str, Rows]:
    if not supervisors.is_on(work):
        return work.tell(person.language, "supervision_off"), ()
    said: list[str] = []
    rows: Rows = ()
    if person.role == "therapist":
        line, rows = _as_therapist(work, person)
        said.append(line)
    confirmed = [s for s in supervisions.list_of_supervisor(work.tx, person.id) if s.confirmed_at]
    if confirmed:
        said.append(work.tell(person.language, "supervision_whose"))
    elif person.role != "therapist":
        said.append(work.tell(person.language, "supervision_nobody"))
    return "\n\n".join(said), (*rows, *speak.column(*_caseloads(work, confirmed)))


def _caseloads(work: Work, confirmed: list[Supervision]) -> Iterator[Button]:
    for each in confirmed:
        name = people.name_of(work.tx, each.therapist_id).name
        yield Button(name, data("supervised_page", each.id, 0))


def _as_therapist(work: Work, person: Person) -> tuple[str, Rows]:
    found = supervisions.find_of_therapist(work.tx, person.id)
    if found is None or found.asked_at is None:
        return work.tell(person.language, "supervision_none"), ()
    if found.confirmed_at is None:
        return grants.question(work, person, found)
    name = people.name_of(work.tx, found.supervisor_id).name
    label = work.tell(person.language, "button_supervision_end")
    text = work.tell(person.language, "supervision_by", name=name)
    return text, speak.row(Button(label, data("supervision_end", found.id, 0)))


def confirm(work: Work, person: Person, found: Supervision, message_id: int) -> Toast:
    """The therapist confirms who supervises them; a second tap is the same yes."""
    if not supervisors.is_on(work):
        return STALE
    if found.confirmed_at is None:
        grants.confirm(work, found)
    show_again(work, person, message_id)
    return work.tell(person.language, "toast_noted")


def end(work: Work, person: Person, found: Supervision, *, now: bool, message_id: int) -> Toast:
    """End it, or say no to it, at once; or ask first what has begun."""
    if not now and found.confirmed_at is not None:
        _ask_to_end(work, person, found, message_id)
        return None
    grants.end(work, found, by="therapist")
    name = people.name_of(work.tx, found.supervisor_id).name
    text = work.tell(person.language, "supervision_ended", name=name)
    speak.edit(work, person.id, message_id, text, key="supervision")
    return work.tell(person.language, "toast_noted")


def _ask_to_end(work: Work, person: Person, found: Supervision, message_id: int) -> None:
    name = people.name_of(work.tx, found.supervisor_id).name
    text = work.tell(person.language, "supervision_end_ask", name=name)
    rows = speak.column(
        Button(
            work.tell(person.language, "button_supervision_end_now"),
            data("supervision_end", found.id, 1),
        ),
        Button(work.tell(person.language, "button_back"), data("supervision")),
    )
    speak.edit(work, person.id, message_id, text, key="supervision", rows=rows)
