"""Handles a therapist's taps under a digest: on flags, an acknowledgement, details, read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.messages import Button, Rows
from bot.services.digest import digests as service
from bot.services.digest.digests import DRAFT, ShownDigest
from bot.services.planning import following
from bot.services.work import speak
from bot.services.work.buttons import STALE, Toast, data
from bot.services.work.unit_of_work import Work
from bot.texts.keys import StaffKey
from flows.digest.section import ClientSection
from flows.signals.flags import (
    ACKNOWLEDGEMENTS,
    TAKEN_BACK,
    Acknowledgement,
    after,
    may_be_taken_back,
    standing,
)
from storage import audit, digests, flags
from storage.cares import Care
from storage.flags import Flag
from storage.people import Person


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """A flag of a client, under the digest in which the therapist taps on it."""

    flag: Flag
    care: Care
    shown: ShownDigest


BUTTONS: dict[Acknowledgement, StaffKey] = {
    "will_raise": "button_will_raise",
    "not_this_time": "button_not_this_time",
    "talked_settled": "button_talked_settled",
    "talked_open": "button_talked_open",
    "something_else": "button_something_else",
}


def show_actions(work: Work, person: Person, about: ShownFlag, message_id: int) -> None:
    """Put the flag's buttons under the digest, and above them whom they are about."""
    text = _text(work, person, about.shown)
    who = work.tell(person.language, "about_flag", alias=about.care.alias)
    rows = _actions(work, person, about)
    speak.edit(work, person.id, message_id, f"{text}\n\n{who}", key="flag", rows=rows)


def _actions(work: Work, person: Person, about: ShownFlag) -> Rows:
    flag_id, digest_id = about.flag.id, about.shown.id
    choices = [
        Button(
            work.tell(person.language, BUTTONS[what]),
            data("acknowledge", flag_id, digest_id, word=what),
        )
        for what in ACKNOWLEDGEMENTS
    ]
    details = Button(
        work.tell(person.language, "button_details"), data("details", flag_id, digest_id)
    )
    back = Button(work.tell(person.language, "button_back"), data("flags", digest_id))
    undo = _undo_rows(work, person, about)
    return (*((button,) for button in choices), *undo, (details, back))


def _undo_rows(work: Work, person: Person, about: ShownFlag) -> Rows:
    """The button that takes the newest acknowledgement back, for as long as that can be done."""
    what = _newest(work, about.flag)
    if what is None:
        return ()
    noted = work.tell(person.language, service.NOTED[what])
    label = work.tell(person.language, "button_take_back", what=noted)
    return ((Button(label, data("take_back", about.flag.id, about.shown.id)),),)


def _newest(work: Work, flag: Flag) -> Acknowledgement | None:
    """The acknowledgement of the flag that can still be taken back."""
    history = flags.list_acknowledgements(work.tx, flag.id)
    if not history or history[-1].what == TAKEN_BACK:
        return None
    if not may_be_taken_back(history[-1].given_at, flag.changed_at, work.now):
        return None
    return standing([given.what for given in history])[-1]


def _text(work: Work, person: Person, shown: ShownDigest) -> str:
    pages = service.pages_of(work, person, shown.digest)
    return service.text_with_notes(work, person, pages, shown.noted_since)


def show_digest(
    work: Work, person: Person, shown: ShownDigest, message_id: int, *, undo: Rows = ()
) -> None:
    """Put the digest's own buttons back under it, and what was noted since."""
    pages = service.pages_of(work, person, shown.digest)
    text = service.text_with_notes(work, person, pages, shown.noted_since)
    rows = (*undo, *service.main_rows(work, person, shown.digest, pages, shown.id))
    speak.edit(work, person.id, message_id, text, key="main", rows=rows)


def read(work: Work, person: Person, shown: ShownDigest, message_id: int) -> Toast:
    """The therapist says that they have read it."""
    if shown.id == DRAFT:
        return STALE
    _mark_read(work, person, shown)
    digests.mark_section_read(work.tx, shown.id, work.now)
    show_digest(work, person, shown, message_id)
    return work.tell(person.language, "toast_read")


