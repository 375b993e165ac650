"""Carries out what a turn of the engine decided: one exhaustive match from events to rows.

Used by ``check_ins`` inside its transaction. It decides nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.messages import Button, Message
from bot.services.check_in import keeping, met, own_words, risk_answers, snoozing, tidying
from bot.services.check_in.noting import Noted
from bot.services.check_in.prompt_message import (
    REFUSED,
    REMINDERS,
    after_the_end,
    prompt_message,
    reminder_message,
)
from bot.services.check_in.until_when import may_be_changed_until
from bot.services.planning import following
from bot.services.signals import assessing, hearing
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.engine.check_in import Answer, CheckIn
from flows.engine.events import (
    AdditionAwaited,
    AnswerAccepted,
    AnswerRefused,
    AnswerReworded,
    CheckInExpired,
    CheckInFinished,
    CheckInStopped,
    Event,
    LaterMeant,
    NothingDone,
    Occasion,
    PromptAsked,
    PromptChanged,
    ScoreTaken,
    StepReopened,
    TimersCleared,
    TimerSet,
    Turn,
)
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import cares, check_ins, deliveries, outbox, timers
from storage.check_ins import StoredCheckIn


@dataclass(frozen=True, slots=True)
class Moment:
    """The facts around a turn: where a tap landed, and whether hard words were written."""

    tapped_message_id: int | None = None
    shown_question: str | None = field(default=None, repr=False)
    """The text of the question that the tap answers, so that the answered message can keep it."""
    held: bool = False
    """True where the crisis card goes first: the next question then waits for the client."""
    typed: bool = False
    """True where words were typed: what follows waits a little for more of them."""
    leaves: bool = False
    """True where the message that is handled may leave a tidy chat: it is words and nothing else,
    written below the question that they answer.
    """
    is_seen: bool = False
    """True where the open question, or the end, has left already and stands below these words: it
    is not said again. What now follows instead of it is.
    """
    expires_in: timedelta | None = None
    """The time for a prompt that nobody waits for to leave; None where the client is there."""
    preface: str | None = None
    """A line to stand before the question."""
    of_sort: str = ""
    """A line about what was sent without words, for a question that cannot take it."""
    noted: Noted | None = None
    """The lines for a reply that was no answer, and was kept as a note."""

    @property
    def owed(self) -> str:
        """The line to be said of these words, also where more words bring another question."""
        if self.noted is not None:
            return self.noted.later
        return (self.preface or "") if self.typed else ""


@dataclass(slots=True)
class _Carrying:
    """One turn being carried out: its fixed surroundings and what the events leave for each
    other.
    """

    work: Work
    flow: Flow
    stored: StoredCheckIn
    moment: Moment
    before: CheckIn
    """The state before the turn."""
    preface: str | None
    toast: str | None = None


def carry_out(
    work: Work, flow: Flow, stored: StoredCheckIn, turn: Turn, moment: Moment
) -> str | None:
    """Save the new state and everything that the events ask for; the toast for a tap, if any."""
    before = stored.state
    if turn.check_in != before:
        stored = check_ins.save(work.tx, stored, turn.check_in, now=work.now)
    carrying = _Carrying(work, flow, stored, moment, before, moment.preface)
    for event in turn.events:
        _carry(carrying, event)
    return carrying.toast


def _carry(on: _Carrying, event: Event) -> None:
    match event:
        case PromptAsked():
            _ask(on, event)
        case PromptChanged():
            _show_ticks(on, event)
        case AnswerAccepted():
            _accept(on, event)
        case AnswerReworded():
            _reword(on, event)
        case AnswerRefused():
            why = on.work.say(on.stored.state.language, REFUSED[event.refusal])
            noted = on.moment.noted
            why = " ".join(filter(None, (why, on.moment.of_sort)))
            on.preface = why if noted is None else noted.now
        case AdditionAwaited():
            adding = on.work.say(on.stored.state.language, "adding", question=event.question)
            text = f"{on.preface}\n\n{adding}" if on.preface else adding
            speak.reply(on.work, on.stored.client_id, text, key="adding")
        case LaterMeant():
            snoozing.offer(on.work, on.stored)
        case StepReopened():
            _leave_answered(on, None)
        case TimerSet():
            timers.add(
                on.work.tx,
                check_in_id=on.stored.id,
                kind=event.kind,
                due_at=event.due_at,
                turn_no=event.turn_no,
            )
        case TimersCleared():
            timers.clear(on.work.tx, on.stored.id)
        case CheckInFinished():
            _finish(on, event)
        case CheckInExpired():
            _end(on, event.answers, event.scores)
            _show_lapsed(on, started=event.started)
        case CheckInStopped():
            _end(on, event.answers, event.scores)
        case NothingDone():
            stale: ClientKey = "toast_stale"
            key = stale if event.why == "stale" else after_the_end(on.stored.state)
            on.toast = on.work.say(on.stored.state.language, key)
        case _:
            assert_never(event)


def _ask(on: _Carrying, event: PromptAsked) -> None:
    work, stored = on.work, on.stored
    if on.moment.is_seen and event.prompt.turn_no == on.before.turn_no:
        return
    # the newest asking speaks for those before it that have not left yet
    owed = speak.owed_by(work, stored.id)
    if owed == on.moment.owed:
        owed = ""  # it is said of the newest words
    outbox.drop_prompts(work.tx, stored.id, reason="asked_anew", now=work.now)
    if on.moment.held:
        return
    nudge = _nudge(on, event)
    message = nudge or prompt_message(
        work,
        stored.state.language,
        stored.id,
        event.prompt,
        occasion=event.occasion,
        preface=_with(owed, on.preface or ""),
        may_be_unmet=met.session_of(work, on.flow, stored) is not None,
    )
    message = replace(message, owed=_with(owed, on.moment.owed))
    key = prompt_key(stored.id, event.prompt.turn_no, event.occasion)
    expires_in = on.moment.expires_in
    waits = expires_in is not None
    speak.prompt(
        work,
        stored.client_id,
        message,
        key=key if nudge is None else f"{key}{deliveries.NUDGE}",
        lane="notice" if waits else "reply",
        check_in_id=stored.id,
        turn_no=event.prompt.turn_no,
        not_before=_not_before(on),
        expires_at=work.now + expires_in if expires_in else None,
    )


def _nudge(on: _Carrying, event: PromptAsked) -> Message | None:
    """A reminder that refers to the message with the open question instead of repeating it; None
    where there is no such message, or this is no reminder.
    """
    work, stored = on.work, on.stored
    if event.occasion not in REMINDERS:
        return None
    shown = deliveries.find_message_id(work.tx, stored.id, event.prompt.turn_no)
    if shown is None:
        return None
    language, turn_no = stored.state.language, event.prompt.turn_no
    message = reminder_message(work, language, stored.id, turn_no, event.occasion)
    return replace(message, answers=shown)


def _with(owed: str, said: str) -> str:
    """Join what is owed from before and what is said now, each once."""
    return said if owed in said else f"{owed} {said}".rstrip()


def prompt_key(check_in_id: int, turn_no: int, occasion: Occasion) -> str:
    """Return the end of the keys under which this turn's question is asked on such an occasion."""
    return f"prompt{check_in_id}:{turn_no}:{occasion}"


