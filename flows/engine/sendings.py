"""The fate of a prompt after it was asked: delivered or uncertain, recalled, reminded, lapsed.

Used by ``resume`` for check-ins that are open. None of it raises the turn: the buttons already
shown stay good.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from flows.engine.check_in import CheckIn
from flows.engine.endings import expire
from flows.engine.events import Event, NothingDone, Occasion, TimersCleared, TimerSet, Turn
from flows.engine.inputs import Delivered, Snoozed, TimerFired, Unconfirmed
from flows.engine.prompts import ask_once_more
from flows.engine.walk import way_until
from flows.script.flow import Flow

RE_ASKED_AT_MOST = 2
"""One question is visibly asked once more this often: the second asking may get lost like the
first, and a network that is away for long must not fill the chat.
"""
RE_ASK_AFTER = timedelta(minutes=20)
"""The time in which a tap may prove that an uncertain prompt arrived before it is repeated."""


def delivered(flow: Flow, check_in: CheckIn, received: Delivered, now: datetime) -> Turn:
    """The first one starts reminders and expiry; one for the open turn ends its uncertainty."""
    certain = check_in
    if check_in.uncertain_turn == received.turn_no:
        certain = replace(check_in, uncertain_turn=None)
    if check_in.first_sent_at is not None:
        return Turn(certain, ())
    return Turn(replace(certain, first_sent_at=now), _first_timers(flow, check_in, now))


def unconfirmed(flow: Flow, check_in: CheckIn, received: Unconfirmed, now: datetime) -> Turn:
    """The open prompt is to be asked once more, visibly; every question anew, as long as
    it may be.
    """
    if received.turn_no != check_in.turn_no:
        return _stale(check_in)
    events: tuple[Event, ...] = ()
    changed = check_in
    if check_in.first_sent_at is None:
        # Nobody may ever learn whether it arrived; the check-in must lapse all the same.
        changed = replace(changed, first_sent_at=now)
        events = _first_timers(flow, check_in, now)
    if _may_re_ask(check_in) and check_in.uncertain_turn is None:
        changed = replace(changed, uncertain_turn=received.turn_no)
        again_at = received.again_at or now + RE_ASK_AFTER
        events += (TimerSet("re_ask", again_at, check_in.turn_no),)
    return Turn(changed, events)


def timer_fired(flow: Flow, check_in: CheckIn, received: TimerFired) -> Turn:
    """The reminder, the second asking or the expiry; stale where the turn has moved on."""
    if received.turn_no != check_in.turn_no:
        return _stale(check_in)
    if received.kind == "expire":
        return expire(flow, check_in)
    if received.kind == "remind":
        return _remind(flow, check_in)
    return _re_ask(flow, check_in)


def recalled(flow: Flow, check_in: CheckIn) -> Turn:
    """The open question is shown again; nothing else changes."""
    return _shown_again(flow, check_in, "recalled")


def snoozed(check_in: CheckIn, received: Snoozed) -> Turn:
    """The open question waits, without another reminder, until the client wanted to go on."""
    waiting = replace(check_in, snoozed_until=received.until, uncertain_turn=None)
    turn_no = check_in.turn_no
    return Turn(
        waiting,
        (
            TimersCleared(),
            TimerSet("remind", received.until, turn_no),
            TimerSet("expire", received.stays_until, turn_no),
        ),
    )


def _remind(flow: Flow, check_in: CheckIn) -> Turn:
    if check_in.snoozed_until is not None:
        return _shown_again(flow, check_in, "snoozed")
    if check_in.last_answered_at is not None:
        return _stale(check_in)
    reminded = replace(check_in, reminders=check_in.reminders + 1)
    return _shown_again(flow, reminded, "reminder")


def _re_ask(flow: Flow, check_in: CheckIn) -> Turn:
    if check_in.uncertain_turn != check_in.turn_no:
        return _stale(check_in)
    asked = replace(check_in, re_asked=(*check_in.re_asked, check_in.turn_no))
    return _shown_again(flow, asked, "re_ask")


def _shown_again(flow: Flow, check_in: CheckIn, occasion: Occasion) -> Turn:
    """A newer message shows the question, so that the doubtful one before it no longer matters."""
    check_in = replace(check_in, uncertain_turn=None)
    way = way_until(flow, check_in, check_in.at)
    return Turn(check_in, (ask_once_more(way, check_in, occasion),))


def _may_re_ask(check_in: CheckIn) -> bool:
    """False once the open question was asked once more as often as it is at most."""
    return check_in.re_asked.count(check_in.turn_no) < RE_ASKED_AT_MOST


def _first_timers(flow: Flow, check_in: CheckIn, sent_at: datetime) -> tuple[Event, ...]:
    schedule, turn_no = flow.schedule, check_in.turn_no
    reminders = tuple(TimerSet("remind", sent_at + delay, turn_no) for delay in schedule.remind)
    return (*reminders, TimerSet("expire", sent_at + schedule.expires_unstarted, turn_no))


def _stale(check_in: CheckIn) -> Turn:
    return Turn(check_in, (NothingDone("stale"),))
