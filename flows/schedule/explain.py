"""The reasons why a check-in did or did not come on a day: a closed list, and what facts say.

Used by whoever decides not to send, which keeps a reason with the occurrence, and by ``interlude
why``. The sentences stand in the catalogue of texts under the keys given here; nothing here is ever
shown as it is. It reads stored facts and what is projected from them, and never guesses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, assert_never, get_args
from zoneinfo import ZoneInfo

from flows.schedule.local_time import wall_at
from flows.schedule.projection import Verdict

NotSent = Literal[
    "paused",
    "not_consented",
    "unreachable",
    "another_open",
    "after_card",
    "window_over",
    "quiet",
    "care_ended",
    "already_answered",
    "weekly_cap",
    "session_cancelled",
    "session_moved",
    "schedule_changed",
    "own_times",
    "zone_changed",
    "flow_ended",
    "flow_retired",
    "not_talked",
    "not_said",
    "unread",
    "failed",
]
"""paused: by the client. not_consented: not yet, or withdrawn. unreachable: the chat is blocked or
gone. another_open: another check-in took the whole window. after_card: after a crisis card nothing
is asked until the client goes on. window_over: nothing ran or could be
sent in time. quiet: only quiet hours were left. care_ended: so did everything planned in it.
already_answered: the client had asked for it before. weekly_cap: the week had no room for it.
session_cancelled, session_moved: the therapy session it belonged to. schedule_changed: another
version of the flow was published. own_times: the client chose other times. zone_changed: the client
lives by another clock now. flow_ended: the client is not in this flow any more. flow_retired: the
practice gives it to nobody any more. not_talked: the therapist took back that something was talked
about. not_said: the client changed the answer that it followed. unread: the therapist had read no
digest for two weeks, and nothing is asked about a strain then. failed: a mistake of the
program."""

NOT_SENT: tuple[NotSent, ...] = get_args(NotSent)

LATE = timedelta(minutes=5)
"""Sent later than this after its planned time, a check-in came late and it is said."""

State = Literal["planned", "opened", "missed", "paused", "thinned", "cancelled"]
Answered = Literal["none_yet", "none", "some", "all"]
"""none_yet: still open, nothing answered. none, some: it has ended so."""
Delivery = Literal["on_its_way", "sent", "uncertain", "failed"]
"""State of the first question. uncertain: sent, nobody knows if it arrived. failed: it will not
leave any more."""

Key = Literal[
    "day_ahead",
    "not_consented",
    "before_consent",
    "ended",
    "paused_since",
    "unreachable_since",
    "came",
    "came_late",
    "asked_for",
    "on_its_way",
    "failed",
    "uncertain",
    "asked_again",
    "will_come",
    "waiting",
    "left_out_weekly_cap",
    "left_out_quiet",
    "left_out_already_answered",
    "answered_none_yet",
    "answered_none",
    "answered_some",
    "answered_all",
    "by_rule_next",
    "by_rule_none",
    "in_no_flow",
]


@dataclass(frozen=True, slots=True)
class Happened:
    """One occurrence of the day and what became of it."""

    title: str
    """The title of its flow, in the reader's language."""
    due_at: datetime
    until_at: datetime
    state: State
    reason: str | None = None
    is_asked_for: bool = False
    sent_at: datetime | None = None
    """The time when its first question left, if it did."""
    answered: Answered | None = None
    """None: no check-in was begun."""
    delivery: Delivery = "sent"
    not_sent: NotSent | None = None
    """The reason why the first question failed, if it is known."""
    verdict: Verdict = "comes"
    """The outcome to expect of a planned check-in, as things stand."""
    was_asked_again: bool = False
    """It was not certain that a question had arrived, so it was asked once more."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A flow of the client's without an occurrence on the day, and when its next one comes."""

    title: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayFacts:
    """The facts that are stored about a client's day."""

    on: date
    zone: ZoneInfo
    now: datetime
    consented_at: datetime | None = None
    ended_at: datetime | None = None
    paused_at: datetime | None = None
    unreachable_at: datetime | None = None
    happened: tuple[Happened, ...] = ()
    idle: tuple[Idle, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """One sentence to be said: its key in the catalogue and the values it needs."""

    key: str
    values: dict[str, object] = field(default_factory=dict)


def sentence_key(reason: NotSent) -> str:
    """The key of the one plain sentence that says this reason to a person."""
    return f"not_sent.{reason}"


def explain(facts: DayFacts) -> tuple[Explanation, ...]:
    """Explain the day: first the client's state, then each check-in by time, then the
    flows that had nothing planned. Never empty.
    """
    said = [*_state(facts)]
    for one in sorted(facts.happened, key=lambda each: (each.due_at, each.title)):
        said.extend(_one(one, facts.now))
    said.extend(_idle(one) for one in facts.idle)
    if not facts.happened and not facts.idle and not said:
        said.append(_say("in_no_flow"))
    return tuple(said)


def _say(key: Key, **values: object) -> Explanation:
    return Explanation(key, values)


def _state(facts: DayFacts) -> Iterator[Explanation]:
    today = wall_at(facts.now, facts.zone).date()
    if facts.on > today:
        yield _say("day_ahead", on=facts.on)
    if facts.consented_at is None:
        yield _say("not_consented")
    elif wall_at(facts.consented_at, facts.zone).date() > facts.on:
        yield _say("before_consent", at=facts.consented_at)
    if facts.ended_at is not None:
        yield _say("ended", at=facts.ended_at)
    if facts.paused_at is not None:
        yield _say("paused_since", at=facts.paused_at)
    if facts.unreachable_at is not None:
        yield _say("unreachable_since", at=facts.unreachable_at)


def _one(one: Happened, now: datetime) -> Iterator[Explanation]:
    match one.state:
        case "planned":
            key = _ahead(one, now)
            yield _say(key, title=one.title, at=one.due_at, until=one.until_at)
        case "opened":
            yield _left(one)
            if one.was_asked_again:
                yield _say("asked_again")
            if one.sent_at is not None and one.answered is not None:
                yield _answered(one.answered)
        case "missed" | "paused" | "thinned" | "cancelled":
            reason = one.reason or "window_over"
            yield Explanation(f"not_sent.{reason}", {"title": one.title, "at": one.due_at})
        case _:
            assert_never(one.state)


def _ahead(one: Happened, now: datetime) -> Key:
    match one.verdict:
        case "comes":
            return "will_come" if one.due_at > now else "waiting"
        case "weekly_cap":
            return "left_out_weekly_cap"
        case "quiet":
            return "left_out_quiet"
        case "already_answered":
            return "left_out_already_answered"
        case _:
            assert_never(one.verdict)


def _left(one: Happened) -> Explanation:
    if one.sent_at is None and one.not_sent is not None:
        return Explanation(sentence_key(one.not_sent), {"title": one.title, "at": one.due_at})
    if one.sent_at is None:
        key: Key = "failed" if one.delivery == "failed" else "on_its_way"
        return _say(key, title=one.title, at=one.due_at)
    if one.delivery == "uncertain":
        return _say("uncertain", title=one.title, sent=one.sent_at)
    if one.is_asked_for:
        return _say("asked_for", title=one.title, sent=one.sent_at)
    if one.sent_at - one.due_at > LATE:
        return _say("came_late", title=one.title, at=one.due_at, sent=one.sent_at)
    return _say("came", title=one.title, sent=one.sent_at)


def _answered(answered: Answered) -> Explanation:
    match answered:
        case "none_yet":
            return _say("answered_none_yet")
        case "none":
            return _say("answered_none")
        case "some":
            return _say("answered_some")
        case "all":
            return _say("answered_all")
        case _:
            assert_never(answered)


def _idle(one: Idle) -> Explanation:
    if one.next_at is None:
        return _say("by_rule_none", title=one.title)
    return _say("by_rule_next", title=one.title, at=one.next_at)
