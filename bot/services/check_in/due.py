"""Handles everything that has come due: occurrences to open, timers to fire,
plans to continue. One small step a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.services.check_in import check_ins
from bot.services.consent import stepwise
from bot.services.planning import following, plans, projecting
from bot.services.safety import holding
from bot.services.work import unread_digests
from bot.services.work.unit_of_work import Work
from flows.schedule.explain import NotSent
from flows.schedule.projection import Verdict
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import cares, deliveries, enrolments, holds, inbox, occurrences
from storage import check_ins as stored_check_ins
from storage.cares import Care
from storage.enrolments import Enrolment
from storage.occurrences import Occurrence

CHUNK = 10
"""Rows a transaction: about 20 ms, so that answers never wait long for the one writer."""
PLAN_CHUNK = 60
"""Enrolments a transaction: planning one takes a fraction of what opening a check-in does."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The number of check-ins opened, and the last occurrence looked at: None if none is left."""

    count: int
    last: Occurrence | None


def open_due(work: Work, *, after: Occurrence | None, limit: int = CHUNK) -> Opened:
    """Open, thin or miss the next occurrences that are due, in the order in which they came due."""
    due = occurrences.list_due(work.tx, work.now, limit=limit, after=after)
    opened = sum(_settle(work, occurrence) for occurrence in due)
    return Opened(opened, due[-1] if due else None)


def open_one(work: Work, occurrence_id: int) -> bool:
    """Open, thin or miss this occurrence if it is still planned; True if a check-in was opened."""
    occurrence = occurrences.load(work.tx, occurrence_id)
    return occurrence.state == "planned" and _settle(work, occurrence)


def _settle(work: Work, occurrence: Occurrence) -> bool:
    """True if a check-in was opened."""
    care = cares.load(work.tx, occurrence.care_id)
    if inbox.list_senders(work.tx, (care.client_id, care.therapist_id)):
        return False  # what one of them wrote may say that it is not to be asked
    flow = work.practice.shelf.current(work.tx, occurrence.flow_id)
    if care.state != "active":
        _mark(work, occurrence, "cancelled", "care_ended")
    elif flow is None:
        _mark(work, occurrence, "cancelled", "flow_retired")
    elif care.paused_at is not None:
        _mark(work, occurrence, "paused", "paused")
    elif care.unreachable_at is not None:
        _mark(work, occurrence, "missed", "unreachable")
    elif _asks_of_strain(flow) and unread_digests.unread_since(work, care.therapist_id) is not None:
        _mark(work, occurrence, "thinned", "unread")
    else:
        verdict = projecting.verdict_on(work, care, occurrence)
        return _settle_by(verdict, work, care, occurrence, flow)
    return False


def _asks_of_strain(flow: Flow) -> bool:
    """True for a flow that comes only where there was a strain."""
    return flow.schedule.trigger.awaits == "flag"


def _settle_by(
    verdict: Verdict, work: Work, care: Care, occurrence: Occurrence, flow: Flow
) -> bool:
    """Do what is projected of it; True if a check-in was opened."""
    if verdict == "already_answered":
        _mark(work, occurrence, "thinned", verdict)
    elif verdict == "quiet":
        _mark(work, occurrence, "missed", verdict)
    elif work.now > occurrence.until_at:
        _mark(work, occurrence, "missed", _why_late(work, care, occurrence))
    elif verdict == "weekly_cap":
        _mark(work, occurrence, "thinned", verdict)
    elif not _may_open(work, care):
        return False
    elif stepwise.stands_in_for_questions(work, care):
        _mark(work, occurrence, "missed", "not_consented")
    else:
        check_ins.open_(work, care, occurrence, flow, asked_for=False)
        return True
    return False


def _mark(work: Work, occurrence: Occurrence, state: occurrences.State, reason: NotSent) -> None:
    occurrences.mark(
        work.tx, occurrence.id, was="planned", state=state, reason=reason, now=work.now
    )
    following.comes_later(work, occurrence)


def _why_late(work: Work, care: Care, occurrence: Occurrence) -> NotSent:
    """Another check-in was in the way, or a crisis card after which the client had not gone on, or
    the time ran out while the bot could not send.
    """
    held_until = holds.latest_until(work.tx, care.id)
    if held_until is not None and held_until > occurrence.due_at:
        return "after_card"
    since = occurrence.due_at - timedelta(days=7)
    before = [
        stored
        for each in cares.list_for_client(work.tx, care.client_id)
        for stored in stored_check_ins.list_for_care(work.tx, each.id, opened_since=since)
    ]
    in_the_way = any(
        stored.state.opened_at < occurrence.until_at
        and (stored.ended_at is None or stored.ended_at > occurrence.due_at)
        for stored in before
    )
    return "another_open" if in_the_way else "window_over"


def _may_open(work: Work, care: Care) -> bool:
    """Not in quiet hours, not after a crisis card until the client goes on, not while the end of
    another check-in waits for more words, and one open check-in a chat: the others wait within
    their window.
    """
    if holding.until(work, care.id) is not None:
        return False
    if deliveries.waits_for_more(work.tx, care.client_id, work.now):
        return False
    if next_allowed(work.now, zone(care.zone), work.practice.quiet) > work.now:
        return False
    return stored_check_ins.find_open_of(work.tx, care.client_id) is None


def plan_ahead(work: Work) -> bool:
    """Continue some plans that run short or are out of date; True if there may be more."""
    short = _short(work, PLAN_CHUNK)
    if short:
        plans.plan(work, short)
    return len(short) == PLAN_CHUNK or bool(_short(work, 1))


def _short(work: Work, limit: int) -> list[Enrolment]:
    return enrolments.list_to_plan(work.tx, planned_before=work.now + plans.REPLAN, limit=limit)
