"""Plans what follows an event: a therapy session, another check-in that was finished, a flag.

Used where those events are saved, in their transaction. Each event has a slot name of its own, so
that what belongs to it moves and is cancelled with it and never comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.work.unit_of_work import Work
from flows.kinds.step import RATHER_NOT_SAY
from flows.schedule.explain import NotSent
from flows.schedule.happenings import (
    Awaited,
    CheckInFinished,
    FlagTurned,
    Happening,
    SessionHeld,
)
from flows.schedule.occurrences import Slot, plan_event
from flows.schedule.quiet import only_quiet
from flows.schedule.trigger import Trigger
from flows.schedule.zones import zone
from flows.script.flow import Flow
from flows.signals.flags import STALE_AFTER
from flows.signals.reason import Reason, evidence_from_json
from storage import answers, cares, check_ins, enrolments, flags, occurrences, therapy_sessions
from storage.check_ins import StoredCheckIn
from storage.enrolments import Enrolment
from storage.flags import Flag
from storage.occurrences import Occurrence
from storage.therapy_sessions import TherapySession

_NAMED: Mapping[Awaited, str] = {
    "therapy_session": "session-",
    "check_in": "check-in-",
    "flag": "flag-",
}
"""The beginning of a slot's name, by what it follows; the row's number comes behind."""


def session_slot(session_id: int) -> str:
    """The slot of what comes before or after a therapy session."""
    return f"{_NAMED['therapy_session']}{session_id}"


def _flag_slot(flag_id: int) -> str:
    return f"{_NAMED['flag']}{flag_id}"


@dataclass(frozen=True, slots=True)
class Named:
    """The newest time that a client said that something wasn't right, as it stands."""

    flag_id: int
    at: datetime
    is_left: bool
    """True where they would rather leave it for now."""


def flag_followed(work: Work, stored: StoredCheckIn) -> int | None:
    """The flag that this check-in follows; None: it follows none."""
    if stored.occurrence_id is None:
        return None
    number = occurrences.load(work.tx, stored.occurrence_id).slot.removeprefix(_NAMED["flag"])
    return int(number) if number.isdigit() else None


def still_follows(slot: str, trigger: Trigger) -> bool:
    """True where a slot is named after the kind of event that the trigger waits for, other than
    what moves with therapy sessions: that is planned anew from the sessions themselves.
    """
    if trigger.awaits is None or trigger.moves_with_sessions():
        return False
    return slot.startswith(_NAMED[trigger.awaits])


def plan_for_session(work: Work, session: TherapySession) -> datetime | None:
    """Plan what comes before and after a therapy session; when its first questions come, if any.

    Planned again after the session has moved, everything moves with it.
    """
    found = [
        (enrolment, flow, slot)
        for enrolment, flow in _enrolled(work, session.care_id)
        if (slot := _slot_of_session(work, enrolment, flow, session)) is not None
    ]
    new = [(enrolment.care_id, flow.id, slot) for enrolment, flow, slot in found]
    wanted = {(flow_id, slot.local_on) for _, flow_id, slot in new}
    name = session_slot(session.id)
    planned = occurrences.list_planned(work.tx, session.care_id, slot=name)
    gone = [each.id for each in planned if (each.flow_id, each.local_on) not in wanted]
    occurrences.cancel_many(work.tx, gone, "session_moved", work.now)
    _free_withdrawn(work, new)
    occurrences.put_many(work.tx, new, work.now)
    after_word(work, session.care_id, "session_moved")
    sent = (
        slot.due_at
        for enrolment, _, slot in found
        if not only_quiet(slot.due_at, slot.until_at, zone(enrolment.zone), work.practice.quiet)
    )
    return min(sent, default=None)


def _free_withdrawn(work: Work, wanted: Sequence[tuple[int, str, Slot]]) -> None:
    """A question that was withdrawn before anything was answered has not been asked: its slot is
    free for it to come again.
    """
    for care_id, flow_id, slot in wanted:
        taken = occurrences.find(work.tx, care_id, flow_id, slot.local_on, slot.slot)
        stored = None if taken is None else check_ins.find_in_slot(work.tx, taken.id)
        if taken is None or stored is None or stored.state.status != "stopped":
            continue
        if any(answer.value is not None for answer in stored.state.answers):
            continue
        check_ins.leave_slot(work.tx, stored.id)
        occurrences.mark(
            work.tx,
            taken.id,
            was=taken.state,
            state="cancelled",
            reason="session_cancelled",
            now=work.now,
        )


