"""Writes down which check-ins are to come by the clock: occurrences of each enrolment, some days
ahead, and anew where a schedule, the client's own times or their zone has changed.

Used by onboarding, the ticker and /when. What follows an event is planned by ``following``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.services.planning import following, former_zones, pause_ends, put_off_times
from bot.services.work.unit_of_work import Work
from flows.schedule.explain import NotSent
from flows.schedule.occurrences import Slot
from flows.schedule.occurrences import plan as plan_slots
from flows.schedule.quiet import QuietHours
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import audit, cares, enrolments, occurrences, people, regular_times
from storage.cares import Care
from storage.enrolments import Enrolment
from storage.occurrences import Occurrence
from storage.people import Person

AHEAD = timedelta(days=14)
"""The time ahead for which occurrences are written."""
REPLAN = timedelta(days=7)
"""A plan that reaches less far than this is continued."""
STRETCH = timedelta(days=7)
"""The time that is planned in one go: after a year away nobody's answer waits for a year's rows."""


def enrol(work: Work, care: Care, flow: Flow) -> None:
    """Switch a flow on for a care and plan its first days."""
    enrolment = enrolments.add(
        work.tx,
        care_id=care.id,
        flow_id=flow.id,
        zone=care.zone,
        seed=work.practice.ids.seed(),
        now=work.now,
    )
    if enrolment is not None:
        plan(work, [enrolment])


def enrol_at_first(work: Work, care: Care) -> None:
    """Switch on what a client starts with on consent: what their therapist has prepared, or else
    the flows with which everybody starts.
    """
    if enrolments.list_for_care(work.tx, care.id):
        enrolments.begin(work.tx, care.id, zone=care.zone, now=work.now)
        plan(work, enrolments.list_running(work.tx, care.id))
        return
    for flow in defaults(work):
        enrol(work, care, flow)


def defaults(work: Work) -> list[Flow]:
    """The flows that the settings name for a new client, or else those that say so themselves."""
    named = work.practice.settings.flows.default
    return [
        flow
        for flow in work.practice.shelf.list_current(work.tx)
        if (flow.id in named if named else flow.default)
    ]


def plan(work: Work, short: Sequence[Enrolment], reason: NotSent = "schedule_changed") -> None:
    """Continue the plans of some enrolments; plan those anew that are planned up to nowhere.

    Anew: what fits the rule no more is cancelled for ``reason``, what is only due at another time
    moves, what was opened stays and is not planned twice. Planning again adds nothing.
    """
    flows = {flow.id: flow for flow in work.practice.shelf.list_current(work.tx)}
    planned = _planned(work, [each.care_id for each in short if each.planned_until is None])
    new: list[tuple[int, str, Slot]] = []
    gone: list[int] = []
    reached: dict[datetime, list[int]] = {}
    for enrolment in short:
        until = _reach(work, enrolment)
        reached.setdefault(until, []).append(enrolment.id)
        flow = flows.get(enrolment.flow_id)
        if flow is None:
            continue
        slots = slots_ahead(work, enrolment, flow, until)
        new += ((enrolment.care_id, flow.id, slot) for slot in slots)
        if enrolment.planned_until is None:
            known = planned.get((enrolment.care_id, flow.id), ())
            gone += (each.id for each in left_over(known, slots, flow, work.now))
    occurrences.cancel_many(work.tx, gone, reason, work.now)
    occurrences.put_many(work.tx, new, work.now)
    for until, ids in reached.items():
        enrolments.mark_planned(work.tx, ids, until)


def _reach(work: Work, enrolment: Enrolment) -> datetime:
    """Return up to when the enrolment is planned now."""
    ahead, done = work.now + AHEAD, enrolment.planned_until
    return ahead if done is None or done >= work.now else min(ahead, done + STRETCH)


def replan(work: Work, enrolled: Sequence[Enrolment], reason: NotSent) -> None:
    """Plan some enrolments anew from now on, for this reason."""
    plan(work, [replace(each, planned_until=None) for each in enrolled], reason)


def _planned(work: Work, care_ids: Sequence[int]) -> dict[tuple[int, str], list[Occurrence]]:
    found: dict[tuple[int, str], list[Occurrence]] = {}
    for each in occurrences.list_planned_of(work.tx, care_ids):
        found.setdefault((each.care_id, each.flow_id), []).append(each)
    return found


def slots_ahead(work: Work, enrolment: Enrolment, flow: Flow, until: datetime) -> Sequence[Slot]:
    """The slots that the next planning writes down for an enrolment, up to ``until``."""
    anew = enrolment.planned_until is None
    if flow.schedule.trigger.family == "event":
        return tuple(following.slots_ahead(work, enrolment, flow)) if anew else ()
    after = enrolment.planned_until or work.now
    return slots_of(enrolment, flow, after=after, until=until, quiet=work.practice.quiet)


def slots_of(
    enrolment: Enrolment,
    flow: Flow,
    *,
    after: datetime,
    until: datetime,
    quiet: QuietHours | None,
) -> tuple[Slot, ...]:
    """The slots that the clock plans for an enrolment due after ``after`` and up to ``until``."""
    return plan_slots(
        flow.schedule,
        zone=zone(enrolment.zone),
        enrolled_at=enrolment.started_at,
        enrolled_on=enrolment.started_on,
        after=after,
        until=until,
        quiet=quiet,
        seed=enrolment.seed,
        wish=enrolment.wish,
    )


def left_over(
    planned: Iterable[Occurrence], slots: Sequence[Slot], flow: Flow, now: datetime
) -> Iterator[Occurrence]:
    """List what is planned for later and belongs to no slot any more. What waits within its window,
    and what still follows its event, stays.
    """
    wanted = {(slot.local_on, slot.slot) for slot in slots}
    for each in planned:
        follows = following.still_follows(each.slot, flow.schedule.trigger)
        if each.due_at > now and (each.local_on, each.slot) not in wanted and not follows:
            yield each


def change_zone(work: Work, person: Person, zone_name: str, *, actor: str = "command line") -> None:
    """The person lives by another clock: what is planned moves there, and nothing is doubled."""
    if person.role == "client":
        was, becomes = zone(person.zone), zone(zone_name)
        put_off_times.follow(work, person, was, becomes)
        pause_ends.follow(work, person, was, becomes)
    people.set_zone(work.tx, person.id, zone(zone_name).key)
    audit.add(
        work.tx,
        now=work.now,
        actor=actor,
        action=former_zones.ACTION,
        subject=person.code,
        detail=former_zones.change_in_words(person.zone, zone_name),
    )
    if person.role == "therapist":
        regular_times.plan_anew(work.tx, person.id)
    for care in cares.list_for_client(work.tx, person.id):
        enrolments.set_zone_for_care(work.tx, care.id, zone_name)
        replan(work, enrolments.list_running(work.tx, care.id), "zone_changed")


def add_request(work: Work, care: Care, flow: Flow, slot: Slot) -> int | None:
    """Write down a check-in that was asked for; None if there was one today already."""
    return occurrences.add(
        work.tx,
        care_id=care.id,
        flow_id=flow.id,
        local_on=slot.local_on,
        slot=slot.slot,
        due_at=slot.due_at,
        until_at=slot.until_at,
        now=work.now,
    )
