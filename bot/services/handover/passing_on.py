"""Carries out what a client has said yes to: the care with one therapist ends, and one with the
other begins.

It is a new care, since what was rated and said about one therapist is about that one: no rating,
flag or open question goes over. Used by ``yes_or_no``, in the transaction of the yes or of the tick
in which the last thing in its way is gone.
"""

from __future__ import annotations

from bot.messages import Button
from bot.services.care import invitations
from bot.services.care.inviting import MAX_ALIAS
from bot.services.check_in import check_ins
from bot.services.consent import agreed_text
from bot.services.handover.telling import names_of_both, tell_therapist
from bot.services.planning import plans, projecting
from bot.services.work import notices, speak
from bot.services.work.buttons import data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey, StaffKey
from flows.engine.cut import cut
from flows.schedule.zones import zone
from storage import audit, cares, consents, enrolments, handovers, occurrences, people
from storage.aliases import core
from storage.cares import Care
from storage.consents import Consent
from storage.enrolments import Enrolment
from storage.handovers import Handover


def carry_out(work: Work, care: Care, handover: Handover, *, update_id: int | None) -> str:
    """The client is with the colleague, and both therapists are told; the words for the client."""
    given = consents.find_in_force(work.tx, care.id, "answers")
    running = enrolments.list_running(work.tx, care.id)
    _end(work, care)
    known = find_known(work, care, handover)
    new = known or _begin(work, care, handover)
    if new.state != "active" and given is not None:
        _activate(work, care, new, given, running, update_id)
    handovers.mark_done(work.tx, handover, new.id, work.now)
    for code in (care.client_code, new.client_code):
        audit.add(
            work.tx, now=work.now, actor=care.client_code, action="handover.done", subject=code
        )
    new = cares.load(work.tx, new.id)
    tell_therapist(work, care, handover, "handover_gone")
    _tell_colleague(work, care, new, handover, is_known=known is not None)
    return _said(work, care, new, handover)


def find_known(work: Work, care: Care, handover: Handover) -> Care | None:
    """The care that the client has with the colleague already."""
    for each in cares.list_for_client(work.tx, care.client_id):
        if each.therapist_id == handover.to_therapist_id and each.state in ("asked", "active"):
            return each
    return None


def _end(work: Work, care: Care) -> None:
    """Nothing more is asked or agreed to here; what was answered is in the next digest once more.

    Questions of this care that wait to leave are dropped with the check-in; all else in the outbox
    is about what was, and leaves.
    """
    check_ins.stop(work, care.id)
    consents.revoke(work.tx, care.id, work.now)
    enrolments.end_for_care(work.tx, care.id, work.now)
    occurrences.cancel_planned(work.tx, care.id, "care_ended", work.now)
    cares.end(work.tx, care.id, by="handover", now=work.now)


def _begin(work: Work, care: Care, handover: Handover) -> Care:
    """A care with the colleague under a code of its own, not active yet."""
    alias = _free_alias(work, handover.to_therapist_id, care.alias)
    person = invitations.add_person(
        work, role="client", language=care.language, zone_name=care.zone
    )
    drafted = cares.add(
        work.tx,
        client_id=person.id,
        therapist_id=handover.to_therapist_id,
        alias=alias,
        now=work.now,
    )
    cares.mark(work.tx, drafted.id, was="draft", state="invited", now=work.now)
    # as somebody who is here already and opens a second link: of who was made nothing is left
    return cares.join(work.tx, cares.load(work.tx, drafted.id), care.client_id, work.now)


def _free_alias(work: Work, therapist_id: int, alias: str) -> str:
    """The alias, with a number where a client of the colleague's has one that reads alike."""
    own = cares.list_for_therapist(work.tx, therapist_id)
    taken = {word for each in own for word in (core(each.alias), core(each.client_code))}
    found, number = alias, 1
    while core(found) in taken:
        number += 1
        found = f"{cut(alias, MAX_ALIAS - 3)} {number}"
    return found


def _activate(
    work: Work,
    care: Care,
    new: Care,
    given: Consent,
    running: list[Enrolment],
    update_id: int | None,
) -> None:
    """The client takes part: with the consent they gave, in its version, and the name of the
    colleague in it; with the questions that were on, at the client's own times.
    """
    is_present = given.version == agreed_text.version(work, given.language)
    consents.add(
        work.tx,
        care_id=new.id,
        version=given.version,
        text_hash=agreed_text.hash_of(work, new) if is_present else given.text_hash,
        language=given.language,
        update_id=update_id,
        now=work.now,
    )
    cares.mark(work.tx, new.id, was=("invited", "asked"), state="active", now=work.now)
    for each in running:
        _go_on(work, cares.load(work.tx, new.id), each)
    if care.paused_at is not None:
        cares.pause(work.tx, new.id, work.now, until=care.paused_until)
    if cares.is_tidy(work.tx, care.id):
        cares.set_tidy(work.tx, new.id, work.now)


def _go_on(work: Work, new: Care, before: Enrolment) -> None:
    flow = work.practice.shelf.current(work.tx, before.flow_id)
    if flow is None:
        return
    plans.enrol(work, new, flow)
    if before.wish is None:
        return
    for each in enrolments.list_running(work.tx, new.id):
        if each.flow_id == before.flow_id:
            enrolments.set_wish(work.tx, each.id, before.wish)
    plans.replan(work, enrolments.list_running(work.tx, new.id), "schedule_changed")


def _tell_colleague(
    work: Work, care: Care, new: Care, handover: Handover, *, is_known: bool
) -> None:
    colleague = people.load(work.tx, handover.to_therapist_id)
    therapist = people.name_of(work.tx, care.therapist_id).name
    values = {"alias": new.alias, "code": new.client_code, "therapist": therapist}
    first: StaffKey = "handover_came_known" if is_known else "handover_came"
    second: StaffKey = "handover_reads" if handover.lets_read_at else "handover_reads_not"
    parts = [work.tell(colleague.language, key, **values) for key in (first, second)]
    card = Button(
        work.tell(colleague.language, "button_card", alias=new.alias), data("card", new.id)
    )
    text, key = "\n\n".join(parts), f"came{handover.id}"
    notices.tell(work, colleague, "handover", text, key=key, rows=speak.row(card))


def _said(work: Work, care: Care, new: Care, handover: Handover) -> str:
    key: ClientKey = "hand_done" if handover.lets_read_at else "hand_done_now_on"
    said = work.say(care.language, key, **names_of_both(work, care, handover))
    due_at = None if new.paused_at is not None else projecting.next_at(work, new)
    if due_at is None:
        return said
    names = {"therapist": names_of_both(work, care, handover)["colleague"]}
    coming = work.say(care.language, "with_next", at=due_at, zone=zone(care.zone), **names)
    return f"{said}\n\n{coming}"
