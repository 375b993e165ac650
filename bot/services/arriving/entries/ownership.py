"""Finds the owner of what a button names. The one place where this is decided.

A tap is a claim: forged, forwarded or old data may name anything. What is not the tapper's own is
not found, exactly as what does not exist.
"""

from __future__ import annotations

from bot.services.arriving.entries.entry import Owned
from bot.services.check_in.locked import is_locked
from bot.services.digest import deputy_digest, shown_digests
from bot.services.digest.acknowledging import ShownClient, ShownFlag
from bot.services.digest.deputy_digest import Lent, Part
from bot.services.digest.shown_digests import ShownDigest
from bot.services.safety import case_view
from bot.services.safety.case_view import Opened
from bot.services.supervising import looking
from bot.services.supervising.looking import Shown
from bot.services.therapy_sessions.days_off_setting import Whom
from bot.services.therapy_sessions.listing import ALL_CLIENTS
from bot.services.work.button_forms import FORMS
from bot.services.work.buttons import Press
from bot.services.work.unit_of_work import Work
from bot.services.work.with_whom import NO_WORDS
from storage import (
    calendar_imports,
    cares,
    check_ins,
    days_off,
    enrolments,
    flags,
    handovers,
    leaves,
    memos,
    notes,
    risk_cases,
    supervisions,
    therapy_sessions,
)
from storage.calendar_imports import CalendarImport
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.days_off import DaysOff
from storage.enrolments import Enrolment
from storage.flags import Flag
from storage.handovers import Handover
from storage.leaves import Leave
from storage.memos import Memo
from storage.notes import StoredNote
from storage.people import Person
from storage.risk_cases import RiskCase
from storage.supervisions import Supervision
from storage.therapy_sessions import TherapySession

Words = tuple[Care, StoredNote | None]
"""A care, and the words that are for it, if there are any."""


def _nothing(work: Work, care: Care, press: Press) -> Care:
    return care


def _own_care(work: Work, care: Care, press: Press) -> Care | None:
    return care if press.number("care") == care.id else None


def _check_in(work: Work, care: Care, press: Press) -> StoredCheckIn | None:
    stored = check_ins.find(work.tx, press.number("check_in"))
    if stored is None or stored.care_id != care.id or is_locked(care, stored):
        return None
    return stored


def _enrolment(work: Work, care: Care, press: Press) -> Enrolment | None:
    found = enrolments.find(work.tx, press.number("enrolment"))
    return found if found is not None and found.care_id == care.id else None


def _note(work: Work, care: Care, press: Press) -> StoredNote | None:
    found = notes.find(work.tx, press.number("note"))
    if found is None or found.care_id != care.id:
        return None
    since = care.unrecognised_since
    return found if since is None or found.written_at >= since else None


def _words(work: Work, care: Care, press: Press) -> Words | None:
    """The words that wait for a tap with whom they are meant: they may stand in another care of
    the same client.
    """
    if press.number("care") != care.id:
        return None
    number = press.number("note")
    if number == NO_WORDS:
        return care, None
    found = notes.find(work.tx, number)
    is_own = found is not None and found.client_id == care.client_id
    return (care, found) if is_own else None


def _own(work: Work, person: Person, press: Press) -> Person:
    return person


def _care(work: Work, person: Person, press: Press) -> Care | None:
    return _care_of(work, person, press.number("care"))


def _care_of(work: Work, person: Person, care_id: int) -> Care | None:
    """The care, while it is the therapist's: one that they handed over opens nothing any more."""
    care = _ever_care_of(work, person, care_id)
    return care if care is not None and care.ended_by != "handover" else None


def _ever_care_of(work: Work, person: Person, care_id: int) -> Care | None:
    care = cares.find(work.tx, care_id)
    return care if care is not None and care.therapist_id == person.id else None


def handed_over(work: Work, person: Person, press: Press) -> Care | None:
    """The care that a button names and that the therapist has handed over; None: it is not so."""
    named = _named_care(work, press)
    care = None if named is None else _ever_care_of(work, person, named)
    return care if care is not None and care.ended_by == "handover" else None


