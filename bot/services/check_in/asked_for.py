"""Check-ins that a client asks for. Used by the entries of clients.

One a day and flow: what was asked for is an occurrence like any other.
"""

from __future__ import annotations

from bot.messages import Button
from bot.services.check_in import check_ins
from bot.services.consent import stepwise
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.shelf import number_of
from bot.services.work.unit_of_work import Work
from flows.engine.inputs import Recalled
from flows.schedule.occurrences import REQUEST_SLOT, plan_request
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import enrolments, occurrences
from storage.cares import Care
from storage.check_ins import find_open


def ask(work: Work, care: Care) -> None:
    """Show the open question, begin the check-in that can be asked for, or offer which one."""
    stored = find_open(work.tx, care.id)
    if stored is not None:
        check_ins.receive(work, stored, Recalled())
        return
    if stepwise.is_outdated(work, care):
        stepwise.show(work, care)
        return
    flows = _on_request(work, care)
    if len(flows) == 1:
        _begin(work, care, flows[0])
    elif flows:
        buttons = [
            Button(flow.title.say(care.language), data("begin", number_of(flow))) for flow in flows
        ]
        text = work.say(care.language, "which_check_in")
        speak.reply(work, care.client_id, text, key="which", rows=speak.column(*buttons))
    else:
        speak.to_client(work, care, "nothing_to_answer")


def _on_request(work: Work, care: Care) -> list[Flow]:
    """The flows of this care that may be asked for: what was never switched on is not offered."""
    mine = {enrolment.flow_id for enrolment in enrolments.list_running(work.tx, care.id)}
    current = work.practice.shelf.list_current(work.tx)
    return [flow for flow in current if flow.id in mine and flow.schedule.on_request]


def _begin(work: Work, care: Care, flow: Flow) -> None:
    slot = plan_request(now=work.now, zone=zone(care.zone), slot=REQUEST_SLOT)
    # what the therapist sent for later today comes now instead
    occurrences.put_many(work.tx, [(care.id, flow.id, slot)], work.now)
    occurrence = occurrences.find(work.tx, care.id, flow.id, slot.local_on, slot.slot)
    if occurrence is None or occurrence.state != "planned":
        speak.to_client(work, care, "answered_today")
        return
    check_ins.open_(work, care, occurrence, flow, asked_for=True)


def press(work: Work, care: Care, number: int) -> Toast:
    """Begin the check-in of the flow that was chosen; the toast where it cannot begin."""
    offered = {number_of(flow): flow for flow in _on_request(work, care)}
    flow = offered.get(number)
    if flow is None:
        return STALE
    if find_open(work.tx, care.id) is not None:
        return work.say(care.language, "toast_one_at_a_time")
    if stepwise.is_outdated(work, care):
        stepwise.show(work, care)
        return None
    _begin(work, care, flow)
    return None