def cancel_for_session(work: Work, session: TherapySession) -> None:
    """Nothing that belongs to a therapy session comes any more."""
    name = session_slot(session.id)
    occurrences.cancel_slot(work.tx, session.care_id, name, "session_cancelled", work.now)
    after_word(work, session.care_id, "session_cancelled")


def next_due(work: Work, session: TherapySession) -> datetime | None:
    """The time when the next questions that belong to a therapy session come; None: none do."""
    name = session_slot(session.id)
    planned = occurrences.list_planned(work.tx, session.care_id, slot=name)
    return min((each.due_at for each in planned), default=None)


def slots_ahead(work: Work, enrolment: Enrolment, flow: Flow) -> Iterator[Slot]:
    """The slots of every therapy session of the care that can still be sent, and the one after what
    the client said.
    """
    for session in therapy_sessions.list_for_care(work.tx, enrolment.care_id):
        if session.state in ("planned", "happened"):
            slot = _slot_of_session(work, enrolment, flow, session)
            if slot is not None and session.ends_at >= enrolment.started_at:
                yield slot
    named = _named(work, enrolment.care_id)
    if named is not None and flow.schedule.trigger.flag_turn() == "said_so":
        after = _slot_of_word(work, enrolment, flow, named)
        if after is not None:
            yield after


def _slot_of_session(
    work: Work, enrolment: Enrolment, flow: Flow, session: TherapySession
) -> Slot | None:
    held = SessionHeld(session.starts_at, session.ends_at)
    return _slot(work, enrolment, flow, held, session_slot(session.id))


def _slot(
    work: Work, enrolment: Enrolment, flow: Flow, happening: Happening, name: str
) -> Slot | None:
    """The slot that belongs to a happening; None where the flow does not follow such a one, it has
    no time, or its window is over.
    """
    slot = plan_event(
        flow.schedule,
        happening,
        zone=zone(enrolment.zone),
        enrolled_at=enrolment.started_at,
        quiet=work.practice.quiet,
        slot=name,
    )
    return slot if slot is not None and slot.until_at > work.now else None


def after_check_in(work: Work, stored: StoredCheckIn) -> None:
    """Plan the flows that follow a check-in of this flow, now that it was finished."""
    finished = CheckInFinished(stored.state.flow_id, work.now)
    for enrolment, flow in _enrolled(work, stored.care_id):
        _put(work, enrolment, flow, finished, f"{_NAMED['check_in']}{stored.id}")


def after_talk(work: Work, care_id: int, flag_id: int) -> None:
    """Plan the flows that follow that it was talked about; while one of them is planned for this
    flag, no second one is.
    """
    name = _flag_slot(flag_id)
    for enrolment, flow in _enrolled(work, care_id):
        if not occurrences.list_planned(work.tx, care_id, flow_id=flow.id, slot=name):
            _put(work, enrolment, flow, FlagTurned("talked", work.now), name)


def not_talked(work: Work, care_id: int, flag_id: int) -> None:
    """A therapist takes back that it was talked about: what was to follow from that does not."""
    for _, flow in _enrolled(work, care_id):
        if flow.schedule.trigger.flag_turn() == "talked":
            planned = occurrences.list_planned(
                work.tx, care_id, flow_id=flow.id, slot=_flag_slot(flag_id)
            )
            ids = [each.id for each in planned]
            occurrences.cancel_many(work.tx, ids, "not_talked", work.now)


def after_word(work: Work, care_id: int, why: NotSent) -> None:
    """The flows that follow a client's word that something wasn't right are planned as things are:
    by their newest word and the therapy sessions since, once for each time that they say so. A plan
    that does not follow any more is called off, for this reason.
    """
    if not flags.list_for_care(work.tx, care_id):
        return
    named = _named(work, care_id)
    for enrolment, flow in _enrolled(work, care_id):
        if flow.schedule.trigger.flag_turn() != "said_so":
            continue
        slot = None if named is None else _slot_of_word(work, enrolment, flow, named)
        wanted = None if slot is None else (slot.slot, slot.local_on)
        planned = occurrences.list_planned(work.tx, care_id, flow_id=flow.id)
        gone = [
            each.id
            for each in planned
            if each.slot.startswith(_NAMED["flag"]) and (each.slot, each.local_on) != wanted
        ]
        occurrences.cancel_many(work.tx, gone, why, work.now)
        if slot is not None:
            occurrences.put_many(work.tx, [(care_id, flow.id, slot)], work.now)