def _named_care(work: Work, press: Press) -> int | None:
    things = FORMS[press.name].things
    found: TherapySession | Flag | Handover | RiskCase | None = None
    if "care" in things:
        return press.number("care")
    if "therapy_session" in things:
        found = therapy_sessions.find(work.tx, press.number("therapy_session"))
    elif "flag" in things:
        found = flags.find(work.tx, press.number("flag"))
    elif "handover" in things:
        found = handovers.find(work.tx, press.number("handover"))
    elif "case" in things:
        found = risk_cases.find(work.tx, press.number("case"))
    return None if found is None else found.care_id


def _care_or_all(work: Work, person: Person, press: Press) -> Whom | None:
    if press.number("care") == ALL_CLIENTS:
        return Whom(None)
    care = _care(work, person, press)
    return None if care is None else Whom(care)


def _days_off(work: Work, person: Person, press: Press) -> DaysOff | None:
    found = days_off.find(work.tx, press.number("days_off"))
    return found if found is not None and found.therapist_id == person.id else None


def _leave(work: Work, person: Person, press: Press) -> Leave | None:
    found = leaves.find(work.tx, press.number("days_off"))
    return found if found is not None and found.therapist_id == person.id else None


def _cover(work: Work, person: Person, press: Press) -> Leave | None:
    found = leaves.find(work.tx, press.number("days_off"))
    return found if found is not None and found.stand_in_id == person.id else None


def _lent(work: Work, person: Person, press: Press) -> Lent | None:
    return deputy_digest.find(work, person, press.number("digest"))


def _lent_ahead(work: Work, person: Person, press: Press) -> object:
    return deputy_digest.look_ahead(work, person, press.number("digest"))


def _lent_part(work: Work, person: Person, press: Press) -> Part | None:
    lent = _lent(work, person, press)
    return None if lent is None else (lent, press.number("care"))


def _calendar(work: Work, person: Person, press: Press) -> CalendarImport | None:
    found = calendar_imports.find(work.tx, press.number("calendar"))
    return found if found is not None and found.therapist_id == person.id else None


def _session(work: Work, person: Person, press: Press) -> tuple[Care, TherapySession] | None:
    session = therapy_sessions.find(work.tx, press.number("therapy_session"))
    care = None if session is None else _care_of(work, person, session.care_id)
    return None if session is None or care is None else (care, session)


def _digest(work: Work, person: Person, press: Press) -> ShownDigest | None:
    return shown_digests.find(work, person, press.number("digest"))


def _ahead(work: Work, person: Person, press: Press) -> ShownDigest | None:
    return shown_digests.look_ahead(work, person, press.number("digest"))


def _flag(work: Work, person: Person, press: Press) -> ShownFlag | None:
    flag = flags.find(work.tx, press.number("flag"))
    care = None if flag is None else _care_of(work, person, flag.care_id)
    if flag is None or care is None:
        return None
    shown = _digest(work, person, press)
    return None if shown is None else ShownFlag(flag, care, shown)


def _one(work: Work, person: Person, press: Press) -> ShownClient | None:
    shown, care = _digest(work, person, press), _care(work, person, press)
    if shown is None or care is None:
        return None
    found = {section.care_id: section for section in shown.digest.sections}.get(care.id)
    return None if found is None else ShownClient(found, shown)


def _memo(work: Work, person: Person, press: Press) -> tuple[Care, Memo] | None:
    memo = memos.find(work.tx, press.number("memo"))
    # also of a client who was handed over: the note is the therapist's own
    care = None if memo is None else _ever_care_of(work, person, memo.care_id)
    return None if memo is None or care is None else (care, memo)


def _supervision(work: Work, person: Person, press: Press) -> Supervision | None:
    """The therapist's own, as long as it lasts."""
    found = supervisions.find_of_therapist(work.tx, person.id)
    return found if found is not None and found.id == press.number("supervision") else None


def _caseload(work: Work, person: Person, press: Press) -> Supervision | None:
    return looking.find(work, person, press.number("supervision"))


def _supervised(work: Work, person: Person, press: Press) -> Shown | None:
    supervision_id, number = press.number("supervision"), press.number("place")
    return looking.find_client(work, person, supervision_id, number)


