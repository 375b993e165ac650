"""Check-ins that a client asks for. Used by the entries of clients.

Each is an occurrence like any other, in a slot of its own: the first of a day and flow begins at
once, a further one where the client says that they want to answer once more.
"""

from __future__ import annotations

from datetime import timedelta

from bot.messages import Button
from bot.services.check_in import check_ins
from bot.services.check_in.locked import is_locked
from bot.services.consent import stepwise
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.periods import next_cut_off
from bot.services.work.shelf import number_of
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.engine.inputs import Recalled
from flows.schedule.local_time import wall_at
from flows.schedule.occurrences import REQUEST_SLOT, plan_request, request_slots
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import check_ins as stored_check_ins
from storage import enrolments, occurrences, people
from storage.cares import Care
from storage.check_ins import StoredCheckIn, find_open_of
from storage.occurrences import Occurrence


def ask(work: Work, care: Care) -> None:
    """Show the open question, begin the check-in that can be asked for, or offer which one."""
    stored = find_open_of(work.tx, care.client_id)
    if stored is not None and not is_locked(care, stored):
        check_ins.receive(work, stored, Recalled())
        return
    if stored is not None or _waits_for_the_word(work, care):
        speak.to_client(work, care, "moved_not_yet", **names_for(work, care))
        return
    if stepwise.is_outdated(work, care):
        stepwise.show(work, care)
        return
    flows = _on_request(work, care)
    if len(flows) == 1:
        _begin(work, care, flows[0])
    elif flows:
        buttons = [
            Button(flow.title.say(care.language), data("begin", care.id, number_of(flow)))
            for flow in flows
        ]
        text = work.say(care.language, "which_check_in")
        speak.reply(work, care.client_id, text, key="which", rows=speak.column(*buttons))
    else:
        speak.to_client(work, care, "nothing_to_answer")


def _waits_for_the_word(work: Work, care: Care) -> bool:
    """True where a changed consent would have to be agreed to by somebody who may be anybody."""
    return care.unrecognised_since is not None and stepwise.is_outdated(work, care)


def _on_request(work: Work, care: Care) -> list[Flow]:
    """The flows of this care that may be asked for: what was never switched on is not offered."""
    mine = {enrolment.flow_id for enrolment in enrolments.list_running(work.tx, care.id)}
    current = work.practice.shelf.list_current(work.tx)
    return [flow for flow in current if flow.id in mine and flow.schedule.on_request]


def _begin(work: Work, care: Care, flow: Flow) -> None:
    # what the therapist sent for later today comes now instead
    occurrence = _take_slot(work, care, flow, REQUEST_SLOT)
    if occurrence is None and care.unrecognised_since is not None:
        speak.to_client(work, care, "moved_not_yet", **names_for(work, care))
    elif occurrence is None:
        _offer_again(work, care, flow)
    else:
        check_ins.open_(work, care, occurrence, flow, asked_for=True)


def _take_slot(work: Work, care: Care, flow: Flow, name: str) -> Occurrence | None:
    """The occurrence of that slot of today, planned for now; None where it has been taken."""
    slot = plan_request(now=work.now, zone=zone(care.zone), slot=name)
    occurrences.put_many(work.tx, [(care.id, flow.id, slot)], work.now)
    found = occurrences.find(work.tx, care.id, flow.id, slot.local_on, slot.slot)
    return found if found is not None and found.state == "planned" else None


def _offer_again(work: Work, care: Care, flow: Flow) -> None:
    """Say what can be done about what was answered today, and until when."""
    stored = _newest(work, care, flow)
    is_answered = stored is not None and any(a.value is not None for a in stored.state.answers)
    buttons: list[Button] = []
    key: ClientKey = "closed_today"
    if stored is not None and is_answered:
        can_change = stored.state.status == "finished" and not check_ins.is_told(work, stored)
        key = "answered_today" if can_change else "answered_today_told"
        if can_change:
            change = work.say(care.language, "button_change")
            buttons.append(Button(change, data("change", stored.id)))
    if _has_room(work, care, flow):
        again = work.say(care.language, "button_again")
        buttons.append(Button(again, data("again", care.id, number_of(flow))))
    else:
        key = "answered_enough"
    therapist = people.load(work.tx, care.therapist_id)
    cut_off = next_cut_off(work, therapist)
    text = work.say(care.language, key, at=cut_off, zone=zone(care.zone), **names_for(work, care))
    speak.reply(work, care.client_id, text, key="again", rows=speak.column(*buttons))


def _newest(work: Work, care: Care, flow: Flow) -> StoredCheckIn | None:
    since = work.now - timedelta(days=1)
    found = stored_check_ins.list_for_care(work.tx, care.id, opened_since=since, flow_id=flow.id)
    return found[-1] if found else None


def _has_room(work: Work, care: Care, flow: Flow) -> bool:
    today = wall_at(work.now, zone(care.zone)).date()
    on_day = occurrences.list_on(work.tx, care.id, today)
    taken = {each.slot for each in on_day if each.flow_id == flow.id}
    return not taken >= set(request_slots())


def press(work: Work, care: Care, number: int) -> Toast:
    """Begin the check-in of the flow that was chosen; the toast where it cannot begin."""
    flow = _offered(work, care, number)
    if flow is None:
        return STALE
    if find_open_of(work.tx, care.client_id) is not None:
        return work.say(care.language, "toast_one_at_a_time")
    if _waits_for_the_word(work, care):
        return STALE
    if stepwise.is_outdated(work, care):
        stepwise.show(work, care)
        return None
    _begin(work, care, flow)
    return None


def again(work: Work, care: Care, number: int, message_id: int) -> Toast:
    """Begin one more check-in of a flow that was answered today; the toast where it cannot
    begin.
    """
    flow = _offered(work, care, number)
    if flow is None:
        return STALE
    if find_open_of(work.tx, care.client_id) is not None:
        return work.say(care.language, "toast_one_at_a_time")
    speak.edit(work, care.client_id, message_id, None, key="again")
    for name in request_slots():
        occurrence = _take_slot(work, care, flow, name)
        if occurrence is not None:
            check_ins.open_(work, care, occurrence, flow, asked_for=True)
            return None
    _offer_again(work, care, flow)
    return None


def _offered(work: Work, care: Care, number: int) -> Flow | None:
    return next((f for f in _on_request(work, care) if number_of(f) == number), None)
