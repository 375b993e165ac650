"""Tells what will come to a client, by which rule, and why something did or did not come.

Used by ``interlude schedule`` and ``interlude why``. It reads stored facts, changes nothing and
shows nothing of what was answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.services.planning import projecting
from bot.services.planning.former_zones import zone_on
from bot.services.planning.own_times import told
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ScheduleKey
from flows.languages import Language
from flows.schedule.explain import Answered, DayFacts, Delivery, Happened, Idle, NotSent
from flows.schedule.local_time import at_local
from flows.schedule.occurrences import is_asked_for
from flows.schedule.projection import Projected, Verdict
from flows.schedule.wishes import with_wish
from flows.script.flow import Flow
from storage import check_ins, deliveries, enrolments, occurrences
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.enrolments import Enrolment
from storage.occurrences import Occurrence

DAY = timedelta(days=1)
FAR = timedelta(days=100)
"""The time ahead in which the next time of a flow is looked for; `every` may be 90 days."""
RULES: dict[str, ScheduleKey] = {
    "weekly": "rule.weekly",
    "daily": "rule.daily",
    "random": "rule.random",
    "therapy_session_end": "rule.therapy_session_end",
    "before_therapy_session": "rule.before_therapy_session",
    "after_flow": "rule.after_flow",
    "after_flag": "rule.after_flag",
    "on_request": "rule.on_request",
    "every": "rule.every",
}
"""By which rule check-ins come, for every trigger."""
LINES: dict[Verdict, ScheduleKey] = {
    "comes": "line_comes",
    "weekly_cap": "line_weekly_cap",
    "quiet": "line_quiet",
    "already_answered": "line_already_answered",
}
"""The line of a check-in to come, by what will come of it."""
_REASONS: dict[str, NotSent] = {
    "too_late": "window_over",
    "paused": "paused",
    "care_ended": "care_ended",
    "blocked": "unreachable",
    "unreachable": "unreachable",
    "forbidden": "unreachable",
    "no_chat": "unreachable",
}
"""The reasons why a message did not leave, in the words of ``explain``."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One check-in to come."""

    flow_id: str
    title: str
    at: datetime
    rule: str
    """By which rule, in words."""
    verdict: Verdict
    """As things stand, what will come of it."""


def coming(
    work: Work, care: Care, *, until: datetime, language: Language | None = None
) -> list[Coming]:
    """Every check-in due from now up to ``until``, by time, with what will come of it; in the
    practice's language unless another one is wanted.
    """
    if care.state != "active":
        return []
    language = language or work.practice.settings.practice.language
    rules = {flow.id: (flow, enrolment) for enrolment, flow in _enrolled(work, care)}
    found = []
    for each in projecting.projected(work, care, work.now, until):
        expected = each.expected
        if expected.flow_id in rules and expected.until_at > work.now and expected.due_at <= until:
            flow, enrolment = rules[expected.flow_id]
            title, rule = title_of(flow, language), _rule(work, language, enrolment, flow)
            found.append(Coming(flow.id, title, expected.due_at, rule, each.verdict))
    return found


def day_facts(work: Work, care: Care, on: date) -> DayFacts:
    """The facts that are stored about a client's day, by the clock that was the client's then."""
    local, language = zone_on(work, care, on), work.practice.settings.practice.language
    start, end = (at_local(day, time(), local) for day in (on, on + DAY))
    ahead = projecting.projected(work, care, start, max(end, work.now) + FAR)
    today = [each for each in ahead if _is_on(each, on, start, end)]
    found = [each for each in _on(work, care, on, start, end) if each.state != "planned"]
    flows = {flow.id: flow for flow in work.practice.shelf.list_current(work.tx)}
    opened = {stored.occurrence_id: stored for stored in _opened(work, care, found)}
    past = (
        _happened(work, each, opened.get(each.id), _title(flows, each.flow_id, language))
        for each in found
    )
    to_come = (_to_come(each, _title(flows, each.expected.flow_id, language)) for each in today)
    had = {each.flow_id for each in found} | {each.expected.flow_id for each in today}
    return DayFacts(
        on=on,
        zone=local,
        now=work.now,
        consented_at=care.active_since,
        ended_at=_ended_at(work, care),
        paused_at=_if_before(care.paused_at, end),
        unreachable_at=_if_before(care.unreachable_at, end),
        happened=(*past, *to_come),
        idle=tuple(_idle(work, care, had, ahead, end)),
    )


def _is_on(each: Projected, on: date, start: datetime, end: datetime) -> bool:
    """It belongs to the day by its rule, or quiet hours move it into it."""
    return each.expected.local_on == on or start <= each.expected.due_at < end


def _to_come(each: Projected, title: str) -> Happened:
    expected = each.expected
    return Happened(title, expected.due_at, expected.until_at, "planned", verdict=each.verdict)


