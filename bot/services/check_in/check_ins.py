"""Opens check-ins, takes answers, lets timers fire, follows deliveries: engine in, rows out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from bot.messages import Rows
from bot.services.check_in import effects, giving, met, snoozing, tidying
from bot.services.check_in.earlier import names_of
from bot.services.check_in.effects import Moment
from bot.services.check_in.locked import is_locked
from bot.services.check_in.prompt_message import prompt_message
from bot.services.safety import holding
from bot.services.work import speak
from bot.services.work.unit_of_work import Work
from flows.engine.check_in import Answer
from flows.engine.inputs import (
    Delivered,
    Input,
    Recalled,
    Reopened,
    TimerFired,
    Unconfirmed,
    Withdrawn,
)
from flows.engine.turn import prompt_of, resume, start
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import cares, check_ins, deliveries, digests, enrolments, occurrences, outbox, timers
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.occurrences import Occurrence
from storage.timers import Timer

STILL_THERE = timedelta(minutes=10)
"""So long after a question was to follow an answer, the client counts as waiting for it."""
LATE = timedelta(hours=1)
"""From then on a reminder comes late, after an outage or a night."""
STAYS = timedelta(hours=6)
UNANSWERED_TAIL = timedelta(hours=1)
"""A first prompt may leave until its window ends; a reminder, an hour after it was due."""


def open_(
    work: Work, care: Care, occurrence: Occurrence, flow: Flow, *, asked_for: bool
) -> StoredCheckIn:
    """Begin a check-in for an occurrence; its first question is in the outbox afterwards.

    ``asked_for`` is True where the client asked for it and is waiting.
    """
    occurrences.mark(
        work.tx, occurrence.id, was="planned", state="opened", reason=None, now=work.now
    )
    turn = start(
        flow,
        language=care.language,
        names=names_of(work, care, flow.needs),
        now=work.now,
        seed=_seed(work, care, occurrence),
    )
    stored = check_ins.add(
        work.tx,
        care_id=care.id,
        client_id=care.client_id,
        occurrence_id=occurrence.id,
        state=turn.check_in,
        now=work.now,
    )
    # should the first question never leave (blocked, or too late), the check-in lapses all the same
    timers.add(
        work.tx,
        check_in_id=stored.id,
        kind="expire",
        due_at=occurrence.until_at + flow.schedule.expires_unstarted,
        turn_no=turn.check_in.turn_no,
    )
    effects.carry_out(work, flow, stored, turn, _opening(work, care, occurrence, asked_for))
    return stored


def _opening(work: Work, care: Care, occurrence: Occurrence, asked_for: bool) -> Moment:
    """Begin unasked messages with a line that a lock screen may show to anybody."""
    if asked_for:
        return Moment()
    return Moment(
        expires_in=occurrence.until_at - work.now,
        preface=work.say(care.language, "prompt_opening"),
    )


def _seed(work: Work, care: Care, occurrence: Occurrence) -> int:
    for enrolment in enrolments.list_for_care(work.tx, care.id):
        if enrolment.flow_id == occurrence.flow_id:
            return enrolment.seed + occurrence.local_on.toordinal()
    return occurrence.local_on.toordinal()


def receive(
    work: Work,
    stored: StoredCheckIn,
    received: Input,
    *,
    message_id: int | None = None,
    more: str = "",
) -> str | None:
    """Hand what the client did to the engine and save what follows; the toast for a tap. ``more``
    is said to what the question cannot take.
    """
    flow = work.practice.shelf.load(work.tx, stored.state.fingerprint)
    moment_given = giving.tapped_at(work, stored)
    turn = resume(flow, stored.state, received, now=work.now, given_at=moment_given)
    moment = Moment(message_id, question_of(flow, stored), of_sort=more)
    if isinstance(received, Recalled):
        _keep_open(work, stored, flow)
    return effects.carry_out(work, flow, stored, turn, moment)


def question_of(flow: Flow, stored: StoredCheckIn) -> str | None:
    """The open question as a client read it, so that the answered message can keep it."""
    prompt = prompt_of(flow, stored.state)
    return None if prompt is None else prompt.text


def rows_of(work: Work, stored: StoredCheckIn, message_id: int) -> Rows:
    """The buttons of a message about the open question: those of the question under the question
    itself, and under any other the one that shows it.
    """
    shown = deliveries.find_message_id(work.tx, stored.id, stored.state.turn_no)
    flow = work.practice.shelf.load(work.tx, stored.state.fingerprint)
    prompt = prompt_of(flow, stored.state)
    if prompt is None or shown != message_id:
        return speak.row(snoozing.go_on(work, stored))
    return prompt_message(
        work,
        stored.state.language,
        stored.id,
        prompt,
        occasion="recalled",
        may_be_unmet=met.session_of(work, flow, stored) is not None,
    ).rows


def reopen(work: Work, stored: StoredCheckIn, message_id: int) -> str | None:
    """Ask the last question of a finished check-in once more, so that answers can be changed; the
    toast where that is not possible: the digest has these answers, or another check-in is open,
    and then the button stays for later.
    """
    care, language = cares.load(work.tx, stored.care_id), stored.state.language
    if check_ins.find_open_of(work.tx, care.client_id) is not None:
        return work.say(language, "toast_one_at_a_time")
    speak.edit(work, care.client_id, message_id, None, key="reopened")
    if is_told(work, stored):
        return work.say(language, "toast_sealed")
    return receive(work, stored, Reopened())


def is_told(work: Work, stored: StoredCheckIn) -> bool:
    """True where a digest has the answers of a check-in that has ended: they stay as they are."""
    care = cares.load(work.tx, stored.care_id)
    latest = digests.find_latest(work.tx, care.therapist_id)
    answered_at = stored.state.last_answered_at
    return latest is not None and answered_at is not None and answered_at < latest.cut_off_at


def is_answer_told(work: Work, stored: StoredCheckIn, answer: Answer) -> bool:
    """True where a digest has this answer, in a check-in that has ended or in an open one."""
    care = cares.load(work.tx, stored.care_id)
    latest = digests.find_latest(work.tx, care.therapist_id)
    return latest is not None and answer.given_at < latest.cut_off_at


def fire(work: Work, timer: Timer) -> None:
    """Let a due timer act, unless the care is paused or it is a quiet hour: then it waits or
    lapses.
    """
    stored = check_ins.load(work.tx, timer.check_in_id)
    timers.remove(work.tx, timer.id)
    if timer.kind != "expire" and _waits_for_client(work, stored, timer):
        return
    is_awaited = timer.kind == "re_ask" and _is_there(work, stored)
    may_ask = timer.kind == "expire" or is_awaited or _may_ask(work, stored, timer)
    if timer.kind == "remind" and stored.state.snoozed_until is not None:
        _note_return(work, stored, came=may_ask)
    if not may_ask:
        return
    # a timer's id is given out again once it is gone; its check-in and its time are not
    mine = replace(work, origin=f"timer{stored.id}@{timer.due_at.timestamp():.6f}")
    flow = work.practice.shelf.load(work.tx, stored.state.fingerprint)
    turn = resume(flow, stored.state, TimerFired(timer.kind, timer.turn_no), now=work.now)
    left = None if is_awaited else UNANSWERED_TAIL
    moment = Moment(shown_question=question_of(flow, stored), expires_in=left)
    effects.carry_out(mine, flow, stored, turn, moment)
    if timer.kind != "expire" and work.now - timer.due_at > LATE:
        _keep_open(work, stored, flow)


def _note_return(work: Work, stored: StoredCheckIn, *, came: bool) -> None:
    """Keep with the occurrence whether what was put off came up again, or not since the client has
    paused: then it is not said that they did not come back to it.
    """
    if stored.occurrence_id is None:
        return
    is_paused = cares.load(work.tx, stored.care_id).paused_at is not None
    reason = "paused" if is_paused and not came else None
    occurrences.mark(
        work.tx, stored.occurrence_id, was="opened", state="opened", reason=reason, now=work.now
    )


def _keep_open(work: Work, stored: StoredCheckIn, flow: Flow) -> None:
    """Keep a question open for some hours after it was shown: a late one is no trap."""
    schedule, started = flow.schedule, stored.state.last_answered_at is not None
    usual = schedule.expires_idle if started else schedule.expires_unstarted
    timers.keep_open(work.tx, stored.id, work.now + min(usual, STAYS))


def _is_there(work: Work, stored: StoredCheckIn) -> bool:
    """True where the open question followed what the client did a moment ago: they wait for it,
    also in a quiet hour.
    """
    since = work.now - STILL_THERE
    return deliveries.was_awaited(work.tx, stored.id, stored.state.turn_no, since=since)


def _waits_for_client(work: Work, stored: StoredCheckIn, timer: Timer) -> bool:
    """True where nothing is asked after a crisis card until the client goes on: the timer is put
    off for as long.
    """
    until = holding.until(work, stored.care_id)
    if until is None:
        return False
    timers.add(work.tx, check_in_id=stored.id, kind=timer.kind, due_at=until, turn_no=timer.turn_no)
    return True


def _may_ask(work: Work, stored: StoredCheckIn, timer: Timer) -> bool:
    """False where a reminder or a second asking lapses, or is put off to the end of quiet hours."""
    care = cares.load(work.tx, stored.care_id)
    if care.paused_at is not None or care.unreachable_at is not None or is_locked(care, stored):
        return False
    if timers.has_due(work.tx, stored.id, work.now):
        # after an outage several come due at once: only the last one speaks, and an ending is one
        return False
    allowed = next_allowed(work.now, zone(care.zone), work.practice.quiet)
    if allowed <= work.now:
        return True
    timers.add(
        work.tx,
        check_in_id=stored.id,
        kind=timer.kind,
        due_at=allowed,
        turn_no=timer.turn_no,
    )
    return False


def delivered(work: Work, check_in_id: int, turn_no: int) -> None:
    """A prompt has left: reminders and expiry are counted from the first one on, and where that was
    in doubt it need not be asked once more.
    """
    stored = check_ins.find(work.tx, check_in_id)
    if stored is None:
        return
    state = stored.state
    if state.first_sent_at is None or state.uncertain_turn == turn_no:
        _note(work, stored, Delivered(turn_no))


def unconfirmed(work: Work, check_in_id: int, turn_no: int, *, is_awaited: bool) -> None:
    """A prompt may not have arrived: it will be asked once more, visibly, unless a tap proves
    otherwise; soon where the client is there and waits for it (``is_awaited``).
    """
    stored = check_ins.find(work.tx, check_in_id)
    if stored is not None:
        sending = work.practice.settings.sending
        again_at = work.now + (sending.re_ask_reply_after if is_awaited else sending.re_ask_after)
        _note(work, stored, Unconfirmed(turn_no, again_at))


def ask_once_more(work: Work, check_in_id: int, turn_no: int) -> bool:
    """The open question of this turn is asked once more as soon as it may be, without waiting for a
    tap to prove that it arrived. False: it was asked once more as often as it may be, or is open no
    longer.
    """
    stored = check_ins.find(work.tx, check_in_id)
    if stored is None:
        return False
    _note(work, stored, Unconfirmed(turn_no, work.now))
    return timers.hasten(work.tx, check_in_id, kind="re_ask", turn_no=turn_no, now=work.now)


def give_up(work: Work, check_in_id: int) -> None:
    """End a check-in whose open question will not be sent; what was answered is kept."""
    stored = check_ins.find(work.tx, check_in_id)
    if stored is not None:
        _note(work, stored, TimerFired("expire", stored.state.turn_no))


def why_not_ask(
    work: Work, check_in_id: int, turn_no: int, *, is_awaited: bool
) -> Literal["answered", "paused"] | None:
    """Say why a waiting question is not to be asked any more; None: it still is.

    ``is_awaited`` is True where the client is there and waits for it.
    """
    asking = check_ins.find_asking(work.tx, check_in_id)
    if asking is None or asking.turn_no != turn_no:
        return "answered"
    is_paused = cares.load(work.tx, asking.care_id).paused_at is not None
    return "paused" if is_paused and not is_awaited else None


def lapse(work: Work, check_in_id: int) -> None:
    """End a check-in whose first question will not be sent any more: nobody has seen it."""
    stored = check_ins.find(work.tx, check_in_id)
    if stored is not None and stored.state.first_sent_at is None:
        give_up(work, check_in_id)


def _note(work: Work, stored: StoredCheckIn, received: Input) -> None:
    if stored.state.status != "open":
        return
    flow = work.practice.shelf.load(work.tx, stored.state.fingerprint)
    turn = resume(flow, stored.state, received, now=work.now)
    effects.carry_out(work, flow, stored, turn, Moment())


def stop(work: Work, care_id: int) -> None:
    """End the open check-in of a care, if there is one; what was answered is kept, and in a tidy
    chat none of its questions stays, the open one neither: it may show an answer.
    """
    stored = check_ins.find_open(work.tx, care_id)
    if stored is not None:
        outbox.drop_prompts(work.tx, stored.id, reason="care_ended", now=work.now)
        _note(work, stored, Withdrawn())
        if tidying.is_wanted(work, stored):
            tidying.shrink_rest(work, stored, but=None)


def stop_for_slot(work: Work, care_id: int, slot: str) -> None:
    """End the open check-in of a care if it was opened for this slot."""
    stored = check_ins.find_open(work.tx, care_id)
    if stored is None or stored.occurrence_id is None:
        return
    if occurrences.load(work.tx, stored.occurrence_id).slot == slot:
        _note(work, stored, Withdrawn())