def _not_before(on: _Carrying) -> datetime:
    """People write in bursts: what follows typed words waits a little for more of them."""
    waits = on.work.practice.settings.sending.waits_for_more
    return on.work.now + waits * on.moment.typed


def _show_ticks(on: _Carrying, event: PromptChanged) -> None:
    """Let the tapped message show what is ticked: its text stays, its buttons change."""
    if on.moment.tapped_message_id is None:
        return
    language, prompt = on.stored.state.language, event.prompt
    message = prompt_message(on.work, language, on.stored.id, prompt, occasion="again")
    speak.edit(
        on.work,
        on.stored.client_id,
        on.moment.tapped_message_id,
        None,
        key="ticked",
        rows=message.rows,
    )


def _accept(on: _Carrying, event: AnswerAccepted) -> None:
    was = on.before.answer(event.answer.step_id)
    own_words.remember(on.work, on.stored, event.step, was, event.answer)
    _keep(on, (event.answer, *event.moved), event.scores)
    _heed(on, event)
    if not on.moment.held and tidying.is_wanted(on.work, on.stored):
        _tidy(on, event)
    elif event.by_tap:
        skipped = on.work.say(on.stored.state.language, "prompt_skipped")
        _leave_answered(on, event.shown or skipped)


def _tidy(on: _Carrying, event: AnswerAccepted) -> None:
    """Leave no more of an answer in the chat than that there is one."""
    if on.before.status == "open" and event.answer.step_id == on.before.at:
        key: ClientKey = "tidied_skipped" if event.answer.value is None else "tidied_saved"
        tapped, turn_no = on.moment.tapped_message_id, on.before.turn_no
        tidying.shrink(on.work, on.stored, turn_no, tapped=tapped, key=key)
    if on.moment.leaves and not event.by_tap:
        tidying.take_out(on.work, on.stored)