def _on(work: Work, care: Care, on: date, start: datetime, end: datetime) -> list[Occurrence]:
    """Return what belongs to the day by its rule, and what quiet hours moved into it."""
    by_id = {each.id: each for each in occurrences.list_on(work.tx, care.id, on)}
    for each in occurrences.list_for_care(work.tx, care.id, since=start, until=end):
        by_id.setdefault(each.id, each)
    return list(by_id.values())


def _opened(work: Work, care: Care, found: list[Occurrence]) -> list[StoredCheckIn]:
    since = min((each.due_at for each in found), default=None)
    if since is None:
        return []
    return check_ins.list_for_care(work.tx, care.id, opened_since=since - DAY)


def _happened(work: Work, each: Occurrence, stored: StoredCheckIn | None, title: str) -> Happened:
    return Happened(
        title=title,
        due_at=each.due_at,
        until_at=each.until_at,
        state=each.state,
        reason=each.reason,
        is_asked_for=is_asked_for(each.slot),
        delivery="sent" if stored is None else _delivery(work, stored),
        not_sent=None if stored is None else _not_sent(work, stored),
        sent_at=None if stored is None else stored.state.first_sent_at,
        was_asked_again=stored is not None and bool(stored.state.re_asked),
        answered=None if stored is None else _answered(stored),
    )


def _delivery(work: Work, stored: StoredCheckIn) -> Delivery:
    """Tell what became of the first question. An answer proves that it arrived."""
    state = stored.state
    if state.first_sent_at is None:
        found, _ = deliveries.find_fate(work.tx, stored.id, 0) or ("", None)
        return "on_its_way" if found in ("queued", "claimed") else "failed"
    unproved = state.uncertain_turn == 0 and state.last_answered_at is None
    return "uncertain" if unproved else "sent"


def _not_sent(work: Work, stored: StoredCheckIn) -> NotSent | None:
    """Say why the first question did not leave, as far as its message says so."""
    if stored.state.first_sent_at is not None:
        return None
    _, reason = deliveries.find_fate(work.tx, stored.id, 0) or ("", None)
    return _REASONS.get(reason or "")


def _answered(stored: StoredCheckIn) -> Answered:
    if stored.state.status == "finished":
        return "all"
    if stored.state.last_answered_at is not None:
        return "some"
    return "none_yet" if stored.state.status == "open" else "none"


def _idle(
    work: Work, care: Care, had: set[str], ahead: Sequence[Projected], end: datetime
) -> Iterator[Idle]:
    """The client's flows without an occurrence on the day, and when each comes next."""
    language = work.practice.settings.practice.language
    for enrolment, flow in _enrolled(work, care):
        if flow.id not in had and enrolment.started_at < end:
            later = (
                each.expected.due_at
                for each in ahead
                if each.expected.flow_id == flow.id and each.verdict == "comes"
                if each.expected.due_at >= max(end, work.now)
            )
            yield Idle(title_of(flow, language), min(later, default=None))


def _enrolled(work: Work, care: Care) -> Iterator[tuple[Enrolment, Flow]]:
    for enrolment in enrolments.list_running(work.tx, care.id):
        flow = work.practice.shelf.current(work.tx, enrolment.flow_id)
        if flow is not None:
            yield enrolment, flow


def _ended_at(work: Work, care: Care) -> datetime | None:
    """Return when the questions ended for somebody whose care is over, or who has not answered yet
    whether to begin again: what was prepared for that is none of it.
    """
    if care.state != "ended" and care.again_at is None:
        return None
    ended = (each.ended_at for each in enrolments.list_for_care(work.tx, care.id))
    until = care.ended_at or work.now
    return max((at for at in ended if at is not None and at <= until), default=None)


def _if_before(at: datetime | None, end: datetime) -> datetime | None:
    return at if at is not None and at < end else None


def title_of(flow: Flow, language: Language) -> str:
    """The flow's title in the practice's language, or in the first one that it is written in."""
    return flow.title.say(language if language in flow.languages else flow.languages[0])


def rule_of(work: Work, care: Care, flow_id: str, language: Language) -> str | None:
    """By which rule the flow comes to the client, in words; None: it does not any more."""
    rules = (_rule(work, language, e, f) for e, f in _enrolled(work, care) if f.id == flow_id)
    return next(rules, None)


def _title(flows: dict[str, Flow], flow_id: str, language: Language) -> str:
    return title_of(flows[flow_id], language) if flow_id in flows else flow_id


def _rule(work: Work, language: Language, enrolment: Enrolment, flow: Flow) -> str:
    """By which rule the flow's check-ins come, in words, the client's own time included."""
    trigger = with_wish(flow.schedule.trigger, enrolment.wish)
    values = told(trigger, language)
    say = work.practice.texts.schedule
    rule = say(language, RULES[trigger.name], **values)
    is_own = trigger != flow.schedule.trigger
    return say(language, "rule.own", rule=rule) if is_own else rule
