"""The doors of the engine: a check-in starts, an input wakes it, its open question is looked at.

Used by the services, the story runner, the simulation and previews alike, so that none of them can
drift from the others. All are pure: the same arguments give the same result.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from flows.engine import adding, replies, rewording, sendings
from flows.engine.check_in import CheckIn, Names
from flows.engine.draw import drawn_for
from flows.engine.endings import finish, stop
from flows.engine.events import NothingDone, Prompt, PromptAsked, PromptChanged, Turn
from flows.engine.inputs import (
    Added,
    AddingBegun,
    Confirmed,
    Delivered,
    Input,
    Recalled,
    Reopened,
    Reworded,
    SentOther,
    Skipped,
    Snoozed,
    Tapped,
    TimerFired,
    Typed,
    Unconfirmed,
    WentBack,
    Withdrawn,
    Withheld,
)
from flows.engine.prompts import ask_next, open_prompt
from flows.engine.remarks import is_button
from flows.engine.replies import When
from flows.engine.walk import way_on, way_until
from flows.engine.way import MAX_STEPS, FlowTooLongError
from flows.languages import Language
from flows.script.flow import Flow

Button = Tapped | Confirmed | Withheld | Skipped | WentBack | AddingBegun | Snoozed
"""Inputs that count only under the prompt of the open turn."""


class WrongFlowError(ValueError):
    """The check-in began in another version; it must be resumed in that one."""

    def __init__(self, flow: Flow, check_in: CheckIn) -> None:
        super().__init__(
            f"a check-in of {check_in.flow_id} {check_in.fingerprint[:12]} cannot be resumed"
            f" in {flow.id} {flow.fingerprint[:12]}"
        )


def start(flow: Flow, *, language: Language, names: Names, now: datetime, seed: int) -> Turn:
    """A check-in at its first question (turn 0), or finished where the flow asks nothing.

    FlowTooLongError: the flow has more than 200 steps. KeyError: it is not written in ``language``.
    """
    if len(flow.steps) > MAX_STEPS:
        raise FlowTooLongError(flow)
    check_in = CheckIn(
        flow.id,
        flow.fingerprint,
        language,
        names,
        seed,
        opened_at=now,
        drawn=drawn_for(flow, seed),
    )
    way = way_on(flow, check_in)
    if way.open_visit is None:
        return finish(way, check_in, None)
    asked, prompt = ask_next(way, check_in, way.open_visit)
    return Turn(asked, (prompt,))


def resume(
    flow: Flow,
    check_in: CheckIn,
    received: Input,
    *,
    now: datetime,
    given_at: datetime | None = None,
) -> Turn:
    """Return what ``received`` does to the check-in: a new state, and events to carry out in order.

    The turn rises by one with each answer, skip and step back, and where other words for an earlier
    answer lead to another question; with nothing else. A tick where several may be picked leaves
    it. ``given_at`` is when the client wrote or tapped, where that was before ``now``: an answer
    and its "today" go by it, timers never. WrongFlowError: the check-in began in another version of
    the flow. UnknownZoneError: a date is asked and ``names.zone`` does not exist.
    """
    if check_in.fingerprint != flow.fingerprint:
        raise WrongFlowError(flow, check_in)
    when = When(now, given_at or now)
    if check_in.status != "open":
        return _adding_ended(_after_the_end(flow, check_in, received, when))
    return _adding_ended(_while_open(flow, check_in, received, when))


def _adding_ended(turn: Turn) -> Turn:
    """End adding to the answer before wherever a question is shown anew or answered, and with the
    check-in: what is typed belongs to the question shown last.
    """
    shows = any(isinstance(event, PromptAsked | PromptChanged) for event in turn.events)
    if not turn.check_in.adding or not (shows or turn.check_in.status != "open"):
        return turn
    return replace(turn, check_in=replace(turn.check_in, adding=False))


def _while_open(flow: Flow, check_in: CheckIn, received: Input, when: When) -> Turn:
    now = when.now
    match received:
        case (
            Tapped() | Confirmed() | Withheld() | Skipped() | WentBack() | AddingBegun() | Snoozed()
        ):
            return _button(flow, check_in, received, when)
        case Typed() if check_in.adding and not is_button(received.text, check_in.language):
            return adding.add(flow, check_in, received.text, when.given_at, now)
        case Typed():
            return replies.answer(flow, check_in, received.text, when)
        case Added():
            return adding.add(flow, check_in, received.text, when.given_at, now)
        case SentOther() if check_in.adding and received.words:
            return adding.add(flow, check_in, received.words, when.given_at, now)
        case SentOther() if check_in.adding:
            return adding.begin_again(flow, check_in)
        case SentOther():
            return replies.sent(flow, check_in, received.words, when)
        case Reworded():
            return rewording.reword(flow, check_in, received, when)
        case Delivered():
            return sendings.delivered(flow, check_in, received, now)
        case Unconfirmed():
            return sendings.unconfirmed(flow, check_in, received, now)
        case TimerFired():
            return sendings.timer_fired(flow, check_in, received)
        case Recalled() | Reopened():
            return sendings.recalled(flow, check_in)
        case Withdrawn():
            return stop(flow, check_in)
        case _:
            assert_never(received)


def _after_the_end(flow: Flow, check_in: CheckIn, received: Input, when: When) -> Turn:
    """A finished check-in takes a change and more words; one that ended otherwise takes nothing."""
    if check_in.status != "finished":
        return Turn(check_in, (NothingDone("ended"),))
    if isinstance(received, Reopened):
        return replies.reopen(flow, check_in, when.now)
    if isinstance(received, Added):
        return adding.add(flow, check_in, received.text, when.given_at, when.now)
    if isinstance(received, Reworded):
        return rewording.reword(flow, check_in, received, when)
    return Turn(check_in, (NothingDone("ended"),))


def prompt_of(flow: Flow, check_in: CheckIn) -> Prompt | None:
    """The open question with the messages right before it; None once the check-in has ended.

    WrongFlowError: the check-in began in another version of the flow.
    """
    if check_in.fingerprint != flow.fingerprint:
        raise WrongFlowError(flow, check_in)
    if check_in.status != "open":
        return None
    return open_prompt(way_until(flow, check_in, check_in.at), check_in)


def left_at(flow: Flow, check_in: CheckIn) -> Prompt | None:
    """The question at which a check-in lapsed; None where it ended in another way.

    WrongFlowError: the check-in began in another version of the flow.
    """
    if check_in.fingerprint != flow.fingerprint:
        raise WrongFlowError(flow, check_in)
    way = way_on(flow, check_in)
    if check_in.status != "expired" or way.open_visit is None:
        return None
    return open_prompt(way, replace(check_in, at=way.open_visit.id))


def _button(flow: Flow, check_in: CheckIn, received: Button, when: When) -> Turn:
    if received.turn_no != check_in.turn_no:
        return Turn(check_in, (NothingDone("stale"),))
    match received:
        case Tapped():
            return replies.answer(flow, check_in, received.choice, when)
        case Confirmed():
            return replies.confirm(flow, check_in, when)
        case Withheld():
            return replies.withhold(flow, check_in, when)
        case Skipped():
            return replies.skip(flow, check_in, when)
        case WentBack():
            return replies.go_back(flow, check_in, when.now)
        case AddingBegun():
            return adding.begin(flow, check_in)
        case Snoozed():
            return sendings.snoozed(check_in, received)
        case _:
            assert_never(received)
