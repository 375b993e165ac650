"""Consent: shown before anything else is asked, recorded with its version and wording,
revocable.
"""

from __future__ import annotations

from typing import Literal

from bot.messages import Button
from bot.services.care import meeting
from bot.services.check_in import check_ins
from bot.services.consent import agreed_text, stepwise
from bot.services.planning import first_times, plans, projecting
from bot.services.work import notices, speak, with_whom
from bot.services.work.buttons import data
from bot.services.work.notices import Kind
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey, StaffKey
from flows.schedule.zones import zone
from storage import audit, cares, consents, enrolments, occurrences, outbox, people, risk_cases
from storage.cares import Care


def ask(work: Work, care: Care) -> None:
    """Show the text of the consent, from its first step on."""
    if care.state != "asked":
        before: tuple[cares.State, ...] = ("draft", "invited")
        cares.mark(work.tx, care.id, was=before, state="asked", now=work.now)
        care = cares.load(work.tx, care.id)
        meeting.introduce(work, care)
    stepwise.show(work, care)


def ask_for_tap(work: Work, care: Care) -> None:
    """Say that only a tap agrees or declines ("yes" may be a slip, or about something else), and
    show the text with its buttons again.
    """
    if care.again_look_at is None:  # who was not asked yet has not seen the text
        speak.to_client(work, care, "consent_by_tap")
    ask(work, care)


def give(work: Work, care: Care, *, shown: int, update_id: int) -> None:
    """Record the consent of a client who was asked; the first one switches the default flows on.
    Agreeing to an older text (``shown``) shows the present one.
    """
    if shown != agreed_text.number(work, care.language):
        stepwise.show(work, care)
        return
    consents.add(
        work.tx,
        care_id=care.id,
        version=agreed_text.version(work, care.language),
        text_hash=agreed_text.hash_of(work, care),
        language=care.language,
        update_id=update_id,
        now=work.now,
    )
    _record(work, care, "consent.given")
    if care.state == "active":
        speak.insist(work, care.client_id, _goes_on(work, care), key="renewed")
        return
    cares.mark(work.tx, care.id, was="asked", state="active", now=work.now)
    plans.enrol_at_first(work, care)
    times, rows = first_times.offer(work, care)
    said = f"{_welcome(work, care)}\n\n{times}"
    speak.insist(work, care.client_id, said, key="welcome", rows=rows)
    _tell_therapist(work, care, "joined", "client_joined")


def _goes_on(work: Work, care: Care) -> str:
    due_at = None if care.paused_at is not None else projecting.next_at(work, care)
    if due_at is None:
        return work.say(care.language, "consent_renewed")
    return work.say(care.language, "consent_renewed_next", zone=zone(care.zone), at=due_at)


def _welcome(work: Work, care: Care) -> str:
    due_at = projecting.next_at(work, care)
    if due_at is None:
        said = work.say(care.language, "welcome")
    else:
        said = work.say(care.language, "welcome_next", zone=zone(care.zone), at=due_at)
    return "\n\n".join(filter(None, (said, with_whom.only_here(work, care))))


def decline(work: Work, care: Care) -> None:
    """Take a no for an answer: nothing is switched on, and the next digest says only that."""
    enrolments.end_for_care(work.tx, care.id, work.now)
    cares.end(work.tx, care.id, by="client", now=work.now)
    _record(work, care, "consent.declined")
    _receipt(work, care, "declined")


def confirm_stop(work: Work, care: Care) -> None:
    """Ask once whether to stop: a slip of the thumb should not end a care."""
    stop = Button(work.say(care.language, "button_stop"), data("stop", care.id))
    keep = Button(work.say(care.language, "button_keep"), data("keep", care.id))
    text = work.say(care.language, "stop_question", **names_for(work, care))
    text = with_whom.about_one(work, care, text)
    speak.reply(work, care.client_id, text, key="stop?", rows=speak.column(stop, keep))


def withdraw(work: Work, care: Care) -> None:
    """Revoke the consent: nothing more is asked, the open check-in ends, answers given stay
    readable. The therapist reads it in the next digest; at once only where a risk case is open, for
    which nobody is told of hard words any more.
    """
    check_ins.stop(work, care.id)
    if not with_whom.others(work, care):
        # a question that is decided but has not left yet must not arrive after the goodbye
        outbox.drop_for_person(
            work.tx, care.client_id, reason="care_ended", now=work.now, classes=("once", "reply")
        )
    consents.revoke(work.tx, care.id, work.now)
    enrolments.end_for_care(work.tx, care.id, work.now)
    occurrences.cancel_planned(work.tx, care.id, "care_ended", work.now)
    cares.end(work.tx, care.id, by="client", now=work.now)
    _record(work, care, "consent.revoked")
    _receipt(work, care, "stopped")
    if risk_cases.find_open(work.tx, care.id) is not None:
        _tell_therapist(work, care, "left_in_danger", "client_left")


def _receipt(work: Work, care: Care, key: Literal["declined", "stopped"]) -> None:
    others = with_whom.others_go_on(work, care)
    said: ClientKey = key
    if others:
        said = "declined_one" if key == "declined" else "stopped_one"
    text = work.say(care.language, said, **names_for(work, care))
    text = f"{text} {others}".rstrip()
    speak.insist(work, care.client_id, text, key=key)


def _tell_therapist(work: Work, care: Care, kind: Kind, key: StaffKey) -> None:
    therapist = people.load(work.tx, care.therapist_id)
    text = work.tell(therapist.language, key, alias=care.alias)
    notices.tell(work, therapist, kind, text, key=key)


def _record(work: Work, care: Care, action: str) -> None:
    audit.add(
        work.tx, now=work.now, actor=care.client_code, action=action, subject=care.client_code
    )