def _heed(on: _Carrying, event: AnswerAccepted | AnswerReworded) -> None:
    """A sign of danger brings the card, and what is asked next waits."""
    if risk_answers.heed(on.work, on.stored, event):
        on.moment = replace(on.moment, held=True)


def _reword(on: _Carrying, event: AnswerReworded) -> None:
    """Keep the new words; a check-in that has ended is read as a whole by ``_finish``."""
    if on.stored.state.status == "open":
        _keep(on, (event.answer, *event.moved), event.scores)
    _heed(on, event)


def _keep(on: _Carrying, kept: tuple[Answer, ...], scores: tuple[ScoreTaken, ...]) -> None:
    """Keep answers that were given in an open check-in, and read at once what they may signal; at
    its end a check-in is read as a whole.
    """
    keeping.keep(on.work, on.flow, on.stored, kept, scores)
    is_open = on.stored.state.status == "open"
    if is_open and any(assessing.tells(on.flow.step(answer.of_step).measures) for answer in kept):
        hearing.hear(on.work, on.stored)


def _leave_answered(on: _Carrying, shown: str | None) -> None:
    """Let the tapped message keep its question and the answer, and lose its buttons."""
    message_id, question = on.moment.tapped_message_id, on.moment.shown_question
    if message_id is None:
        return
    text = None
    if shown is not None and question is not None:
        text = on.work.say(
            on.stored.state.language, "prompt_answered", question=question, answer=shown
        )
    speak.edit(on.work, on.stored.client_id, message_id, text, key="answered")


def _finish(on: _Carrying, event: CheckInFinished) -> None:
    _end(on, event.answers, event.scores)
    if on.moment.is_seen and on.before.status != "open":
        return
    owed = speak.owed_by(on.work, on.stored.id)
    outbox.drop_prompts(on.work.tx, on.stored.id, reason="asked_anew", now=on.work.now)
    if not on.moment.held:
        # after a crisis card nothing says that this was all, or when it will be read
        _say_closing(on, event, owed)
    following.after_check_in(on.work, on.stored)


def _say_closing(on: _Carrying, event: CheckInFinished, owed: str) -> None:
    language = on.stored.state.language
    closing = event.closing or (on.work.say(language, "check_in_finished"),)
    before = _with(owed, on.moment.preface or "")
    if before:
        closing = (before, *closing)
    change = Button(on.work.say(language, "button_change"), data("change", on.stored.id))
    rows = speak.row(change) if event.answers else ()
    until = may_be_changed_until(on.work, on.stored) if event.answers else None
    if until is not None:
        local = zone(cares.load(on.work.tx, on.stored.care_id).zone)
        closing = (*closing, on.work.say(language, "closing_until", at=until, zone=local))
    speak.closing(
        on.work,
        on.stored.client_id,
        "\n\n".join(closing),
        key="finished",
        rows=rows,
        check_in_id=on.stored.id,
        not_before=_not_before(on),
        owed=_with(owed, on.moment.owed),
    )


def _show_lapsed(on: _Carrying, *, started: bool) -> None:
    """Let the question that lapsed say so itself, and lose its buttons."""
    state, question = on.stored.state, on.moment.shown_question
    message_id = deliveries.find_message_id(on.work.tx, on.stored.id, state.turn_no)
    if message_id is None or question is None:
        return
    key: ClientKey = "prompt_lapsed_kept" if started else "prompt_lapsed"
    text = on.work.say(state.language, key, question=question)
    speak.edit(on.work, on.stored.client_id, message_id, text, key="lapsed")


def _end(on: _Carrying, kept: tuple[Answer, ...], scores: tuple[ScoreTaken, ...] = ()) -> None:
    """Keep every answer with its final place on or off the path, every score that measures
    something, and read what they may signal.
    """
    timers.clear(on.work.tx, on.stored.id)
    keeping.keep(on.work, on.flow, on.stored, kept, scores)
    hearing.hear(on.work, on.stored)
    if not on.moment.held and tidying.is_wanted(on.work, on.stored):
        state = on.stored.state
        but = None if state.status == "finished" else state.turn_no
        tidying.shrink_rest(on.work, on.stored, but=but)