def _case(work: Work, person: Person, press: Press) -> Opened | None:
    case = risk_cases.find(work.tx, press.number("case"))
    care = None if case is None else cares.find(work.tx, case.care_id)
    if case is None or care is None or care.ended_by == "handover":
        return None
    return case_view.find(work, person, case, care)


def _own_handover(work: Work, care: Care, press: Press) -> Handover | None:
    found = handovers.find(work.tx, press.number("handover"))
    return found if found is not None and found.care_id == care.id else None


def _reading_of_before(work: Work, care: Care, press: Press) -> Handover | None:
    found = handovers.find(work.tx, press.number("handover"))
    is_own = found is not None and found.new_care_id == press.number("care") == care.id
    return found if is_own else None


def _handover(work: Work, person: Person, press: Press) -> Handover | None:
    found = handovers.find(work.tx, press.number("handover"))
    care = None if found is None else _care_of(work, person, found.care_id)
    return None if care is None else found


def _offered(work: Work, person: Person, press: Press) -> Handover | None:
    found = handovers.find(work.tx, press.number("handover"))
    return found if found is not None and found.to_therapist_id == person.id else None


NOTHING = Owned(frozenset(), _nothing)
"""The button names nothing of anybody's."""
OWN_CARE = Owned(frozenset({"care"}), _own_care)
OWN_CHECK_IN = Owned(frozenset({"check_in"}), _check_in)
OWN_ENROLMENT = Owned(frozenset({"enrolment"}), _enrolment)
OWN_NOTE = Owned(frozenset({"note"}), _note)
OWN_WORDS = Owned(frozenset({"care", "note"}), _words)
"""A care of the client's, and words of theirs for it, if there are any."""
OWN_HANDOVER = Owned(frozenset({"handover"}), _own_handover)
"""A handover of the client's care."""
READING_OF_BEFORE = Owned(frozenset({"handover", "care"}), _reading_of_before)
"""The handover by which the client came into this care."""

CARE = Owned(frozenset({"care"}), _care)
"""A client of the therapist's."""
CARE_OR_ALL = Owned(frozenset({"care"}), _care_or_all)
"""A client of the therapist's, or all of them."""
DAYS_OFF = Owned(frozenset({"days_off"}), _days_off)
LEAVE = Owned(frozenset({"days_off"}), _leave)
"""A leave of the therapist's."""
COVER = Owned(frozenset({"days_off"}), _cover)
"""A leave of a colleague who has asked the therapist to cover."""
LENT = Owned(frozenset({"digest"}), _lent, _lent_ahead)
"""A digest of a colleague, of which some may be read by whoever covered in it."""
LENT_PART = Owned(frozenset({"care", "digest"}), _lent_part)
CALENDAR = Owned(frozenset({"calendar"}), _calendar)
"""A calendar file that the therapist sent."""
SESSION = Owned(frozenset({"therapy_session"}), _session)
DIGEST = Owned(frozenset({"digest"}), _digest, _ahead)
OWN = Owned(frozenset(), _own)
"""The button names nothing of anybody's; it is about whoever taps."""
ONE = Owned(frozenset({"care", "digest"}), _one, _ahead)
"""A client of the therapist's in a digest of theirs."""
FLAG = Owned(frozenset({"flag", "digest"}), _flag, _ahead)
MEMO = Owned(frozenset({"memo"}), _memo)
"""A note of the therapist's about a client of theirs."""
HANDOVER = Owned(frozenset({"handover"}), _handover)
"""A handover of a client of the therapist's."""
OFFERED = Owned(frozenset({"handover"}), _offered)
"""A handover about which the therapist was asked, as the one who would go on."""
CASE = Owned(frozenset({"case"}), _case)
"""A risk case of a client of the therapist's, or one of which they were told."""
SUPERVISED_BY = Owned(frozenset({"supervision"}), _supervision)
"""The supervision of the therapist who taps."""
CASELOAD = Owned(frozenset({"supervision"}), _caseload, looking.list_shown)
"""A supervision that whoever taps gives, and with it a caseload to look at."""
SUPERVISED = Owned(frozenset({"supervision"}), _supervised)
"""A client under their number, in the eyes of the supervisor whom they agreed to."""
