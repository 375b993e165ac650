"""Asks a client whether another therapist may go on with them, and takes their answer.

Used by the ticker and the entries of clients. Yes takes two taps, of which the second chooses what
may be read of before; no takes one, and nobody is asked twice. It must never ask in a pause, in
quiet hours, amid questions, after a crisis card, or in a chat that may be anybody's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.messages import Button, Rows
from bot.services.consent import stepwise
from bot.services.handover import offering, passing_on
from bot.services.handover.telling import (
    names_of_both,
    say_to_client,
    tell_therapist,
)
from bot.services.safety import holding
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.schedule.quiet import next_allowed
from flows.schedule.zones import zone
from storage import audit, cares, check_ins, deliveries, handovers, risk_cases
from storage.cares import Care
from storage.handovers import Handover

AT_ONCE = 3
"""So many are looked at in one transaction."""
AGAIN = timedelta(minutes=30)
"""The wait before another look at what does not fit now."""
LATER = timedelta(days=1)


# -- what is due


def carry_on(work: Work) -> bool:
    """Ask, close or carry out some of what is due; True if there may be more."""
    due = handovers.list_due(work.tx, work.now, AT_ONCE)
    for handover in due:
        _look(work, cares.load(work.tx, handover.care_id), handover)
    return len(due) == AT_ONCE


def _look(work: Work, care: Care, handover: Handover) -> None:
    if not offering.stands(care):
        handovers.close(work.tx, handover, "over", work.now)
    elif handover.state == "proposed":
        handovers.close(work.tx, handover, "unanswered", work.now)
        tell_therapist(work, care, handover, "handover_room_unanswered")
    elif handover.state == "taken":
        _ask_when_it_fits(work, care, handover)
    elif handover.state == "asked":
        handovers.close(work.tx, handover, "unanswered", work.now)
        tell_therapist(work, care, handover, "handover_unanswered")
    elif _waits(work, care) or holding.free_at(work, care) > work.now:
        handovers.put_off(work.tx, handover, _next_look(work, care))
    else:
        said = passing_on.carry_out(work, care, handover, update_id=None)
        say_to_client(work, care, handover, said, what="hand_done")


def _next_look(work: Work, care: Care) -> datetime:
    return max(holding.free_at(work, care), work.now + AGAIN)


def _waits(work: Work, care: Care) -> bool:
    """True while something is to be looked at first, which must not get lost between the two."""
    return risk_cases.find_open(work.tx, care.id) is not None


def _fits(work: Work, care: Care) -> bool:
    """True where the client may be asked now."""
    is_there = care.paused_at is None and care.unreachable_at is None
    if not is_there or care.unrecognised_since is not None or _waits(work, care):
        return False
    if stepwise.is_outdated(work, care) or holding.free_at(work, care) > work.now:
        return False
    if check_ins.find_open_of(work.tx, care.client_id) is not None:
        return False
    return not deliveries.waits_for_more(work.tx, care.client_id, work.now)


def _ask_when_it_fits(work: Work, care: Care, handover: Handover) -> None:
    if not _fits(work, care):
        handovers.put_off(work.tx, handover, _next_look(work, care))
        return
    until = work.now + offering.UNANSWERED
    handovers.mark_asked(work.tx, handover, work.now, look_at=until)
    said, rows = _question(work, care, handover, until)
    say_to_client(work, care, handover, said, what="hand_question", rows=rows)
    _record(work, care, "practice", "handover.asked")


def ask_anew(work: Work, client_id: int) -> None:
    """The client is in another chat: what stands open there is asked anew."""
    for care in cares.list_for_client(work.tx, client_id):
        handover = handovers.find_open(work.tx, care.id)
        if handover is not None and handover.is_before_the_client:
            handovers.mark_taken(work.tx, handover, look_at=work.now)


# -- the question


def _question(work: Work, care: Care, handover: Handover, until: datetime) -> tuple[str, Rows]:
    names, on = names_of_both(work, care, handover), until.astimezone(zone(care.zone)).date()
    by_practice = handover.proposed_by == "practice"
    first: ClientKey = "hand_question_practice" if by_practice else "hand_question"
    parts = [work.say(care.language, first, **names)]
    if passing_on.find_known(work, care, handover) is not None:
        parts.append(work.say(care.language, "hand_question_known", **names))
    parts.append(work.say(care.language, "hand_means", until=on, **names))
    return "\n\n".join(parts), _choices(work, care, handover, later=True)


def _choices(work: Work, care: Care, handover: Handover, *, later: bool) -> Rows:
    labels: list[tuple[ClientKey, str]] = [("button_hand_yes", "yes"), ("button_hand_no", "no")]
    if later:
        labels.append(("button_hand_later", "later"))
    return _buttons(work, care, handover, labels)


def _buttons(
    work: Work, care: Care, handover: Handover, labels: list[tuple[ClientKey, str]]
) -> Rows:
    names = names_of_both(work, care, handover)
    return speak.column(
        *(
            Button(work.say(care.language, key, **names), data("hand_answer", handover.id, word=on))
            for key, on in labels
        )
    )


# -- the answer


def answer(
    work: Work, care: Care, handover: Handover, word: str, *, message_id: int, update_id: int
) -> Toast:
    """Take what the client tapped under the question."""
    if not handover.is_before_the_client or not offering.stands(care):
        return work.say(care.language, "toast_hand_over")
    names = names_of_both(work, care, handover)
    if word == "yes":
        text, rows = _what(work, care, handover)
    elif word == "question":
        until = handover.look_at if handover.state == "asked" else None
        text, rows = _question(work, care, handover, until or work.now + offering.UNANSWERED)
    elif word == "later":
        at = next_allowed(work.now + LATER, zone(care.zone), work.practice.quiet)
        handovers.mark_taken(work.tx, handover, look_at=at)
        text = work.say(care.language, "hand_later", at=at, zone=zone(care.zone), **names)
        rows = _choices(work, care, handover, later=False)
    elif word == "no":
        handovers.close(work.tx, handover, "declined", work.now)
        _record(work, care, care.client_code, "handover.declined")
        tell_therapist(work, care, handover, "handover_declined")
        text, rows = work.say(care.language, "hand_no", **names), ()
    elif word in ("everything", "now_on"):
        _agree(work, care, handover, word == "everything", message_id, update_id)
        return None
    else:
        return STALE
    speak.edit(work, care.client_id, message_id, text, key="hand", rows=rows)
    return None


def _what(work: Work, care: Care, handover: Handover) -> tuple[str, Rows]:
    labels: list[tuple[ClientKey, str]] = [
        ("button_hand_everything", "everything"),
        ("button_hand_now_on", "now_on"),
        ("button_hand_question", "question"),
    ]
    text = work.say(care.language, "hand_what", **names_of_both(work, care, handover))
    return text, _buttons(work, care, handover, labels)


def _agree(
    work: Work,
    care: Care,
    handover: Handover,
    everything: bool,
    message_id: int,
    update_id: int,
) -> None:
    """The yes is kept, and carried out at once unless something is to be looked at first."""
    lets_read_at = work.now if everything else None
    look_at = work.now + AGAIN
    handovers.mark_agreed(work.tx, handover, lets_read_at=lets_read_at, look_at=look_at)
    _record(work, care, care.client_code, "handover.agreed")
    speak.edit(work, care.client_id, message_id, None, key="settled")
    agreed = handovers.load(work.tx, handover.id)
    if _waits(work, care):
        said = work.say(care.language, "hand_waits", **names_of_both(work, care, agreed))
        tell_therapist(work, care, agreed, "handover_agreed")
    else:
        said = passing_on.carry_out(work, care, agreed, update_id=update_id)
    speak.insist(work, care.client_id, said, key="hand_done")


def _record(work: Work, care: Care, actor: str, action: str) -> None:
    audit.add(work.tx, now=work.now, actor=actor, action=action, subject=care.client_code)