def _mark_read(work: Work, person: Person, shown: ShownDigest) -> None:
    """A tap on "read", on details or on an acknowledgement is how we know; the first one counts."""
    if shown.id == DRAFT or digests.load(work.tx, shown.id).read_at is not None:
        return
    digests.mark_read(work.tx, shown.id, work.now)
    _record(work, person, "digest.read", digests.load(work.tx, shown.id).week)


def details(work: Work, person: Person, about: ShownFlag) -> Toast:
    """Show everything about the client of a flag."""
    section = service.sections_in(about.shown.digest).get(about.flag.id)
    if section is None:
        return STALE
    _mark_read(work, person, about.shown)
    _show_details(work, person, section, about.shown)
    return None


def whole(work: Work, person: Person, shown: ShownDigest) -> Toast:
    """Show everything about each client whose words the digest had to cut; the draft of another
    week may have none any more.
    """
    _mark_read(work, person, shown)
    cut = [section for section in service.all_sections(shown.digest) if section.has_long_words]
    for section in cut:
        _show_details(work, person, section, shown)
    return None if cut else STALE


def _show_details(work: Work, person: Person, section: ClientSection, shown: ShownDigest) -> None:
    for number, text in enumerate(service.details_of(work, person, section)):
        speak.reply(work, person.id, text, key=f"details{section.care_id}:{number}", protected=True)
    if shown.id != DRAFT:
        digests.mark_section_read(work.tx, shown.id, work.now, care_id=section.care_id)
    _record(work, person, "client.details", section.code)


def acknowledge(work: Work, person: Person, about: ShownFlag, code: str, message_id: int) -> Toast:
    """Keep what the therapist makes of a flag; the toast."""
    what = next((each for each in ACKNOWLEDGEMENTS if each == code), None)
    if what is None:
        return STALE
    flag = about.flag
    said_so = any(reason.rule == "said_so" for reason in flags.list_reasons(work.tx, flag.id))
    change = after(what, ended=flag.closed_at is not None, said_so=said_so)
    if change is None:
        show_digest(work, person, about.shown, message_id)
        return work.tell(person.language, "toast_flag_closed")
    flags.acknowledge(work.tx, flag_id=flag.id, therapist_id=person.id, what=what, now=work.now)
    flags.mark(work.tx, flag.id, state=change.state, at=work.now, close=change.closes)
    _plan_what_follows(work, flag, what)
    _record(work, person, f"flag.{what}", about.care.client_code)
    _mark_read(work, person, about.shown)
    noted = replace(about, flag=flags.load(work.tx, flag.id))
    show_digest(work, person, about.shown, message_id, undo=_undo_rows(work, person, noted))
    aside = what == "something_else" and not change.closes
    return work.tell(person.language, "toast_set_aside" if aside else "toast_noted")


def take_back(work: Work, person: Person, about: ShownFlag, message_id: int) -> Toast:
    """The newest acknowledgement does not stand any more; the flag is as it was noted before it.

    Possible for a day, while nothing else has happened to the flag. The history keeps both.
    """
    flag = about.flag
    other = flags.find_open(work.tx, flag.care_id)
    if _newest(work, flag) is None or (other is not None and other.id != flag.id):
        show_digest(work, person, about.shown, message_id)
        return work.tell(person.language, "toast_not_taken_back")
    flags.acknowledge(
        work.tx, flag_id=flag.id, therapist_id=person.id, what=TAKEN_BACK, now=work.now
    )
    left = standing([given.what for given in flags.list_acknowledgements(work.tx, flag.id)])
    before = left[-1] if left else None
    flags.reopen(work.tx, flag.id, state=before or "open", at=work.now)
    _plan_what_follows(work, flag, before)
    _record(work, person, f"flag.{TAKEN_BACK}", about.care.client_code)
    show_digest(work, person, about.shown, message_id)
    return work.tell(person.language, "toast_taken_back")


def _plan_what_follows(work: Work, flag: Flag, noted: Acknowledgement | None) -> None:
    if noted in ("talked_settled", "talked_open"):
        following.after_flag(work, flag.care_id, flag.id, "talked")
    else:
        following.not_talked(work, flag.care_id, flag.id)


def _record(work: Work, person: Person, action: str, subject: str) -> None:
    audit.add(work.tx, now=work.now, actor=person.code, action=action, subject=subject)
