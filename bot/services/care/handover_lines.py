"""The lines and the buttons about handing over on a client's card.

Used by ``client_card`` and where a handover is chosen. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.messages import Button, Rows
from bot.services.work import from_before, speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.zones import zone
from storage import handovers, people
from storage.cares import Care
from storage.people import Person

LINES: dict[handovers.State, StaffKey] = {
    "proposed": "card_handover_proposed",
    "taken": "card_handover_taken",
    "asked": "card_handover_asked",
    "agreed": "handover_agreed",
}


def lines(work: Work, therapist: Person, care: Care) -> Iterator[str]:
    """Say how a handover stands that has not come to an end."""
    found = handovers.find_open(work.tx, care.id)
    if found is None or care.state != "active":
        return
    values: dict[str, object] = {}
    if found.asked_at is not None:
        values["on"] = found.asked_at.astimezone(zone(therapist.zone)).date()
    colleague = people.name_of(work.tx, found.to_therapist_id).name
    key: StaffKey = LINES[found.state]
    if found.state == "taken" and found.asked_at is not None:
        key = "card_handover_asked"  # they want to be asked again; that is theirs
    yield work.tell(therapist.language, key, alias=care.alias, colleague=colleague, **values)


def button(work: Work, therapist: Person, care: Care) -> Rows:
    """The button that begins a handover, or takes it back; and one to what came before."""
    return (*_before(work, therapist, care), *_change(work, therapist, care))


def _change(work: Work, therapist: Person, care: Care) -> Rows:
    if care.state != "active" or care.ending is not None:
        return ()
    found = handovers.find_open(work.tx, care.id)
    if found is None:
        if all(each.id == therapist.id for each in people.list_therapists(work.tx)):
            return ()  # alone in the practice
        label = work.tell(therapist.language, "button_handover")
        return speak.row(Button(label, data("hand_over", care.id)))
    if found.state == "agreed":
        return ()
    label = work.tell(therapist.language, "button_handover_back")
    return speak.row(Button(label, data("hand_back", found.id)))


def _before(work: Work, therapist: Person, care: Care) -> Rows:
    names = [from_before.name_before(work, each) for each in from_before.readable(work, care)]
    if not names:
        return ()
    label = work.tell(therapist.language, "button_before", therapist=" / ".join(names))
    return speak.row(Button(label, data("before", care.id, 0)))
