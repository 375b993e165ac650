"""The entries about handing over: for the therapist, for the colleague, and for the client."""

from __future__ import annotations

from bot.services.arriving.entries.entry import TAKING_PART, Tap, Touched, to_message
from bot.services.arriving.entries.ownership import (
    CARE,
    HANDOVER,
    OFFERED,
    OWN_HANDOVER,
    READING_OF_BEFORE,
    handed_over,
)
from bot.services.consent import privacy
from bot.services.digest import read_before
from bot.services.handover import having_room, offering, yes_or_no
from bot.services.work import from_before
from bot.services.work.buttons import Press, Toast
from bot.services.work.unit_of_work import Work
from flows.schedule.zones import zone
from storage.cares import Care
from storage.handovers import Handover
from storage.people import Person


def _page(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    page = tapped.press.number("page")
    return offering.show_colleagues(work, person, care, page, tapped.message_id)


def _to(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    colleague_id = tapped.press.number("colleague")
    return offering.ask_sure(work, person, care, colleague_id, tapped.message_id)


def _now(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    colleague_id = tapped.press.number("colleague")
    return offering.decide(work, person, care, colleague_id, tapped.message_id)


def _room(work: Work, person: Person, offered: Handover, tapped: Touched) -> Toast:
    has_room = tapped.press.number("on") == 1
    return having_room.answer(
        work, person, offered, has_room=has_room, message_id=tapped.message_id
    )


def _before(work: Work, person: Person, care: Care, tapped: Touched) -> Toast:
    return read_before.show(work, person, care, tapped.press.number("page"))


def _answer(work: Work, care: Care, handover: Handover, tapped: Touched) -> Toast:
    return yes_or_no.answer(
        work,
        care,
        handover,
        tapped.press.word,
        message_id=tapped.message_id,
        update_id=tapped.update_id,
    )


def _reads_not(work: Work, care: Care, handover: Handover, tapped: Touched) -> Toast:
    return privacy.close_before(work, care, handover, tapped.message_id)


def why_stale(work: Work, person: Person, press: Press | None) -> str:
    """Say of a button that opens nothing why: the client was handed over, or it is out of date."""
    care = None if press is None else handed_over(work, person, press)
    colleague = "" if care is None else from_before.name_after(work, care)
    if care is None or care.ended_at is None or not colleague:
        return work.tell(person.language, "toast_stale")
    on = care.ended_at.astimezone(zone(person.zone)).date()
    values = {"alias": care.alias, "colleague": colleague}
    return work.tell(person.language, "toast_handed_over", on=on, **values)


THERAPISTS_TAPS = (
    Tap("hand_over", CARE, to_message(offering.ask)),
    Tap("hand_page", CARE, _page),
    Tap("hand_to", CARE, _to),
    Tap("hand_now", CARE, _now),
    Tap("hand_back", HANDOVER, to_message(offering.take_back)),
    Tap("hand_room", OFFERED, _room),
    Tap("before", CARE, _before),
)
CLIENTS_TAPS = (
    Tap("hand_answer", OWN_HANDOVER, _answer, TAKING_PART),
    Tap("hand_reads_not", READING_OF_BEFORE, _reads_not, TAKING_PART),
)