def is_over(work: Work, flag: Flag, by: datetime) -> bool:
    """True where a client's newest word that something wasn't right is followed by nothing any
    more: the therapy sessions have passed after which they would be asked, nothing is still to
    come or open, and they have said nothing of what became of it.
    """
    named = _named(work, flag.care_id)
    if named is None or named.flag_id != flag.id or named.at >= by:
        return False
    held = [end for end in _sessions_since(work, flag.care_id, named.at) if end <= by]
    if len(held) <= named.is_left:
        return False
    slot = _flag_slot(flag.id)
    if occurrences.list_planned(work.tx, flag.care_id, slot=slot):
        return False
    stored = check_ins.find_open(work.tx, flag.care_id)
    if stored is not None and flag_followed(work, stored) == flag.id:
        return False
    said = answers.list_measured(work.tx, flag.care_id, measure="repair", since=named.at, until=by)
    return all(answer.value in (None, RATHER_NOT_SAY) for answer in said)


def comes_later(work: Work, lost: Occurrence) -> None:
    """A question that was to follow a client's word and could not be asked is planned for the next
    time that it can be.
    """
    if lost.slot.startswith(_NAMED["flag"]):
        after_word(work, lost.care_id, "session_moved")


def _named(work: Work, care_id: int) -> Named | None:
    """Return what the client said last; None where it ended with the same words, as "and we
    talked", or has gone stale.
    """
    for flag in reversed(flags.list_for_care(work.tx, care_id)):
        given = flags.list_reasons(work.tx, flag.id)
        said = [
            Reason(r.rule, r.rule_version, r.check_in_id, evidence_from_json(r.evidence))
            for r in given
            if r.rule == "said_so"
        ]
        if said:
            last = max(said, key=lambda reason: (reason.at, reason.check_in_id))
            ended = flag.closed_at is not None and flag.closed_at <= last.at
            if ended or flag.state == "stale":
                return None
            return Named(flag.id, last.at, last.fact("who_raises") == "leave_it")
    return None


def _slot_of_word(work: Work, enrolment: Enrolment, flow: Flow, named: Named) -> Slot | None:
    """The slot after what the client said; None once it was asked. Where the client's pause or
    another check-in was in its way, it is the next therapy session's.
    """
    name = _flag_slot(named.flag_id)
    before = [
        each
        for each in occurrences.list_for_care(
            work.tx, enrolment.care_id, since=named.at, until=work.until_now
        )
        if (each.flow_id, each.slot) == (flow.id, name)
    ]
    if any(each.state == "opened" for each in before):
        return None
    lost = {each.local_on for each in before if each.state in ("paused", "missed", "thinned")}
    ends = _sessions_since(work, enrolment.care_id, named.at)
    for place in range(len(ends) + 1):
        turned = FlagTurned("said_so", named.at, ends[place:], named.is_left)
        slot = _slot(work, enrolment, flow, turned, name)
        if slot is not None and slot.local_on not in lost:
            return slot
    return None


def _sessions_since(work: Work, care_id: int, since: datetime) -> tuple[datetime, ...]:
    """The ends of the therapy sessions since then, planned ones too, until a flag is stale."""
    known = therapy_sessions.list_for_care(work.tx, care_id, since=since)
    counted = [each.ends_at for each in known if each.state in ("planned", "happened")]
    return tuple(counted[:STALE_AFTER])


def _put(work: Work, enrolment: Enrolment, flow: Flow, happening: Happening, name: str) -> None:
    slot = _slot(work, enrolment, flow, happening, name)
    if slot is not None:
        occurrences.put_many(work.tx, [(enrolment.care_id, flow.id, slot)], work.now)


def _enrolled(work: Work, care_id: int) -> Iterator[tuple[Enrolment, Flow]]:
    """The care's running enrolments in flows that follow an event, with their flows; none before
    the client has agreed.
    """
    if cares.load(work.tx, care_id).state != "active":
        return
    flows = {flow.id: flow for flow in work.practice.shelf.list_current(work.tx)}
    for enrolment in enrolments.list_running(work.tx, care_id):
        flow = flows.get(enrolment.flow_id)
        if flow is not None and flow.schedule.trigger.family == "event":
            yield enrolment, flow
