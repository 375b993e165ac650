"""Keeps therapy sessions: written down, moved and cancelled, with all that belongs to them.

Used by ``calendar``, which reads what the therapist typed or tapped.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from bot.messages import Button
from bot.services.check_in.withdrawing import Fate, withdraw
from bot.services.consent import stepwise
from bot.services.planning import following
from bot.services.signals import assessing
from bot.services.work import speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.schedule.thinning import week_of
from flows.schedule.zones import zone
from storage import cares, therapy_sessions
from storage.cares import Care
from storage.people import Person
from storage.therapy_sessions import TherapySession

Recorded = Literal["planned", "happened"]
RECORDED: dict[tuple[Recorded, bool], StaffKey] = {
    ("planned", True): "session_planned",
    ("planned", False): "session_planned_quiet",
    ("happened", True): "session_happened",
    ("happened", False): "session_happened_quiet",
}
"""The text that is said, by the state of the session and by whether questions follow."""
EARLY: dict[Recorded, StaffKey] = {
    "planned": "session_planned_early",
    "happened": "session_happened_early",
}
"""The same of a client who has not agreed yet."""
MAY_MEET: tuple[cares.State, ...] = ("invited", "asked", "active")
"""Therapy sessions can be entered for them; nothing is sent before they have agreed."""


def record(
    work: Work, therapist: Person, care: Care, starts_at: datetime, ends_at: datetime
) -> None:
    """Write a therapy session down, with what comes before and after it, and say so; or say why
    not.
    """
    if care.state not in MAY_MEET:
        speak.to_therapist(work, therapist, "session_not_active", alias=care.alias)
        return
    twin = overlapping(work, care, starts_at, ends_at)
    if twin is not None:
        speak.to_therapist(work, therapist, "session_known", alias=care.alias)
        return
    state: Recorded = "happened" if ends_at <= work.now else "planned"
    session = therapy_sessions.add(
        work.tx, care_id=care.id, starts_at=starts_at, ends_at=ends_at, state=state, now=work.now
    )
    due_at = following.plan_for_session(work, session)
    local = zone(therapist.zone)
    values = {"alias": care.alias, "start": starts_at, "zone": local}
    undo = Button(work.tell(therapist.language, "button_undo"), data("undo_session", session.id))
    key = RECORDED[state, due_at is not None] if care.state == "active" else EARLY[state]
    text = work.tell(therapist.language, key, **values, **({"at": due_at} if due_at else {}))
    text += _but(work, therapist, care) if due_at else ""
    speak.reply(work, therapist.id, text, key="session", rows=speak.row(undo))
    assessing.age_flag(work, care.id, by=work.now)


def move(
    work: Work, therapist: Person, care: Care, session: TherapySession, starts_at: datetime
) -> None:
    """The session takes place at another time, and what belongs to it moves along."""
    ends_at = starts_at + (session.ends_at - session.starts_at)
    if overlapping(work, care, starts_at, ends_at, but=session.id) is not None:
        speak.to_therapist(work, therapist, "session_known", alias=care.alias)
        return
    moved = shift(work, care, session, starts_at)
    due_at = following.next_due(work, moved)
    local = zone(therapist.zone)
    values = {"alias": care.alias, "was": session.starts_at, "start": starts_at, "zone": local}
    key: StaffKey = "session_moved" if due_at else "session_moved_quiet"
    if care.state != "active":
        key = "session_moved_early"
    text = work.tell(therapist.language, key, **values, **({"at": due_at} if due_at else {}))
    text += _but(work, therapist, care) if due_at else ""
    speak.reply(work, therapist.id, text, key="session")


def shift(work: Work, care: Care, session: TherapySession, starts_at: datetime) -> TherapySession:
    """The planned session as it is once it has moved to that time, with what belongs to it."""
    moved = therapy_sessions.move(
        work.tx,
        session.id,
        starts_at=starts_at,
        ends_at=starts_at + (session.ends_at - session.starts_at),
        now=work.now,
        by_hand=True,
    )
    if session.starts_at <= work.now < starts_at:
        withdraw(work, care, session)  # what was asked about it already came too early
    following.plan_for_session(work, moved)
    return moved


def _but(work: Work, therapist: Person, care: Care) -> str:
    """The line that says why the questions do not go out as things stand; empty: they do."""
    key: StaffKey | None = None
    if care.paused_at is not None:
        key = "session_paused"
    elif care.unreachable_at is not None:
        key = "card_unreachable"
    elif stepwise.is_outdated(work, care):
        key = "card_asked_anew"
    return "" if key is None else "\n" + work.tell(therapist.language, key, alias=care.alias)


def cancel(work: Work, care: Care, session: TherapySession) -> None:
    """The therapy session does not count, and nothing that belongs to it comes any more."""
    call_off(work, care, session, "cancelled")


def call_off(
    work: Work, care: Care, session: TherapySession, state: Literal["cancelled", "no_show"]
) -> Fate:
    """It did not, or does not, take place by the therapist's word; what had become of the questions
    about it.
    """
    therapy_sessions.mark(
        work.tx, session.id, was=session.state, state=state, now=work.now, by_hand=True
    )
    return withdraw(work, care, session)


def revive(work: Work, session: TherapySession) -> None:
    """A therapy session that was off takes place after all, and what belongs to it comes."""
    state: Recorded = "happened" if session.ends_at <= work.now else "planned"
    therapy_sessions.mark(
        work.tx, session.id, was=session.state, state=state, now=work.now, by_hand=True
    )
    following.plan_for_session(work, session)


def ahead(work: Work, care: Care) -> list[TherapySession]:
    """The planned therapy sessions of the care that were still to come when it was said, in
    order.
    """
    known = therapy_sessions.list_for_care(work.tx, care.id, since=work.said_at)
    return [each for each in known if each.state == "planned"]


def planned_beside(
    work: Work, therapist: Person, care: Care, starts_at: datetime
) -> TherapySession | None:
    """The planned one that another one may stand for: of the same day, or else, where both are
    still to come, of the same week; None: there is none, or it is that very one.

    What was to come when the therapist wrote counts as to come.
    """
    local = zone(therapist.zone)
    day, week = starts_at.astimezone(local).date(), week_of(starts_at, local)
    known = therapy_sessions.list_for_care(work.tx, care.id, since=starts_at - timedelta(days=8))
    planned = [each for each in known if each.state == "planned"]
    if any(each.starts_at == starts_at for each in planned):
        return None
    others = [each for each in planned if each.starts_at.astimezone(local).date() == day]
    if not others and starts_at > work.said_at:
        others = [
            each
            for each in planned
            if each.starts_at >= work.said_at and week_of(each.starts_at, local) == week
        ]
    return min(others, key=lambda each: abs(each.starts_at - starts_at), default=None)


def overlapping(
    work: Work, care: Care, starts_at: datetime, ends_at: datetime, *, but: int | None = None
) -> TherapySession | None:
    """One that counts and takes place in part of that time, other than ``but``."""
    for session in therapy_sessions.list_for_care(work.tx, care.id):
        counts = session.state in ("planned", "happened") and session.id != but
        if counts and session.starts_at < ends_at and starts_at < session.ends_at:
            return session
    return None
